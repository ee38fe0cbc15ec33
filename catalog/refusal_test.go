package catalog

import (
	"errors"
	"strconv"
	"strings"
	"testing"
	"time"
)

// own is a descriptor with one method of our own.
func own(fields, rest string) string {
	return `{"title":"T","methods":[{"key":"m","title":"M","kind":"CUSTOM","fields":{` + fields + `}}]` + rest + `}`
}

func text(key, more string) string {
	return `"` + key + `":{"label":"L","viewClass":"TextFieldView"` + more + `}`
}

// verified is a descriptor with fields a (public) and s (secret) and a dry request.
func verified(request, rest string) string {
	return own(text("a", `,"secret":false`)+","+text("s", ""),
		`,"variables":{"v":{"default":"https://v.example.com"}},"verification":{"protocol":"http","accept":{"status":[200]},"request":{"method":"GET",`+request+`}`+rest)
}

// fetching is a descriptor whose field o gets its options by a request.
func fetching(view, request string) string {
	return own(`"o":{"label":"L","viewClass":"`+view+`","optionsFrom":{"request":{"method":"GET",`+request+`},"items":"/x","value":""}}`,
		`,"verification":{"protocol":"http","accept":{"status":[200]},"request":{"method":"GET","url":"https://example.com/me"}}`)
}

// session is a log-in that gives values, at the end of a dry request.
func session(request, values, more string) string {
	return `,"session":{"request":{"method":"POST",` + request + `},"accept":{"status":[200]},"values":` + values + more + `}}`
}

// connected is a descriptor with a method that connects by OAuth 2.0, a field a (public), and a dry request.
func connected(kind, oauth2, rest string) string {
	return `{"title":"T","methods":[{"key":"m","title":"M","kind":"` + kind + `","fields":{` + text("a", `,"secret":false`) + `},"oauth2":{"clientAuthentication":"post",` +
		oauth2 + `}` + rest + `}]}`
}

// signingIn is a descriptor with a method in which a person says yes, and a field s (secret).
func signingIn(oauth2 string) string {
	return `{"title":"T","methods":[{"key":"m","title":"M","kind":"OAUTH2_AUTHORIZATION_CODE","fields":{` + text("s", "") + `},"oauth2":{"clientAuthentication":"post","tokenUrl":"https://example.com/t",` +
		oauth2 + `}}]}`
}

// many joins what n numbers come to.
func many(n int, one func(number string) string) string {
	all := make([]string, n)
	for i := range all {
		all[i] = one(strconv.Itoa(i))
	}
	return strings.Join(all, ",")
}

