package vault

import (
	"encoding/json"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	lru "github.com/hashicorp/golang-lru/v2"

	"keyward/catalog"
	"keyward/internal/template"
	"keyward/models"
)

// MaxFieldBytes is the most that one field may hold.
const MaxFieldBytes = 64 << 10

// Field is a value for one field. A null value clears it.
type Field struct {
	Key   string
	Value models.FieldValue
}

// overlay puts the given fields on the stored values and checks the whole against the method's specs. It returns every
// issue at once; no message repeats a value.
func overlay(m *models.AuthMethod, stored models.Values, given []Field) (models.Values, []models.ValidationIssue) {
	values := models.Values{}
	for key, value := range stored {
		if _, ok := m.Field(key); ok {
			values[key] = value
		}
	}
	var issues []models.ValidationIssue
	seen := map[string]bool{}
	failed := map[string]bool{}
	add := func(key, message string) {
		failed[key] = true
		issues = append(issues, models.ValidationIssue{Path: []string{"fields", key}, Message: message})
	}
	for _, field := range given {
		spec, ok := m.Field(field.Key)
		switch {
		case !ok:
			add(field.Key, "There is no such field here. See the auth method's fields.")
			continue
		case seen[field.Key]:
			add(field.Key, "This field is given twice.")
			continue
		}
		seen[field.Key] = true
		delete(values, field.Key) // whatever is given: what was stored there is not looked at again
		if field.Value.IsNull() {
			continue
		}
		text, problem := read(m.Kind, spec, field.Value)
		if problem != "" {
			add(field.Key, problem)
			continue
		}
		if text != "" {
			values[field.Key] = models.NewSecret(text)
		}
	}
	complete(m, values)
	for i := range m.Fields {
		spec := &m.Fields[i]
		value, isSet := values[spec.Key]
		switch {
		case failed[spec.Key]:
		case !isSet && spec.Required && spec.View != models.ViewOAuth && spec.Visible(values): // a provider fills that in
			add(spec.Key, spec.Label+" is required.")
		case isSet && spec.Secret && !seen[spec.Key]: // it was looked at when it was typed; a new pattern must not tell anything of it
		case isSet:
			if problem := check(spec, value.Reveal()); problem != "" {
				add(spec.Key, problem)
			}
		}
	}
	return values, issues
}

// complete fills in defaults and drops what isn't asked for, until nothing changes: a field's visibility may hang on
// another's.
func complete(m *models.AuthMethod, values models.Values) {
	for range len(m.Fields) + 1 {
		changed := false
		for i := range m.Fields {
			spec := &m.Fields[i]
			_, isSet := values[spec.Key]
			switch visible := spec.Visible(values); {
			case visible && !isSet && spec.DefaultValue != "":
				values[spec.Key], changed = models.NewSecret(spec.DefaultValue), true
			case !visible && isSet:
				delete(values, spec.Key)
				changed = true
			}
		}
		if !changed {
			return
		}
	}
}

// read takes the value a client sent for what the spec says it is.
func read(kind models.AuthKind, spec *models.FieldSpec, value models.FieldValue) (text, problem string) {
	switch sent := value.Reveal().(type) {
	case string:
		if spec.View == models.ViewCheckbox || spec.View == models.ViewMultiSelect {
			return "", wrongType(spec)
		}
		// Copied keys and addresses come with blanks and line ends around them; passwords may mean them.
		key := kind == models.AuthAPIKey || kind == models.AuthBearer
		if spec.View != models.ViewTextArea && (key || spec.Generated || spec.Destination || !spec.Secret) {
			sent = strings.TrimSpace(sent)
		}
		return sent, ""
	case json.Number:
		if spec.View != models.ViewText {
			return "", wrongType(spec)
		}
		return sent.String(), ""
	case bool:
		if spec.View != models.ViewCheckbox {
			return "", wrongType(spec)
		}
		return strconv.FormatBool(sent), ""
	case []string:
		if spec.View != models.ViewMultiSelect {
			return "", wrongType(spec)
		}
		if len(sent) == 0 {
			return "", ""
		}
		list, err := json.Marshal(sent)
		if err != nil {
			return "", wrongType(spec)
		}
		return string(list), ""
	}
	return "", wrongType(spec)
}

func wrongType(spec *models.FieldSpec) string {
	switch spec.View {
	case models.ViewCheckbox:
		return spec.Label + " must be true or false."
	case models.ViewMultiSelect:
		return spec.Label + " must be a list of strings."
	case models.ViewOAuth:
		return spec.Label + " is filled in by connecting, not by typing."
	}
	return spec.Label + " must be a text."
}

