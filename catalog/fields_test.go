package catalog

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"keyward/models"
)

func parse(t *testing.T, descriptor string) *models.Component {
	t.Helper()
	c, err := Parse("example", []byte(descriptor), nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func fixture(t *testing.T, name string) *models.Component {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", "elastic", name))
	if err != nil {
		t.Fatal(err)
	}
	return parse(t, string(text))
}

func TestParse_secret_unless_known_to_be_public(t *testing.T) {
	tests := []struct {
		key, label, view, more string
		secret                 bool
	}{
		// As elastic.io's descriptors have them: secrets in plain text fields.
		{"accessKeySecret", "Secret Access Key", "TextFieldView", "", true},
		{"accessKeyId", "Access Key Id", "TextFieldView", "", true},
		{"apiKey", "Your API Key", "TextFieldView", "", true},
		{"token", "API token", "TextFieldView", "", true},
		{"conString", "Connection String", "TextFieldView", "", true},
		{"privateKey", "Private Key", "TextAreaView", "", true},
		{"connectionUri", "Connection URI", "TextFieldView", "", true},
		{"webhookUrl", "Webhook URL", "TextFieldView", "", true},
		{"userPassword", "User password", "TextFieldView", "", true},
		{"databasePassword", "Database", "TextFieldView", "", true},
		{"database", "Database password", "TextFieldView", "", true},
		{"login", "Login token", "TextFieldView", "", true},
		{"projectId", "Project Id", "TextFieldView", "", true},
		{"whatever", "Whatever", "TextFieldView", "", true},
		{"host", "Host", "PasswordFieldView", "", true},
		{"host", "Host", "HologramView", "", true},
		{"brokerUrl", "Broker URL", "TextFieldView", `,"placeholder":"amqp://user:password@host"`, true},
		{"host", "Host", "TextFieldView", `,"secret":true`, true},
		{"choice", "Choice", "SelectView", `,"model":{"a":"A"},"secret":true`, true},

		{"host", "Connection URI (host)", "TextFieldView", "", false},
		{"port", "Connection port", "TextFieldView", "", false},
		{"database", "Database Name", "TextFieldView", "", false},
		{"dbName", "Name", "TextFieldView", "", false},
		{"user", "User", "TextFieldView", "", false},
		{"username", "User Name", "TextFieldView", "", false},
		{"account", "E-mail / login", "TextFieldView", "", false},
		{"vhost", "Virtual host", "TextFieldView", "", false},
		{"email", "Email", "TextFieldView", "", false},
		{"awsRegion", "Region", "TextFieldView", "", false},
		{"company_domain", "Company domain", "TextFieldView", "", false},
		{"resourceServerUrl", "The URL of the service", "TextFieldView", "", false},
		{"baseURL", "Base", "TextFieldView", "", false},
		{"prodEnv", "Environment", "TextFieldView", "", false},
		{"secretChoice", "Secret", "SelectView", `,"model":{"a":"A"}`, false},
		{"allow", "Allow", "CheckBoxView", "", false},
		{"apiKey", "API key", "TextFieldView", `,"secret":false`, false},
		{"anything", "Anything", "TextFieldView", `,"format":"port"`, false},
	}
	for _, tt := range tests {
		t.Run(tt.key+" "+tt.label+" "+tt.view+tt.more, func(t *testing.T) {
			c := parse(t, fmt.Sprintf(`{"title":"T","credentials":{"fields":{%q:{"label":%q,"viewClass":%q%s}}}}`, tt.key, tt.label, tt.view, tt.more))
			if got := c.Methods[0].Fields[0].Secret; got != tt.secret {
				t.Errorf("secret: %v", got)
			}
		})
	}
}

// A public URL or host has a format, so that nobody can put a password into it.
func TestParse_public_addresses_have_a_format(t *testing.T) {
	c := parse(t, `{"title":"T","credentials":{"fields":{
		"serverUrl":{"label":"Server","viewClass":"TextFieldView"}, "smtpHost":{"label":"Server","viewClass":"TextFieldView"},
		"smtpPort":{"label":"Port","viewClass":"TextFieldView"}, "user":{"label":"User","viewClass":"TextFieldView"},
		"vhost":{"label":"Virtual host","viewClass":"TextFieldView"}}}}`)
	for i, want := range []models.FieldFormat{models.FormatURL, models.FormatHost, models.FormatPort, "", ""} {
		if f := c.Methods[0].Fields[i]; f.Format != want || f.Secret {
			t.Errorf("%s: format %q, secret %v", f.Key, f.Format, f.Secret)
		}
	}
}

func TestParse_destinations(t *testing.T) {
	field := func(key, more string) string {
		return fmt.Sprintf(`%q:{"label":"Field","viewClass":"TextFieldView","secret":false%s}`, key, more)
	}
	http := func(url, hosts, derived, more string) string {
		return `"hosts":[` + hosts + `],"verification":{"protocol":"http","accept":{"status":[200]},"derived":{` + derived + `},"request":{"method":"GET","url":"` + url + `"` + more + `}}`
	}
	tests := map[string]struct {
		field, rest string
		destination bool
	}{
		"in the host":                 {field("a", ""), http("https://{{a}}.example.com/", `"*.example.com"`, "", ""), true},
		"in the path":                 {field("a", ""), http("https://example.com/{{a}}/me", `"example.com"`, "", ""), true},
		"the whole URL":               {field("a", `,"format":"url"`), http("{{a}}", `"{{a}}"`, "", ""), true},
		"in hosts alone":              {field("a", ""), http("https://example.com/", `"example.com","{{a}}.example.com"`, "", ""), true},
		"cut out of it":               {field("a", ""), http("https://{{b}}.example.com/", `"*.example.com"`, `"b":{"from":"a","pattern":"-(.+)"}`, ""), true},
		"a header":                    {field("a", ""), http("https://example.com/", `"example.com"`, "", `,"headers":{"X":"{{a}}"}`), false},
		"the query":                   {field("a", ""), http("https://example.com/", `"example.com"`, "", `,"query":{"x":"{{a}}"}`), false},
		"said so":                     {field("a", `,"destination":true`), `"description":""`, true},
		"format host":                 {field("a", `,"format":"host"`), `"description":""`, true},
		"format port":                 {field("a", `,"format":"port"`), `"description":""`, true},
		"by name":                     {field("subdomain", ""), `"description":""`, true},
		"by name, a secret one":       {`"connectionString":{"label":"Connection","viewClass":"TextFieldView"}`, `"description":""`, true},
		"a server":                    {`"server":{"label":"Server","viewClass":"TextFieldView"}`, `"description":""`, true},
		"a TLS switch":                {`"useTLS":{"label":"Encrypt","viewClass":"CheckBoxView"}`, `"description":""`, true},
		"none of it":                  {field("a", ""), `"description":""`, false},
		"a parameter":                 {field("a", ""), `"verification":{"protocol":"postgres","params":{"host":"h.example.com","sslMode":"{{a}}"}}`, true},
		"the user, of the parameters": {field("a", ""), `"verification":{"protocol":"postgres","params":{"host":"h.example.com","user":"{{a}}"}}`, false},
		"the database":                {field("a", ""), `"verification":{"protocol":"postgres","params":{"host":"h.example.com","database":"{{a}}"}}`, false},
		"the password":                {field("a", ""), `"verification":{"protocol":"postgres","params":{"host":"h.example.com","password":"{{a}}"}}`, false},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			c := parse(t, `{"title":"T","credentials":{"fields":{`+tt.field+`}},`+tt.rest+`}`)
			if got := c.Methods[0].Fields[0].Destination; got != tt.destination {
				t.Errorf("destination: %v", got)
			}
		})
	}
	t.Run("in the URLs where people sign in", func(t *testing.T) {
		if zone, _ := fixture(t, "oauth2.json").Methods[0].Field("zone"); !zone.Destination {
			t.Error("is none")
		}
	})
}