func TestParse_refusals(t *testing.T) {
	const url = `"url":"https://example.com/me"`
	tests := []struct{ name, descriptor, pointer, reason string }{
		{"no JSON", `{"title":`, "", "is not one JSON value"},
		{"trailing data", `{"title":"T"} {}`, "", "is not one JSON value"},
		{"a key twice", `{"title":"T","credentials":{"fields":{},"fields":{}}}`, "/credentials/fields", "is there twice"},
		{"a key twice, written differently", `{"title":"T","t\u0069tle":"U"}`, "/title", "is there twice"},
		{"NUL", `{"title":"T\u0000"}`, "/title", "NUL"},
		{"NUL in a key", `{"title":"T","a\u0000":1}`, "", "NUL"},
		{"not UTF-8", "{\"title\":\"\xff\"}", "", "is not UTF-8"},
		{"too long", `{"title":"` + strings.Repeat("x", MaxDescriptorBytes) + `"}`, "", "the most is 1048576"},
		{"a list", `[]`, "", "must be object, not array"},
		{"no title", `{}`, "", "must have title"},
		{"wrong type", `{"title":7}`, "/title", "must be string, not number"},
		{"unknown category", `{"title":"T","category":"TOYS"}`, "/category", "must be one of CRM, ERP"},
		{"no methods", `{"title":"T","methods":[]}`, "/methods", "must not be empty"},
		{"unknown key in a method", `{"title":"T","methods":[{"key":"m","title":"M","kind":"CUSTOM","fields":{},"verfication":{}}]}`, "/methods/0/verfication", "is not a known key"},
		{"unknown key in our own field", own(text("a", `,"sekret":true`), ""), "/methods/0/fields/a/sekret", "is not a known key"},
		{"unknown view in our own field", own(`"a":{"label":"L","viewClass":"HologramView"}`, ""), "/methods/0/fields/a/viewClass", "must be one of TextFieldView"},
		{"no label in our own field", own(`"a":{"viewClass":"TextFieldView"}`, ""), "/methods/0/fields/a", "must have label"},
		{"a field's name", own(text("a-b", ""), ""), "/methods/0/fields/a-b", "letters, digits and _"},
		{"a method's key", strings.Replace(own("", ""), `"m"`, `"M m"`, 1), "/methods/0/key", "lower-case letters"},
		{"two methods of one key", `{"title":"T","methods":[{"key":"m","title":"M","kind":"CUSTOM","fields":{}},{"key":"m","title":"N","kind":"CUSTOM","fields":{}}]}`, "/methods/1/key", "of another method"},
		{"our key in elastic.io's field", `{"title":"T","credentials":{"fields":{"a":{"viewClass":"TextFieldView","secret":"no"}}}}`, "/credentials/fields/a/secret", "must be boolean"},
		{"a destination denied", own(text("a", `,"destination":false`), ""), "/methods/0/fields/a/destination", "must be true"},
		{"a format", own(text("a", `,"format":"phone"`), ""), "/methods/0/fields/a/format", "must be one of url, host, port"},
		{"a help page", own(text("a", `,"helpUrl":"javascript:x"`), ""), "/methods/0/fields/a/helpUrl", "http or https page"},
		{"a pattern", own(text("a", `,"pattern":"(?=x)","patternMessage":"x"`), ""), "/methods/0/fields/a/pattern", "is not an RE2 pattern"},
		{"a pattern that opens what surrounds it", own(text("a", `,"pattern":"a)|(?:b","patternMessage":"x"`), ""), "/methods/0/fields/a/pattern", "is not an RE2 pattern"},
		{"a pattern without message", own(text("a", `,"pattern":"x"`), ""), "/methods/0/fields/a", "needs a patternMessage"},
		{"an option twice", own(`"a":{"label":"L","viewClass":"SelectView","options":[{"value":"x","label":"1"},{"value":"x","label":"2"}]}`, ""), "/methods/0/fields/a/options/1/value", "twice"},
		{"a default that is no option", own(`"a":{"label":"L","viewClass":"SelectView","default":"y","options":[{"value":"x","label":"1"}]}`, ""), "/methods/0/fields/a/default", "none of the options"},
		{"defaults that are no options", own(`"a":{"label":"L","viewClass":"MultiSelectView","default":["x","y"],"options":[{"value":"x","label":"1"}]}`, ""), "/methods/0/fields/a/default", "options' values"},
		{"a checkbox that is maybe", own(`"a":{"label":"L","viewClass":"CheckBoxView","default":"maybe"}`, ""), "/methods/0/fields/a/default", "neither true nor false"},
		{"a default against the pattern", own(text("a", `,"default":"y","pattern":"x","patternMessage":"x"`), ""), "/methods/0/fields/a/default", "own pattern"},
		{"visible by nothing", own(text("a", `,"visibleWhen":{"field":"b","oneOf":["x"]}`), ""), "/methods/0/fields/a/visibleWhen/field", `"b" is no field`},
		{"visible by itself", own(text("a", `,"visibleWhen":{"field":"a","oneOf":["x"]}`), ""), "/methods/0/fields/a/visibleWhen/field", "circle"},
		{"visible in a circle", own(text("a", `,"visibleWhen":{"field":"b","oneOf":["x"]}`)+","+text("b", `,"visibleWhen":{"field":"a","oneOf":["x"]}`), ""), "/methods/0/fields/a/visibleWhen/field", "circle"},
		{"visible never", own(`"a":{"label":"L","viewClass":"SelectView","options":[{"value":"x","label":"1"}]},`+text("b", `,"visibleWhen":{"field":"a","oneOf":["y"]}`), ""), "/methods/0/fields/b/visibleWhen/oneOf/0", "never has"},
		{"visible by a secret", own(`"a":{"label":"L","viewClass":"PasswordFieldView"},`+text("b", `,"visibleWhen":{"field":"a","oneOf":["y"]}`), ""), "/methods/0/fields/b/visibleWhen/field", "is the secret field a"},
		{"visible by a checkbox's third value", own(`"a":{"label":"L","viewClass":"CheckBoxView"},`+text("b", `,"visibleWhen":{"field":"a","oneOf":["true","maybe"]}`), ""), "/methods/0/fields/b/visibleWhen/oneOf/1", "never has"},
		{"an empty title", `{"title":""}`, "/title", "must not be empty"},
		{"a long label", own(`"a":{"label":"`+strings.Repeat("x", 301)+`","viewClass":"TextFieldView"}`, ""), "/methods/0/fields/a/label", "at most 300"},
		{"a scope twice", `{"title":"T","methods":[{"key":"m","title":"M","kind":"CUSTOM","fields":{},"scopes":["s","s"]}]}`, "/methods/0/scopes", "the same twice"},
		{"secrets without authentication", `{"title":"T","methods":[{"key":"m","title":"M","kind":"NONE","fields":{` + text("s", "") + `}}]}`, "/methods/0/fields/s", "no secrets"},

		{"verification of nothing", `{"title":"T","verification":{"protocol":"http","accept":{"status":[200]},"request":{"method":"GET",` + url + `}}}`, "/verification", "nothing to verify"},
		{"no request", own("", `,"verification":{"protocol":"http","accept":{"status":[200]}}`), "/verification", "must have request"},
		{"nothing accepted", own("", `,"verification":{"protocol":"http","request":{"method":"GET",`+url+`}}`), "/verification", "must have accept"},
		{"no parameters", own("", `,"verification":{"protocol":"postgres"}`), "/verification", "must have params"},
		{"an unknown protocol", own("", `,"verification":{"protocol":"gopher","params":{"host":"x"}}`), "/verification/protocol", "must be one of " + strings.Join(Protocols(), ", ")},
		{"an unknown parameter", own("", `,"verification":{"protocol":"mysql","params":{"host":"x","sslMode":"y"}}`), "/verification/params/sslMode", "is not a known key here; known are database, host, password, port, tls, uri, user: A MySQL"},
		{"a parameter of the wrong type", own("", `,"verification":{"protocol":"mysql","params":{"host":"x","port":3306}}`), "/verification/params/port", "must be string, not number"},
		{"neither by parts nor by URI", own("", `,"verification":{"protocol":"postgres","params":{"user":"x"}}`), "/verification/params", "must have host or uri: A PostgreSQL"},
		{"parameters of a request", verified(url, `,"params":{"host":"x"}}`), "/verification/params/host", "is not a known key here"},
		{"a method that changes things", verified(`"url":"https://example.com/","method":"GET"`, `}`), "/verification/request/method", "is there twice"},
		{"an HTTP method", strings.Replace(verified(url, `}`), "GET", "DELETE", 1), "/verification/request/method", "must be one of GET"},
		{"a rule that matches everything", own("", `,"verification":{"protocol":"http","accept":{},"request":{"method":"GET",`+url+`}}`), "/verification/accept", "match anything"},
		{"a status", own("", `,"verification":{"protocol":"http","accept":{"status":[2000]},"request":{"method":"GET",`+url+`}}`), "/verification/accept/status/0", "from 100 to 599"},
		{"a 5xx that rejects", verified(url, `,"reject":[{"status":[401]},{"status":[500]}]}`), "/verification/reject/1/status/0", "says nothing about a credential"},
		{"a 429 that rejects", verified(url, `,"reject":{"status":[429]}}`), "/verification/reject/status/0", "says nothing about a credential"},
		{"a condition with two", verified(url, `,"reject":{"json":[{"pointer":"/a","equals":1,"exists":true}]}}`), "/verification/reject/json/0", "exactly one of equals, in and exists"},
		{"a condition with none", verified(url, `,"reject":{"json":[{"pointer":"/a"}]}}`), "/verification/reject/json/0", "exactly one of equals, in and exists"},
		{"a pointer", verified(url, `,"reject":{"json":[{"pointer":"a","exists":true}]}}`), "/verification/reject/json/0/pointer", "RFC 6901"},
		{"two bodies", verified(url+`,"json":{},"form":{}`, `}`), "/verification/request", "only one"},
		{"a header's name", verified(url+`,"headers":{"a b":"x"}`, `}`), "/verification/request/headers/a b", "Headers by name"},
		{"a header's value", verified(url+`,"headers":{"a":"x\r\ny"}`, `}`), "/verification/request/headers/a", "control characters"},

		{"an unknown name in the URL", verified(`"url":"https://example.com/{{b}}"`, `}`), "/verification/request/url", "{{b}} is no field of the method m"},
		{"an unknown name in a header", verified(url+`,"headers":{"x":"{{b}}"}`, `}`), "/verification/request/headers/x", "{{b}} is no field"},
		{"an unknown name in a header's name", verified(url+`,"headers":{"{{b}}":"x"}`, `}`), "/verification/request/headers/{{b}}", "{{b}} is no field"},
		{"an unknown name that looks like a setting", verified(url+`,"headers":{"x":"{{API_KEY}}"}`, `}`), "/verification/request/headers/x", "{{API_KEY}} is no field"},
		{"an unknown name in the query", verified(url+`,"query":{"x":"{{b}}"}`, `}`), "/verification/request/query/x", "{{b}} is no field"},
		{"an unknown name in the form", verified(url+`,"form":{"x":"{{b}}"}`, `}`), "/verification/request/form/x", "{{b}} is no field"},
		{"an unknown name in basic", verified(url+`,"basic":{"username":"{{a}}","password":"{{b}}"}`, `}`), "/verification/request/basic/password", "{{b}} is no field"},
		{"an unknown name in the body", verified(url+`,"json":{"x":[{"y":"{{b}}"}]}`, `}`), "/verification/request/json/x/0/y", "{{b}} is no field"},
		{"an unknown name in parameters", own("", `,"verification":{"protocol":"postgres","params":{"host":"{{b}}"}}`), "/verification/params/host", "{{b}} is no field"},
		{"an unknown name in hosts", verified(url, `},"hosts":["example.com","{{b}}"]`), "/hosts/1", "{{b}} is no field"},
		{"braces with spaces", verified(url+`,"query":{"x":"{{ a }}"}`, `}`), "/verification/request/query/x", "no {{name}}"},
		{"derived from nothing", verified(url, `,"derived":{"d":{"from":"b","pattern":"(x)"}}}`), "/verification/derived/d/from", `"b" is no field`},
		{"derived without a group", verified(url, `,"derived":{"d":{"from":"a","pattern":"x"}}}`), "/verification/derived/d/pattern", "no group"},
		{"derived by no pattern", verified(url, `,"derived":{"d":{"from":"a","pattern":"("}}}`), "/verification/derived/d/pattern", "RE2"},
		{"derived and a field", verified(url, `,"derived":{"s":{"from":"a","pattern":"(x)"}}}`), "/verification/derived/s", "name of a field too"},
		{"derived and a variable", verified(url, `,"derived":{"v":{"from":"a","pattern":"(x)"}}}`), "/verification/derived/v", "name of a variable too"},
		{"a variable and a field", strings.Replace(verified(url, `}`), `"v":{`, `"a":{`, 1), "/variables/a", "name of a field of the method m too"},
		{"a template of a variable", `{"title":"T","variables":{"v":{"default":"{{w}}"}}}`, "/variables/v/default", "template itself"},
		{"a base URL with a password", `{"title":"T","variables":{"v":{"default":"https://u:p@example.com"}}}`, "/variables/v/default", "no user information"},

		{"derived by pattern and pointer", verified(url, `,"derived":{"d":{"from":"a","pattern":"(x)","pointer":"/x"}}}`), "/verification/derived/d", "by pattern or by pointer"},
		{"options of a text", fetching("TextFieldView", `"url":"https://example.com/"`), "/methods/0/fields/o/optionsFrom", "for a SelectView"},
		{"options fetched elsewhere", fetching("SelectView", `"url":"https://other.example.com/"`), "/methods/0/fields/o/optionsFrom/request", "goes to other.example.com"},
		{"options that need themselves", fetching("SelectView", `"url":"https://example.com/","query":{"x":"{{o}}"}`), "/methods/0/fields/o/optionsFrom/request", "the very field o"},
		{"options fetched by nothing", fetching("SelectView", `"url":"https://example.com/","query":{"x":"{{b}}"}`), "/methods/0/fields/o/optionsFrom/request/query/x", "{{b}} is no field"},
		{"options without verification", strings.Replace(fetching("SelectView", `"url":"https://example.com/"`), `"verification"`, `"x-verification"`, 1), "/methods/0/fields/o/optionsFrom", "has no verification"},
		{"an external verifier without address", own("", `,"verification":{"protocol":"external"}`), "/verification", "must have url"},
		{"an external verifier without TLS", own("", `,"verification":{"protocol":"external","url":"http://verifier.example.com/"}`), "/verification/url", "exact https address"},
		{"an external verifier by field", own(text("a", `,"secret":false`), `,"verification":{"protocol":"external","url":"https://{{a}}/"}`), "/verification/url", "exact https address"},
		{"an external verifier with a user", own("", `,"verification":{"protocol":"external","url":"https://u:p@verifier.example.com/"}`), "/verification/url", "without user information"},
		{"an external verifier of another protocol", own("", `,"verification":{"protocol":"postgres","url":"https://verifier.example.com/","params":{"host":"x.example.com"}}`), "/verification/url", "for the protocol external"},
		{"an external verifier with parameters", own("", `,"verification":{"protocol":"external","url":"https://verifier.example.com/","params":{"host":"x"}}`), "/verification/params/host", "is not a known key"},
		{"a session that accepts nothing", verified(url, `,"session":{"request":{"method":"POST",`+url+`},"values":{"t":{"pointer":"/t"}}}}`), "/verification/session", "must have accept"},
		{"a session that gives nothing", verified(url, session(url, `{}`, "")), "/verification/session/values", "must not be empty"},
		{"a session's value by two ways", verified(url, session(url, `{"t":{"pointer":"/t","header":"X"}}`, "")), "/verification/session/values/t", "exactly one"},
		{"a session's value and a field", verified(url, session(url, `{"s":{"pointer":"/t"}}`, "")), "/verification/session/values/s", "name of something else"},
		{"a session's value and a variable", verified(url, session(url, `{"v":{"pointer":"/t"}}`, "")), "/verification/session/values/v", "name of something else"},
		{"a session's value before the log-in", verified(url, session(url+`,"headers":{"X":"{{t}}"}`, `{"t":{"pointer":"/t"}}`, "")), "/verification/session/request/headers/X", "{{t}} is no field"},
		{"a session's value in the host", verified(`"url":"https://{{t}}.example.com/me"`, session(url, `{"t":{"pointer":"/t"}}`, "")+`,"hosts":["*.example.com"]`), "/verification/request/url", "can't decide where secrets go"},
		{"a session's value as the base", verified(`"url":"{{t}}/me"`, session(url, `{"t":{"pointer":"/t"}}`, "")+`,"hosts":["*.example.com"]`), "/verification/request/url", "can't decide where secrets go"},
		{"a session's value as the log-out's host", verified(url, session(url, `{"t":{"pointer":"/t"}}`, `,"logout":{"method":"DELETE","url":"https://{{t}}/"}`)), "/verification/session/logout/url", "can't decide where secrets go"},
		{"a session's value among the hosts", verified(url, session(url, `{"t":{"pointer":"/t"}}`, "")+`,"hosts":["example.com","{{t}}"]`), "/hosts/1", "can't decide where secrets go"},
		{"a log-in elsewhere", verified(url, session(`"url":"https://login.example.com/"`, `{"t":{"pointer":"/t"}}`, "")), "/verification/session", "goes to login.example.com"},
		{"a log-in that changes things", verified(url, strings.Replace(session(url, `{"t":{"pointer":"/t"}}`, ""), "POST", "DELETE", 1)), "/verification/session/request/method", "must be one of GET"},
		{"a log-in rejected by 503", verified(url, session(url, `{"t":{"pointer":"/t"}}`, `,"reject":{"status":[503]}`)), "/verification/session/reject/status/0", "says nothing about a credential"},
		{"a session of another protocol", own("", `,"verification":{"protocol":"postgres","params":{"host":"x.example.com"}`+strings.Replace(session(`"url":"https://x.example.com/"`, `{"t":{"pointer":"/t"}}`, ""), "}}", "}}", 1)), "/verification", "for the protocol http"},
		{"a signature of one's own time", verified(url, `,"jwt":{"algorithm":"RS256","privateKey":"{{s}}","claims":{"exp":"1"},"lifetime":60}}`), "/verification/jwt/claims", "iat and exp are set"},
		{"a signature without end", verified(url, `,"jwt":{"algorithm":"RS256","privateKey":"{{s}}","claims":{},"lifetime":86400}}`), "/verification/jwt/lifetime", "in seconds"},
		{"a signature by a shared secret", verified(url, `,"jwt":{"algorithm":"HS256","privateKey":"{{s}}","claims":{},"lifetime":60}}`), "/verification/jwt/algorithm", "must be one of RS256"},
		{"an unknown name in a claim", verified(url, `,"jwt":{"algorithm":"RS256","privateKey":"{{s}}","claims":{"iss":"{{b}}"},"lifetime":60}}`), "/verification/jwt/claims/iss", "{{b}} is no field"},
		{"a fingerprint outside the claims", verified(url+`,"headers":{"X":"{{keyFingerprint}}"}`, `,"jwt":{"algorithm":"RS256","privateKey":"{{s}}","claims":{},"lifetime":60}}`), "/verification/request/headers/X", "{{keyFingerprint}} is no field"},
		{"a signature in the host", verified(`"url":"https://{{jwt}}.example.com/"`, `,"jwt":{"algorithm":"RS256","privateKey":"{{s}}","claims":{},"lifetime":60}},"hosts":["*.example.com"]`), "/verification/request/url", "can't decide where secrets go"},

		{"no URL", verified(`"url":"example.com/me"`, `}`), "/verification/request/url", "no absolute http or https URL"},
		{"another scheme", verified(`"url":"file:///etc/passwd"`, `}`), "/verification/request/url", "no absolute http or https URL"},
		{"a scheme by field", verified(`"url":"{{a}}://example.com"`, `}`), "/verification/request/url", "no absolute http or https URL"},
		{"a query", verified(`"url":"https://example.com/?x={{a}}"`, `}`), "/verification/request/url", "under query"},
		{"user information", verified(`"url":"https://{{a}}@example.com/"`, `},"hosts":["example.com"]`), "/verification/request/url", "under basic"},
		{"a host by field, without hosts", verified(`"url":"https://{{a}}.example.com/"`, `}`), "/verification/request/url", "hosts has to say"},
		{"a host by what is cut out, without hosts", verified(`"url":"https://{{d}}.example.com/"`, `,"derived":{"d":{"from":"a","pattern":"(x)"}}}`), "/verification/request/url", "hosts has to say"},
		{"a secret in the host", verified(`"url":"https://{{s}}.example.com/"`, `},"hosts":["*.example.com"]`), "/verification/request/url", "secret field s in the host"},
		{"a secret in hosts", verified(url, `},"hosts":["example.com","{{s}}"]`), "/hosts/1", "secret field s in the host"},
		{"a whole URL that isn't one", verified(`"url":"{{a}}/me"`, `},"hosts":["{{a}}"]`), "/verification/request/url", "format has to be url"},
		{"a host that isn't declared", verified(url, `},"hosts":["*.example.com","example.org"]`), "/hosts", "example.com that the request goes to"},
		{"a host with a path", verified(url, `},"hosts":["example.com/x"]`), "/hosts/0", "Neither scheme nor port nor path"},
		{"any host of a country", verified(url, `},"hosts":["*.com"]`), "/hosts/0", "Neither scheme nor port nor path"},
		{"nothing to try", `{"title":"T","methods":[{"key":"m","title":"M","kind":"OAUTH1","fields":{},"verification":{"protocol":"http","accept":{"status":[200]},"request":{"method":"GET",` + url + `}}}]}`, "/methods/0/verification", "without oauth2 or oauth1"},
		{"tokens by another kind", connected("API_KEY", `"tokenUrl":"https://example.com/t"`, ""), "/methods/0/oauth2", "of the kinds OAUTH2"},
		{"nowhere to say yes", connected("OAUTH2_AUTHORIZATION_CODE", `"tokenUrl":"https://example.com/t"`, ""), "/methods/0/oauth2", "a person has to say yes somewhere"},
		{"no tokens", connected("OAUTH2_CLIENT_CREDENTIALS", `"revocationUrl":"https://example.com/r"`, ""), "/methods/0/oauth2", "must have tokenUrl or discovery"},
		{"a token URL by field, without hosts", connected("OAUTH2_CLIENT_CREDENTIALS", `"tokenUrl":"https://{{a}}.example.com/t"`, ""), "/methods/0/oauth2/tokenUrl", "hosts has to say"},
		{"the registered client's secret wherever a field says", connected("OAUTH2_CLIENT_CREDENTIALS", `"tokenUrl":"https://{{a}}/t","hosts":["{{a}}"]`, ""), "/methods/0/oauth2/hosts", "let each credential bring its own client"},
		{"the registered client's secret to a host that ends as a field says", connected("OAUTH2_CLIENT_CREDENTIALS", `"tokenUrl":"https://login.{{a}}/t","hosts":["login.{{a}}"]`, ""), "/methods/0/oauth2/hosts", "let each credential bring its own client"},
		{"the registered client's secret below any top-level domain", connected("OAUTH2_CLIENT_CREDENTIALS", `"tokenUrl":"https://{{a}}.com/t","hosts":["{{a}}.com"]`, ""), "/methods/0/oauth2/hosts", "let each credential bring its own client"},
		{"another redirection", connected("OAUTH2_AUTHORIZATION_CODE", `"authorizationUrl":"https://example.com/a","tokenUrl":"https://example.com/t","authorizationParameters":{"redirect_uri":"https://evil.example"}`, ""), "/methods/0/oauth2/authorizationParameters/redirect_uri", "is no parameter that a descriptor may set"},
		{"a parameter that a field names", connected("OAUTH2_AUTHORIZATION_CODE", `"authorizationUrl":"https://example.com/a","tokenUrl":"https://example.com/t","authorizationParameters":{"{{a}}":"x"}`, ""), "/methods/0/oauth2/authorizationParameters/{{a}}", "can't be a name"},
		{"a pattern that takes minutes", own(text("a", `,"pattern":"`+strings.Repeat(".{0,1000}", 50)+`b","patternMessage":"m"`), ""), "/methods/0/fields/a/pattern", "takes too long to match"},
		{"many that take minutes together", verified(url, `,"derived":{`+many(10, func(n string) string { return `"d` + n + `":{"from":"a","pattern":"(.{0,200}x)"}` })+`}}`), "/verification/derived", "takes too long to match"},
		{"many that take long to compile", own(many(20, func(n string) string { return text("a"+n, `,"pattern":".{0,400}b","patternMessage":"m"`) }), ""), "/methods/0/fields/a12/pattern", "one pattern too many"},
		{"a captured value's pattern that takes minutes", connected("OAUTH2_CLIENT_CREDENTIALS", `"tokenUrl":"https://example.com/t","capture":{"c":{"from":"token","pointer":"/c","pattern":".{0,1000}"}}`, ""), "/methods/0/oauth2/capture/c/pattern", "takes too long to match"},
		{"a secret in the address bar", signingIn(`"authorizationUrl":"https://example.com/a","authorizationParameters":{"hint":"x-{{s}}"}`), "/methods/0/oauth2/authorizationParameters/hint", "in a browser's address bar"},
		{"a secret as the audience", signingIn(`"authorizationUrl":"https://example.com/a","audience":"{{s}}"`), "/methods/0/oauth2/audience", "in a browser's address bar"},
		{"a secret as the client's id", signingIn(`"authorizationUrl":"https://example.com/a","client":{"id":"{{s}}","secret":"{{s}}"}`), "/methods/0/oauth2/client/id", "in a browser's address bar"},
		{"a secret in the path of the page to say yes on", signingIn(`"authorizationUrl":"https://example.com/{{s}}"`), "/methods/0/oauth2/authorizationUrl", "in a browser's address bar"},
		{"another grant", connected("OAUTH2_CLIENT_CREDENTIALS", `"tokenUrl":"https://example.com/t","tokenParameters":{"grant_type":"password"}`, ""), "/methods/0/oauth2/tokenParameters/grant_type", "is no parameter that a descriptor may set"},
		{"a token URL that no host covers", connected("OAUTH2_CLIENT_CREDENTIALS", `"tokenUrl":"https://example.com/t","hosts":["example.org"]`, ""), "/methods/0/oauth2/hosts", "does not have the host example.com"},
		{"a captured value for a host", connected("OAUTH2_CLIENT_CREDENTIALS", `"tokenUrl":"https://example.com/t","capture":{"api":{"from":"token","pointer":"/api"}}`, `,"hosts":["{{api}}"],"verification":{"protocol":"http","accept":{"status":[200]},"request":{"method":"GET","url":"https://{{api}}/me"}}`), "/methods/0/hosts/0", "lets the provider decide"},
		{"a token in the host", connected("OAUTH2_CLIENT_CREDENTIALS", `"tokenUrl":"https://example.com/t"`, `,"hosts":["*.example.com"],"verification":{"protocol":"http","accept":{"status":[200]},"request":{"method":"GET","url":"https://{{accessToken}}.example.com/me"}}`), "/methods/0/verification/request/url", "a token in the host"},
		{"a captured value of a field's name", connected("OAUTH2_CLIENT_CREDENTIALS", `"tokenUrl":"https://example.com/t","capture":{"a":{"from":"token","pointer":"/api"}}`, ""), "/methods/0/oauth2/capture/a", "name of a field too"},
		{"metadata that nobody reads", connected("OAUTH2_CLIENT_CREDENTIALS", `"tokenUrl":"https://example.com/t","metadata":{"method":"GET","url":"https://example.com/m"}`, ""), "/methods/0/oauth2", "nothing that capture reads"},
		{"a family's field is there already", `{"title":"T","credentials":{"fields":{"auth":{"viewClass":"HTTPAuthView"},"password":{"viewClass":"PasswordFieldView"}}}}`, "/credentials/fields/auth", "password"},
		{"a title of nothing", `{"title":"\u202e\u0000"}`, "/title", "NUL"},
		{"a title of nothing that shows", `{"title":"\u202e\u001b"}`, "/title", "must not be empty"},
		{"a field that browsers know", `{"title":"T","credentials":{"fields":{"__proto__":{"viewClass":"TextFieldView"}}}}`, "/credentials/fields/__proto__", "meaning of its own"},
		{"a field that browsers know, of our own", own(text("constructor", ""), ""), "/methods/0/fields/constructor", "meaning of its own"},
		{"a field that is a token's place", `{"title":"T","credentials":{"fields":{"oauth:captured:api":{"viewClass":"TextFieldView"}}}}`, "/credentials/fields/oauth:captured:api", "without : and braces"},
		{"a field that is a template", `{"title":"T","credentials":{"fields":{"{{a}}":{"viewClass":"TextFieldView"}}}}`, "/credentials/fields/{{a}}", "without : and braces"},
		{"too many fields", own(many(101, func(n string) string { return text("a"+n, "") }), ""), "/methods/0/fields", "at most 100 keys"},
		{"too many of elastic.io's", `{"title":"T","credentials":{"fields":{` + many(101, func(n string) string { return text("a"+n, "") }) + `}}}`, "/credentials/fields", "at most 100 keys"},
		{"too many options", own(`"a":{"label":"L","viewClass":"SelectView","options":[`+many(1001, func(n string) string { return `{"value":"` + n + `","label":"x"}` })+`]}`, ""), "/methods/0/fields/a/options", "at most 1000 items"},
		{"too many hosts", own("", `,"hosts":[`+many(101, func(n string) string { return `"h` + n + `.example.com"` })+`]`), "/hosts", "at most 100 items"},
		{"nested too deep", `{"title":"T","x":` + strings.Repeat("[", 100) + strings.Repeat("]", 100) + `}`, "/x" + strings.Repeat("/0", 64), "nested too deep"},
		{"a note of 10 KB and more", own(text("a", `,"note":"`+strings.Repeat("x", 10001)+`"`), ""), "/methods/0/fields/a/note", "at most 10000"},
		{"a number without end", `{"title":"T","credentials":{"fields":{"a":{"order":1e999999999}}}}`, "/credentials/fields/a/order", "out of all proportion"},
		{"a number without end, the small way", `{"title":"T","credentials":{"fields":{"a":{"order":1e-999999999}}}}`, "/credentials/fields/a/order", "out of all proportion"},
		{"a number with a million digits", `{"title":"T","credentials":{"fields":{"a":{"order":1` + strings.Repeat("0", 900000) + `}}}}`, "/credentials/fields/a/order", "out of all proportion"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := Parse("foo", []byte(tt.descriptor), nil, nil)
			var found *Error
			for _, problem := range Problems(err) {
				if problem.Pointer == tt.pointer && strings.Contains(problem.Reason, tt.reason) {
					found = problem
				}
			}
			if found == nil {
				t.Fatalf("no %q at %q in:\n%v", tt.reason, tt.pointer, err)
			}
			place := "catalog/foo/component.json: at " + tt.pointer + ": "
			if tt.pointer == "" {
				place = "catalog/foo/component.json: "
			}
			if !strings.HasPrefix(found.Error(), place) {
				t.Error(found)
			}
		})
	}
}

