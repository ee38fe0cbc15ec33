package models

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strings"
)

// ComponentCategory is the family a component belongs to.
type ComponentCategory string

// The ten families.
const (
	CategoryCRM       ComponentCategory = "CRM"
	CategoryERP       ComponentCategory = "ERP"
	CategoryEcommerce ComponentCategory = "ECOMMERCE"
	CategoryMarketing ComponentCategory = "MARKETING"
	CategoryFinance   ComponentCategory = "FINANCE"
	CategoryOffice    ComponentCategory = "OFFICE"
	CategoryProtocol  ComponentCategory = "PROTOCOL"
	CategoryService   ComponentCategory = "SERVICE"
	CategoryDatabase  ComponentCategory = "DATABASE"
	CategoryUtility   ComponentCategory = "UTILITY"
)

// Categories are all families, in the schema's order.
var Categories = []ComponentCategory{
	CategoryCRM, CategoryERP, CategoryEcommerce, CategoryMarketing, CategoryFinance, CategoryOffice, CategoryProtocol, CategoryService, CategoryDatabase, CategoryUtility,
}

// AuthKind says what sort of credential a method takes.
type AuthKind string

// The kinds of the schema's AuthKind.
const (
	AuthNone                    AuthKind = "NONE"
	AuthAPIKey                  AuthKind = "API_KEY"
	AuthBasic                   AuthKind = "BASIC"
	AuthBearer                  AuthKind = "BEARER"
	AuthOAuth2AuthorizationCode AuthKind = "OAUTH2_AUTHORIZATION_CODE"
	AuthOAuth2ClientCredentials AuthKind = "OAUTH2_CLIENT_CREDENTIALS"
	AuthOAuth1                  AuthKind = "OAUTH1"
	AuthDatabase                AuthKind = "DATABASE"
	AuthKeyPair                 AuthKind = "KEY_PAIR"
	AuthCustom                  AuthKind = "CUSTOM"
)

// FieldView says how a form shows a field.
type FieldView string

// The views of the schema's FieldView.
const (
	ViewText        FieldView = "TEXT"
	ViewTextArea    FieldView = "TEXT_AREA"
	ViewPassword    FieldView = "PASSWORD"
	ViewCheckbox    FieldView = "CHECKBOX"
	ViewSelect      FieldView = "SELECT"
	ViewMultiSelect FieldView = "MULTI_SELECT"
	ViewOAuth       FieldView = "OAUTH"
)

// ComponentIDPrefix begins every component's id.
const ComponentIDPrefix = "cmp_"

// ComponentID derives a component's id from its key: the same on every gateway.
func ComponentID(key string) string { return ComponentIDPrefix + key }

// CustomProvider begins the keys of providers that workspaces' own components name. No provider of the catalog has a colon in its key.
const CustomProvider = "own:"

// CustomProvidersOf begins the keys of those that the own component of that key names, in whatever version.
func CustomProvidersOf(key string) string { return CustomProvider + key + ":" }

// CustomComponentID is the id of a workspace's own component. No key has an underscore, so it is never one of the catalog's, whatever later
// releases bring; and the workspace is in it, so it is never another's.
func CustomComponentID(workspace, key string) string {
	sum := sha256.Sum256([]byte(workspace + "/" + key))
	return ComponentIDPrefix + key + "_" + hex.EncodeToString(sum[:10])
}

// ComponentKey takes an id apart: the key, and whether it is of a workspace's own component.
func ComponentKey(id string) (key string, custom bool) {
	key, _, custom = strings.Cut(strings.TrimPrefix(id, ComponentIDPrefix), "_")
	return key, custom
}

// Component is what can be connected to: one version of one descriptor, ready to use. It is immutable once loaded.
type Component struct {
	ID          string
	Key         string
	Version     string // of the descriptor: the hex SHA-256 of its canonical JSON
	Title       string
	Description string
	Category    ComponentCategory
	DocsURL     string
	Icon        []byte // SVG; empty where there is none
	Methods     []AuthMethod
	// Variables are the descriptor's own values, already overridden by the operator.
	Variables map[string]string
	// Environment is what an elastic.io descriptor declares for a process of its own, which Keyward doesn't run.
	Environment []EnvironmentVariable
	// Descriptor is the component.json this came from, as stored for the credentials made with it.
	Descriptor []byte
	// Warnings are what the descriptor may do but somebody should know.
	Warnings []DescriptorWarning
	// Retired: no longer in the catalog, kept because credentials were made with it.
	Retired bool
	// Custom: a workspace's own, of which no other knows.
	Custom bool
}

// DescriptorWarning is one thing that a descriptor may do but somebody should know: a view that Keyward doesn't have.
type DescriptorWarning struct {
	Pointer string // RFC 6901
	Message string
}

// EnvironmentVariable is a setting that an elastic.io descriptor declares.
type EnvironmentVariable struct {
	Name, Description string
	Required          bool
}

// RequiresCredential is false for components whose steps have no credential.
func (c *Component) RequiresCredential() bool { return len(c.Methods) > 0 }

// Method finds an auth method by its key; an empty key means the first.
func (c *Component) Method(key string) (*AuthMethod, bool) {
	for i := range c.Methods {
		if key == "" || c.Methods[i].Key == key {
			return &c.Methods[i], true
		}
	}
	return nil, false
}

// AuthMethod is one way to authenticate with a component.
type AuthMethod struct {
	Key    string
	Title  string
	Kind   AuthKind
	Fields []FieldSpec // in the order they are shown: highest Order first
	Scopes []string
	// DryRequest is nil where nobody can be asked; such a credential is NOT_VERIFIABLE.
	DryRequest *DryRequest
	// OAuth2 or OAuth1 says how tokens are had, for the methods whose kind says so.
	OAuth2 *OAuth2
	OAuth1 *OAuth1
	// Use is all that a workspace's own component says of what is done with the values, in one text to compare; empty for the catalog's.
	Use string
}

