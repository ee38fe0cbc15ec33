package catalog

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"keyward/models"
)

// vendor is what a vendor documents of its OAuth 2.0, with the variables' defaults filled in.
type vendor struct {
	provider                         string
	authorization, token, revocation string
	client                           models.ClientAuthentication
	pkce                             bool
	separator                        string
	refresh                          string   // the scope or parameter that yields a refresh token, where one is needed
	sent                             []string // hosts that codes, tokens and the client's secret may go to
	tried                            []string // hosts that the dry request may go to
	captured                         string
}

const (
	commas = ","
	spaces = " "
)

func google(api string) vendor {
	return vendor{
		provider: "google", authorization: "https://accounts.google.com/o/oauth2/v2/auth", token: "https://oauth2.googleapis.com/token",
		revocation: "https://oauth2.googleapis.com/revoke", client: "post", pkce: true, separator: spaces, refresh: "access_type=offline",
		sent: []string{"accounts.google.com", "oauth2.googleapis.com"}, tried: []string{api},
	}
}

func microsoft() vendor { return microsoftAt("graph.microsoft.com") }

func microsoftAt(api string) vendor {
	const login = "https://login.microsoftonline.com/{{tenant}}/oauth2/v2.0/"
	return vendor{
		provider: "microsoft", authorization: login + "authorize", token: login + "token", client: "post", pkce: true, separator: spaces,
		refresh: "offline_access", sent: []string{"login.microsoftonline.com"}, tried: []string{api},
	}
}

func salesforce(host string) vendor {
	return vendor{
		provider: "salesforce", authorization: "https://" + host + "/services/oauth2/authorize", token: "https://" + host + "/services/oauth2/token",
		revocation: "https://" + host + "/services/oauth2/revoke", client: "post", pkce: true, separator: spaces, refresh: "refresh_token",
		sent: []string{"*.salesforce.com"}, tried: []string{"*.salesforce.com"}, captured: "instanceUrl",
	}
}

// generic is a provider that a person names, where each credential brings its own client.
func generic(client models.ClientAuthentication, authorization, token, revocation string) vendor {
	v := vendor{
		provider: "oauth2", authorization: authorization, token: token, revocation: revocation, client: client, pkce: true, separator: spaces,
		tried: []string{"{{testUrl}}"},
	}
	for _, url := range []string{authorization, token, revocation} {
		if url != "" {
			v.sent = append(v.sent, url)
		}
	}
	return v
}

