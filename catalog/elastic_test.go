package catalog

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"keyward/models"
)

// What elastic.io's own descriptors have to become, written down by reading them: a line for each method, below it one for each
// field in the order that they are shown, then where tokens are had.
const (
	methodNone = `
none NONE: No authentication`
	methodBasic = `
basic BASIC: User name and password
  username TEXT required: User name
  password PASSWORD required secret: Password`
	methodAPIKey = `
api-key API_KEY: API key in a header
  headerName TEXT required header ‹X-Api-Key›: Header name
  headerValue PASSWORD required secret: Header value`
	methodHMAC = `
hmac CUSTOM: Signature (HMAC)
  hmacSecret PASSWORD required secret: HMAC secret`
	methodOwnClient = `
oauth2 OAUTH2_AUTHORIZATION_CODE: OAuth 2.0
  authorizationUrl TEXT required destination url ‹https://login.example.com/oauth2/authorize›: Authorization URL (Where people say yes. Without a query.)
  tokenUrl TEXT required destination url ‹https://login.example.com/oauth2/token›: Token URL (Where tokens are had. Without a query.)
  clientId TEXT required: Client ID (Where you registered the client.)
  clientSecret PASSWORD required secret: Client secret
  audience TEXT: Audience (Whom the tokens are for, where the provider asks for that.)
  resource TEXT: Resource (What the tokens are for (RFC 8707), where the provider asks for that.)
  prompt TEXT: Prompt (What the provider asks each time: consent, login.)
  accessType TEXT: Access type (offline, where the provider gives a refresh token only then.)`
	tokensOwnClient = `
  tokens {{authorizationUrl}} {{tokenUrl}} to {{authorizationUrl}} {{tokenUrl}}, client {{clientId}} {{clientSecret}} by post, access_type={{accessType}} prompt={{prompt}} resource={{resource}}`
	methodClientCredentials = `
oauth2-client-credentials OAUTH2_CLIENT_CREDENTIALS: OAuth 2.0, client credentials
  tokenUrl TEXT required destination url ‹https://login.example.com/oauth2/token›: Token URL (Where tokens are had. Without a query.)
  clientId TEXT required: Client ID (Where you registered the client.)
  clientSecret PASSWORD required secret: Client secret
  audience TEXT: Audience (Whom the tokens are for, where the provider asks for that.)
  resource TEXT: Resource (What the tokens are for (RFC 8707), where the provider asks for that.)`
	tokensClientCredentials = `
  tokens  {{tokenUrl}} to {{tokenUrl}}, client {{clientId}} {{clientSecret}} by post`
)

