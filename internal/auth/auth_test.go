package auth_test

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"keyward/internal/auth"
	"keyward/internal/gatewaytest"
	"keyward/models"
)

func TestCreateToken(t *testing.T) {
	gatewaytest.Each(t, func(t *testing.T, g *gatewaytest.Gateway) {
		ctx := context.Background()
		token, _, err := g.Auth.CreateToken(ctx, models.Operator(g.Workspace), auth.NewToken{Name: "partner", Role: models.RoleViewer})
		if err != nil {
			t.Fatal(err)
		}
		// 160 random bits and 32 of checksum are 39 characters of base32.
		if !regexp.MustCompile(`^kw_[a-z2-7]{39}$`).MatchString(token) {
			t.Errorf("a token of %d characters", len(token))
		}
		caller, err := g.Auth.Authenticate(ctx, token)
		if err != nil || caller.WorkspaceID != g.Workspace || caller.Name != "partner" || caller.Role != models.RoleViewer || caller.ID == "" {
			t.Errorf("%+v, %v", caller, err)
		}
		var stored [][]byte
		rows, err := g.SQL(t).Query("SELECT hash FROM api_tokens")
		if err != nil {
			t.Fatal(err)
		}
		defer rows.Close()
		for rows.Next() {
			var hash []byte
			if err := rows.Scan(&hash); err != nil {
				t.Fatal(err)
			}
			stored = append(stored, hash)
		}
		for _, hash := range stored {
			if len(hash) != 32 || bytes.Contains(hash, []byte(token)) {
				t.Errorf("%d bytes are stored", len(hash))
			}
		}
	})
}

func TestAuthenticate_refuses(t *testing.T) {
	gatewaytest.Each(t, func(t *testing.T, g *gatewaytest.Gateway) {
		ctx := context.Background()
		create := func(in auth.NewToken) string {
			in.Role = models.RoleOwner
			token, _, err := g.Auth.CreateToken(ctx, models.Operator(g.Workspace), in)
			if err != nil {
				t.Fatal(err)
			}
			return token
		}
		past, future := time.Now().UTC().Add(50*time.Millisecond), time.Now().UTC().Add(time.Hour)
		expired := create(auth.NewToken{Name: "old", ExpiresAt: &past})
		time.Sleep(time.Until(past))
		replaced := create(auth.NewToken{Name: "printed", Replace: true})
		now := create(auth.NewToken{Name: "printed", Replace: true})
		for name, token := range map[string]string{
			"none": "", "expired": expired, "replaced": replaced,
			"in capitals": strings.ToUpper(now), "cut": now[:len(now)-1], "longer": now + "a",
		} {
			if caller, err := g.Auth.Authenticate(ctx, token); !errors.Is(err, auth.ErrUnknown) || caller.Role != "" {
				t.Errorf("%s: %+v, %v", name, caller, err)
			}
		}
		for name, token := range map[string]string{"the new one": now, "one that expires later": create(auth.NewToken{Name: "new", ExpiresAt: &future})} {
			if _, err := g.Auth.Authenticate(ctx, token); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
		for _, name := range []string{"", "  ", "a\x00b", strings.Repeat("é", 201)} {
			if _, _, err := g.Auth.CreateToken(ctx, models.Operator(g.Workspace), auth.NewToken{Name: name, Role: models.RoleOwner}); err == nil {
				t.Errorf("the name %q was taken", name)
			}
		}
	})
}

// A mistyped token is refused by its checksum, without a look into the database.
func TestAuthenticate_asks_the_database_only_about_whole_tokens(t *testing.T) {
	g := gatewaytest.New(t, gatewaytest.NewDatabase(t, "sqlite"))
	token := g.Client(t, models.RoleOwner).Token
	swapped := []byte(token)
	if swapped[10]++; swapped[10] > 'z' || (swapped[10] > '7' && swapped[10] < 'a') {
		swapped[10] = 'a'
	}
	if n := g.Statements(func() { _, _ = g.Auth.Authenticate(context.Background(), string(swapped)) }); n != 0 {
		t.Errorf("%d statements for a mistyped token", n)
	}
	for _, want := range []int64{2, 1} { // when it was used last is noted at most once a minute
		if n := g.Statements(func() { _, _ = g.Auth.Authenticate(context.Background(), token) }); n != want {
			t.Errorf("%d statements for a whole one instead of %d", n, want)
		}
	}
}

func TestRequire(t *testing.T) {
	g := gatewaytest.New(t, gatewaytest.NewDatabase(t, "sqlite"))
	token := g.Client(t, models.RoleEditor).Token
	handler := g.Auth.Require(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = w.Write([]byte(auth.Caller(r.Context()).Role))
	}))
	for header, want := range map[string]string{
		"Bearer " + token: "200 EDITOR", "bearer " + token: "200 EDITOR", // RFC 9110, section 11.1: the scheme in any case
		token: "401", "Basic " + token: "401", "": "401", "Bearer": "401",
	} {
		request := httptest.NewRequest(http.MethodPost, "/graphql", nil)
		if header != "" {
			request.Header.Set("Authorization", header)
		}
		response := httptest.NewRecorder()
		handler.ServeHTTP(response, request)
		got := response.Result().Status[:3]
		if response.Code == http.StatusOK {
			got += " " + response.Body.String()
		} else if !strings.HasPrefix(response.Header().Get("WWW-Authenticate"), "Bearer") || strings.Contains(response.Body.String(), token) {
			t.Errorf("%v %s", response.Header(), response.Body)
		}
		if got != want {
			t.Errorf("a header of %d characters: %s instead of %s", len(header), got, want)
		}
	}
	if auth.Caller(context.Background()).Role != "" {
		t.Error("somebody without a token is somebody")
	}
}
