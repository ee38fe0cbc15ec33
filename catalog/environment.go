package catalog

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"keyward/models"
)

// environmentName is how elastic.io's descriptors call the settings of a component's process.
var environmentName = regexp.MustCompile(`\A[A-Z][A-Z0-9_]{0,99}\z`)

// environment reads the settings that an elastic.io descriptor declares for a process of its own. Keyward runs none: they are
// shown, and those that a {{NAME}} uses are variables, which KEYWARD_COMPONENT_<KEY>_<NAME> gives a value. No other variable of the
// gateway's own environment can be named. What stands for an OAuth client is the registered one, and no variable.
func (r *reader) environment(root value) []models.EnvironmentVariable {
	var declared []models.EnvironmentVariable
	for _, section := range []string{"envVars", "env"} {
		for _, m := range root.get(section).members() {
			description, _ := prose(m.value.get("description").text())
			declared = append(declared, models.EnvironmentVariable{Name: line(m.key, false), Description: description, Required: m.value.get("required").isTrue()})
		}
		for _, item := range root.get(section).items() { // an older form
			if name := cmp.Or(item.get("name").text(), item.get("key").text()); name != "" {
				description, _ := prose(item.get("description").text())
				declared = append(declared, models.EnvironmentVariable{Name: line(name, false), Description: description})
			}
		}
	}
	credentials := root.get("credentials")
	isField := func(name string) bool { return credentials.get("fields").get(name).present }
	for _, text := range templatesOf(root) {
		for _, name := range namesIn(text.text()) {
			_, known := r.variables[name]
			isDeclared := slices.ContainsFunc(declared, func(v models.EnvironmentVariable) bool { return v.Name == name })
			if known || isField(name) || !environmentName.MatchString(name) || !(isDeclared || text.within("credentials")) {
				continue // elastic.io's older descriptors declare nothing; what is our own has to
			}
			r.variables[name] = r.environmentValue(text, name)
		}
	}
	return declared
}

// templatesOf are the texts of a descriptor that may hold {{NAMES}}: all but what stands for an OAuth client.
func templatesOf(root value) []value {
	var texts []value
	var walk func(value)
	walk = func(v value) {
		if v.text() != "" {
			texts = append(texts, v)
		}
		for _, m := range v.members() {
			walk(m.value)
		}
		for _, item := range v.items() {
			walk(item)
		}
	}
	for _, section := range []string{"oauth2", "oauth1"} {
		for _, m := range root.get("credentials").get(section).members() {
			switch m.key {
			case "client_id", "client_secret", "consumer_key", "consumer_secret":
			default:
				walk(m.value)
			}
		}
	}
	for _, section := range []string{"verification", "hosts"} {
		walk(root.get(section))
	}
	return texts
}

func (r *reader) environmentValue(at value, name string) string {
	setting := SettingName(r.key, name)
	if r.override == nil { // a workspace's own component, which the operator's settings don't reach
		r.warn(at.pointer(), "{{%s}} has no value here: write it into the descriptor", name)
		return ""
	}
	given, ok := r.override(setting)
	switch {
	case !ok:
		given = ""
		r.warn(at.pointer(), "{{%s}} has no value: the operator gives it one by the setting %s", name, setting)
	case given == "":
		r.fail(at.pointer(), "the setting %s is empty or belongs to another component's variable too: give it a value, or unset it", setting)
	case strings.ContainsFunc(given, unicode.IsControl) || strings.Contains(given, "{{"):
		r.fail(at.pointer(), "the setting %s may hold neither control characters nor {{", setting)
	}
	return given
}