// Those of elastic.io, by file.
func theirs() map[string]string {
	const resource = "\n  resourceServerUrl TEXT required destination url ‹https://example.com/odataService›: The URL of the OData service to consume"
	return map[string]string{
		"code-component.json": "", "request-reply-component.json": "",
		"aws-sns-component.json": `
default CUSTOM: Credential
  accessKeyId TEXT required secret: Access Key Id
  accessKeySecret TEXT required secret: Secret Access Key`,
		"billomat-component.json": `
default CUSTOM: Credential
  billomatId TEXT required secret ‹Paste your Billomat ID Here›: Your Billomat ID
  apiKey TEXT required secret ‹Paste your API Key Here›: Your API Key`,
		"keenio-component.json": `
default CUSTOM: Credential
  projectId TEXT required secret: Project Id
  writeKey PASSWORD required secret: Write Key`,
		"mailchimp-component.json": `
default API_KEY: API key
  apiKey PASSWORD required secret ‹Mailchimp API Key›: API Key`,
		"petstore-component-nodejs.json": `
default API_KEY: API key
  apiKey PASSWORD required secret: API key (Please use 'secret' as API key. For more details see Petstore API docs: https://petstore.elastic.io/docs)`,
		"pipedrive-component.json": `
default API_KEY: API key
  company_domain TEXT required destination ‹The company domain used in pipedrive›: Company domain
  token TEXT required secret ‹The API token which will be used to authenticated the component with pipedrive›: API token`,
		"stripe-component.json": `
default API_KEY: API key
  apiKey TEXT required secret ‹Stripe Secret API Key›: Secret API Key`,
		"postgresql-component.json": `
default DATABASE: Database login
  conString TEXT secret destination ‹postgresql://user:password@your.postgresql.host:5432/dbname›: Connection String (don't need fill out other fields if using this)
  host TEXT destination host ‹your.postgresql.host›: Connection URI (host)
  port TEXT destination port ‹5432›: Connection port
  database TEXT ‹dbname›: Database Name
  user TEXT ‹User›: User
  password PASSWORD secret ‹Password›: Password
  allowSelfSignedCertificates CHECKBOX destination: Allow self-signed certificates`,
		"sftp-component.json": `
default CUSTOM: Credential
  host TEXT required destination host ‹Name of the host›: Host
  port TEXT destination port ‹Port of the host›: Port (If no port is provided, 22 will be used)
  username TEXT required ‹Paste your SFTP user name›: User Name
  password PASSWORD secret ‹Paste your SFTP password›: Password (For using username and password based authentication, leave ` + "`Private Key`" + ` field empty)
  privateKey TEXT_AREA secret ‹Paste your SFTP Private Key›: Private Key (For using Private Key based authentication, leave Password field empty)
  passphrase PASSWORD secret ‹Paste your passphrase›: Passphrase (If private key is protected by a passphrase, put it here)
environment MAX_FILE_SIZE`,
		"gspreadsheets.json": `
oauth2 OAUTH2_AUTHORIZATION_CODE: OAuth 2.0
  oauth OAUTH required secret: Authentication
  retries SELECT one=1 two=2 three=3 four=4 five=5 six=6 seven=7 eight=8 ‹Enter number of retries›: Enter number of retries (Default: 5)
  maxNumberOfCallsPerSecond TEXT secret: Max number of calls per second (Default: 5)
  tokens https://accounts.google.com/o/oauth2/v2/auth https://www.googleapis.com/oauth2/v4/token to accounts.google.com www.googleapis.com, client registered by post, access_type=offline prompt=consent
  scopes https://www.googleapis.com/auth/spreadsheets https://www.googleapis.com/auth/drive.metadata.readonly
environment OAUTH_CLIENT_ID OAUTH_CLIENT_SECRET TENANT_DOMAIN`,
		"hubspot-component.json": `
oauth2 OAUTH2_AUTHORIZATION_CODE: OAuth 2.0
  oauth OAUTH required secret: Authentication
  tokens https://app.hubspot.com/oauth/authorize https://api.hubapi.com/oauth/v1/token to app.hubspot.com api.hubapi.com, client registered by post
  scopes contacts
environment HUBSPOT_CLIENT_KEY HUBSPOT_CLIENT_SECRET`,
		"salesforce-component.json": `
oauth2 OAUTH2_AUTHORIZATION_CODE: OAuth 2.0
  prodEnv SELECT required destination test=Sandbox login=Production ‹Select environment›: Environment
  oauth OAUTH required secret: Authentication
  tokens https://{{prodEnv}}.salesforce.com/services/oauth2/authorize https://{{prodEnv}}.salesforce.com/services/oauth2/token to {{prodEnv}}.salesforce.com, client registered by post
environment OAUTH_CLIENT_ID OAUTH_CLIENT_SECRET SALESFORCE_API_VERSION HASH_LIMIT_TIME HASH_LIMIT_ELEMENTS`,
		"salesforce-component-v2.json": methodOwnClient + `
  oauth OAUTH required secret: Authentication` + tokensOwnClient + `
environment SALESFORCE_API_VERSION HASH_LIMIT_TIME HASH_LIMIT_ELEMENTS`,
		"rest-api-component-v2.json": methodOwnClient + tokensOwnClient + methodClientCredentials + tokensClientCredentials + methodBasic + methodAPIKey + methodNone,
		"odata-component.json": methodNone + resource + methodBasic + resource + methodAPIKey + resource + methodOwnClient + resource + tokensOwnClient +
			methodClientCredentials + resource + tokensClientCredentials,
		"webhook-component.json": methodNone + methodBasic + methodAPIKey + methodHMAC,
	}
}

// Our own, of the same shapes, for where elastic.io's aren't at hand.
func fixtures() map[string]string {
	const feed = "\n  feedUrl TEXT required destination url: Where the feed is"
	return map[string]string{
		"no-credentials.json": "",
		"name-only.json":      "\ndefault CUSTOM: Credential",
		"oauth1.json":         "\noauth1 OAUTH1: OAuth 1.0\n  oauth OAUTH required secret: Sign in\nwarning /credentials/oauth1/request_token_uri\nwarning /credentials/oauth1/auth_uri\nwarning /credentials/oauth1/access_token_uri",
		"oauth1-whole.json": `
oauth1 OAUTH1: OAuth 1.0
  oauth OAUTH required secret: Songbird account
  tokens https://api.songbird.example/request https://api.songbird.example/authorize https://api.songbird.example/access to api.songbird.example, HMAC-SHA1`,
		"oauth2.json": `
oauth2 OAUTH2_AUTHORIZATION_CODE: OAuth 2.0
  zone SELECT required destination eu=Europe us=America: Zone
  oauth OAUTH required secret: Sign in
  tokens https://{{zone}}.ledger.example/authorize https://{{zone}}.ledger.example/token to {{zone}}.ledger.example, client registered by post
  scopes read write`,
		"note-and-order.json": `
default CUSTOM: Credential
  early TEXT secret: Early
  late TEXT secret: Late
  zebra TEXT secret: Zebra (Striped.)
  apple TEXT secret: Apple
  mood SELECT required 3=Good 1=Bad 2=So so ‹How is it?›: Mood
  things MULTI_SELECT b=Bolts a=Axles: Things
  fetched TEXT: Fetched
  loud CHECKBOX: Loud
  query TEXT_AREA secret: Query
  odd TEXT secret: Database
environment WAREHOUSE_ZONE WAREHOUSE_ZONE
warning /credentials/fields/odd/viewClass`,
		"http-auth.json": methodNone + feed + methodBasic + feed + methodAPIKey + feed + methodOwnClient + feed + tokensOwnClient +
			methodClientCredentials + feed + tokensClientCredentials,
		"http-auth-some.json": methodAPIKey + methodNone + "\nwarning /authClientTypes/2",
		"webhook.json":        methodNone + methodBasic + methodAPIKey + methodHMAC,
		"own-client.json": strings.Replace(methodOwnClient+"\n  oauth OAUTH required secret: Account"+tokensOwnClient, "by post, access_type={{accessType}} prompt={{prompt}}", "by basic, access_type=offline prompt={{prompt}}", 1) +
			"\n  scopes notes.read\nenvironment PAGE_SIZE",
		"typed-client.json": `
oauth2 OAUTH2_AUTHORIZATION_CODE: OAuth 2.0
  shopUrl TEXT required destination url: Shop
  appId TEXT required secret: App
  appSecret PASSWORD required secret: App's secret
  login OAUTH required secret: Sign in
  tokens {{shopUrl}}/oauth/authorize {{shopUrl}}/oauth/token to {{shopUrl}}, client {{appId}} {{appSecret}} by post, audience=shop resource=orders`,
		"transfer.json": `
default CUSTOM: Credential
  host TEXT required destination host ‹files.example.com›: Host
  port TEXT destination port: Port (22 unless you say otherwise)
  userName TEXT required: User
  password PASSWORD secret: Password (Leave it empty with a key)
  privateKey TEXT_AREA secret: Private key
  passphrase PASSWORD secret: Passphrase
environment LARGEST_FILE`,
	}
}

