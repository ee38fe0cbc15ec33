package graph_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	. "keyward/internal/gatewaytest"
	"keyward/models"
)

const fetchFieldOptions = `mutation($input: FetchFieldOptionsInput!) { fetchFieldOptions(input: $input) { __typename
	... on FetchFieldOptionsSuccess { options { value label } } ... on ValidationError { issues { path message } }
	... on VerificationFailedError { message verification { outcome reason } } } }`

// harvest is a descriptor whose accounts are asked of url with the token.
func harvest(url string) string {
	return fmt.Sprintf(`{"title": "Harvest", "hosts": ["{{url}}"], "methods": [{"key": "token", "title": "Token", "kind": "BEARER", "fields": {
		"url": {"label": "Address", "viewClass": "TextFieldView", "required": true, "format": "url", "default": %q},
		"token": {"label": "Token", "viewClass": "PasswordFieldView", "required": true},
		"note": {"label": "Note", "viewClass": "TextFieldView", "secret": false, "required": true, "pattern": "[a-z]+", "patternMessage": "Small letters."},
		"account": {"label": "Account", "viewClass": "SelectView", "required": true, "optionsFrom": {
			"request": {"method": "GET", "url": "{{url}}/accounts", "headers": {"Authorization": "Bearer {{token}}"}}, "items": "/accounts", "value": "/id", "label": "/name"}}},
		"verification": {"protocol": "http", "source": "https://docs.example.com/auth",
			"request": {"method": "GET", "url": "{{url}}/me", "headers": {"Authorization": "Bearer {{token}}", "Account": "{{account}}"}},
			"accept": {"status": [200]}, "reject": {"status": [401]}}}]}`, url)
}

