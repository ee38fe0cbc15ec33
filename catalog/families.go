package catalog

import (
	"slices"
	"strings"

	"keyward/models"
)

// elasticMethods reads elastic.io's credentials. One form of plain fields is one method; a view that stands for several
// kinds becomes several, each with the form's other fields.
func (r *reader) elasticMethods(credentials value, defaults declared) []models.AuthMethod {
	var family value
	plain := slices.Clone(credentials.get("fields").members())
	for i, m := range plain {
		view := m.value.get("viewClass").text()
		if view == "HTTPAuthView" || view == "WebhookAuthView" {
			family = m.value
			plain = slices.Delete(plain, i, i+1)
			break
		}
	}
	fields := r.fields(plain)
	r.markAuthorizationURLs(fields, credentials)
	var methods []models.AuthMethod
	switch {
	case family.present:
		methods = r.expand(family, fields)
	case slices.ContainsFunc(fields, func(f models.FieldSpec) bool { return f.View == models.ViewOAuth }):
		methods = []models.AuthMethod{r.oauthMethod(credentials, fields)}
	default:
		kind := kindOf(fields)
		methods = []models.AuthMethod{{Key: "default", Title: kindTitles[kind], Kind: kind, Fields: fields}}
	}
	for i := range methods {
		r.verify(&methods[i], defaults)
	}
	return methods
}

// expand makes the methods that a view of several kinds stands for.
func (r *reader) expand(family value, others []models.FieldSpec) []models.AuthMethod {
	methods := []models.AuthMethod{
		{Key: "none", Title: "No authentication", Kind: models.AuthNone},
		{Key: "basic", Title: kindTitles[models.AuthBasic], Kind: models.AuthBasic, Fields: []models.FieldSpec{
			{Key: "username", Label: "User name", View: models.ViewText, Required: true},
			{Key: "password", Label: "Password", View: models.ViewPassword, Required: true, Secret: true},
		}},
		{Key: "api-key", Title: "API key in a header", Kind: models.AuthAPIKey, Fields: []models.FieldSpec{
			{Key: "headerName", Label: "Header name", View: models.ViewText, Required: true, Placeholder: "X-Api-Key",
				Pattern: headerNamePattern, PatternMessage: "A header's name has no spaces or colons: letters, digits, dashes and underscores."},
			{Key: "headerValue", Label: "Header value", View: models.ViewPassword, Required: true, Secret: true},
		}},
	}
	if family.get("viewClass").text() == "WebhookAuthView" {
		methods = append(methods, models.AuthMethod{Key: "hmac", Title: "Signature (HMAC)", Kind: models.AuthCustom,
			Fields: []models.FieldSpec{{Key: "hmacSecret", Label: "HMAC secret", View: models.ViewPassword, Required: true, Secret: true}}})
	}
	for i := range methods {
		m := &methods[i]
		for _, other := range others {
			if _, taken := m.Field(other.Key); taken {
				r.fail(family.pointer(), "stands for a field %s, and the form has one of that name already", other.Key)
			}
			if m.Kind == models.AuthNone && other.Secret {
				// What looks secret makes it more than «no authentication»; nothing is lost by saying so.
				m.Kind, m.Title = models.AuthCustom, "Other fields only"
			}
		}
		m.Fields = append(m.Fields, others...)
		sortFields(m.Fields, nil)
	}
	return methods
}

// headerNamePattern is a token of RFC 9110, section 5.6.2.
const headerNamePattern = "[A-Za-z0-9!#$%&'*+.^_`|~-]+"

func (r *reader) oauthMethod(credentials value, fields []models.FieldSpec) models.AuthMethod {
	if credentials.get("oauth1").present {
		return models.AuthMethod{Key: "oauth1", Title: kindTitles[models.AuthOAuth1], Kind: models.AuthOAuth1, Fields: fields}
	}
	scopes := credentials.get("oauth2").get("scopes")
	list := scopes.texts()
	if text := scopes.text(); text != "" {
		list = strings.Fields(text)
	}
	kind := models.AuthOAuth2AuthorizationCode
	method := models.AuthMethod{Key: "oauth2", Title: kindTitles[kind], Kind: kind, Fields: fields, Scopes: list}
	method.OAuth2 = r.elasticOAuth2(&method, credentials.get("oauth2"))
	return method
}

// markAuthorizationURLs marks the fields that stand in the URLs a client secret and a code are sent to.
func (r *reader) markAuthorizationURLs(fields []models.FieldSpec, credentials value) {
	for _, section := range []string{"oauth2", "oauth1"} {
		for _, m := range credentials.get(section).members() {
			text := m.value.text()
			if !strings.Contains(text, "://") {
				continue
			}
			for _, name := range namesIn(text) {
				for i := range fields {
					fields[i].Destination = fields[i].Destination || fields[i].Key == name
				}
			}
		}
	}
}

var kindTitles = map[models.AuthKind]string{
	models.AuthAPIKey:                  "API key",
	models.AuthBasic:                   "User name and password",
	models.AuthDatabase:                "Database login",
	models.AuthOAuth2AuthorizationCode: "OAuth 2.0",
	models.AuthOAuth1:                  "OAuth 1.0",
	models.AuthCustom:                  "Credential",
}

// kindOf guesses the kind of a plain form. It decides nothing but how the method is called.
func kindOf(fields []models.FieldSpec) models.AuthKind {
	var secrets []models.FieldSpec
	ends := func(noun string) bool {
		return slices.ContainsFunc(fields, func(f models.FieldSpec) bool {
			return !f.Secret && lastNoun(splitWords(f.Key)) == noun
		})
	}
	for _, f := range fields {
		if f.Secret {
			secrets = append(secrets, f)
		}
	}
	if ends("host") && ends("database") {
		return models.AuthDatabase
	}
	if len(secrets) != 1 {
		return models.AuthCustom
	}
	words := splitWords(secrets[0].Key)
	switch {
	case slices.Contains(words, "password") && (ends("user") || ends("username") || ends("login") || ends("email")):
		return models.AuthBasic
	case slices.Contains(words, "key") || slices.Contains(words, "token"):
		return models.AuthAPIKey
	}
	return models.AuthCustom
}