// described writes a component down in the form above.
func described(c *models.Component) string {
	var text strings.Builder
	for i := range c.Methods {
		m := &c.Methods[i]
		fmt.Fprintf(&text, "\n%s %s: %s", m.Key, m.Kind, m.Title)
		for _, f := range m.Fields {
			fmt.Fprintf(&text, "\n  %s %s", f.Key, f.View)
			if f.Required {
				text.WriteString(" required")
			}
			if f.Secret {
				text.WriteString(" secret")
			}
			if f.Destination {
				text.WriteString(" destination")
			}
			if f.Format != "" {
				text.WriteString(" " + string(f.Format))
			}
			for _, o := range f.Options {
				text.WriteString(" " + o.Value + "=" + o.Label)
			}
			if f.Placeholder != "" {
				text.WriteString(" ‹" + f.Placeholder + "›")
			}
			text.WriteString(": " + f.Label)
			if f.Note != "" {
				text.WriteString(" (" + f.Note + ")")
			}
		}
		if o := m.OAuth2; o != nil {
			client := strings.TrimSpace(o.ClientID + " " + o.ClientSecret)
			if client == "" {
				client = "registered"
			}
			fmt.Fprintf(&text, "\n  tokens %s %s to %s, client %s by %s", o.AuthorizationURL, o.TokenURL, strings.Join(o.Hosts, " "), client, o.ClientAuthentication)
			for i, name := range slices.Sorted(maps.Keys(o.AuthorizationParameters)) {
				text.WriteString(strings.Repeat(",", max(0, 1-i)) + " " + name + "=" + o.AuthorizationParameters[name])
			}
		}
		if o := m.OAuth1; o != nil {
			fmt.Fprintf(&text, "\n  tokens %s %s %s to %s, %s", o.RequestTokenURL, o.AuthorizationURL, o.AccessTokenURL, strings.Join(o.Hosts, " "), o.Signature)
		}
		if len(m.Scopes) > 0 {
			text.WriteString("\n  scopes " + strings.Join(m.Scopes, " "))
		}
	}
	if len(c.Environment) > 0 {
		text.WriteString("\nenvironment")
	}
	for _, v := range c.Environment {
		text.WriteString(" " + v.Name)
	}
	for _, w := range c.Warnings {
		text.WriteString("\nwarning " + w.Pointer)
	}
	return text.String()
}

// elastic.io's own descriptors load as they are, field by field, wherever a folder of them is at hand; the fixtures stand for them.
func TestParse_elastic_descriptors(t *testing.T) {
	for folder, want := range map[string]map[string]string{"testdata/elastic": fixtures(), "../../shared/descriptors": theirs()} {
		files, err := filepath.Glob(filepath.Join(folder, "*.json"))
		if err != nil {
			t.Fatal(err)
		}
		if len(files) == 0 && folder != "testdata/elastic" {
			t.Logf("%s isn't there", folder)
			continue
		}
		if len(files) != len(want) {
			t.Errorf("%s has %d descriptors, %d are written down here", folder, len(files), len(want))
		}
		for _, file := range files {
			t.Run(filepath.Base(file), func(t *testing.T) {
				text, err := os.ReadFile(file)
				if err != nil {
					t.Fatal(err)
				}
				c := parse(t, string(text))
				if diff := cmp.Diff(strings.Split(want[filepath.Base(file)], "\n"), strings.Split(described(c), "\n")); diff != "" {
					t.Error(diff)
				}
				if hasKey := strings.Contains(string(text), `"credentials"`); c.RequiresCredential() != hasKey {
					t.Errorf("requires a credential: %v", c.RequiresCredential())
				}
			})
		}
	}
}
