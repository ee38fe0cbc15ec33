package catalog

import (
	"cmp"
	"encoding/json"
	"regexp"
	"regexp/syntax"
	"slices"
	"strconv"

	"keyward/models"
)

// views maps elastic.io's view classes. What isn't here is shown as text and kept secret. The views that stand for
// several fields (OAuthFieldView, HTTPAuthView, WebhookAuthView) are looked at before, in families.go.
var views = map[string]models.FieldView{
	"TextFieldView":         models.ViewText,
	"TextFieldWithNoteView": models.ViewText,
	"TextAreaView":          models.ViewTextArea,
	"TextAreaWithNoteView":  models.ViewTextArea,
	"JSONataView":           models.ViewTextArea,
	"CodeFieldView":         models.ViewTextArea,
	"PasswordFieldView":     models.ViewPassword,
	"CheckBoxView":          models.ViewCheckbox,
	"SelectView":            models.ViewSelect,
	"MultiSelectView":       models.ViewMultiSelect,
	"OAuthFieldView":        models.ViewOAuth,
}

// prototype is what every object of JavaScript has already.
var prototype = []string{
	"__proto__", "constructor", "prototype", "hasOwnProperty", "isPrototypeOf", "propertyIsEnumerable", "toLocaleString", "toString",
	"valueOf", "__defineGetter__", "__defineSetter__", "__lookupGetter__", "__lookupSetter__",
}

// fields reads the fields of a form, highest order first.
func (r *reader) fields(members []member) []models.FieldSpec {
	specs := make([]models.FieldSpec, 0, len(members))
	numbered := make(map[string]bool, len(members))
	for _, m := range members {
		if slices.Contains(prototype, m.key) {
			r.fail(m.value.pointer(), "is a name with a meaning of its own in browsers: choose another one")
		}
		specs = append(specs, r.field(m.key, m.value))
		numbered[m.key] = m.value.get("order").present
	}
	sortFields(specs, numbered)
	for _, m := range members {
		i := slices.IndexFunc(specs, func(s models.FieldSpec) bool { return s.Key == m.key })
		r.checkCondition(specs, &specs[i], m.value.get("visibleWhen").pointer())
	}
	return specs
}

// sortFields puts the numbered fields first and numbers the others on downwards in their order of appearance, so that
// «highest first» yields the same sequence for whoever sorts again.
func sortFields(specs []models.FieldSpec, numbered map[string]bool) {
	slices.SortStableFunc(specs, func(a, b models.FieldSpec) int {
		switch {
		case numbered[a.Key] && numbered[b.Key]:
			return cmp.Compare(b.Order, a.Order)
		case numbered[a.Key]:
			return -1
		case numbered[b.Key]:
			return 1
		}
		return 0
	})
	next := len(specs)
	for i := range specs {
		if numbered[specs[i].Key] {
			next = specs[i].Order - 1
			continue
		}
		specs[i].Order = next
		next--
	}
}

