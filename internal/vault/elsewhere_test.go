package vault

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"os"
	"path/filepath"
	"regexp"
	"regexp/syntax"
	"slices"
	"strings"
	"testing"

	"keyward/catalog"
	"keyward/internal/egress"
	"keyward/internal/template"
	"keyward/models"
	"keyward/verifiers"
)

// hostiles are what somebody could write to have a secret sent elsewhere. Each is tried alone, and before and behind a value that
// fits: much of it a field's pattern takes only so.
var hostiles = []string{
	"evil.example", "evil.example/", "evil.example#", "evil.example?", `evil.example\`, "evil.example:443", ".evil.example", "-evil.example",
	"@evil.example", "x@evil.example", "u:p@evil.example", ":p@evil.example/", "://evil.example", "//evil.example/", "https://evil.example",
	"https://evil.example/", "https://evil.example#", `https://evil.example\@`, `\@evil.example/`, "https://evil.example@", "https://ok@evil.example/",
	"https://evil.example?x=https://", "#@evil.example/", "?@evil.example/", "/@evil.example", "/../evil.example", "/..", "..", "/./", "%2e%2e%2f",
	"%40evil.example", "%2Fevil.example", "%23", "%3F", "%5Cevil.example", "evil%2eexample", "evil.example%00", "evil.example%0d%0a",
	"\x00evil.example", "\nevil.example", "\r\nHost: evil.example", "evil.example\n", "\t", " evil.example", "evil.example ",
	"。evil。example", "．evil．example", "evil.example／", "evil.example＠", "ＥＶＩＬ.example", "evil\u00adexample", "\u202eelpmaxe.live", "evil\u200d.example",
	"{{host}}", "{{url}}", "{{password}}", "{{accessToken}}", "{{", "}}", "${host}", "$(host)",
	"::1", "[::1]", "[::1]:443", "[evil.example]", "::ffff:192.0.2.66", "fe80::1%25eth0", "127.0.0.1", "0x7f000001", "2130706433", "0177.1", "192.0.2.66",
	"443@evil.example", "443/", "443,evil.example:443", "443#", "65536", "-1", "0", ",evil.example", ";evil.example", "|evil.example", "&host=evil.example",
	"?host=evil.example", " host=evil.example", "tcp(evil.example:1)/", "/var/run/evil.sock", "evil.example.evil.example", "a.evil.example",
	"postgres://u:p@evil.example/", "mysql://u:p@evil.example/", "file:///etc/passwd", "javascript:alert(1)",
}

// A secret goes to hosts that its component declares or that the credential's own field for one names, whatever is written into any
// field of any method of any component: as far as the fields' own rules let it through, and also if they had none. It grows with the catalog by itself.
func TestSecrets_go_nowhere_else(t *testing.T) {
	components, err := catalog.Load(catalog.Builtin(), nil)
	if err != nil {
		t.Fatal(err)
	}
	registry := verifiers.New(egress.New(nil), nil, slog.New(slog.DiscardHandler))
	for _, component := range components {
		golden := goldenFields(t, component.Key)
		for i := range component.Methods {
			method := &component.Methods[i]
			t.Run(component.Key+"/"+method.Key, func(t *testing.T) {
				t.Parallel()
				a := attempt{T: t, registry: registry, method: method}
				usual := fitting(method, golden[method.Key].Fields)
				if values, issues := overlay(method, nil, usual); len(issues) > 0 {
					t.Fatalf("no values that fit were found, so nothing could be tried: %v of %v", issues, usual)
				} else if a.values(values); a.reached == 0 && (method.DryRequest != nil || method.OAuth2 != nil || method.OAuth1 != nil) {
					t.Fatal("the values that fit lead nowhere, so nothing could be tried")
				}
				for field := range usual {
					a.field(usual, field)
				}
			})
		}
	}
}

// attempt tries to have a method's secrets sent elsewhere.
type attempt struct {
	*testing.T
	registry *verifiers.Registry
	method   *models.AuthMethod
	reached  int // how often there was a host at all
}

// field tries every hostile value in one field.
func (a *attempt) field(usual []Field, at int) {
	fits, isText := usual[at].Value.Reveal().(string)
	if !isText {
		fits = ""
	}
	for _, hostile := range hostiles {
		for _, text := range []string{hostile, fits + hostile, hostile + fits} {
			fields := slices.Clone(usual)
			fields[at].Value = models.NewFieldValue(text)
			if values, issues := overlay(a.method, nil, fields); len(issues) == 0 {
				a.values(values)
			}
			a.values(unchecked(fields)) // a descriptor may have no pattern for it
		}
	}
}

// unchecked are values as they are, against no rule of their fields.
func unchecked(fields []Field) models.Values {
	values := models.Values{}
	for _, field := range fields {
		if text, ok := field.Value.Reveal().(string); ok {
			values[field.Key] = models.NewSecret(text)
		}
	}
	return values
}

