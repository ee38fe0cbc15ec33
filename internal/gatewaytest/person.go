package gatewaytest

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"strings"
	"testing"

	"keyward/models"
)

// Stranger is a browser in which nobody is signed in.
func (g *Gateway) Stranger(t testing.TB) *Client {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &Client{URL: g.URL, Jar: jar}
}

// Owner signs the local owner in, by a link as the operator makes it.
func (g *Gateway) Owner(t testing.TB) *Client {
	t.Helper()
	link, err := g.Auth.CreateSignInLink(context.Background(), models.Operator(g.Workspace), "")
	if err != nil {
		t.Fatal(err)
	}
	c := g.Stranger(t)
	if status, answer, _ := c.Post(t, "/sign-in", Vars{"token": TokenOf(link)}); status != http.StatusOK {
		t.Fatalf("sign-in: %d %v", status, answer)
	}
	return c
}

// Joined has the owner invite somebody, who joins by the link, and returns their browser.
func (c *Client) Joined(t testing.TB, g *Gateway, name string, role models.Role) *Client {
	t.Helper()
	data := c.Must(t, CreateInvitation, Vars{"input": Vars{"role": role, "note": name}})
	joined := g.Stranger(t)
	if status, answer, _ := joined.Post(t, "/invitation", Vars{"token": TokenOf(data.Text("createInvitation.link")), "accept": true, "name": name}); status != http.StatusOK {
		t.Fatalf("join: %d %v", status, answer)
	}
	return joined
}

// TokenOf is what stands behind a link's #.
func TokenOf(link string) string {
	_, token, _ := strings.Cut(link, "#")
	return token
}

// Post sends JSON to another address than the API's.
func (c *Client) Post(t testing.TB, path string, body any, header ...string) (status int, answer Object, response *http.Response) {
	t.Helper()
	text, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	request, err := http.NewRequestWithContext(context.Background(), http.MethodPost, c.URL+path, bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	if c.Token != "" {
		request.Header.Set("Authorization", "Bearer "+c.Token)
	}
	for i := 0; i < len(header); i += 2 {
		request.Header.Set(header[i], header[i+1])
	}
	response, err = (&http.Client{Jar: c.Jar}).Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	raw, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	if len(raw) > 0 && json.Unmarshal(raw, &answer) != nil {
		t.Fatalf("%s: not JSON: %s", path, raw)
	}
	return response.StatusCode, answer, response
}

// Serve gives a handler one request and returns what it answered.
func Serve(t testing.TB, h http.Handler, method, body string, header ...string) *httptest.ResponseRecorder {
	t.Helper()
	request := httptest.NewRequest(method, "/", strings.NewReader(body))
	for i := 0; i < len(header); i += 2 {
		request.Header.Set(header[i], header[i+1])
	}
	recorder := httptest.NewRecorder()
	h.ServeHTTP(recorder, request)
	return recorder
}
