package catalog

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/net/publicsuffix"

	"keyward/models"
)

// oauth reads how a method's tokens are had, and marks the fields that decide where codes, tokens and the client's secret go.
func (r *reader) oauth(method *models.AuthMethod, v value) {
	second, first := v.get("oauth2"), v.get("oauth1")
	isSecond := method.Kind == models.AuthOAuth2AuthorizationCode || method.Kind == models.AuthOAuth2ClientCredentials
	switch {
	case second.present && !isSecond:
		r.fail(second.pointer(), "is for methods of the kinds OAUTH2_AUTHORIZATION_CODE and OAUTH2_CLIENT_CREDENTIALS")
	case first.present && method.Kind != models.AuthOAuth1:
		r.fail(first.pointer(), "is for methods of the kind OAUTH1")
	case second.present:
		method.OAuth2 = r.oauth2(method, second)
	case first.present:
		method.OAuth1 = r.oauth1(method, first)
	}
}

func (r *reader) oauth2(method *models.AuthMethod, v value) *models.OAuth2 {
	scope := names{method: method, variables: r.variables}
	r.checkAmbiguity(v, scope)
	r.checkParameters(v.get("authorizationParameters"), reservedOnTheWay)
	r.checkParameters(v.get("tokenParameters"), reservedForTokens)
	o := &models.OAuth2{
		Provider:                cmp.Or(v.get("provider").text(), r.key),
		Variables:               r.variables,
		ClientID:                r.template(v.get("client").get("id"), scope),
		ClientSecret:            r.template(v.get("client").get("secret"), scope),
		ClientAuthentication:    models.ClientAuthentication(v.get("clientAuthentication").text()),
		PKCE:                    !v.get("pkce").present || v.get("pkce").isTrue(),
		ScopeSeparator:          cmp.Or(v.get("scopeSeparator").text(), " "),
		Audience:                r.template(v.get("audience"), scope),
		AuthorizationParameters: r.templates(v.get("authorizationParameters"), scope),
		TokenParameters:         r.templates(v.get("tokenParameters"), scope),
		Answer: models.TokenAnswer{
			AccessToken:  cmp.Or(v.get("token").get("accessToken").text(), "/access_token"),
			RefreshToken: cmp.Or(v.get("token").get("refreshToken").text(), "/refresh_token"),
			ExpiresIn:    cmp.Or(v.get("token").get("expiresIn").text(), "/expires_in"),
			Scope:        cmp.Or(v.get("token").get("scope").text(), "/scope"),
		},
	}
	e := &endpoints{reader: r, scope: scope, declared: v.get("hosts"), typed: o.ClientID != ""}
	o.AuthorizationURL = e.read(v.get("authorizationUrl"))
	o.TokenURL = e.read(v.get("tokenUrl"))
	o.RevocationURL = e.read(v.get("revocationUrl"))
	o.Discovery = e.read(v.get("discovery"))
	o.Issuer = r.template(v.get("issuer"), scope)
	scope.markDestinations(o.Issuer)
	o.Hosts = e.hosts()
	if method.Kind == models.AuthOAuth2AuthorizationCode {
		scope.checkShown(r, v.get("authorizationUrl"), v.get("audience"), v.get("client").get("id"))
		for _, m := range v.get("authorizationParameters").members() {
			scope.checkShown(r, m.value)
		}
	}
	if method.Kind == models.AuthOAuth2AuthorizationCode && o.AuthorizationURL == "" && o.Discovery == "" {
		r.fail(v.pointer(), "must have authorizationUrl or discovery: a person has to say yes somewhere")
	}
	o.Captures = r.captures(v.get("capture"), scope)
	if metadata := v.get("metadata"); metadata.present {
		method.OAuth2 = o // for the names that it grants
		o.Metadata, o.MetadataHosts = r.metadata(method, metadata, e.declared)
	}
	if slices.ContainsFunc(o.Captures, func(c models.Capture) bool { return c.From == models.FromMetadata }) != (o.Metadata != nil) {
		r.fail(v.pointer(), "has metadata and nothing that capture reads from it, or the other way round")
	}
	return o
}

func (r *reader) oauth1(method *models.AuthMethod, v value) *models.OAuth1 {
	scope := names{method: method, variables: r.variables}
	r.checkAmbiguity(v, scope)
	e := &endpoints{reader: r, scope: scope, declared: v.get("hosts")}
	o := &models.OAuth1{
		Provider:         cmp.Or(v.get("provider").text(), r.key),
		RequestTokenURL:  e.read(v.get("requestTokenUrl")),
		AuthorizationURL: e.read(v.get("authorizationUrl")),
		AccessTokenURL:   e.read(v.get("accessTokenUrl")),
		Variables:        r.variables,
		Signature:        cmp.Or(v.get("signature").text(), "HMAC-SHA1"),
	}
	o.Hosts = e.hosts()
	scope.checkShown(r, v.get("authorizationUrl"))
	return o
}

