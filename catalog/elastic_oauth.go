package catalog

import (
	"net/url"
	"slices"
	"strings"

	"keyward/models"
)

// oauthMethod is what a form with an OAuthFieldView is: with the URLs that the descriptor has, or else those that a person types,
// together with an OAuth client of their own.
func (r *reader) oauthMethod(credentials value, fields []models.FieldSpec) models.AuthMethod {
	if first := credentials.get("oauth1"); first.present {
		method := models.AuthMethod{Key: "oauth1", Title: kindTitles[models.AuthOAuth1], Kind: models.AuthOAuth1, Fields: fields}
		method.OAuth1 = r.elasticOAuth1(&method, first)
		return method
	}
	section := credentials.get("oauth2")
	if !section.get("auth_uri").present && !section.get("token_uri").present {
		method := r.ownClientMethods(section)[0]
		method.Fields = append(method.Fields, fields...)
		sortFields(method.Fields, nil)
		return method
	}
	kind := models.AuthOAuth2AuthorizationCode
	method := models.AuthMethod{Key: "oauth2", Title: kindTitles[kind], Kind: kind, Fields: fields, Scopes: elasticScopes(section)}
	method.OAuth2 = r.elasticOAuth2(&method, section)
	return method
}

// elasticScopes are a list, or one text with spaces.
func elasticScopes(section value) []string {
	scopes := section.get("scopes")
	if text := scopes.text(); text != "" {
		return strings.Fields(text)
	}
	return scopes.texts()
}

// newOAuth2 is what all of elastic.io's have in common: its runner sends the client in the body unless client_auth says basic.
func (r *reader) newOAuth2(section value) *models.OAuth2 {
	o := &models.OAuth2{
		Provider: r.key, Variables: r.variables,
		ClientAuthentication: models.ClientPost, PKCE: true, ScopeSeparator: " ", AuthorizationParameters: map[string]string{},
		Answer: models.TokenAnswer{AccessToken: "/access_token", RefreshToken: "/refresh_token", ExpiresIn: "/expires_in", Scope: "/scope"},
	}
	if section.get("client_auth").text() == "basic" {
		o.ClientAuthentication = models.ClientBasic
	}
	return o
}

// ownClientMethods are OAuth 2.0 with a client that each credential brings along.
func (r *reader) ownClientMethods(section value) []models.AuthMethod {
	where := func(key, label, note, example string) models.FieldSpec {
		return models.FieldSpec{Key: key, Label: label, View: models.ViewText, Required: true, Destination: true, Format: models.FormatURL, Note: note, Placeholder: example}
	}
	more := func(key, label, note string) models.FieldSpec {
		return models.FieldSpec{Key: key, Label: label, View: models.ViewText, Note: note, Group: "More parameters"}
	}
	tokenURL := where("tokenUrl", "Token URL", "Where tokens are had. Without a query.", "https://login.example.com/oauth2/token")
	client := []models.FieldSpec{
		{Key: "clientId", Label: "Client ID", View: models.ViewText, Required: true, Note: "Where you registered the client."},
		{Key: "clientSecret", Label: "Client secret", View: models.ViewPassword, Required: true, Secret: true},
	}
	audience := more("audience", "Audience", "Whom the tokens are for, where the provider asks for that.")
	resource := more("resource", "Resource", "What the tokens are for (RFC 8707), where the provider asks for that.")

	code := models.AuthMethod{Key: "oauth2", Title: kindTitles[models.AuthOAuth2AuthorizationCode], Kind: models.AuthOAuth2AuthorizationCode, Scopes: elasticScopes(section), OAuth2: r.newOAuth2(section)}
	code.Fields = slices.Concat([]models.FieldSpec{
		where("authorizationUrl", "Authorization URL", "Where people say yes. Without a query.", "https://login.example.com/oauth2/authorize"), tokenURL,
	}, client, []models.FieldSpec{
		audience, resource, more("prompt", "Prompt", "What the provider asks each time: consent, login."),
		more("accessType", "Access type", "offline, where the provider gives a refresh token only then."),
	})
	sortFields(code.Fields, nil)
	o := code.OAuth2
	o.AuthorizationURL, o.TokenURL, o.Hosts = "{{authorizationUrl}}", "{{tokenUrl}}", []string{"{{authorizationUrl}}", "{{tokenUrl}}"}
	o.ClientID, o.ClientSecret, o.Audience = "{{clientId}}", "{{clientSecret}}", "{{audience}}"
	r.addParameters(&code, section)
	for name, text := range map[string]string{"resource": "{{resource}}", "prompt": "{{prompt}}", "access_type": "{{accessType}}"} {
		if o.AuthorizationParameters[name] == "" {
			o.AuthorizationParameters[name] = text
		}
	}

	minted := models.AuthMethod{Key: "oauth2-client-credentials", Title: "OAuth 2.0, client credentials", Kind: models.AuthOAuth2ClientCredentials, Scopes: elasticScopes(section), OAuth2: r.newOAuth2(section)}
	minted.Fields = slices.Concat([]models.FieldSpec{tokenURL}, client, []models.FieldSpec{audience, resource})
	sortFields(minted.Fields, nil)
	o = minted.OAuth2
	o.TokenURL, o.Hosts, o.TokenParameters = "{{tokenUrl}}", []string{"{{tokenUrl}}"}, map[string]string{"resource": "{{resource}}"}
	o.ClientID, o.ClientSecret, o.Audience = "{{clientId}}", "{{clientSecret}}", "{{audience}}"
	return []models.AuthMethod{code, minted}
}

