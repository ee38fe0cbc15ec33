package catalog

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"keyward/models"
)

// elastic is a descriptor with an OAuthFieldView, a public field zone, a secret one key, and a section oauth2.
func elastic(section, more string) string {
	return `{"title":"T"` + more + `,"credentials":{"fields":{"zone":{"label":"Zone","viewClass":"SelectView","model":{"eu":"EU"}},
		"site":{"label":"Site","viewClass":"TextFieldView","format":"url"},"key":{"label":"Key","viewClass":"PasswordFieldView"},
		"appId":{"label":"App","viewClass":"TextFieldView"},"oauth":{"viewClass":"OAuthFieldView"}},"oauth2":{` + section + `}}}`
}

// A registered client's secret goes to hosts that the descriptor knows; what can't be used is told and left out.
func TestElasticOAuth2_where_tokens_are_had(t *testing.T) {
	const page, own = `"auth_uri":"https://login.example.com/a",`, `"client_id":"{{appId}}","client_secret":"{{key}}",`
	for name, tt := range map[string]struct{ section, more, hosts, problem string }{
		"fixed":                             {page + `"token_uri":"https://TOKENS.example.com:8443/t"`, "", "login.example.com tokens.example.com", ""},
		"a zone of the vendor's":            {page + `"token_uri":"https://{{zone}}.example.com/t"`, "", "login.example.com {{zone}}.example.com", ""},
		"a zone of a top-level domain":      {page + `"token_uri":"https://{{zone}}.com/t"`, "", "", "registered client's secret"},
		"a zone of a country's companies":   {page + `"token_uri":"https://{{zone}}.co.uk/t"`, "", "", "registered client's secret"},
		"a shop of the vendor's":            {page + `"token_uri":"https://{{zone}}.myshopify.com/t"`, "", "login.example.com {{zone}}.myshopify.com", ""},
		"a field at the end":                {page + `"token_uri":"https://login.{{zone}}/t"`, "", "", "registered client's secret"},
		"a field alone":                     {page + `"token_uri":"{{site}}/t"`, "", "", "registered client's secret"},
		"a field alone, own client":         {own + page + `"token_uri":"{{site}}/t"`, "", "login.example.com {{site}}", ""},
		"a secret in the host":              {own + page + `"token_uri":"https://{{key}}.example.com/t"`, "", "", "which is secret"},
		"a secret in the path":              {page + `"token_uri":"https://example.com/{{key}}"`, "", "login.example.com example.com", ""},
		"a secret in the page's address":    {own + `"auth_uri":"https://example.com/{{key}}","token_uri":"https://example.com/t"`, "", "", "browser's address bar"},
		"user information":                  {page + `"token_uri":"https://u:p@example.com/t"`, "", "", "user information"},
		"a query after the token URL":       {page + `"token_uri":"https://example.com/t?x=y"`, "", "", "a query"},
		"a fragment":                        {page + `"token_uri":"https://example.com/t#x"`, "", "", "a fragment"},
		"no scheme":                         {page + `"token_uri":"example.com/t"`, "", "", "absolute http or https URL"},
		"another scheme":                    {page + `"token_uri":"file:///etc/passwd"`, "", "", "absolute http or https URL"},
		"a field that is no URL":            {own + page + `"token_uri":"{{zone}}/t"`, "", "", "absolute http or https URL"},
		"no token URL":                      {`"auth_uri":"https://login.example.com/a"`, "", "", "absolute http or https URL"},
		"the operator's, declared":          {page + `"token_uri":"https://{{TENANT_DOMAIN}}/t"`, `,"envVars":{"TENANT_DOMAIN":{"required":true}}`, "login.example.com tenant.example.com", ""},
		"the operator's, declared in a row": {page + `"token_uri":"https://{{TENANT_DOMAIN}}/t"`, `,"env":[{"name":"TENANT_DOMAIN"}]`, "login.example.com tenant.example.com", ""},
		"the operator's, not declared":      {page + `"token_uri":"https://{{TENANT_DOMAIN}}/t"`, "", "login.example.com tenant.example.com", ""},
		"the operator's, not set":           {page + `"token_uri":"https://{{NOWHERE}}/t"`, "", "", "absolute http or https URL"},
	} {
		t.Run(name, func(t *testing.T) {
			asked := []string{}
			c, err := Parse("foo", []byte(elastic(tt.section, tt.more)), nil, func(name string) (string, bool) {
				asked = append(asked, name)
				return "tenant.example.com", name == "KEYWARD_COMPONENT_FOO_TENANT_DOMAIN"
			})
			if err != nil {
				t.Fatal(err)
			}
			for _, name := range asked {
				if !strings.HasPrefix(name, "KEYWARD_COMPONENT_FOO_") {
					t.Errorf("the gateway's own %s was asked for", name)
				}
			}
			method := c.Methods[0]
			if tt.problem == "" {
				if method.OAuth2 == nil || strings.Join(method.OAuth2.Hosts, " ") != tt.hosts {
					t.Errorf("%+v", method.OAuth2)
				}
				return
			}
			told := ""
			for _, w := range c.Warnings {
				told += w.Pointer + ": " + w.Message + "\n"
			}
			if method.OAuth2 != nil || !strings.Contains(told, "/credentials/oauth2/") || !strings.Contains(told, tt.problem) {
				t.Errorf("%+v\n%s", method.OAuth2, told)
			}
		})
	}
}