// checkShown refuses secrets in what a person's browser is sent to: it is in the address bar, in the history, and told to whoever
// begins to connect.
func (n names) checkShown(r *reader, shown ...value) {
	for _, v := range shown {
		if n.anySecret(v.text()) {
			r.fail(v.pointer(), "would show a secret in a browser's address bar")
		}
	}
}

// endpoints are a provider's URLs, and the hosts that these come to.
type endpoints struct {
	*reader
	scope    names
	declared value
	typed    bool // the credential brings its own client
	fixed    []string
	deciding bool // a field decides one of the hosts
}

func (e *endpoints) read(v value) string {
	if !v.present {
		return ""
	}
	text := e.template(v, e.scope)
	if host := e.target(v, e.scope, e.declared); host == "" {
		e.deciding = true
	} else if !slices.Contains(e.fixed, host) {
		e.fixed = append(e.fixed, host)
	}
	return text
}

// What no descriptor may set, since Keyward does: whoever set these would choose where the code goes, or whose it is.
const (
	reservedOnTheWay  = "response_type client_id redirect_uri state code_challenge code_challenge_method"
	reservedForTokens = "grant_type code redirect_uri client_id client_secret refresh_token code_verifier"
)

func (r *reader) checkParameters(parameters value, reserved string) {
	for _, m := range parameters.members() {
		if slices.Contains(strings.Fields(reserved), m.key) || strings.Contains(m.key, "{{") {
			r.fail(m.value.pointer(), "is no parameter that a descriptor may set: Keyward sets %s itself, and a field's value can't be a name", strings.Join(strings.Fields(reserved), ", "))
		}
	}
}

// isVendors reports whether the end of a host that holds {{field}} names is somebody's, not a suffix that a registry sells names under
// (https://publicsuffix.org): {{zone}}.example.com and {{shop}}.myshopify.com are, {{zone}}.com, {{shop}}.co.uk and login.{{domain}} are not.
func isVendors(host string) bool {
	last := strings.LastIndex(host, "}}")
	if last < 0 {
		return true
	}
	_, end, fixed := strings.Cut(strings.TrimRight(host[last+2:], "."), ".")
	suffix, sold := publicsuffix.PublicSuffix(end)
	return fixed && !(suffix == end && (sold || !strings.Contains(end, ".")))
}

// hosts are the declared ones, or those of the URLs. A registered client's secret goes to hosts that the descriptor knows, not
// wherever a person says.
func (e *endpoints) hosts() []string {
	if !e.declared.present {
		return e.fixed
	}
	hosts := e.reader.hosts(e.declared, "", nil, e.scope)
	for i, host := range hosts {
		if !e.typed && !isVendors(host) {
			e.fail(e.declared.pointer(), "lets a field decide where the registered client's secret goes (%s): name the part of the host that is the vendor's, or let each credential bring its own client", e.declared.items()[i].text())
		}
	}
	for _, fixed := range e.fixed {
		if !slices.ContainsFunc(hosts, func(h string) bool { return covers(h, fixed) }) {
			e.fail(e.declared.pointer(), "does not have the host %s that one of the URLs goes to", fixed)
		}
	}
	return hosts
}

func (r *reader) captures(v value, scope names) []models.Capture {
	var captures []models.Capture
	for _, m := range v.members() {
		c := models.Capture{
			Name: m.key, From: models.CaptureSource(m.value.get("from").text()),
			Pointer: m.value.get("pointer").text(), Parameter: m.value.get("parameter").text(), Pattern: m.value.get("pattern").text(),
		}
		if _, err := regexp.Compile(c.Pattern); err != nil {
			r.fail(m.value.get("pattern").pointer(), "is not an RE2 pattern: %s", err)
		}
		r.checkSize(m.value.get("pattern"), c.Pattern)
		if (c.From == models.FromCallback) != (c.Parameter != "") {
			r.fail(m.value.pointer(), "reads an answer by pointer, and the callback by parameter")
		}
		if spec, _ := scope.field(c.Name); spec != nil {
			r.fail(m.value.pointer(), "is the name of a field too")
		}
		if _, taken := scope.variables[c.Name]; taken || c.Name == models.AccessToken {
			r.fail(m.value.pointer(), "is the name of something else too")
		}
		captures = append(captures, c)
	}
	return captures
}

// metadata reads the request that asks for the rest; it may use what the token answer brought.
func (r *reader) metadata(method *models.AuthMethod, v, hosts value) (*models.HTTPRequest, []string) {
	scope := names{method: method, variables: r.variables, granted: granted(method)}
	request := r.request(v, scope)
	if fixed := r.target(v.get("url"), scope, hosts); fixed != "" {
		return request, []string{fixed}
	}
	return request, r.hosts(hosts, "", nil, scope)
}

// granted are the names that a connection adds to those of the fields.
func granted(method *models.AuthMethod) map[string]bool {
	names := map[string]bool{}
	switch {
	case method.OAuth2 != nil:
		names[models.AccessToken] = true
		for _, c := range method.OAuth2.Captures {
			names[c.Name] = true
		}
	case method.OAuth1 != nil:
		names[models.AccessToken], names[models.TokenSecret] = true, true
	}
	return names
}
