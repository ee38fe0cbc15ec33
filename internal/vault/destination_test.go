package vault

import (
	"testing"

	"keyward/models"
)

// A descriptor that sends a connection's secrets elsewhere than the one before makes people type them again, wherever it says so.
func TestMovedDestination_of_a_connection(t *testing.T) {
	second := func(change func(*models.OAuth2)) *models.AuthMethod {
		o := models.OAuth2{AuthorizationURL: "https://a.example.com/a", TokenURL: "https://a.example.com/t", Hosts: []string{"a.example.com"}}
		change(&o)
		return &models.AuthMethod{OAuth2: &o}
	}
	first := func(token string) *models.AuthMethod {
		return &models.AuthMethod{OAuth1: &models.OAuth1{AccessTokenURL: token}}
	}
	same := func(*models.OAuth2) {}
	for name, tt := range map[string]struct {
		before, now *models.AuthMethod
		want        bool
	}{
		"the same":               {second(same), second(same), false},
		"only the scopes' look":  {second(same), second(func(o *models.OAuth2) { o.ScopeSeparator = "," }), false},
		"another token URL":      {second(same), second(func(o *models.OAuth2) { o.TokenURL = "https://b.example.com/t" }), true},
		"another revocation URL": {second(same), second(func(o *models.OAuth2) { o.RevocationURL = "https://b.example.com/r" }), true},
		"another issuer":         {second(same), second(func(o *models.OAuth2) { o.Discovery = "https://b.example.com" }), true},
		"another variable":       {second(same), second(func(o *models.OAuth2) { o.Variables = map[string]string{"base": "https://b.example.com"} }), true},
		"OAuth 1.0a":             {first("https://a.example.com"), first("https://b.example.com"), true},
	} {
		if got := movedDestination(tt.before, nil, tt.now, nil); got != tt.want {
			t.Errorf("%s: %t", name, got)
		}
	}
}
