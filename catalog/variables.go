package catalog

import (
	"net/url"
	"strings"
	"unicode"

	"keyward/models"
)

// SettingName is the setting that overrides a component's variable: KEYWARD_COMPONENT_PETSTORE_BASE_URL for petstore's
// baseUrl.
func SettingName(key, variable string) string {
	return settingPrefix + strings.ToUpper(strings.ReplaceAll(key, "-", "_")) + "_" +
		strings.ToUpper(strings.Join(splitWords(variable), "_"))
}

const settingPrefix = "KEYWARD_COMPONENT_"

// UnknownSettings lists the settings in an environment (NAME=value) that override nothing: they are misspelt, or the
// component has no such variable.
func UnknownSettings(components []*models.Component, environment []string) []string {
	known := map[string]bool{}
	for _, component := range components {
		for variable := range component.Variables {
			known[SettingName(component.Key, variable)] = true
		}
	}
	var unknown []string
	for _, entry := range environment {
		if name, _, _ := strings.Cut(entry, "="); strings.HasPrefix(name, settingPrefix) && !known[name] {
			unknown = append(unknown, name)
		}
	}
	return unknown
}

// resolve reads the variables and lets the operator's settings override them.
func (r *reader) resolve(variables value) map[string]string {
	resolved := map[string]string{}
	for _, m := range variables.members() {
		text := m.value.get("default").text()
		isURL := isWebURL(text)
		if strings.Contains(text, "{{") {
			r.fail(m.value.pointer()+"/default", "may not be a template itself")
		}
		if isURL && !isPlainURL(text) {
			r.fail(m.value.pointer()+"/default", "a base URL may hold no user information, query or fragment")
		}
		resolved[m.key] = text
		if r.override == nil {
			continue
		}
		name := SettingName(r.key, m.key)
		given, ok := r.override(name)
		switch {
		case !ok:
		case given == "":
			r.fail(m.value.pointer(), "the setting %s is empty or belongs to another component's variable too: give it a value, or unset it", name)
		case isURL && !(isWebURL(given) && isPlainURL(given)):
			r.fail(m.value.pointer(), "the setting %s must be an absolute http or https URL without user information, query or fragment", name)
		case strings.ContainsFunc(given, unicode.IsControl) || strings.Contains(given, "{{"):
			r.fail(m.value.pointer(), "the setting %s may hold neither control characters nor {{", name)
		case isURL:
			resolved[m.key] = strings.TrimRight(given, "/")
		default:
			resolved[m.key] = given
		}
	}
	return resolved
}

// isWebURL reports whether text is an absolute http or https URL.
func isWebURL(text string) bool {
	u, err := url.Parse(text)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Hostname() != ""
}

// isPlainURL reports whether text has nothing in it but scheme, host, port and path.
func isPlainURL(text string) bool {
	u, err := url.Parse(text)
	return err == nil && u.User == nil && !strings.ContainsAny(text, "?#@")
}