// values looks where values would be sent: by the dry request, and by OAuth. A provider may be hostile too: what it says comes along
// as far as the descriptor takes it.
func (a *attempt) values(typed models.Values) {
	m := a.method
	if o := m.OAuth2; o != nil {
		a.expect(o.Hosts, typed, o.Variables, o.AuthorizationURL, o.TokenURL, o.RevocationURL, o.Discovery)
	}
	if o := m.OAuth1; o != nil {
		a.expect(o.Hosts, typed, o.Variables, o.RequestTokenURL, o.AuthorizationURL, o.AccessTokenURL)
	}
	for _, captured := range captures(m) {
		values := typed
		if m.OAuth2 != nil || m.OAuth1 != nil {
			values = typed.With(models.Tokens{Access: models.NewSecret("token"), Secret: models.NewSecret("secret"), Captured: captured}).Named()
		}
		if o := m.OAuth2; o != nil && o.Metadata != nil {
			a.expect(o.MetadataHosts, values, o.Variables, o.Metadata.URL)
		}
		dry := m.DryRequest
		if dry == nil {
			continue
		}
		target := a.registry.Target(m, values)
		a.check(target, dry.Hosts, values, dry.Variables)
		if scope, err := template.New(values, dry.Variables, dry.Derived); err == nil && dry.Request != nil {
			if request, err := scope.Request(a.Context(), dry.Request, dry.Hosts); err == nil && (template.CanonicalHost(request.URL.Hostname()) != target && !sameAddress(request.URL.Hostname(), target) || otherHost(request)) {
				a.Errorf("the request goes to %s (Host: %s), not to %s", request.URL.Host, request.Host, target)
			}
		}
	}
}

func sameAddress(a, b string) bool {
	first, err := netip.ParseAddr(a)
	second, errSecond := netip.ParseAddr(b)
	return err == nil && errSecond == nil && first.Unmap() == second.Unmap()
}

// otherHost reports whether a request names another host than the one that it is sent to.
func otherHost(r *http.Request) bool {
	return (r.Host != "" && r.Host != r.URL.Host) || r.URL.User != nil || len(r.Header.Values("Host")) > 0
}

// expect fills URLs as internal/oauth does.
func (a *attempt) expect(hosts []string, values models.Values, variables map[string]string, urls ...string) {
	scope, err := template.New(values, variables, nil)
	if err != nil {
		return
	}
	for _, url := range urls {
		if url == "" || scope.Text(url) == "" {
			continue
		}
		if target, err := scope.Target(url, hosts); err == nil {
			if target.User != nil {
				a.Errorf("%s has user information", target.Host)
			}
			a.check(template.CanonicalHost(target.Hostname()), hosts, values, variables)
		}
	}
}

// check holds a host against the declared ones by rules of its own, which are simpler than template's: it has to end as the vendor's
// part of one does, or be what the field that stands for one plainly names.
func (a *attempt) check(host string, declared []string, values models.Values, variables map[string]string) {
	if host == "" {
		return
	}
	a.reached++
	for _, pattern := range declared {
		if mayBe(host, pattern, values, variables) {
			return
		}
	}
	a.Errorf("secrets would go to %q, which none of %q is, with %s", host, declared, revealed(values))
}

var name = regexp.MustCompile(`\{\{([A-Za-z0-9_]+)\}\}`)

func mayBe(host, pattern string, values models.Values, variables map[string]string) bool {
	pattern = name.ReplaceAllStringFunc(pattern, func(text string) string {
		if fixed, ok := variables[strings.Trim(text, "{}")]; ok {
			return fixed
		}
		return text
	})
	names := name.FindAllStringSubmatch(pattern, -1)
	switch {
	case strings.HasPrefix(pattern, "*."):
		return strings.HasSuffix(host, pattern[1:])
	case len(names) == 0:
		return host == pattern || sameAddress(host, pattern)
	case names[0][0] == pattern:
		return names[0][1] != "" && plainHosts(values[names[0][1]].Reveal(), host)
	}
	_, end, _ := strings.Cut(pattern[strings.LastIndex(pattern, "}}"):], "}}")
	return strings.Count(end, ".") >= 2 && strings.HasSuffix(host, end)
}

// plainHosts reports whether what a person typed for a host or URL plainly names host: between // and the first of / ? #, behind the
// last @, before a port. What browsers and servers read in different ways names none.
func plainHosts(typed, host string) bool {
	typed = strings.TrimSpace(typed)
	if _, rest, isURL := strings.Cut(typed, "://"); isURL {
		typed = rest
	}
	if end := strings.IndexAny(typed, "/?#"); end >= 0 {
		typed = typed[:end]
	}
	if strings.ContainsAny(typed, "\\ \r\n\t") {
		return false
	}
	typed = typed[strings.LastIndex(typed, "@")+1:]
	for one := range strings.SplitSeq(typed, ",") { // several servers of one cluster
		if alone, port, err := net.SplitHostPort(one); err == nil && !strings.ContainsFunc(port, func(c rune) bool { return c < '0' || c > '9' }) {
			one = alone
		}
		one = strings.Trim(one, "[]")
		if strings.EqualFold(strings.TrimSuffix(one, "."), host) || sameAddress(one, host) {
			return true
		}
	}
	return false
}

