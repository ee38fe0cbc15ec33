package catalog

import (
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"keyward/models"
)

// templateName is a {{name}} in a text of a dry request.
var templateName = regexp.MustCompile(`\{\{([A-Za-z_][A-Za-z0-9_]*)\}\}`)

func namesIn(text string) []string {
	var names []string
	for _, match := range templateName.FindAllStringSubmatch(text, -1) {
		names = append(names, match[1])
	}
	return names
}

// names is what a {{name}} may mean within one method's dry request.
type names struct {
	method    *models.AuthMethod
	variables map[string]string
	derived   map[string]models.Derivation
	granted   map[string]bool // by a connection
	made      map[string]bool // on the way to the request: by a log-in, by signing
}

// field finds the field behind a name: the field itself, or the one that a derived value is cut out of.
func (n names) field(name string) (spec *models.FieldSpec, derived bool) {
	if d, ok := n.derived[name]; ok {
		name, derived = d.From, true
	}
	spec, _ = n.method.Field(name)
	return spec, derived
}

// dryRequest reads how a method is verified, and marks the method's fields that decide where secrets go.
func (r *reader) dryRequest(method *models.AuthMethod, use declared) *models.DryRequest {
	v := use.verification
	scope := names{method: method, variables: r.variables, derived: r.derived(v.get("derived"), method), granted: granted(method)}
	r.checkAmbiguity(v, scope)
	dry := &models.DryRequest{
		Protocol:    v.get("protocol").text(),
		Source:      v.get("source").text(),
		Variables:   r.variables,
		Derived:     scope.derived,
		Unavailable: r.rules(v.get("unavailable")),
		Accept:      r.rules(v.get("accept")),
		Reject:      r.rules(v.get("reject")),
		Account:     models.AccountPointers{ID: v.get("account").get("id").text(), Name: v.get("account").get("name").text()},
	}
	if method.OAuth1 != nil {
		dry.Signature = method.OAuth1.Signature
	}
	r.checkReject(v.get("reject"))
	if params := v.get("params"); params.present {
		dry.Params = r.templates(params, scope)
		r.markParams(dry.Params, scope)
	}
	if jwt := v.get("jwt"); jwt.present {
		dry.JWT = r.jwt(jwt, &scope)
	}
	var fixed []string // hosts of the log-in
	if session := v.get("session"); session.present {
		dry.Session, fixed = r.session(session, &scope, use.hosts)
	}
	var host string // of the request's URL, where it is fixed
	if request := v.get("request"); request.present {
		dry.Request = r.request(request, scope)
		host = r.target(request.get("url"), scope, use.hosts)
	}
	if external := v.get("url"); external.present {
		dry.External = &models.External{URL: external.text(), Component: r.key, Method: method.Key}
		host = r.externalHost(external, dry.Protocol)
	}
	dry.Hosts = r.hosts(use.hosts, host, dry.Params, scope)
	r.checkCovered(v.get("session").pointer(), fixed, dry.Hosts)
	if dry.Protocol != "http" && (dry.Session != nil || dry.JWT != nil) {
		r.fail(v.pointer(), "has a session or a jwt, which are for the protocol http")
	}
	return dry
}

func (r *reader) derived(v value, method *models.AuthMethod) map[string]models.Derivation {
	if !v.present {
		return nil
	}
	derived := map[string]models.Derivation{}
	var patterns []string
	for _, m := range v.members() {
		d := models.Derivation{
			From: m.value.get("from").text(), Pattern: m.value.get("pattern").text(),
			Pointer: m.value.get("pointer").text(), Upper: m.value.get("upper").isTrue(),
		}
		if _, ok := method.Field(d.From); !ok {
			r.fail(m.value.get("from").pointer(), "%q is no field of the method %s", d.From, method.Key)
		}
		pattern, err := regexp.Compile(d.Pattern)
		switch {
		case d.Pointer != "":
		case err != nil:
			r.fail(m.value.get("pattern").pointer(), "is not an RE2 pattern: %s", err)
		case pattern.NumSubexp() == 0:
			r.fail(m.value.get("pattern").pointer(), "has no group in parentheses, so there is nothing to cut out")
		}
		derived[m.key] = d
		patterns = append(patterns, d.Pattern)
	}
	r.checkSize(v, patterns...)
	return derived
}

// checkAmbiguity refuses a name that means two things.
func (r *reader) checkAmbiguity(v value, scope names) {
	for name := range scope.derived {
		if _, taken := scope.variables[name]; taken {
			r.fail(v.get("derived").get(name).pointer(), "is the name of a variable too")
		}
		if _, taken := scope.method.Field(name); taken {
			r.fail(v.get("derived").get(name).pointer(), "is the name of a field too")
		}
	}
	for name := range scope.granted {
		if _, taken := scope.method.Field(name); taken && name == models.AccessToken {
			r.fail(v.pointer(), "is of a method that gets an accessToken by OAuth, and has a field of that name too")
		}
	}
	for name := range scope.variables {
		if _, taken := scope.method.Field(name); taken {
			r.fail("/variables/"+escape(name), "is the name of a field of the method %s too", scope.method.Key)
		}
	}
}