func (r *reader) field(key string, v value) models.FieldSpec {
	label, placeholder := line(v.get("label").text(), false), line(v.get("placeholder").scalar(), true)
	note, link := prose(cmp.Or(v.get("note").text(), v.get("help").get("description").text()))
	spec := models.FieldSpec{
		Key:            key,
		Label:          cmp.Or(label, line(key, false)),
		Required:       v.get("required").isTrue(),
		Generated:      v.get("generated").isTrue(),
		Destination:    v.get("destination").isTrue(),
		Placeholder:    cmp.Or(placeholder, line(v.get("prompt").text(), false)),
		Note:           note,
		HelpURL:        cmp.Or(absoluteURL(cmp.Or(v.get("helpUrl").text(), v.get("help").get("link").text())), link),
		Options:        r.options(v),
		Pattern:        v.get("pattern").text(),
		PatternMessage: line(v.get("patternMessage").text(), false),
		Format:         models.FieldFormat(v.get("format").text()),
		Group:          line(v.get("group").text(), false),
		Order:          v.get("order").number(),
		DefaultValue:   defaultOf(v.get("default")),
	}
	if condition := v.get("visibleWhen"); condition.present {
		spec.VisibleWhen = &models.FieldCondition{Field: condition.get("field").text(), OneOf: condition.get("oneOf").texts()}
	}
	view, known := views[v.get("viewClass").text()]
	if class := v.get("viewClass"); class.present && !known {
		r.warn(class.pointer(), "%q is no view that Keyward has: the field is shown as text and kept secret", class.text())
	}
	spec.View = cmp.Or(view, models.ViewText)
	choice := spec.View == models.ViewSelect || spec.View == models.ViewMultiSelect
	if from := v.get("optionsFrom"); from.present {
		spec.OptionsFrom = &models.OptionsFrom{Items: from.get("items").text(), Value: from.get("value").text(), Label: from.get("label").text()}
	}
	if choice && len(spec.Options) == 0 && spec.OptionsFrom == nil {
		spec.View = models.ViewText // its options are fetched from the API, which this form can't do
	}
	n := natureOf(key, label, placeholder)
	spec.Destination = spec.Destination || n.destination || (choice || spec.View == models.ViewCheckbox) && holdsAny(tlsWords, splitWords(key))
	switch {
	case v.get("secret").present:
		spec.Secret = v.get("secret").isTrue()
	case choice || spec.View == models.ViewCheckbox || spec.Format != "":
	case !known || spec.View == models.ViewPassword || spec.View == models.ViewOAuth:
		spec.Secret = true
	default:
		spec.Secret = !n.public
	}
	if !spec.Secret && !choice && spec.View != models.ViewCheckbox {
		spec.Format = cmp.Or(spec.Format, n.format)
	}
	spec.Destination = spec.Destination || (spec.Format != "" && spec.Format != models.FormatHeader)
	r.checkField(&spec, v)
	return spec
}

// options are our own ones, in an array, or elastic.io's model: an object of values and labels.
func (r *reader) options(v value) []models.FieldOption {
	var options []models.FieldOption
	for _, item := range v.get("options").items() {
		option := models.FieldOption{Value: item.get("value").text(), Label: line(item.get("label").text(), false)}
		if slices.ContainsFunc(options, func(o models.FieldOption) bool { return o.Value == option.Value }) {
			r.fail(item.get("value").pointer(), "is an option's value twice")
		}
		options = append(options, option)
	}
	if len(options) > 0 {
		return options
	}
	for _, m := range v.get("model").members() {
		options = append(options, models.FieldOption{Value: m.key, Label: cmp.Or(line(m.value.scalar(), false), m.key)})
	}
	return options
}

// defaultOf writes a default as models.Values holds values: a multi-select's as a JSON array.
func defaultOf(v value) string {
	if _, list := v.raw.([]value); list {
		return v.canonical()
	}
	return v.scalar()
}

// wholePattern compiles a field's pattern the way it is matched: against the whole value.
func wholePattern(pattern string) (*regexp.Regexp, error) {
	if _, err := regexp.Compile(pattern); err != nil {
		return nil, err
	}
	return regexp.Compile(`\A(?:` + pattern + `)\z`)
}

const (
	// maxPatternSize is how large a pattern may be: matching takes time with it. The largest of the catalog's is a sixth of that.
	maxPatternSize = 1000
	// maxPatternsSize is how large all patterns of a descriptor may be: compiling them takes time whenever it is read.
	maxPatternsSize = 10 * maxPatternSize
)

// PatternSize is how many instructions a pattern comes to, its repetitions written out.
func PatternSize(pattern string) int {
	parsed, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil {
		return 0
	}
	program, err := syntax.Compile(parsed.Simplify())
	if err != nil {
		return 0
	}
	return len(program.Inst)
}