func TestElasticOAuth2_undefined_names_are_refused(t *testing.T) {
	_, err := Parse("foo", []byte(elastic(`"auth_uri":"https://{{nowhere}}.example.com/a","token_uri":"https://example.com/t"`, "")), nil, nil)
	if err == nil || !strings.Contains(err.Error(), "at /credentials/oauth2/auth_uri: {{nowhere}} is no field") {
		t.Error(err)
	}
}

func TestElasticOAuth2_parameters(t *testing.T) {
	c := parse(t, elastic(`"auth_uri":"https://example.com/a?resource=https%3A%2F%2Fapi.example.com&state=mine","token_uri":"https://example.com/t","client_auth":"basic",
		"client_id":"{{ID}}","client_secret":"left here","access_type":"offline","zone":"{{zone}}","redirect_uri":"https://evil.example","hint":"{{key}}","deep":{"a":1},"times":3`, ""))
	o := c.Methods[0].OAuth2
	want := map[string]string{"resource": "https://api.example.com", "access_type": "offline", "zone": "{{zone}}", "times": "3"}
	if diff := cmp.Diff(want, o.AuthorizationParameters); diff != "" || o.ClientAuthentication != models.ClientBasic || o.ClientID != "" {
		t.Errorf("%s %+v", diff, o)
	}
	var told []string
	for _, w := range c.Warnings {
		told = append(told, w.Pointer)
		if strings.Contains(w.Message, "left here") {
			t.Errorf("a warning repeats a secret: %s", w.Message)
		}
	}
	if diff := cmp.Diff([]string{"/credentials/oauth2/client_secret", "/credentials/oauth2/auth_uri", "/credentials/oauth2/redirect_uri", "/credentials/oauth2/hint"}, told); diff != "" {
		t.Error(diff)
	}
}

// A variable that stands for a client's secret is the registered client's, never a variable that show would print.
func TestElasticOAuth2_client_is_no_variable(t *testing.T) {
	c, err := Parse("foo", []byte(elastic(`"client_id":"{{OAUTH_CLIENT_ID}}","client_secret":"{{OAUTH_CLIENT_SECRET}}","auth_uri":"https://example.com/a","token_uri":"https://example.com/t"`,
		`,"envVars":{"OAUTH_CLIENT_ID":{},"OAUTH_CLIENT_SECRET":{},"UNUSED":{"description":"d","required":true}}`)), nil,
		func(name string) (string, bool) { t.Errorf("%s was asked for", name); return "x", true })
	if err != nil {
		t.Fatal(err)
	}
	declared := []models.EnvironmentVariable{{Name: "OAUTH_CLIENT_ID"}, {Name: "OAUTH_CLIENT_SECRET"}, {Name: "UNUSED", Description: "d", Required: true}}
	if diff := cmp.Diff(declared, c.Environment); diff != "" || len(c.Variables) != 0 || c.Methods[0].Provider() != "foo" {
		t.Errorf("%s %v %s", diff, c.Variables, c.Methods[0].Provider())
	}
}

// A declared {{NAME}} may stand in a dry request too.
func TestElastic_settings_in_a_dry_request(t *testing.T) {
	c, err := Parse("foo", []byte(`{"title":"T","envVars":{"API_VERSION":{}},"credentials":{"fields":{"apiKey":{"label":"Key","viewClass":"PasswordFieldView"}}},
		"verification":{"protocol":"http","request":{"method":"GET","url":"https://example.com/{{API_VERSION}}/me"},"accept":{"status":[200]}}}`), nil,
		func(name string) (string, bool) { return "v46", name == "KEYWARD_COMPONENT_FOO_API_VERSION" })
	if err != nil || c.Methods[0].DryRequest.Variables["API_VERSION"] != "v46" || c.Variables["API_VERSION"] != "v46" || len(c.Warnings) > 0 {
		t.Errorf("%+v, %v", c, err)
	}
}

// One request is declared for all methods of a view of several kinds; each adds its own authentication.
func TestElasticFamilies_are_tried(t *testing.T) {
	descriptor := func(view string) string {
		return `{"title":"T","credentials":{"fields":{"auth":{"viewClass":"` + view + `"},"baseUrl":{"label":"Base URL","viewClass":"TextFieldView"}}},
			"hosts":["{{baseUrl}}"],"verification":{"protocol":"http","request":{"method":"GET","url":"{{baseUrl}}/me","headers":{"X-Version":"1"}},"accept":{"status":[200]}}}`
	}
	for key, want := range map[string]models.HTTPRequest{
		"none":                      {Headers: map[string]string{"X-Version": "1"}},
		"basic":                     {Headers: map[string]string{"X-Version": "1"}, Basic: &models.BasicAuth{Username: "{{username}}", Password: "{{password}}"}},
		"api-key":                   {Headers: map[string]string{"X-Version": "1", "{{headerName}}": "{{headerValue}}"}},
		"oauth2":                    {Headers: map[string]string{"X-Version": "1", "Authorization": "Bearer {{accessToken}}"}},
		"oauth2-client-credentials": {Headers: map[string]string{"X-Version": "1", "Authorization": "Bearer {{accessToken}}"}},
	} {
		want.Method, want.URL = "GET", "{{baseUrl}}/me"
		method, ok := parse(t, descriptor("HTTPAuthView")).Method(key)
		if !ok {
			t.Fatalf("%s is missing", key)
		}
		if diff := cmp.Diff(&want, method.DryRequest.Request); diff != "" {
			t.Errorf("%s: %s", key, diff)
		}
	}
	if hmac, ok := parse(t, descriptor("WebhookAuthView")).Method("hmac"); !ok || hmac.DryRequest != nil {
		t.Error("a signature of what comes in is tried")
	}
}