// elasticOAuth2 reads what elastic.io's descriptors say of a provider. What it can't use is warned of and left out: such a method
// is shown, and nobody can connect by it.
func (r *reader) elasticOAuth2(method *models.AuthMethod, section value) *models.OAuth2 {
	scope := names{method: method, variables: r.variables}
	o := r.newOAuth2(section)
	o.ClientID, o.ClientSecret = r.elasticClient(section, scope)
	p := &provider{reader: r, scope: scope, typed: o.ClientID != ""}
	page, query, _ := strings.Cut(section.get("auth_uri").text(), "?")
	if scope.anySecret(page) {
		r.warn(section.get("auth_uri").pointer(), "would show a secret in a browser's address bar, so nobody can connect by this method")
		p.unusable = true
	}
	o.AuthorizationURL, o.TokenURL = p.read(section.get("auth_uri"), page), p.read(section.get("token_uri"), section.get("token_uri").text())
	o.Hosts = p.hosts
	method.OAuth2 = o
	r.addQuery(method, section.get("auth_uri"), query)
	r.addParameters(method, section)
	if p.unusable {
		return nil
	}
	return o
}

func (r *reader) elasticOAuth1(method *models.AuthMethod, section value) *models.OAuth1 {
	p := &provider{reader: r, scope: names{method: method, variables: r.variables}}
	read := func(key string) string { return p.read(section.get(key), section.get(key).text()) }
	o := &models.OAuth1{
		Provider: r.key, Variables: r.variables, Signature: "HMAC-SHA1",
		RequestTokenURL: read("request_token_uri"), AuthorizationURL: read("auth_uri"), AccessTokenURL: read("access_token_uri"),
	}
	o.Hosts = p.hosts
	if p.unusable {
		return nil
	}
	return o
}

// elasticClient is the credential's own client, where id and secret are fields of it. Anything else stands for a registered one:
// {{NAMES}} of elastic.io's environment, and what somebody left in the descriptor, which is no place for a secret.
func (r *reader) elasticClient(section value, scope names) (id, secret string) {
	field := func(v value) bool {
		name := strings.TrimSuffix(strings.TrimPrefix(v.text(), "{{"), "}}")
		spec, _ := scope.field(name)
		return spec != nil && v.text() == "{{"+name+"}}"
	}
	clientID, clientSecret := section.get("client_id"), section.get("client_secret")
	if field(clientID) && (!clientSecret.present || field(clientSecret)) {
		return clientID.text(), clientSecret.text()
	}
	if text := clientSecret.text(); text != "" && len(namesIn(text)) == 0 {
		r.warn(clientSecret.pointer(), "is not read: a descriptor is no place for a secret. Register the client with the workspace or the gateway")
	}
	return "", ""
}

