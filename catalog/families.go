package catalog

import (
	"maps"
	"slices"
	"strings"

	"keyward/models"
)

// elasticMethods reads elastic.io's credentials. One form of plain fields is one method; a view that stands for several
// kinds becomes several, each with the form's other fields.
func (r *reader) elasticMethods(root value, defaults declared) []models.AuthMethod {
	credentials := root.get("credentials")
	family, plain := familyOf(credentials.get("fields").members())
	fields := r.fields(plain)
	var methods []models.AuthMethod
	switch {
	case family.present:
		methods = r.expand(family, r.authTypes(root.get("authClientTypes"), family), fields, credentials.get("oauth2"))
	case slices.ContainsFunc(fields, func(f models.FieldSpec) bool { return f.View == models.ViewOAuth }):
		methods = []models.AuthMethod{r.oauthMethod(credentials, fields)}
	default:
		kind := kindOf(fields)
		methods = []models.AuthMethod{{Key: "default", Title: kindTitles[kind], Kind: kind, Fields: fields}}
	}
	for i := range methods {
		if methods[i].Key == "hmac" {
			continue // what it signs comes in: there is nobody to ask
		}
		r.verify(&methods[i], defaults)
		if family.present {
			authenticate(&methods[i])
		}
	}
	return methods
}

// familyOf parts the view that stands for several kinds from the other fields.
func familyOf(fields []member) (family value, plain []member) {
	plain = slices.Clone(fields)
	for i, m := range plain {
		if view := m.value.get("viewClass").text(); view == "HTTPAuthView" || view == "WebhookAuthView" {
			return m.value, slices.Delete(plain, i, i+1)
		}
	}
	return value{}, plain
}

// authTypes are the kinds that a view of several stands for, by elastic.io's names and in its order: those that the descriptor
// allows, or else all that the view has.
func (r *reader) authTypes(allowed, family value) []string {
	known := []string{"noauth", "basic", "api_key", "oauth2"}
	if family.get("viewClass").text() == "WebhookAuthView" {
		known[3] = "hmac"
	}
	if !allowed.present {
		return known
	}
	var types []string
	for _, item := range allowed.items() {
		if name := item.text(); !slices.Contains(known, name) {
			r.warn(item.pointer(), "%q is no kind of authentication that Keyward has here, so there is no method for it; it has %s", name, strings.Join(known, ", "))
		} else if !slices.Contains(types, name) {
			types = append(types, name)
		}
	}
	return types
}

// expand makes the methods that a view of several kinds stands for.
func (r *reader) expand(family value, types []string, others []models.FieldSpec, section value) []models.AuthMethod {
	var methods []models.AuthMethod
	for _, name := range types {
		methods = append(methods, r.familyMethods(name, section)...)
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

// familyMethods are what a kind of elastic.io's comes to. The fields are called as its runner calls them.
func (r *reader) familyMethods(name string, section value) []models.AuthMethod {
	switch name {
	case "noauth":
		return []models.AuthMethod{{Key: "none", Title: "No authentication", Kind: models.AuthNone}}
	case "basic":
		return []models.AuthMethod{{Key: "basic", Title: kindTitles[models.AuthBasic], Kind: models.AuthBasic, Fields: []models.FieldSpec{
			{Key: "username", Label: "User name", View: models.ViewText, Required: true},
			{Key: "password", Label: "Password", View: models.ViewPassword, Required: true, Secret: true},
		}}}
	case "api_key":
		return []models.AuthMethod{{Key: "api-key", Title: "API key in a header", Kind: models.AuthAPIKey, Fields: []models.FieldSpec{
			{Key: "headerName", Label: "Header name", View: models.ViewText, Required: true, Placeholder: "X-Api-Key", Format: models.FormatHeader},
			{Key: "headerValue", Label: "Header value", View: models.ViewPassword, Required: true, Secret: true},
		}}}
	case "hmac":
		return []models.AuthMethod{{Key: "hmac", Title: "Signature (HMAC)", Kind: models.AuthCustom,
			Fields: []models.FieldSpec{{Key: "hmacSecret", Label: "HMAC secret", View: models.ViewPassword, Required: true, Secret: true}}}}
	default:
		return r.ownClientMethods(section)
	}
}

// authenticate adds to a dry request that was declared for all methods of a family what each of them is: the request itself
// can't name the fields of one.
func authenticate(m *models.AuthMethod) {
	if m.DryRequest == nil || m.DryRequest.Request == nil {
		return
	}
	request := m.DryRequest.Request
	add := map[string]string{}
	switch {
	case m.Kind == models.AuthBasic && request.Basic == nil:
		request.Basic = &models.BasicAuth{Username: "{{username}}", Password: "{{password}}"}
	case m.Kind == models.AuthAPIKey:
		add["{{headerName}}"] = "{{headerValue}}"
	case m.OAuth2 != nil:
		add["Authorization"] = "Bearer {{" + models.AccessToken + "}}"
	}
	if request.Headers == nil {
		request.Headers = map[string]string{}
	}
	maps.Copy(request.Headers, add)
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
