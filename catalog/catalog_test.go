package catalog

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"keyward/models"
)

func builtins(t *testing.T) map[string]*models.Component {
	t.Helper()
	components, err := Load(Builtin(), nil)
	if err != nil {
		t.Fatal(err)
	}
	byKey := map[string]*models.Component{}
	for _, c := range components {
		byKey[c.Key] = c
	}
	return byKey
}

func TestBuiltin(t *testing.T) {
	for key, c := range builtins(t) {
		t.Run(key, func(t *testing.T) {
			if c.ID != "cmp_"+key || c.Description == "" || c.DocsURL == "" || len(c.Icon) == 0 || len(c.Version) != 64 {
				t.Errorf("incomplete: %s %q %q, icon of %d bytes, version %s", c.ID, c.Description, c.DocsURL, len(c.Icon), c.Version)
			}
			if c.RequiresCredential() == (c.Category == models.CategoryUtility) { // their steps alone have none
				t.Errorf("of the family %s, requires a credential: %v", c.Category, c.RequiresCredential())
			}
			for _, m := range c.Methods {
				complete(t, &m)
			}
		})
	}
}

// complete checks what every method of a component that comes with Keyward owes to people.
func complete(t *testing.T, m *models.AuthMethod) {
	t.Helper()
	if m.DryRequest == nil {
		t.Fatalf("%s can't be verified", m.Key)
	}
	if m.DryRequest.Source == "" || len(m.DryRequest.Hosts) == 0 {
		t.Errorf("%s: the source or the hosts of the dry request are missing", m.Key)
	}
	for _, f := range m.Fields {
		// A generated key is found somewhere at the vendor's: say where.
		if f.Generated && f.Note == "" {
			t.Errorf("%s/%s: no note tells where to find it", m.Key, f.Key)
		}
		if f.View == models.ViewPassword && !f.Secret {
			t.Errorf("%s/%s: a password is not secret", m.Key, f.Key)
		}
	}
}

