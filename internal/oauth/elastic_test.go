package oauth_test

import (
	"maps"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"testing"

	"keyward/catalog"
	"keyward/internal/oauth"
	"keyward/models"
)

// elastic.io's HTTPAuthView connects by OAuth 2.0 with the credential's own client, as its runner does: the client in the body,
// unless the descriptor says otherwise.
func TestElastic_descriptors_connect_with_the_credentials_own_client(t *testing.T) {
	for file, inHeader := range map[string]bool{"http-auth.json": false, "own-client.json": true} {
		s := serve(t, saysJSON(`{"access_token":"a","token_type":"Bearer","refresh_token":"r","expires_in":60}`))
		text, err := os.ReadFile(filepath.Join("..", "..", "catalog", "testdata", "elastic", file))
		if err != nil {
			t.Fatal(err)
		}
		component, err := catalog.Parse("feed", text, nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		typed := models.Values{}
		for key, value := range map[string]string{
			"authorizationUrl": s.URL + "/authorize", "tokenUrl": s.URL + "/token", "clientId": "own", "clientSecret": clientSecret, "resource": "feeds",
		} {
			typed[key] = models.NewSecret(value)
		}
		method, ok := component.Method("oauth2")
		if !ok || !method.Connects() {
			t.Fatalf("%s does not connect", file)
		}
		c := oauth.Connection{Method: method, Values: typed}
		page, _, _, err := providers(t).Begin(t.Context(), c)
		if err != nil {
			t.Fatal(err)
		}
		asked, err := url.Parse(page)
		if err != nil || asked.Path != "/authorize" || asked.Query().Get("client_id") != "own" || asked.Query().Get("resource") != "feeds" || asked.Query().Has("prompt") {
			t.Errorf("%s: the page is %s, %v", file, page, err)
		}
		granted, err := finish(t, c, code)
		if err != nil || granted.Tokens.Access.Reveal() != "a" || granted.Tokens.Refresh.Reveal() != "r" {
			t.Fatalf("%s: %v", file, err)
		}
		isOwn(t, s.last(t), inHeader)

		minted, ok := component.Method("oauth2-client-credentials")
		if !ok {
			continue // an OAuthFieldView is a person's yes
		}
		alone := maps.Clone(typed)
		delete(alone, "authorizationUrl")
		if _, err := providers(t).Mint(t.Context(), oauth.Connection{Method: minted, Values: alone}); err != nil {
			t.Fatal(err)
		}
		isOwn(t, s.last(t), inHeader)
		if form := s.last(t).PostForm; form.Get("grant_type") != "client_credentials" || form.Get("resource") != "feeds" {
			t.Errorf("%s: %v", file, form)
		}
	}
}

func isOwn(t *testing.T, r *http.Request, inHeader bool) {
	t.Helper()
	id, secret, _ := r.BasicAuth()
	if !inHeader {
		id, secret = r.PostForm.Get("client_id"), r.PostForm.Get("client_secret")
	}
	if id != "own" || secret != clientSecret || r.URL.Path != "/token" {
		t.Errorf("the client at %s is %s", r.URL.Path, id)
	}
}