var vendors = map[string]vendor{
	"salesforce/oauth2":           salesforce("{{environment}}.salesforce.com"),
	"salesforce/oauth2-my-domain": salesforce("{{myDomain}}.my.salesforce.com"),
	"google-sheets/oauth2":        google("openidconnect.googleapis.com"),
	"google-drive/oauth2":         google("www.googleapis.com"),
	"google-calendar/oauth2":      google("www.googleapis.com"),
	"gmail/oauth2":                google("gmail.googleapis.com"),
	"outlook/oauth2":              microsoft(),
	"onedrive/oauth2":             microsoft(),
	"sharepoint/oauth2":           microsoft(),
	"hubspot/oauth2": {
		provider: "hubspot", authorization: "https://app.hubspot.com/oauth/authorize", token: "https://api.hubapi.com/oauth/2026-03/token",
		revocation: "https://api.hubapi.com/oauth/2026-03/token/revoke", client: "post", pkce: true, separator: spaces,
		sent: []string{"app.hubspot.com", "api.hubapi.com"}, tried: []string{"api.hubapi.com"},
	},
	"slack/oauth2": { // PKCE makes a public client of an app, for good
		provider: "slack", authorization: "https://slack.com/oauth/v2/authorize", token: "https://slack.com/api/oauth.v2.access",
		client: "post", separator: commas, sent: []string{"slack.com"}, tried: []string{"slack.com"},
	},
	"github/oauth2": { // what it granted comes with commas
		provider: "github", authorization: "https://github.com/login/oauth/authorize", token: "https://github.com/login/oauth/access_token",
		client: "post", pkce: true, separator: commas, sent: []string{"github.com"}, tried: []string{"api.github.com"},
	},
	"shopify-admin/oauth2": {
		provider: "shopify", authorization: "https://{{shop}}.myshopify.com/admin/oauth/authorize",
		token: "https://{{shop}}.myshopify.com/admin/oauth/access_token", client: "post", separator: commas, refresh: "expiring=1",
		sent: []string{"*.myshopify.com"}, tried: []string{"*.myshopify.com"},
	},
	"quickbooks/oauth2": {
		provider: "quickbooks", authorization: "https://appcenter.intuit.com/connect/oauth2",
		token: "https://oauth.platform.intuit.com/oauth2/v1/tokens/bearer", client: "basic", separator: spaces,
		sent:     []string{"appcenter.intuit.com", "oauth.platform.intuit.com"},
		tried:    []string{"quickbooks.api.intuit.com", "sandbox-quickbooks.api.intuit.com"},
		captured: "realmId",
	},
	"xero/oauth2": {
		provider: "xero", authorization: "https://login.xero.com/identity/connect/authorize", token: "https://identity.xero.com/connect/token",
		revocation: "https://identity.xero.com/connect/revocation", client: "basic", pkce: true, separator: spaces, refresh: "offline_access",
		sent: []string{"login.xero.com", "identity.xero.com"}, tried: []string{"api.xero.com"}, captured: "tenantId",
	},
	"zoho-crm/oauth2": {
		provider: "zoho", authorization: "https://accounts.{{dataCentre}}/oauth/v2/auth", token: "https://accounts.{{dataCentre}}/oauth/v2/token",
		client: "post", pkce: true, separator: commas, refresh: "access_type=offline",
		sent: []string{"accounts.zoho.com", "accounts.zoho.eu", "accounts.zoho.in", "accounts.zoho.com.au", "accounts.zoho.jp",
			"accounts.zohocloud.ca", "accounts.zoho.sa", "accounts.zoho.com.cn"},
		tried: []string{"www.zohoapis.com", "www.zohoapis.eu", "www.zohoapis.in", "www.zohoapis.com.au", "www.zohoapis.jp", "www.zohoapis.ca",
			"www.zohoapis.sa", "www.zohoapis.com.cn"},
		captured: "apiDomain",
	},
	"dropbox/oauth2": {
		provider: "dropbox", authorization: "https://www.dropbox.com/oauth2/authorize", token: "https://api.dropboxapi.com/oauth2/token",
		client: "post", pkce: true, separator: spaces, refresh: "token_access_type=offline",
		sent: []string{"www.dropbox.com", "api.dropboxapi.com"}, tried: []string{"api.dropboxapi.com"},
	},
	"jira-cloud/oauth2": {
		provider: "atlassian", authorization: "https://auth.atlassian.com/authorize", token: "https://auth.atlassian.com/oauth/token",
		client: "post", separator: spaces, refresh: "offline_access", sent: []string{"auth.atlassian.com"}, tried: []string{"api.atlassian.com"},
		captured: "cloudId siteUrl",
	},
	"pipedrive/oauth2": {
		provider: "pipedrive", authorization: "https://oauth.pipedrive.com/oauth/authorize", token: "https://oauth.pipedrive.com/oauth/token",
		revocation: "https://oauth.pipedrive.com/oauth/revoke", client: "basic", separator: commas,
		sent: []string{"oauth.pipedrive.com"}, tried: []string{"*.pipedrive.com"}, captured: "apiDomain",
	},
	"mailchimp/oauth2": {
		provider: "mailchimp", authorization: "https://login.mailchimp.com/oauth2/authorize", token: "https://login.mailchimp.com/oauth2/token",
		client: "post", separator: spaces, sent: []string{"login.mailchimp.com"}, tried: []string{"*.api.mailchimp.com"}, captured: "dataCentre",
	},
	"twitter-x/oauth2": {
		provider: "twitter-x", authorization: "https://x.com/i/oauth2/authorize", token: "https://api.x.com/2/oauth2/token",
		revocation: "https://api.x.com/2/oauth2/revoke", client: "basic", pkce: true, separator: spaces, refresh: "offline.access",
		sent: []string{"x.com", "api.x.com"}, tried: []string{"api.x.com"},
	},
	"snowflake/oauth2": {
		provider: "snowflake", authorization: "https://{{account}}.snowflakecomputing.com/oauth/authorize",
		token: "https://{{account}}.snowflakecomputing.com/oauth/token-request", client: "basic", pkce: true, separator: spaces, refresh: "refresh_token",
		sent: []string{"*.snowflakecomputing.com"}, tried: []string{"*.snowflakecomputing.com"},
	},
	"box/oauth2": {
		provider: "box", authorization: "https://account.box.com/api/oauth2/authorize", token: "https://api.box.com/oauth2/token",
		revocation: "https://api.box.com/oauth2/revoke", client: "post", separator: spaces, sent: []string{"account.box.com", "api.box.com"},
		tried: []string{"api.box.com"},
	},
	"box/client-credentials": {
		provider: "box", token: "https://api.box.com/oauth2/token", client: "post", pkce: true, separator: spaces,
		refresh: "box_subject_type={{subjectType}}", sent: []string{"api.box.com"}, tried: []string{"api.box.com"},
	},
	"paypal/client-credentials": {
		provider: "paypal", token: "https://{{environment}}/v1/oauth2/token", client: "basic", pkce: true, separator: spaces,
		sent: []string{"api-m.paypal.com", "api-m.sandbox.paypal.com"}, tried: []string{"api-m.paypal.com", "api-m.sandbox.paypal.com"},
	},
	"microsoft-teams/oauth2":  microsoft(),
	"microsoft-to-do/oauth2":  microsoft(),
	"onenote/oauth2":          microsoft(),
	"business-central/oauth2": microsoftAt("api.businesscentral.dynamics.com"),
	"business-central/client-credentials": {
		provider: "business-central", token: "https://login.microsoftonline.com/{{tenant}}/oauth2/v2.0/token", client: "post", pkce: true,
		separator: spaces, refresh: "https://api.businesscentral.dynamics.com/.default", sent: []string{"login.microsoftonline.com"},
		tried: []string{"api.businesscentral.dynamics.com"},
	},
	"dynamics-365/client-credentials": {
		provider: "dynamics-365", token: "https://login.microsoftonline.com/{{tenant}}/oauth2/v2.0/token", client: "post", pkce: true,
		separator: spaces, refresh: "scope=https://{{environment}}/.default", sent: []string{"login.microsoftonline.com"},
		tried: []string{"*.dynamics.com"},
	},
	"commercetools/api-client": {
		provider: "commercetools", token: "https://auth.{{region}}.commercetools.com/oauth/token", client: "basic", pkce: true, separator: spaces,
		sent: []string{"*.commercetools.com"}, tried: []string{"*.commercetools.com"},
	},
	"oauth2/authorization-code":      generic("basic", "{{authorizationUrl}}", "{{tokenUrl}}", "{{revocationUrl}}"),
	"oauth2/authorization-code-post": generic("post", "{{authorizationUrl}}", "{{tokenUrl}}", "{{revocationUrl}}"),
	"oauth2/discovery":               discovered("basic"),
	"oauth2/discovery-post":          discovered("post"),
	"oauth2/client-credentials":      generic("basic", "", "{{tokenUrl}}", ""),
	"oauth2/client-credentials-post": generic("post", "", "{{tokenUrl}}", ""),
}