// template reads a text and refuses the names in it that mean nothing.
func (r *reader) template(v value, scope names) string {
	text := v.text()
	r.checkTemplate(v.pointer(), text, scope)
	return text
}

func (r *reader) checkTemplate(pointer, text string, scope names) {
	for _, name := range namesIn(text) {
		_, isVariable := scope.variables[name]
		if spec, _ := scope.field(name); spec == nil && !isVariable && !scope.granted[name] && !scope.made[name] {
			r.fail(pointer, "{{%s}} is no field of the method %s, no variable and no derived value", name, scope.method.Key)
		}
	}
	if rest := templateName.ReplaceAllString(text, ""); strings.Contains(rest, "{{") || strings.Contains(rest, "}}") {
		r.fail(pointer, "has braces that are no {{name}}: a name is letters, digits and _, without spaces")
	}
}

// templates reads an object of texts; its keys may hold names too, such as a header's.
func (r *reader) templates(v value, scope names) map[string]string {
	if !v.present {
		return nil
	}
	texts := map[string]string{}
	for _, m := range v.members() {
		r.checkTemplate(m.value.pointer(), m.key, scope)
		texts[m.key] = r.template(m.value, scope)
	}
	return texts
}

func (r *reader) request(v value, scope names) *models.HTTPRequest {
	request := &models.HTTPRequest{
		Method:  v.get("method").text(),
		URL:     r.template(v.get("url"), scope),
		Headers: r.templates(v.get("headers"), scope),
		Query:   r.templates(v.get("query"), scope),
		Form:    r.templates(v.get("form"), scope),
		Cookies: r.templates(v.get("cookies"), scope),
	}
	if basic := v.get("basic"); basic.present {
		request.Basic = &models.BasicAuth{Username: r.template(basic.get("username"), scope), Password: r.template(basic.get("password"), scope)}
	}
	if body := v.get("json"); body.present {
		r.checkBody(body, scope)
		request.JSON = body.canonical()
	}
	return request
}

// checkBody looks at every text of a JSON body.
func (r *reader) checkBody(v value, scope names) {
	r.template(v, scope)
	for _, m := range v.members() {
		r.checkTemplate(m.value.pointer(), m.key, scope)
		r.checkBody(m.value, scope)
	}
	for _, item := range v.items() {
		r.checkBody(item, scope)
	}
}

// rules reads one rule or several.
func (r *reader) rules(v value) []models.ResponseRule {
	items := v.items()
	if v.present && v.members() != nil {
		items = []value{v}
	}
	var rules []models.ResponseRule
	for _, item := range items {
		rule := models.ResponseRule{Reason: models.VerificationReason(item.get("reason").text())}
		for _, status := range item.get("status").items() {
			rule.Status = append(rule.Status, status.number())
		}
		for _, c := range item.get("json").items() {
			rule.JSON = append(rule.JSON, condition(c))
		}
		rules = append(rules, rule)
	}
	return rules
}

// checkReject: a service that is slow, overloaded or broken says nothing about a credential.
func (r *reader) checkReject(v value) {
	rules := v.items()
	if len(rules) == 0 {
		rules = []value{v}
	}
	for _, rule := range rules {
		for _, status := range rule.get("status").items() {
			if n := status.number(); n >= 500 || n == 408 || n == 429 {
				r.fail(status.pointer(), "status %d says nothing about a credential, so it can't reject one", n)
			}
		}
	}
}

func condition(v value) models.JSONCondition {
	c := models.JSONCondition{Pointer: v.get("pointer").text(), Equals: v.get("equals").plain()}
	if in := v.get("in"); in.present {
		c.In, _ = in.plain().([]any)
	}
	if exists := v.get("exists"); exists.present {
		yes := exists.isTrue()
		c.Exists = &yes
	}
	return c
}

// loginParams are the parameters that hold a part of the login itself, of whatever protocol.
var loginParams = []string{
	"user", "username", "password", "database", "privateKey", "passphrase",
	"accessKeyId", "secretAccessKey", "sessionToken",
	"vhost", "token", "seed", "credentials", "clientId",
	"headerName", "headerValue",
}

// markParams marks the parameters' fields that say where a login goes, which is all but the login itself.
func (r *reader) markParams(params map[string]string, scope names) {
	for param, text := range params {
		if !slices.Contains(loginParams, param) {
			scope.markDestinations(text)
		}
	}
}

func (n names) markDestinations(text string) {
	for _, name := range namesIn(text) {
		if spec, _ := n.field(name); spec != nil {
			spec.Destination = true
		}
	}
}