// Field finds a field's spec by key.
func (m *AuthMethod) Field(key string) (*FieldSpec, bool) {
	for i := range m.Fields {
		if m.Fields[i].Key == key {
			return &m.Fields[i], true
		}
	}
	return nil, false
}

// FieldSpec describes one field of an auth method.
type FieldSpec struct {
	Key      string
	Label    string
	View     FieldView
	Required bool
	// Secret values are never shown again. A field is secret unless it is known to be public.
	Secret bool
	// Generated: the vendor makes this value (an API key, a token), so its last four characters are a safe hint.
	Generated bool
	// Destination: the value decides where the credential's secrets are sent. When it changes, every secret has to be
	// typed again.
	Destination    bool
	Placeholder    string
	Note           string
	HelpURL        string
	Options        []FieldOption
	OptionsFrom    *OptionsFrom // nil: the options are Options
	Pattern        string       // RE2, matched against the whole value
	PatternMessage string
	Format         FieldFormat
	Group          string
	VisibleWhen    *FieldCondition
	Order          int
	DefaultValue   string
}

func (c *FieldCondition) holds(text string) bool {
	if slices.Contains(c.OneOf, text) {
		return true
	}
	var chosen []string // of a multi-select, as Values holds it
	return strings.HasPrefix(text, "[") && json.Unmarshal([]byte(text), &chosen) == nil &&
		slices.ContainsFunc(chosen, func(one string) bool { return slices.Contains(c.OneOf, one) })
}

// FieldFormat is a check beyond the pattern that a field's text has to pass.
type FieldFormat string

// Formats a descriptor may ask for.
const (
	// FormatURL is an absolute http or https URL; in a public field without user information, query or fragment.
	FormatURL FieldFormat = "url"
	// FormatHost is a host name or an IP address, without scheme, port or path.
	FormatHost FieldFormat = "host"
	// FormatHeader is the name of an HTTP header that is free for an API's own use.
	FormatHeader FieldFormat = "header"
	// FormatPort is a number from 1 to 65535.
	FormatPort FieldFormat = "port"
)

// FieldOption is one choice of a select.
type FieldOption struct {
	Value string
	Label string
}

// FieldCondition: shown, and asked for, only when Field has one of the values, or, where it has several, when one of them is.
type FieldCondition struct {
	Field string
	OneOf []string
}

// Visible reports whether the spec is asked for under the given values.
func (f *FieldSpec) Visible(values Values) bool {
	return f.VisibleWhen == nil || f.VisibleWhen.holds(values[f.VisibleWhen.Field].text)
}

// DryRequest is how a method's values are tried. Texts may hold {{field}}, {{variable}} or {{derived}} names.
type DryRequest struct {
	// Protocol names the verifier: "http", "postgres", …
	Protocol string
	// Hosts are the only hosts a secret may go to: exact names, "*.example.com" for one or more labels below, or a
	// template such as "{{host}}".
	Hosts []string
	// Source is the vendor's page that the endpoint and its answers were read from.
	Source string
	// Variables are the descriptor's own values (a base URL), already overridden by the operator.
	Variables map[string]string
	// Derived values are cut out of a field's value: Mailchimp's data centre is the end of its API key.
	Derived map[string]Derivation
	// Params maps a verifier's parameters to templates, for protocols other than http.
	Params map[string]string

	// The rest is http's.
	Request *HTTPRequest
	// Session comes before Request and JWT before both; nil where there is none.
	Session *ServiceSession
	// External is who is asked, for the protocol external.
	External *External
	JWT      *JWT
	// Account says where an accepted answer tells whose account it is.
	Account AccountPointers
	// Signature signs the request by OAuth 1.0a, where the method does: HMAC-SHA1 or HMAC-SHA256.
	Signature string
	// Unavailable rules are looked at first, then Accept, then Reject; an answer that none matches is UNAVAILABLE.
	Unavailable []ResponseRule
	Accept      []ResponseRule
	Reject      []ResponseRule
}

// AccountPointers are JSON Pointers (RFC 6901); empty where nothing tells it.
type AccountPointers struct{ ID, Name string }

// Account is whose account a credential opens, as the service told.
type Account struct{ ID, Name string }

// Derivation is cut out of a field's value: the first group of Pattern, or what is at Pointer where the value is JSON; in capitals
// where Upper says so. A value that has no such thing is REJECTED before anybody is asked.
type Derivation struct {
	From    string
	Pattern string
	Pointer string
	Upper   bool
}

// HTTPRequest is a declared request.
type HTTPRequest struct {
	Method  string
	URL     string
	Headers map[string]string
	Query   map[string]string
	Cookies map[string]string
	Basic   *BasicAuth
	JSON    string // a template for a JSON body: values are inserted as JSON strings' contents
	Form    map[string]string
}

// BasicAuth is sent as RFC 7617 says.
type BasicAuth struct {
	Username string
	Password string
}

// ResponseRule matches an answer whose status is listed (any, if none is) and for which every JSON condition holds.
type ResponseRule struct {
	Status []int
	JSON   []JSONCondition
	// Reason overrides the usual one of the outcome.
	Reason VerificationReason
}

// JSONCondition looks at one place of the answer (RFC 6901). Exactly one of the others is set.
type JSONCondition struct {
	Pointer string
	Equals  any
	In      []any
	Exists  *bool
}