func discovered(client models.ClientAuthentication) vendor {
	v := generic(client, "", "", "")
	v.sent = []string{"{{issuerUrl}}"}
	return v
}

func TestBuiltin_oauth2(t *testing.T) {
	seen := map[string]bool{}
	for key, component := range builtins(t) {
		for i := range component.Methods {
			method := &component.Methods[i]
			if method.OAuth2 == nil {
				continue
			}
			name := key + "/" + method.Key
			seen[name] = true
			t.Run(name, func(t *testing.T) {
				want, known := vendors[name]
				if !known {
					return // one that came as a folder alone
				}
				if diff := cmp.Diff(want, vendorOf(method, want.refresh), cmp.AllowUnexported(vendor{})); diff != "" {
					t.Error(diff)
				}
			})
		}
	}
	for name := range vendors {
		if !seen[name] {
			t.Errorf("%s is missing", name)
		}
	}
}

// vendorOf reads the same from a method. refresh is told as it is found: as a scope or as a parameter.
func vendorOf(method *models.AuthMethod, refresh string) vendor {
	o := method.OAuth2
	filled := func(text string) string {
		for name, value := range o.Variables {
			text = strings.ReplaceAll(text, "{{"+name+"}}", value)
		}
		return text
	}
	v := vendor{
		provider: o.Provider, authorization: filled(o.AuthorizationURL), token: filled(o.TokenURL), revocation: filled(o.RevocationURL),
		client: o.ClientAuthentication, pkce: o.PKCE, separator: o.ScopeSeparator, sent: o.Hosts, tried: method.DryRequest.Hosts,
	}
	asked := slices.Clone(method.Scopes)
	for _, parameters := range []map[string]string{o.AuthorizationParameters, o.TokenParameters} {
		for name, value := range parameters {
			asked = append(asked, name+"="+value)
		}
	}
	if slices.Contains(asked, refresh) {
		v.refresh = refresh
	}
	var captured []string
	for _, c := range o.Captures {
		captured = append(captured, c.Name)
	}
	v.captured = strings.Join(captured, " ")
	return v
}

func TestBuiltin_oauth1(t *testing.T) {
	x, _ := builtins(t)["twitter-x"].Method("oauth1")
	want := &models.OAuth1{
		Provider: "twitter-x-oauth1", RequestTokenURL: "{{apiUrl}}/oauth/request_token", AuthorizationURL: "{{apiUrl}}/oauth/authorize",
		AccessTokenURL: "{{apiUrl}}/oauth/access_token", Hosts: []string{"api.x.com"}, Signature: "HMAC-SHA1",
		Variables: map[string]string{"apiUrl": "https://api.x.com", "webUrl": "https://x.com"},
	}
	if diff := cmp.Diff(want, x.OAuth1) + cmp.Diff([]string{"api.x.com"}, x.DryRequest.Hosts); diff != "" || x.DryRequest.Signature != "HMAC-SHA1" {
		t.Errorf("signed by %q %s", x.DryRequest.Signature, diff)
	}
}