// provider reads the URLs of one, as elastic.io writes them.
type provider struct {
	*reader
	scope    names
	typed    bool // the credential brings its own client
	hosts    []string
	unusable bool
}

func (p *provider) read(v value, text string) string {
	p.checkTemplate(v.pointer(), text, p.scope)
	p.scope.markDestinations(text)
	authority, problem := p.authority(text)
	if problem != "" {
		p.warn(v.pointer(), "%s, so nobody can connect by this method", problem)
		p.unusable = true
	} else if !slices.Contains(p.hosts, authority) {
		p.hosts = append(p.hosts, authority)
	}
	return text
}

// authority finds the host that a URL's template goes to, or what is wrong with it. A registered client's secret goes to hosts
// that the descriptor knows, not wherever a person says.
func (p *provider) authority(text string) (host, problem string) {
	filled := templateName.ReplaceAllStringFunc(text, func(name string) string {
		if variable, ok := p.scope.variables[strings.Trim(name, "{}")]; ok {
			return variable
		}
		return name
	})
	scheme, rest, absolute := strings.Cut(filled, "://")
	authority, _, _ := strings.Cut(rest, "/")
	first := templateName.FindStringIndex(filled)
	if !absolute && first != nil && first[0] == 0 {
		authority, _, _ = strings.Cut(filled, "/") // a field that holds a whole URL
		absolute, scheme = true, "https"
		if spec, _ := p.scope.field(namesIn(authority)[0]); spec == nil || spec.Format != models.FormatURL {
			absolute = false
		}
	}
	switch {
	case !absolute || (scheme != "https" && scheme != "http") || !isWebURL("https://"+templateName.ReplaceAllString(authority, "x")):
		return "", "is no absolute http or https URL"
	case strings.ContainsAny(filled, "?#@"):
		return "", "holds a query, a fragment or user information"
	}
	fields := namesIn(authority)
	for _, name := range fields {
		if spec, _ := p.scope.field(name); spec == nil || spec.Secret {
			return "", "has {{" + name + "}} in the host, which is secret, and hosts are not"
		}
	}
	if len(fields) == 0 {
		return hostname(authority), ""
	}
	if !p.typed && !isVendors(authority) {
		return "", "lets a field decide where the registered client's secret goes"
	}
	return authority, ""
}

// addQuery moves what follows a ? in the authorization URL to its parameters.
func (r *reader) addQuery(method *models.AuthMethod, v value, query string) {
	for pair := range strings.SplitSeq(query, "&") {
		name, text, _ := strings.Cut(pair, "=")
		plainName, err := url.QueryUnescape(name)
		plain, textErr := url.QueryUnescape(text)
		if err == nil && textErr == nil && name != "" {
			r.addParameter(method, v, plainName, plain)
		}
	}
}

// addParameters adds what else stands beside client and URLs: elastic.io sends it along when it asks for a person's yes.
func (r *reader) addParameters(method *models.AuthMethod, section value) {
	own := []string{"client_id", "client_secret", "auth_uri", "token_uri", "refresh_token_uri", "token_expires_in", "scopes", "client_auth"}
	for _, m := range section.members() {
		if !slices.Contains(own, m.key) {
			r.addParameter(method, m.value, m.key, m.value.scalar())
		}
	}
}

func (r *reader) addParameter(method *models.AuthMethod, at value, name, text string) {
	scope := names{method: method, variables: r.variables}
	switch {
	case text == "":
		return
	case slices.Contains(strings.Fields(reservedOnTheWay), name) || strings.Contains(name, "{{"):
		r.warn(at.pointer(), "%s is not sent: Keyward says itself who asks and where the answer goes", name)
		return
	case scope.anySecret(text):
		r.warn(at.pointer(), "%s is not sent: it would show a secret in a browser's address bar", name)
		return
	}
	r.checkTemplate(at.pointer(), text, scope)
	method.OAuth2.AuthorizationParameters[name] = text
}

// anySecret reports whether a text holds a secret field.
func (n names) anySecret(text string) bool {
	return slices.ContainsFunc(namesIn(text), func(name string) bool {
		spec, _ := n.field(name)
		return spec != nil && spec.Secret
	})
}