func TestBuiltin_sorted_by_title(t *testing.T) {
	components, err := Load(Builtin(), nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := 1; i < len(components); i++ {
		if before, c := components[i-1].Title, components[i].Title; strings.ToLower(before) > strings.ToLower(c) {
			t.Errorf("%s stands before %s", before, c)
		}
	}
}

// The requests as the vendors document them.
func TestBuiltin_requests(t *testing.T) {
	get := func(url string) models.HTTPRequest { return models.HTTPRequest{Method: "GET", URL: url} }
	with := func(r models.HTTPRequest, name, value string) models.HTTPRequest {
		r.Headers = map[string]string{name: value}
		return r
	}
	basic := func(r models.HTTPRequest, username, password string) models.HTTPRequest {
		r.Basic = &models.BasicAuth{Username: username, Password: password}
		return r
	}
	post := models.HTTPRequest{Method: "POST", URL: "{{baseUrl}}/auth.test"}
	query := get("{{testUrl}}")
	query.Query = map[string]string{"{{parameterName}}": "{{apiKey}}"}
	tests := map[string]struct {
		request models.HTTPRequest
		host    string
	}{
		"petstore/api-key":           {with(get("{{baseUrl}}/user/me"), "api-key", "{{apiKey}}"), "petstore.elastic.io"},
		"mailchimp/api-key":          {basic(get("https://{{dataCentre}}.api.mailchimp.com/3.0/ping"), "keyward", "{{apiKey}}"), "*.api.mailchimp.com"},
		"stripe/api-key":             {with(get("{{baseUrl}}/v1/balance"), "Authorization", "Bearer {{apiKey}}"), "api.stripe.com"},
		"pipedrive/api-token":        {with(get("https://{{companyDomain}}.pipedrive.com/api/v1/users/me"), "x-api-token", "{{apiToken}}"), "*.pipedrive.com"},
		"shopify-admin/access-token": {with(get("https://{{shop}}.myshopify.com/admin/api/{{apiVersion}}/shop.json"), "X-Shopify-Access-Token", "{{accessToken}}"), "*.myshopify.com"},
		"zendesk/api-token":          {basic(get("https://{{subdomain}}.zendesk.com/api/v2/users/me.json"), "{{email}}/token", "{{apiToken}}"), "*.zendesk.com"},
		"slack/bot-token":            {with(post, "Authorization", "Bearer {{botToken}}"), "slack.com"},
		"rest-api/none":              {get("{{testUrl}}"), "{{testUrl}}"},
		"rest-api/basic":             {basic(get("{{testUrl}}"), "{{username}}", "{{password}}"), "{{testUrl}}"},
		"rest-api/bearer":            {with(get("{{testUrl}}"), "Authorization", "Bearer {{token}}"), "{{testUrl}}"},
		"rest-api/api-key-header":    {with(get("{{testUrl}}"), "{{headerName}}", "{{apiKey}}"), "{{testUrl}}"},
		"rest-api/api-key-query":     {query, "{{testUrl}}"},
	}
	components := builtins(t)
	for name, want := range tests {
		t.Run(name, func(t *testing.T) {
			key, method, _ := strings.Cut(name, "/")
			dry := dryRequest(t, components[key], method)
			if diff := cmp.Diff(want.request, *dry.Request); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff([]string{want.host}, dry.Hosts); diff != "" || dry.Protocol != "http" {
				t.Errorf("%s %s", dry.Protocol, diff)
			}
		})
	}
}

func dryRequest(t *testing.T, c *models.Component, method string) *models.DryRequest {
	t.Helper()
	m, ok := c.Method(method)
	if !ok || m.DryRequest == nil {
		t.Fatalf("%s has no method %s with a dry request", c.Key, method)
	}
	return m.DryRequest
}

// What the vendors' answers mean, where it is more than «200 yes, 401 no».
func TestBuiltin_answers(t *testing.T) {
	components := builtins(t)
	t.Run("stripe: a restricted key without rights is neither yes nor no", func(t *testing.T) {
		want := []models.ResponseRule{{Status: []int{403}, Reason: models.ReasonInsufficientScope}}
		if diff := cmp.Diff(want, dryRequest(t, components["stripe"], "").Unavailable); diff != "" {
			t.Error(diff)
		}
	})
	t.Run("zendesk: the anonymous user that a wrong address yields is a no", func(t *testing.T) {
		dry := dryRequest(t, components["zendesk"], "")
		accept := []models.ResponseRule{{Status: []int{200}, JSON: []models.JSONCondition{{Pointer: "/user/role", In: []any{"agent", "admin"}}}}}
		anonymous := models.ResponseRule{Status: []int{200}, JSON: []models.JSONCondition{{Pointer: "/user/id", In: []any{nil}}}}
		if diff := cmp.Diff(accept, dry.Accept) + cmp.Diff(anonymous, dry.Reject[0]); diff != "" {
			t.Error(diff)
		}
	})
	t.Run("slack: a 200 that says ok false is a no, unless Slack itself is in trouble", func(t *testing.T) {
		dry := dryRequest(t, components["slack"], "")
		accept := []models.ResponseRule{{Status: []int{200}, JSON: []models.JSONCondition{{Pointer: "/ok", Equals: true}}}}
		reject := []models.ResponseRule{{Status: []int{200, 401, 403}, JSON: []models.JSONCondition{{Pointer: "/ok", Equals: false}}}}
		if diff := cmp.Diff(accept, dry.Accept) + cmp.Diff(reject, dry.Reject); diff != "" {
			t.Error(diff)
		}
		for i, trouble := range []string{"ratelimited", "internal_error"} {
			if !slices.Contains(dry.Unavailable[i].JSON[0].In, any(trouble)) {
				t.Errorf("%s would count as a no", trouble)
			}
		}
	})
	t.Run("mailchimp: the data centre is the end of the key", func(t *testing.T) {
		want := map[string]models.Derivation{"dataCentre": {From: "apiKey", Pattern: "-([A-Za-z]+[0-9]+)$"}}
		if diff := cmp.Diff(want, dryRequest(t, components["mailchimp"], "").Derived); diff != "" {
			t.Error(diff)
		}
	})
}

func TestBuiltin_databases(t *testing.T) {
	for key, want := range map[string]struct{ protocol, port, encryption, usual string }{
		"postgresql":       {"postgres", "5432", "sslMode", "verify-full"},
		"mysql":            {"mysql", "3306", "tls", "verify"},
		"redis":            {"redis", "6379", "tls", "verify"},
		"clickhouse":       {"clickhouse", "8443", "tls", "verify"},
		"mongodb":          {"mongodb", "27017", "tls", "verify"},
		"sql-server":       {"sqlserver", "1433", "encrypt", "true"},
		"oracle":           {"oracle", "2484", "tls", "verify"},
		"mariadb":          {"mysql", "3306", "tls", "verify"},
		"cockroachdb":      {"postgres", "26257", "sslMode", "verify-full"},
		"amazon-redshift":  {"postgres", "5439", "sslMode", "verify-full"},
		"azure-postgresql": {"postgres", "5432", "sslMode", "verify-full"},
	} {
		c := builtins(t)[key]
		dry := dryRequest(t, c, "")
		params := map[string]string{"host": "{{host}}", "port": "{{port}}", "database": "{{database}}", "user": "{{user}}",
			"password": "{{password}}", want.encryption: "{{" + want.encryption + "}}"}
		for _, own := range []string{"authSource", "sid"} { // what some databases ask for besides
			if _, ok := c.Methods[0].Field(own); ok {
				params[own] = "{{" + own + "}}"
			}
		}
		if diff := cmp.Diff(params, dry.Params) + cmp.Diff([]string{"{{host}}"}, dry.Hosts); diff != "" || dry.Protocol != want.protocol {
			t.Errorf("%s: %s %s", key, dry.Protocol, diff)
		}
		port, _ := c.Methods[0].Field("port")
		encryption, _ := c.Methods[0].Field(want.encryption)
		if port.DefaultValue != want.port || encryption.DefaultValue != want.usual || c.Methods[0].Kind != models.AuthDatabase {
			t.Errorf("%s: port %s, %s %s, kind %s", key, port.DefaultValue, want.encryption, encryption.DefaultValue, c.Methods[0].Kind)
		}
	}
}

func TestBuiltin_patterns(t *testing.T) {
	tests := []struct {
		field, value string
		fits         bool
	}{
		{"mailchimp/apiKey", strings.Repeat("0a", 16) + "-us21", true},
		{"mailchimp/apiKey", strings.Repeat("0a", 16), false},
		{"stripe/apiKey", "sk_test_" + strings.Repeat("Ab1", 30), true},
		{"stripe/apiKey", "rk_live_Ab1", true},
		{"stripe/apiKey", "pk_live_Ab1", false},
		{"pipedrive/companyDomain", "acme-tools2", true},
		{"pipedrive/companyDomain", "acme.pipedrive.com", false},
		{"shopify-admin/shop", "acme", true},
		{"shopify-admin/shop", "evil.example/x?", false},
		{"shopify-admin/accessToken", "shpat_" + strings.Repeat("0a", 16), true},
		{"shopify-admin/accessToken", strings.Repeat("0a", 16), true},
		{"shopify-admin/accessToken", "shpss_" + strings.Repeat("0a", 16), false},
		{"zendesk/email", "a.b+c@example.com", true},
		{"zendesk/email", "a@example.com/token", false},
		{"slack/botToken", "xoxb-1-2-Ab", true},
		{"slack/botToken", "xoxe.xoxb-1-Ab", true},
		{"slack/botToken", "xoxp-1-2-Ab", false},
	}
	components := builtins(t)
	for _, tt := range tests {
		key, name, _ := strings.Cut(tt.field, "/")
		field, _ := components[key].Methods[0].Field(name)
		pattern, err := wholePattern(field.Pattern)
		if err != nil || pattern.MatchString(tt.value) != tt.fits {
			t.Errorf("%s: does %q fit? %v, want %v (%v)", tt.field, tt.value, !tt.fits, tt.fits, err)
		}
	}
}

func TestLoad(t *testing.T) {
	file := func(text string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(text)} }
	t.Run("orders by title without letter case, then by key", func(t *testing.T) {
		components, err := Load(fstest.MapFS{
			"b/component.json": file(`{"title":"alpha"}`), "c/component.json": file(`{"title":"Beta"}`),
			"a/component.json": file(`{"title":"Alpha"}`), "schema.json": file("not a folder"),
		}, nil)
		if err != nil {
			t.Fatal(err)
		}
		var keys string
		for _, c := range components {
			keys += c.Key
		}
		if keys != "abc" {
			t.Errorf("order %s", keys)
		}
	})
	t.Run("names every broken descriptor", func(t *testing.T) {
		_, err := Load(fstest.MapFS{
			"good/component.json": file(`{"title":"Good"}`), "bad/component.json": file(`{"title":7}`),
			"worse/component.json": file(`{`), "empty/icon.svg": file(`<svg/>`),
		}, nil)
		for _, name := range []string{"catalog/bad/component.json: at /title: ", "catalog/worse/component.json: ", "catalog/empty/component.json: "} {
			if err == nil || !strings.Contains(err.Error(), name) {
				t.Errorf("%q is not in %v", name, err)
			}
		}
	})
	t.Run("keeps what a component came from", func(t *testing.T) {
		text := `{ "title": "Good" }`
		components, err := Load(fstest.MapFS{"good/component.json": file(text), "good/icon.svg": file(`<svg/>`)}, nil)
		if err != nil || string(components[0].Descriptor) != text || string(components[0].Icon) != `<svg/>` {
			t.Errorf("%v, %v", components, err)
		}
	})
}