func TestParse_order(t *testing.T) {
	c := fixture(t, "note-and-order.json")
	want := []string{"early", "late", "zebra", "apple", "mood", "things", "fetched", "loud", "query", "odd"}
	var got []string
	for i, f := range c.Methods[0].Fields {
		got = append(got, f.Key)
		if i > 0 && f.Order >= c.Methods[0].Fields[i-1].Order {
			t.Errorf("%s has order %d, after %d", f.Key, f.Order, c.Methods[0].Fields[i-1].Order)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if early := c.Methods[0].Fields[0]; early.Order != 7 {
		t.Errorf("a given order became %d", early.Order)
	}
}

func TestParse_views(t *testing.T) {
	m := fixture(t, "note-and-order.json").Methods[0]
	views := map[string]models.FieldView{
		"zebra": models.ViewText, "mood": models.ViewSelect, "things": models.ViewMultiSelect, "fetched": models.ViewText,
		"loud": models.ViewCheckbox, "query": models.ViewTextArea, "odd": models.ViewText,
	}
	for key, want := range views {
		if f, _ := m.Field(key); f.View != want {
			t.Errorf("%s is shown as %s, want %s", key, f.View, want)
		}
	}
	mood, _ := m.Field("mood")
	options := []models.FieldOption{{Value: "3", Label: "Good"}, {Value: "1", Label: "Bad"}, {Value: "2", Label: "So so"}}
	if diff := cmp.Diff(options, mood.Options); diff != "" || mood.Placeholder != "How is it?" {
		t.Errorf("%q %s", mood.Placeholder, diff)
	}
	if fetched, _ := m.Field("fetched"); fetched.Secret {
		t.Error("a select whose options are fetched became secret")
	}
	if odd, _ := m.Field("odd"); !odd.Secret {
		t.Error("a field of an unknown view became public")
	}
	want := []models.DescriptorWarning{{Pointer: "/credentials/fields/odd/viewClass", Message: `"HologramView" is no view that Keyward has: the field is shown as text and kept secret`}}
	if diff := cmp.Diff(want, fixture(t, "note-and-order.json").Warnings); diff != "" {
		t.Error(diff)
	}
	if zebra, _ := m.Field("zebra"); zebra.Note != "Striped." {
		t.Errorf("note %q", zebra.Note)
	}
}

func TestParse_families(t *testing.T) {
	ledger := fixture(t, "oauth2.json").Methods[0]
	if ledger.DryRequest == nil {
		t.Error("what is declared for elastic.io's form isn't tried")
	}
	if diff := cmp.Diff(&models.OAuth2{
		Provider: "example", AuthorizationURL: "https://{{zone}}.ledger.example/authorize", TokenURL: "https://{{zone}}.ledger.example/token",
		Hosts: []string{"{{zone}}.ledger.example"}, Variables: map[string]string{}, ClientAuthentication: models.ClientPost, PKCE: true,
		ScopeSeparator: " ", AuthorizationParameters: map[string]string{},
		Answer: models.TokenAnswer{AccessToken: "/access_token", RefreshToken: "/refresh_token", ExpiresIn: "/expires_in", Scope: "/scope"},
	}, ledger.OAuth2); diff != "" {
		t.Error(diff)
	}
	other := parse(t, `{"title":"T","credentials":{"fields":{"auth":{"viewClass":"HTTPAuthView"},"projectId":{"label":"Project"}}}}`)
	if none := other.Methods[0]; none.Key != "none" || none.Kind != models.AuthCustom {
		t.Errorf("a method %s of kind %s has a secret field", none.Key, none.Kind)
	}
	spaced := parse(t, `{"title":"T","credentials":{"fields":{"o":{"viewClass":"OAuthFieldView"}},"oauth2":{"scopes":"read write"}}}`)
	if diff := cmp.Diff([]string{"read", "write"}, spaced.Methods[0].Scopes); diff != "" {
		t.Error(diff)
	}
	if url := fixture(t, "oauth2.json").DocsURL; url != "" {
		t.Errorf("a path of elastic.io's became the URL %q", url)
	}
}

func TestParse_kind_of_a_plain_form(t *testing.T) {
	tests := map[string]models.AuthKind{
		`"apiKey"`:                          models.AuthAPIKey,
		`"company_domain","token"`:          models.AuthAPIKey,
		`"username","password"`:             models.AuthBasic,
		`"host","database","user","passwd"`: models.AuthDatabase,
		`"dbHost","databaseName","secret"`:  models.AuthDatabase,
		`"projectId","writeKey"`:            models.AuthCustom,
		`"user"`:                            models.AuthCustom,
	}
	for keys, want := range tests {
		fields := ""
		for key := range strings.SplitSeq(keys, ",") {
			fields += fmt.Sprintf(`,%s:{"label":"L","viewClass":"TextFieldView"}`, key)
		}
		if got := parse(t, `{"title":"T","credentials":{"fields":{`+fields[1:]+`}}}`).Methods[0].Kind; got != want {
			t.Errorf("%s: %s, want %s", keys, got, want)
		}
	}
}

func TestParse_own_fields(t *testing.T) {
	c := parse(t, `{"title":"T","methods":[{"key":"m","title":"M","kind":"CUSTOM","scopes":["s"],"fields":{
		"mode":{"label":"Mode","viewClass":"SelectView","default":"b","options":[{"value":"b","label":"B"},{"value":"a","label":"A"}]},
		"many":{"label":"Many","viewClass":"MultiSelectView","default":["x"],"options":[{"value":"x","label":"X"}]},
		"on":{"label":"On","viewClass":"CheckBoxView","default":true},
		"key":{"label":"Key","viewClass":"PasswordFieldView","required":true,"generated":true,"pattern":"a|b","patternMessage":"Type a or b.",
			"helpUrl":"https://example.com/help","group":"More","visibleWhen":{"field":"mode","oneOf":["a"]},"placeholder":5}}}]}`)
	want := []models.FieldSpec{
		{Key: "mode", Label: "Mode", View: models.ViewSelect, Order: 4, DefaultValue: "b", Options: []models.FieldOption{{Value: "b", Label: "B"}, {Value: "a", Label: "A"}}},
		{Key: "many", Label: "Many", View: models.ViewMultiSelect, Order: 3, DefaultValue: `["x"]`, Options: []models.FieldOption{{Value: "x", Label: "X"}}},
		{Key: "on", Label: "On", View: models.ViewCheckbox, Order: 2, DefaultValue: "true"},
		{Key: "key", Label: "Key", View: models.ViewPassword, Order: 1, Required: true, Secret: true, Generated: true, Pattern: "a|b", PatternMessage: "Type a or b.",
			HelpURL: "https://example.com/help", Group: "More", Placeholder: "5", VisibleWhen: &models.FieldCondition{Field: "mode", OneOf: []string{"a"}}},
	}
	if diff := cmp.Diff(want, c.Methods[0].Fields); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"s"}, c.Methods[0].Scopes); diff != "" {
		t.Error(diff)
	}
	// Whole means whole: of an alternative too.
	if pattern, _ := wholePattern("a|b"); pattern.MatchString("ax") || pattern.MatchString("xb") || pattern.MatchString("a\n") {
		t.Error("a pattern matched a part of the value")
	}
}