// check holds a value against its spec and says what is wrong with it.
func check(spec *models.FieldSpec, text string) string {
	switch {
	case len(text) > MaxFieldBytes:
		return spec.Label + " must not be longer than 64 KiB."
	case strings.ContainsRune(text, 0):
		return spec.Label + " must not contain NUL characters."
	case !utf8.ValidString(text):
		return spec.Label + " must be valid UTF-8."
	case spec.View == models.ViewOAuth:
		return wrongType(spec)
	case (spec.View == models.ViewText || spec.View == models.ViewPassword) && strings.ContainsAny(text, "\r\n"):
		return spec.Label + " must be a single line."
	case !isOption(spec, text):
		return spec.Label + " must be one of the options."
	case spec.Pattern != "" && compiled(spec.Pattern).size*len(text) > maxMatching:
		return spec.Label + " is too long to be looked at."
	case spec.Pattern != "" && !compiled(spec.Pattern).MatchString(text):
		if spec.PatternMessage != "" {
			return spec.PatternMessage
		}
		return spec.Label + " does not have the form that is expected here."
	case !spec.Secret && leaksInURL(text):
		return spec.Label + " must be a URL without a user name, a password, a query or a fragment: they may hold secrets, and this field is shown to others."
	}
	return checkFormat(spec, text)
}

func isOption(spec *models.FieldSpec, text string) bool {
	if spec.OptionsFrom != nil {
		return !strings.ContainsFunc(text, unicode.IsControl)
	}
	chosen := []string{text}
	switch spec.View {
	case models.ViewMultiSelect:
		if json.Unmarshal([]byte(text), &chosen) != nil {
			return false
		}
	case models.ViewSelect:
	default:
		return true
	}
	for _, one := range chosen {
		if !slices.ContainsFunc(spec.Options, func(o models.FieldOption) bool { return o.Value == one }) {
			return false
		}
	}
	return true
}

func leaksInURL(text string) bool {
	if !strings.Contains(text, "://") {
		return false
	}
	u, err := url.Parse(text)
	return err != nil || u.User != nil || u.RawQuery != "" || u.ForceQuery || strings.Contains(text, "#")
}

func checkFormat(spec *models.FieldSpec, text string) string {
	switch spec.Format {
	case models.FormatURL:
		u, err := url.Parse(text)
		if err != nil || (u.Scheme != "https" && u.Scheme != "http") || u.Hostname() == "" || u.Opaque != "" {
			return spec.Label + " must be a whole URL, like https://example.com/path."
		}
		if !isASCII(u.Hostname()) {
			return spec.Label + " must have its host in ASCII letters: write bücher.example as xn--bcher-kva.example."
		}
	case models.FormatHost:
		if !template.IsHost(text) {
			return spec.Label + " must be a host name or an IP address alone, like db.example.com: no https://, no port, no path."
		}
	case models.FormatPort:
		if n, err := strconv.ParseUint(text, 10, 16); err != nil || n == 0 {
			return spec.Label + " must be a number from 1 to 65535."
		}
	case models.FormatHeader:
		if !template.MayNameHeader(text) {
			return spec.Label + " must be the name of a header that an API may ask for, like X-Api-Key: not one of the connection's own, such as Host or Content-Length."
		}
	}
	return ""
}

func isASCII(text string) bool {
	return !strings.ContainsFunc(text, func(r rune) bool { return r > unicode.MaxASCII })
}

// pattern is a compiled one, for a whole value.
type pattern struct {
	*regexp.Regexp
	size int
}

// patterns keeps compiled patterns: more than the catalog's, but not all that workspaces' own components have.
var patterns = sync.OnceValue(func() *lru.Cache[string, pattern] {
	cache, err := lru.New[string, pattern](maxPatterns)
	if err != nil {
		panic(err) // of a size that is none
	}
	return cache
})

const (
	maxPatterns = 2048
	// maxMatching bounds a match, which nobody can stop: the steps of a pattern times the length of a text. It takes a tenth of a second.
	maxMatching = 4 << 20
)

// compiled returns the pattern for a whole value. The catalog refuses patterns that don't compile.
func compiled(text string) pattern {
	if known, ok := patterns().Get(text); ok {
		return known
	}
	p := pattern{regexp.MustCompile(`^(?:` + text + `)$`), catalog.PatternSize(text)}
	patterns().Add(text, p)
	return p
}

// minHintLength: of a shorter key, four characters would say too much.
const minHintLength = 20

// hinted reports whether people are shown the end of a secret, if it is long enough.
func hinted(spec *models.FieldSpec) bool {
	return spec.Generated && spec.View != models.ViewTextArea
}