// Editors put a mark before the text, which is none of it.
func TestParse_byte_order_mark(t *testing.T) {
	plain, marked := parse(t, `{"title":"T"}`), parse(t, "\ufeff"+`{"title":"T"}`)
	if marked.Title != "T" || marked.Version != plain.Version {
		t.Errorf("with a mark it is %q, version %s", marked.Title, marked.Version)
	}
}

func TestParse_version(t *testing.T) {
	version := func(text string) string {
		c, err := Parse("x", []byte(text), nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		return c.Version
	}
	first := version(`{"title":"A <b>","variables":{"v":{"default":"1"}}}`)
	if spaced := version("{\n \"variables\" : {\"v\":{ \"default\":\"1\"}},\t\"title\":\"A \\u003cb>\"\n}"); spaced != first {
		t.Error("white space, the order of keys or a way of escaping moved the version")
	}
	if version(`{"title":"A <c>","variables":{"v":{"default":"1"}}}`) == first {
		t.Error("another title kept the version")
	}
	overridden, err := Parse("x", []byte(`{"title":"A <b>","variables":{"v":{"default":"1"}}}`), nil, func(string) (string, bool) { return "2", true })
	if err != nil || overridden.Version != first {
		t.Errorf("an operator's setting moved the version: %v", err)
	}
}