// What every method that connects owes to people: whose account it is, and a dry request that sends the token where no log has it.
func TestBuiltin_connections(t *testing.T) {
	for key, component := range builtins(t) {
		for i := range component.Methods {
			method := &component.Methods[i]
			if !method.Connects() || method.DryRequest.Request == nil {
				continue
			}
			t.Run(key+"/"+method.Key, func(t *testing.T) {
				dry := method.DryRequest
				if dry.Account.Name == "" && key != "oauth2" && method.Kind != models.AuthOAuth2ClientCredentials {
					t.Error("does not tell whose account it is")
				}
				carriesToken := func(header string) bool { return strings.Contains(header, "{{accessToken}}") }
				if method.OAuth1 == nil && !slices.ContainsFunc(slices.Collect(maps.Values(dry.Request.Headers)), carriesToken) {
					t.Errorf("no header has the token: %v", dry.Request.Headers)
				}
				for _, rule := range dry.Accept {
					if slices.ContainsFunc(rule.Status, func(status int) bool { return status < 200 || status > 299 }) {
						t.Errorf("accepts %v", rule.Status)
					}
				}
				if !slices.ContainsFunc(dry.Reject, func(rule models.ResponseRule) bool { return slices.Contains(rule.Status, 401) }) {
					t.Error("401 is not a no")
				}
			})
		}
	}
}

// A provider's client is one, whichever of its components is connected: so the tokens have to come from one place.
func TestBuiltin_providers(t *testing.T) {
	places := map[string]map[string]bool{}
	for _, component := range builtins(t) {
		for i := range component.Methods {
			m := &component.Methods[i]
			if m.OAuth2 == nil || m.Provider() == "" {
				continue
			}
			if places[m.Provider()] == nil {
				places[m.Provider()] = map[string]bool{}
			}
			places[m.Provider()][string(m.OAuth2.ClientAuthentication)+" "+strings.Join(m.OAuth2.Hosts, " ")] = true
		}
	}
	for provider, of := range places {
		if len(of) != 1 {
			t.Errorf("%s's client goes to %v", provider, slices.Sorted(maps.Keys(of)))
		}
	}
}

// What one credential has to bring that others get from the vendor's answers, and that no such answer can lead a token elsewhere.
func TestBuiltin_captured_hosts(t *testing.T) {
	for key, hosts := range map[string][2]string{
		"salesforce": {"https://acme.my.salesforce.com", "https://salesforce.com.example.com"},
		"pipedrive":  {"https://acme.pipedrive.com", "https://acme.pipedrive.com.example.com"},
		"zoho-crm":   {"https://www.zohoapis.com.au", "https://www.zohoapis.eu.example/x"},
		"mailchimp":  {"us21", "us21.example.com/"},
		"quickbooks": {"4620816365222117450", "1/../2"},
		"xero":       {"dfd2ba0f-0a93-4a8c-8d5d-c9e7d3f2d1a0", "x"},
	} {
		t.Run(key, func(t *testing.T) {
			m, _ := builtins(t)[key].Method("oauth2")
			pattern, err := wholePattern(m.OAuth2.Captures[0].Pattern)
			if err != nil || m.OAuth2.Captures[0].Pattern == "" || !pattern.MatchString(hosts[0]) || pattern.MatchString(hosts[1]) {
				t.Errorf("%q takes %q: %v, %q: %v (%v)", m.OAuth2.Captures[0].Pattern, hosts[0], pattern.MatchString(hosts[0]), hosts[1], pattern.MatchString(hosts[1]), err)
			}
		})
	}
}

func TestBuiltin_github_enterprise(t *testing.T) {
	settings := map[string]string{
		"KEYWARD_COMPONENT_GITHUB_WEB_URL": "https://git.example.com", "KEYWARD_COMPONENT_GITHUB_API_URL": "https://git.example.com/api/v3",
	}
	components, err := Load(Builtin(), func(name string) (string, bool) { text, ok := settings[name]; return text, ok })
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range components {
		if c.Key != "github" {
			continue
		}
		m, _ := c.Method("oauth2")
		host := []string{"git.example.com"}
		if diff := cmp.Diff(host, m.OAuth2.Hosts) + cmp.Diff(host, m.DryRequest.Hosts); diff != "" || m.DryRequest.Variables["apiUrl"] != "https://git.example.com/api/v3" {
			t.Error(diff)
		}
	}
}