func TestFetchFieldOptions(t *testing.T) {
	Each(t, func(t *testing.T, g *Gateway) {
		var asked []string
		answer := `{"accounts": [{"id": 7, "name": "North"}, {"id": "8", "name": " So\nuth\u202e "}, {"id": 7, "name": "again"}, {"id": null}, {"id": "a\nb"}, {"id": "9"}, 5]}`
		s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			asked = append(asked, r.URL.Path+" "+r.Header.Get("Authorization")+" "+r.Header.Get("Account"))
			switch r.Header.Get("Authorization") {
			case "Bearer right":
				_, _ = io.WriteString(w, answer)
			case "Bearer busy":
				w.WriteHeader(http.StatusTooManyRequests)
			default:
				w.WriteHeader(http.StatusUnauthorized)
			}
		}))
		t.Cleanup(s.Close)
		elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("another host was asked") }))
		t.Cleanup(elsewhere.Close)
		c := g.Client(t, models.RoleOwner)
		id := c.Import(t, "harvest-of-ours", harvest(s.URL))
		fetch := func(credential any, field string, pairs ...string) Object {
			fields := []Vars{}
			for i := 0; i < len(pairs); i += 2 {
				fields = append(fields, Vars{"key": pairs[i], "value": pairs[i+1]})
			}
			input := Vars{"componentId": id, "field": field, "fields": fields}
			if credential != nil {
				input["credentialId"] = credential
			}
			return c.Must(t, fetchFieldOptions, Vars{"input": input})["fetchFieldOptions"].(map[string]any)
		}

		spec := c.Must(t, `{ component(key: "harvest-of-ours") { authMethods { fields { key view fetchesOptions options { value } } } } }`, nil)
		if got := fmt.Sprint(spec.At("component.authMethods.0.fields.3")); got != "map[fetchesOptions:true key:account options:[] view:SELECT]" {
			t.Errorf("%s", got)
		}
		// Of a form that isn't complete yet.
		got := fetch(nil, "account", "token", "right")
		if text := fmt.Sprint(got.At("options")); text != "[map[label:North value:7] map[label:South value:8] map[label:9 value:9]]" {
			t.Errorf("%v", got)
		}
		for name, tc := range map[string]struct {
			field, token, want string
		}{
			"a wrong token":    {"account", "wrong", "map[__typename:VerificationFailedError message:The service rejected these values. Check for typos, and that the key or password is still valid. verification:map[outcome:REJECTED reason:AUTH_REJECTED]]"},
			"too busy":         {"account", "busy", "map[__typename:VerificationFailedError message:Too many requests were made of the service. Try again in a few minutes. verification:map[outcome:UNAVAILABLE reason:RATE_LIMITED]]"},
			"an empty token":   {"account", "", "map[__typename:ValidationError issues:[map[message:Token is required. path:[fields token]]]]"},
			"another field":    {"token", "right", "map[__typename:ValidationError issues:[map[message:This field's options are not fetched. See fetchesOptions of the auth method's fields. path:[field]]]]"},
			"no field":         {"nope", "right", "map[__typename:ValidationError issues:[map[message:This field's options are not fetched. See fetchesOptions of the auth method's fields. path:[field]]]]"},
			"lines in a token": {"account", "a\nb", "map[__typename:ValidationError issues:[map[message:Token must be a single line. path:[fields token]]]]"},
		} {
			if got := fmt.Sprint(fetch(nil, tc.field, "token", tc.token)); got != tc.want {
				t.Errorf("%s: %s", name, got)
			}
		}
		if got := fetch(nil, "account", "token", "right", "note", "LOUD"); got.Text("issues.0.message") != "Small letters." {
			t.Errorf("%v", got)
		}

		if got := fmt.Sprint(fetch(nil, "account")); got != "map[__typename:ValidationError issues:[map[message:Token is needed to fetch the options. path:[fields token]]]]" {
			t.Errorf("no token: %s", got)
		}

		// Any value is taken; the dry request proves it.
		saved := c.Must(t, CreateCredential, Vars{"input": Vars{"componentId": id, "name": "H", "fields": []Vars{
			{"key": "token", "value": "right"}, {"key": "note", "value": "a"}, {"key": "account", "value": "of one's own"},
		}}})
		credential := saved.Text("createCredential.credential.id")
		if credential == "" || asked[len(asked)-1] != "/me Bearer right of one's own" {
			t.Fatalf("%v %v", saved, asked)
		}
		// Of a saved one, with its secret, but never at another address.
		if got := fetch(credential, "account"); got.Len("options") != 3 {
			t.Errorf("%v", got)
		}
		if got := fetch(credential, "account", "url", elsewhere.URL); !strings.Contains(got.Text("issues.0.message"), "Token has to be typed again") {
			t.Errorf("%v", got)
		}
		for _, body := range []string{`{}`, `{"accounts": {}}`, `[]`, `<html>`, `{"accounts": [` + strings.Repeat(`{"id": 1},`, 10_000) + `1]}`} {
			answer = body
			if got := fetch(credential, "account"); got.Text("verification.outcome") != "UNAVAILABLE" {
				t.Errorf("%.20s: %v", body, got)
			}
		}
		many := make([]string, 1500)
		for i := range many {
			many[i] = fmt.Sprintf(`{"id": %d}`, i)
		}
		answer = `{"accounts": [` + strings.Join(many, ",") + `]}`
		if got := fetch(credential, "account"); got.Len("options") != 1000 {
			t.Errorf("%d options", got.Len("options"))
		}
		events := c.Must(t, `{ auditEvents(first: 1) { nodes { action detail targetId } } }`, nil)
		if got := fmt.Sprint(events.At("auditEvents.nodes.0")); got != fmt.Sprintf("map[action:CREDENTIAL_CHECKED detail:options of account, ACCEPTED targetId:%s]", credential) {
			t.Errorf("%s", got)
		}

		// Its component changes under it: the method goes, then all of it retires. An edit of the credential goes on.
		c.Must(t, ImportComponent, Vars{"input": Vars{"key": "harvest-of-ours", "descriptor": plain, "force": true}})
		if got := fetch(credential, "account"); got.Len("options") != 1000 {
			t.Errorf("its method is gone: %v", got)
		}
		if retired := c.Must(t, DeleteComponent, Vars{"input": Vars{"id": id}}); retired.At("deleteComponent.retired") != true {
			t.Errorf("%v", retired)
		}
		if got := fetch(credential, "account"); got.Len("options") != 1000 {
			t.Errorf("its component has retired: %v", got)
		}
		if got := fetch(nil, "account", "token", "right"); got.Text("issues.0.path.0") != "componentId" {
			t.Errorf("of a new one: %v", got)
		}
		id = "cmp_petstore"
		if got := fetch(credential, "account"); got.Text("__typename") != "NotFoundError" {
			t.Errorf("of another component: %v", got)
		}
	})
}