func TestParse_reports_everything_at_once(t *testing.T) {
	_, err := Parse("foo", []byte(`{"title":7,"category":"TOYS","methods":[{"key":"m","title":"M","kind":"BASIC","fields":{
		"a":{"label":"L","viewClass":"TextFieldView","required":"yes"}}}]}`), nil, nil)
	if n := len(Problems(err)); n != 3 {
		t.Errorf("%d problems: %v", n, err)
	}
	var one *Error
	if !errors.As(err, &one) {
		t.Error("errors.As finds none")
	}
}

func TestParse_says_a_thing_once(t *testing.T) {
	shared := `,"verification":{"protocol":"http","accept":{"status":[200]},"reject":{"status":[500]},"request":{"method":"GET","url":"https://example.com"}}`
	methods := `{"key":"a","title":"A","kind":"CUSTOM","fields":{}},{"key":"b","title":"B","kind":"CUSTOM","fields":{}}`
	_, err := Parse("foo", []byte(`{"title":"T","methods":[`+methods+`]`+shared+`}`), nil, nil)
	if n := len(Problems(err)); n != 1 {
		t.Errorf("%d problems: %v", n, err)
	}
}

// Of a hundred thousand mistakes, a hundred are told.
func TestParse_tells_so_much(t *testing.T) {
	_, err := Parse("foo", []byte(`{"title":"T","hosts":[`+many(50000, func(n string) string { return n })+`]}`), nil, nil)
	if n := len(Problems(err)); n != maxProblems {
		t.Errorf("%d problems", n)
	}
}