// checkSize refuses patterns that are too large together.
func (r *reader) checkSize(at value, patterns ...string) {
	size := 0
	for _, pattern := range patterns {
		size += PatternSize(pattern)
	}
	if size > maxPatternSize {
		r.fail(at.pointer(), "takes too long to match: its repetitions come to %d steps, and the most is %d", size, maxPatternSize)
	}
	if r.patterns += size; r.patterns > maxPatternsSize && r.patterns-size <= maxPatternsSize {
		r.fail(at.pointer(), "is one pattern too many: with it they come to %d steps together, and the most is %d", r.patterns, maxPatternsSize)
	}
}

func (r *reader) checkField(spec *models.FieldSpec, v value) {
	var pattern *regexp.Regexp
	if spec.Pattern != "" {
		var err error
		if pattern, err = wholePattern(spec.Pattern); err != nil {
			r.fail(v.get("pattern").pointer(), "is not an RE2 pattern: %s", err)
			return
		}
		r.checkSize(v.get("pattern"), spec.Pattern)
		if spec.PatternMessage == "" {
			r.fail(v.pointer(), "has a pattern and needs a patternMessage that says what to type instead")
		}
	}
	if spec.DefaultValue == "" {
		return
	}
	at := v.get("default").pointer()
	allowed := func(text string) bool {
		return slices.ContainsFunc(spec.Options, func(o models.FieldOption) bool { return o.Value == text })
	}
	switch spec.View {
	case models.ViewSelect:
		if spec.OptionsFrom == nil && !allowed(spec.DefaultValue) {
			r.fail(at, "is none of the options")
		}
	case models.ViewMultiSelect:
		var chosen []string
		if json.Unmarshal([]byte(spec.DefaultValue), &chosen) != nil || !all(chosen, allowed) {
			r.fail(at, "is no list of the options' values")
		}
	case models.ViewCheckbox:
		if _, err := strconv.ParseBool(spec.DefaultValue); err != nil {
			r.fail(at, "is neither true nor false")
		}
	default:
		if pattern != nil && !pattern.MatchString(spec.DefaultValue) {
			r.fail(at, "does not fit the field's own pattern")
		}
	}
}

func all[T any](items []T, ok func(T) bool) bool {
	return !slices.ContainsFunc(items, func(item T) bool { return !ok(item) })
}

// checkCondition sees to it that a condition can be met: its field exists, can have one of the values, and doesn't wait,
// by way of others, for this very field.
func (r *reader) checkCondition(specs []models.FieldSpec, spec *models.FieldSpec, pointer string) {
	find := func(key string) *models.FieldSpec {
		i := slices.IndexFunc(specs, func(s models.FieldSpec) bool { return s.Key == key })
		if i < 0 {
			return nil
		}
		return &specs[i]
	}
	if spec.VisibleWhen == nil {
		return
	}
	deciding := find(spec.VisibleWhen.Field)
	if deciding == nil {
		r.fail(pointer+"/field", "%q is no field of this method", spec.VisibleWhen.Field)
		return
	}
	if deciding.Secret {
		r.fail(pointer+"/field", "is the secret field %s: whether another one is shown would tell what it holds", deciding.Key)
	}
	for i, wanted := range spec.VisibleWhen.OneOf {
		possible := len(deciding.Options) == 0 || slices.ContainsFunc(deciding.Options, func(o models.FieldOption) bool { return o.Value == wanted })
		if deciding.View == models.ViewCheckbox {
			possible = wanted == "true" || wanted == "false"
		}
		if !possible {
			r.fail(pointer+"/oneOf/"+strconv.Itoa(i), "is a value that the field %s never has", deciding.Key)
		}
	}
	for hops := 0; deciding != nil && deciding.VisibleWhen != nil; hops++ {
		if deciding.Key == spec.Key || hops > len(specs) {
			r.fail(pointer+"/field", "makes a circle: %s and %s would each wait for the other", spec.Key, spec.VisibleWhen.Field)
			return
		}
		deciding = find(deciding.VisibleWhen.Field)
	}
}
