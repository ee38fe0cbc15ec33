package catalog

import (
	"encoding/json"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"keyward/models"
)

func TestParse_dry_request(t *testing.T) {
	c := parse(t, `{"title":"T","variables":{"base":{"default":"https://api.example.com:8443/v1"}},
		"methods":[{"key":"m","title":"M","kind":"CUSTOM","fields":{"key":{"label":"Key","viewClass":"PasswordFieldView"}}}],
		"verification":{"protocol":"http","source":"https://example.com/docs",
			"request":{"method":"POST","url":"{{base}}/me","json":{"b":["{{key}}"],"a":"<x>"}},
			"unavailable":{"status":[503]},
			"accept":[{"status":[200],"json":[{"pointer":"/n","equals":1},{"pointer":"","exists":false}]},{"json":[{"pointer":"/s","in":["a",null]}]}],
			"reject":{"status":[400],"reason":"INSUFFICIENT_SCOPE"}}}`)
	no := false
	want := &models.DryRequest{
		Protocol: "http", Source: "https://example.com/docs", Hosts: []string{"api.example.com"},
		Variables:   map[string]string{"base": "https://api.example.com:8443/v1"},
		Request:     &models.HTTPRequest{Method: "POST", URL: "{{base}}/me", JSON: `{"a":"<x>","b":["{{key}}"]}`},
		Unavailable: []models.ResponseRule{{Status: []int{503}}},
		Accept: []models.ResponseRule{
			{Status: []int{200}, JSON: []models.JSONCondition{{Pointer: "/n", Equals: json.Number("1")}, {Exists: &no}}},
			{JSON: []models.JSONCondition{{Pointer: "/s", In: []any{"a", nil}}}},
		},
		Reject: []models.ResponseRule{{Status: []int{400}, Reason: models.ReasonInsufficientScope}},
	}
	if diff := cmp.Diff(want, c.Methods[0].DryRequest); diff != "" {
		t.Error(diff)
	}
}

func TestParse_method_goes_before_the_top(t *testing.T) {
	verification := func(path string) string {
		return `{"protocol":"http","accept":{"status":[200]},"request":{"method":"GET","url":"https://example.com/` + path + `"}}`
	}
	method := func(key, more string) string {
		return `{"key":"` + key + `","title":"M","kind":"CUSTOM","fields":{}` + more + `}`
	}
	c := parse(t, `{"title":"T","hosts":["example.com"],"verification":`+verification("top")+`,"methods":[`+method("a", "")+`,`+
		method("b", `,"hosts":["*.com.example","example.com"],"verification":`+verification("own"))+`,`+
		`{"key":"c","title":"M","kind":"OAUTH2_AUTHORIZATION_CODE","fields":{}}`+`]}`)
	a, b := c.Methods[0].DryRequest, c.Methods[1].DryRequest
	if a.Request.URL != "https://example.com/top" || b.Request.URL != "https://example.com/own" || len(a.Hosts) != 1 || len(b.Hosts) != 2 {
		t.Errorf("%+v, %+v", a, b)
	}
	if c.Methods[2].DryRequest != nil {
		t.Error("a method that people sign in for has a dry request")
	}
}

func TestParse_hosts(t *testing.T) {
	tests := map[string]struct{ url, hosts, want string }{
		"of a fixed URL":         {"https://API.example.com/x", "", "api.example.com"},
		"of a variable":          {"{{base}}/x", "", "v.example.com"},
		"of an IPv6 address":     {"https://[::1]:8443/x", "", "::1"},
		"a variable's, declared": {"{{base}}/x", `"{{base}}"`, "v.example.com"},
		"a field's URL":          {"{{site}}", `"{{site}}"`, "{{site}}"},
		"wild":                   {"https://a.b.example.com", `"*.example.com"`, "*.example.com"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			hosts := ""
			if tt.hosts != "" {
				hosts = `"hosts":[` + tt.hosts + `],`
			}
			c := parse(t, `{"title":"T",`+hosts+`"variables":{"base":{"default":"https://v.example.com:99/p"}},
				"methods":[{"key":"m","title":"M","kind":"CUSTOM","fields":{"site":{"label":"Site","viewClass":"TextFieldView","format":"url"}}}],
				"verification":{"protocol":"http","accept":{"status":[200]},"request":{"method":"GET","url":"`+tt.url+`"}}}`)
			if diff := cmp.Diff([]string{tt.want}, c.Methods[0].DryRequest.Hosts); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestSettingName(t *testing.T) {
	for _, tt := range [][3]string{
		{"petstore", "baseUrl", "KEYWARD_COMPONENT_PETSTORE_BASE_URL"},
		{"shopify-admin", "apiVersion", "KEYWARD_COMPONENT_SHOPIFY_ADMIN_API_VERSION"},
		{"x", "baseURL", "KEYWARD_COMPONENT_X_BASE_URL"},
		{"x", "url", "KEYWARD_COMPONENT_X_URL"},
	} {
		if got := SettingName(tt[0], tt[1]); got != tt[2] {
			t.Errorf("%s %s: %s, want %s", tt[0], tt[1], got, tt[2])
		}
	}
}

func TestLoad_override(t *testing.T) {
	load := func(name, text string) (*models.Component, error) {
		components, err := Load(Builtin(), func(asked string) (string, bool) { return text, asked == name })
		for _, c := range components {
			if c.Key == "petstore" {
				return c, err
			}
		}
		return nil, err
	}
	const setting = "KEYWARD_COMPONENT_PETSTORE_BASE_URL"
	t.Run("the base URL, and with it the only host", func(t *testing.T) {
		c, err := load(setting, "http://localhost:8080/sample/petstore/v2/")
		if err != nil {
			t.Fatal(err)
		}
		dry := c.Methods[0].DryRequest
		if dry.Variables["baseUrl"] != "http://localhost:8080/sample/petstore/v2" || dry.Hosts[0] != "localhost" {
			t.Errorf("%v %v", dry.Variables, dry.Hosts)
		}
	})
	t.Run("nothing, when another setting is there", func(t *testing.T) {
		c, err := load("KEYWARD_COMPONENT_PETSTORE_URL", "http://localhost")
		if err != nil || c.Methods[0].DryRequest.Variables["baseUrl"] != "https://petstore.elastic.io/v2" {
			t.Errorf("%v %v", c, err)
		}
	})
	for _, bad := range []string{"", "localhost:8080", "/v2", "ftp://example.com", "https://", "https://u:canary@example.com", "https://example.com/?canary", "https://example.com/#canary", "https://example.com/{{canary}}", "https://exa mple.com/canary"} {
		t.Run("refused: "+bad, func(t *testing.T) {
			_, err := load(setting, bad)
			if err == nil {
				t.Fatal("was taken")
			}
			if text := err.Error(); !strings.Contains(text, setting) || !strings.Contains(text, "/variables/baseUrl") || strings.Contains(text, "canary") {
				t.Error(text)
			}
		})
	}
	t.Run("refused: one setting for two components", func(t *testing.T) {
		file := func(variable string) *fstest.MapFile {
			return &fstest.MapFile{Data: []byte(`{"title":"T","variables":{"` + variable + `":{"default":"x"}}}`)}
		}
		_, err := Load(fstest.MapFS{"a/component.json": file("bC"), "a-b/component.json": file("c")}, nil)
		if err == nil || !strings.Contains(err.Error(), "KEYWARD_COMPONENT_A_B_C") {
			t.Error(err)
		}
	})
}