// target checks a request's URL and marks the fields in it. It returns the URL's host where no field decides it.
func (r *reader) target(url value, scope names, hosts value) string {
	text := templateName.ReplaceAllStringFunc(url.text(), func(name string) string {
		if fixed, ok := scope.variables[strings.Trim(name, "{}")]; ok {
			return fixed
		}
		return name
	})
	scope.markDestinations(text)
	if strings.ContainsAny(text, "?#") {
		r.fail(url.pointer(), "holds a query or fragment: put parameters under query, where values are escaped")
	}
	scheme, rest, ok := strings.Cut(text, "://")
	authority, _, _ := strings.Cut(rest, "/")
	if first := templateName.FindStringIndex(text); !ok && first != nil && first[0] == 0 {
		authority, _, _ = strings.Cut(text, "/") // a field that holds a whole URL
		spec, _ := scope.field(namesIn(authority)[0])
		if spec != nil && spec.Format != models.FormatURL {
			r.fail(url.pointer(), "begins with the field %s, whose format has to be url for that", spec.Key)
		}
	} else if !ok || (scheme != "https" && scheme != "http") {
		r.fail(url.pointer(), "is no absolute http or https URL")
		return ""
	}
	if strings.Contains(authority, "@") {
		r.fail(url.pointer(), "holds user information: put it under basic")
	}
	deciding := r.checkHostNames(url.pointer(), authority, scope)
	if !deciding {
		return hostname(authority)
	}
	if !hosts.present {
		r.fail(url.pointer(), "has a host that a field decides, so hosts has to say where the secrets may go")
	}
	return ""
}

// checkHostNames reports whether a field decides the host, and refuses a secret one: hosts end up in logs and look-ups.
// What is cut out of a secret (a data centre, a region) may.
func (r *reader) checkHostNames(pointer, host string, scope names) (deciding bool) {
	for _, name := range namesIn(host) {
		if scope.granted[name] {
			deciding = true
			if name == models.AccessToken || name == models.TokenSecret {
				r.fail(pointer, "has a token in the host, which is never kept secret")
			}
		}
		if scope.made[name] {
			deciding = true
			r.fail(pointer, "has {{%s}} in the host: what a log-in or a signature gives can't decide where secrets go", name)
		}
		spec, derived := scope.field(name)
		if spec == nil {
			continue
		}
		deciding = true
		if spec.Secret && !derived {
			r.fail(pointer, "has the secret field %s in the host, which is never kept secret", spec.Key)
		}
	}
	return deciding
}

func hostname(authority string) string {
	host, port, ok := cutLast(authority, ":")
	if _, err := strconv.Atoi(port); ok && err == nil {
		authority = host
	}
	return strings.ToLower(strings.Trim(authority, "[]"))
}

func cutLast(s, sep string) (before, after string, found bool) {
	if i := strings.LastIndex(s, sep); i >= 0 {
		return s[:i], s[i+len(sep):], true
	}
	return s, "", false
}

// hosts are the declared ones, or else the host of the URL, or the parameter that names it: host, or uri, which may be
// secret for the password in it. A fixed host has to be among them.
func (r *reader) hosts(declared value, fixed string, params map[string]string, scope names) []string {
	if !declared.present {
		switch {
		case fixed != "":
			return []string{fixed}
		case params["host"] != "":
			return []string{params["host"]}
		case params["uri"] != "":
			return []string{params["uri"]}
		case params["url"] != "":
			return []string{params["url"]}
		}
		return nil
	}
	var hosts []string
	for _, item := range declared.items() {
		text := r.template(item, scope)
		for _, name := range namesIn(text) {
			if scope.granted[name] {
				r.fail(item.pointer(), "lets the provider decide where secrets go ({{%s}}): name the part of the host that is the vendor's, like *.example.com", name)
			}
		}
		r.checkHostNames(item.pointer(), text, scope)
		scope.markDestinations(text)
		text = templateName.ReplaceAllStringFunc(text, func(name string) string {
			variable, ok := scope.variables[strings.Trim(name, "{}")]
			if !ok {
				return name
			}
			if _, rest, isURL := strings.Cut(variable, "://"); isURL {
				authority, _, _ := strings.Cut(rest, "/")
				return hostname(authority)
			}
			return variable
		})
		hosts = append(hosts, text)
	}
	if fixed != "" && !slices.ContainsFunc(hosts, func(h string) bool { return covers(h, fixed) }) {
		r.fail(declared.pointer(), "does not have the host %s that the request goes to", fixed)
	}
	return hosts
}

// covers reports whether a declared host stands for the fixed one.
func covers(declared, fixed string) bool {
	if suffix, wild := strings.CutPrefix(declared, "*"); wild {
		return strings.HasSuffix(fixed, suffix) && len(fixed) > len(suffix)
	}
	return strings.EqualFold(declared, fixed)
}

// externalHost is the host of a verifier outside the process. Whether it is asked is for the operator to say.
func (r *reader) externalHost(v value, protocol string) string {
	u, err := url.Parse(v.text())
	switch {
	case protocol != "external":
		r.fail(v.pointer(), "is for the protocol external; a request's URL stands in request")
	case err != nil || u.Hostname() == "" || u.User != nil:
		r.fail(v.pointer(), "is no absolute https URL without user information")
	default:
		return strings.ToLower(u.Hostname())
	}
	return ""
}