// What people read is text: scripts, tags and what a terminal or the direction of writing would obey are taken out.
func TestParse_texts_are_plain(t *testing.T) {
	hostile := `x\u001b[2J\u202e<script>alert(1)</script><a href=\"javascript:alert(1)\">y</a>`
	c := parse(t, `{"title":"\u001bTitle","description":"`+hostile+`","envVars":{"A":{"description":"`+hostile+`"}},"credentials":{"fields":{
		"a":{"label":"\u202eLabel","viewClass":"SelectView","note":"`+hostile+`","placeholder":"\u001bHint","model":{"v":"\u001bOption"}},
		"b":{"label":"B","viewClass":"TextFieldView","help":{"description":"`+hostile+`","link":"javascript:alert(1)"}},
		"c":{"label":"C","viewClass":"TextFieldView","note":"See <a href=\"https://example.com/keys\">the keys</a>"}}}}`)
	fields := c.Methods[0].Fields
	for what, pair := range map[string][2]string{
		"title": {c.Title, "Title"}, "description": {c.Description, "x[2Jy"}, "environment": {c.Environment[0].Description, "x[2Jy"},
		"label": {fields[0].Label, "Label"}, "note": {fields[0].Note, "x[2Jy"}, "placeholder": {fields[0].Placeholder, "Hint"},
		"option": {fields[0].Options[0].Label, "Option"}, "help": {fields[1].Note, "x[2Jy"}, "link": {fields[1].HelpURL, ""},
		"linked": {fields[2].Note, "See the keys (https://example.com/keys)"}, "a note's link": {fields[2].HelpURL, "https://example.com/keys"},
	} {
		if pair[0] != pair[1] {
			t.Errorf("%s: %q, want %q", what, pair[0], pair[1])
		}
	}
}