func revealed(values models.Values) string {
	var text strings.Builder
	for key, value := range values {
		fmt.Fprintf(&text, "%s=%q ", key, value.Reveal())
	}
	return text.String()
}

// captures are what a provider may bring along: nothing that is hostile, and one hostile value at a time.
func captures(m *models.AuthMethod) []map[string]string {
	if m.OAuth2 == nil || len(m.OAuth2.Captures) == 0 {
		return []map[string]string{nil}
	}
	usual := map[string]string{}
	patterns := map[string]*regexp.Regexp{}
	for _, c := range m.OAuth2.Captures {
		pattern := c.Pattern
		if pattern == "" {
			pattern = ".*"
		}
		patterns[c.Name], usual[c.Name] = compiled(pattern).Regexp, example(pattern)
	}
	all := []map[string]string{usual}
	for captured, pattern := range patterns {
		for _, hostile := range hostiles {
			for _, text := range []string{hostile, usual[captured] + hostile, hostile + usual[captured]} {
				match := pattern.FindStringSubmatch(text)
				if match == nil {
					continue
				}
				one := map[string]string{}
				for other, value := range usual {
					one[other] = value
				}
				if one[captured] = match[0]; len(match) > 1 {
					one[captured] = match[1]
				}
				all = append(all, one)
			}
		}
	}
	return all
}

type goldenMethod struct{ Fields map[string]string }

// goldenFields are the forms that a component's golden answers filled in, by method.
func goldenFields(t *testing.T, component string) map[string]goldenMethod {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "catalog", component, "answers.json"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	var answers struct{ Methods map[string]goldenMethod }
	if err = errors.Join(err, json.Unmarshal(text, &answers)); err != nil {
		t.Fatal(err)
	}
	return answers.Methods
}

// fitting are values that a method's fields take: the golden ones, or else what their rules tell.
func fitting(m *models.AuthMethod, golden map[string]string) []Field {
	var fields []Field
	for i := range m.Fields {
		spec := &m.Fields[i]
		if spec.View == models.ViewOAuth {
			continue
		}
		if value, ok := fit(spec, golden[spec.Key]); ok {
			fields = append(fields, Field{Key: spec.Key, Value: models.NewFieldValue(value)})
		}
	}
	return fields
}

func fit(spec *models.FieldSpec, golden string) (any, bool) {
	switch {
	case golden != "" && spec.View != models.ViewCheckbox && spec.View != models.ViewMultiSelect:
		return golden, true
	case spec.View == models.ViewCheckbox:
		return spec.DefaultValue == "true", true
	case spec.View == models.ViewMultiSelect:
		return []string{spec.Options[0].Value}, true
	case spec.DefaultValue != "":
		return spec.DefaultValue, true
	case len(spec.Options) > 0:
		return spec.Options[0].Value, true
	}
	candidates := []string{spec.Placeholder, "ok.example.com", "https://ok.example.com/path", "443", "X-Key", "ok@example.com"}
	if spec.Pattern != "" {
		candidates = append(candidates, example(spec.Pattern))
	} else if spec.Format == "" {
		candidates = []string{"some"}
	}
	for _, text := range candidates {
		if text != "" && check(spec, text) == "" {
			return text, true
		}
	}
	return nil, false
}

// example is a short text that a pattern matches.
func example(pattern string) string {
	tree, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil {
		return ""
	}
	return exampleOf(tree)
}

func exampleOf(tree *syntax.Regexp) string {
	var text strings.Builder
	switch tree.Op {
	case syntax.OpLiteral:
		return string(tree.Rune)
	case syntax.OpCharClass:
		return string(letter(tree.Rune))
	case syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		return "a"
	case syntax.OpAlternate:
		return exampleOf(tree.Sub[0])
	case syntax.OpPlus, syntax.OpQuest, syntax.OpStar, syntax.OpCapture:
		if tree.Op == syntax.OpQuest || tree.Op == syntax.OpStar {
			return ""
		}
		return exampleOf(tree.Sub[0])
	case syntax.OpRepeat:
		return strings.Repeat(exampleOf(tree.Sub[0]), tree.Min)
	case syntax.OpConcat:
		for _, part := range tree.Sub {
			text.WriteString(exampleOf(part))
		}
	}
	return text.String()
}

// letter is a letter of a class, or else its first character.
func letter(ranges []rune) rune {
	for i := 0; i < len(ranges); i += 2 {
		for _, c := range "a0A" {
			if ranges[i] <= c && c <= ranges[i+1] {
				return c
			}
		}
	}
	return ranges[0]
}