// shown is what a person may see of the values.
func shown(m *models.AuthMethod, values models.Values) []models.ShownField {
	fields := make([]models.ShownField, 0, len(m.Fields))
	for i := range m.Fields {
		spec := &m.Fields[i]
		value, isSet := values[spec.Key]
		field := models.ShownField{Key: spec.Key, IsSet: isSet}
		text := value.Reveal()
		switch {
		case !isSet:
		case !spec.Secret && spec.View == models.ViewMultiSelect:
			_ = json.Unmarshal([]byte(text), &field.Values) // written by read
		case !spec.Secret:
			field.Value = &text
		case hinted(spec) && utf8.RuneCountInString(text) >= minHintLength:
			runes := []rune(text)
			hint := string(runes[len(runes)-4:])
			field.Hint = &hint
		}
		fields = append(fields, field)
	}
	return fields
}

// movedDestination reports whether the values would now be sent somewhere else than the stored ones were: by a field
// that decides it, or by the descriptor's own hosts.
func movedDestination(before *models.AuthMethod, stored models.Values, now *models.AuthMethod, values models.Values) bool {
	for _, m := range []*models.AuthMethod{before, now} {
		for i := range m.Fields {
			if spec := &m.Fields[i]; spec.Destination && !stored[spec.Key].Equal(values[spec.Key]) {
				return true
			}
		}
	}
	return destination(before) != destination(now)
}

// destination writes down what a descriptor itself says of where secrets go.
func destination(m *models.AuthMethod) string {
	var parts []any
	if d := m.DryRequest; d != nil {
		parts = append(parts, d.Protocol, d.Hosts, d.Variables, d.Derived, d.Params)
		if d.Request != nil {
			parts = append(parts, d.Request.URL)
		}
		if d.External != nil {
			parts = append(parts, d.External.URL)
		}
		if s := d.Session; s != nil {
			parts = append(parts, s.Request.URL)
			if s.Logout != nil {
				parts = append(parts, s.Logout.URL)
			}
		}
	}
	for i := range m.Fields {
		if from := m.Fields[i].OptionsFrom; from != nil {
			parts = append(parts, from.DryRequest.Request.URL)
		}
	}
	return written(append(append(parts, oauthParts(m)...), m.Use))
}

// oauthDestination writes down what it says of where codes, tokens and the client's secret go.
func oauthDestination(m *models.AuthMethod) string { return written(oauthParts(m)) }

func oauthParts(m *models.AuthMethod) []any {
	var parts []any
	if o := m.OAuth2; o != nil {
		parts = append(parts, o.AuthorizationURL, o.TokenURL, o.RevocationURL, o.Discovery, o.Hosts, o.Variables, o.MetadataHosts)
	}
	if o := m.OAuth1; o != nil {
		parts = append(parts, o.RequestTokenURL, o.AuthorizationURL, o.AccessTokenURL, o.Hosts, o.Variables)
	}
	return parts
}

func written(parts []any) string {
	text, err := json.Marshal(parts)
	if err != nil { // strings and maps of strings always can be
		return err.Error()
	}
	return string(text)
}

// disclosed lists what was typed in as a secret, is not given anew, and would now be shown or hinted at, because the descriptor changed its
// mind. It comes before overlay, and is told alone: what the new version's patterns, options and conditions say of such a value tells what it is.
func disclosed(before, now *models.AuthMethod, stored models.Values, given []Field) []models.ValidationIssue {
	var issues []models.ValidationIssue
	for i := range now.Fields {
		spec := &now.Fields[i]
		if _, kept := stored[spec.Key]; !kept || slices.ContainsFunc(given, func(f Field) bool { return f.Key == spec.Key }) {
			continue
		}
		was, known := before.Field(spec.Key)
		if !known { // by a descriptor that can't be read: it may have been anything
			was = &models.FieldSpec{Secret: true}
		}
		if was.Secret && (!spec.Secret || hinted(spec) && !hinted(was)) {
			issues = append(issues, models.ValidationIssue{Path: []string{"fields", spec.Key}, Message: "The component now shows " + spec.Label + ", which was a secret when it was saved, so it has to be typed again."})
		}
	}
	return issues
}

// retype lists the secrets that have to be typed again and were not, because the destination moved.
func retype(m *models.AuthMethod, values models.Values, given []Field) []models.ValidationIssue {
	var issues []models.ValidationIssue
	for i := range m.Fields {
		spec := &m.Fields[i]
		_, isSet := values[spec.Key]
		typed := slices.ContainsFunc(given, func(f Field) bool { return f.Key == spec.Key && !f.Value.IsNull() })
		if isSet && spec.Secret && !typed {
			issues = append(issues, models.ValidationIssue{Path: []string{"fields", spec.Key}, Message: "This change decides where secrets are sent, so " + spec.Label + " has to be typed again."})
		}
	}
	return issues
}