// encoding/json would take Verification for verification; the schema would not have looked at it.
func TestParse_keys_are_exact(t *testing.T) {
	c := parse(t, `{"title":"T","Title":"U","credentials":{},"Verification":{"protocol":"http"}}`)
	if c.Title != "T" || c.Methods[0].DryRequest != nil {
		t.Errorf("%s %v", c.Title, c.Methods[0].DryRequest)
	}
}

func TestParse_keys(t *testing.T) {
	for _, key := range []string{"", "A", "a b", "-a", "a-", "a--b", "../a", "a/b", "a\n", strings.Repeat("a", maxKeyLength+1)} {
		if _, err := Parse(key, []byte(`{"title":"T"}`), nil, nil); err == nil {
			t.Errorf("%q was taken", key)
		}
	}
	if _, err := Parse(strings.Repeat("a", maxKeyLength), []byte(`{"title":"T"}`), nil, nil); err != nil {
		t.Error(err)
	}
}

func TestParse_icons(t *testing.T) {
	good := `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><path fill="url(#a)" d="M0 0"/></svg>`
	if _, err := Parse("foo", []byte(`{"title":"T"}`), []byte(good), nil); err != nil {
		t.Error(err)
	}
	for name, bad := range map[string]string{
		"nothing but space": " ", "no drawing": "<html/>", "broken": "<svg>", "script": "<svg><script>x</script></svg>", "handler": `<svg onload="x"/>`,
		"link": `<svg><path xlink:href="https://example.com"/></svg>`, "style": `<svg style="x"/>`, "outside": `<svg fill="url(https://example.com)"/>`,
		"declaration": `<!DOCTYPE svg [<!ENTITY x "y">]><svg/>`, "foreign": `<svg><foreignObject/></svg>`,
		"long": "<svg>" + strings.Repeat(" ", maxIconBytes) + "</svg>",
	} {
		_, err := Parse("foo", []byte(`{"title":"T"}`), []byte(bad), nil)
		if err == nil || !strings.HasPrefix(err.Error(), "catalog/foo/icon.svg: ") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A descriptor of a megabyte, however it is made, is read or refused in the end: in a second or two, or in ten where the
// race detector and a busy machine slow it down.
func TestParse_hostile_shapes(t *testing.T) {
	for name, text := range map[string]string{
		"deep":      `{"title":"T","x":` + strings.Repeat("[", 9000) + strings.Repeat("]", 9000) + `}`,
		"too deep":  strings.Repeat(`{"a":`, 20000) + "1" + strings.Repeat("}", 20000),
		"long path": `{"title":"T","` + strings.Repeat("k", 400000) + `":[` + strings.Repeat("0,", 250000) + `0]}`,
		"unknowns":  `{"title":"T","hosts":[` + strings.Repeat(`7,`, 10000) + `7]}`,
	} {
		start := time.Now()
		_, _ = Parse("foo", []byte(text), nil, nil)
		if took := time.Since(start); took > time.Minute {
			t.Errorf("%s took %s", name, took)
		}
	}
}
