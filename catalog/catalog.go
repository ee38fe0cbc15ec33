// Package catalog knows what can be connected to. It reads component descriptors (elastic.io's component.json plus the
// keys that schema.json describes) and turns each into a models.Component.
//
// It guarantees that a loaded component makes sense: every name in its dry requests means exactly one thing, every
// pattern compiles, a field is secret unless it is known to be public, and whatever decides where secrets are sent is
// marked as a destination. A descriptor that breaks a rule is refused with an Error that names file, place and reason.
package catalog

import (
	"bytes"
	"cmp"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"keyward/models"
)

// MaxDescriptorBytes is the most that one component.json may have.
const MaxDescriptorBytes = 1 << 20

//go:embed schema.json */component.json */icon.svg
var builtin embed.FS

// Builtin holds the components that come with Keyward: one folder each, named by the component's key.
func Builtin() fs.FS { return builtin }

// Load reads every <key>/component.json of fsys, with the icon.svg beside it where there is one, and returns the
// components by title (letter case aside), then key. override looks a setting up, as os.LookupEnv does; nil overrides
// nothing. It reports every broken descriptor, not only the first: the error
// joins an *Error for each thing that is wrong.
func Load(fsys fs.FS, override func(name string) (string, bool)) ([]*models.Component, error) {
	entries, err := fs.ReadDir(fsys, ".")
	if err != nil {
		return nil, fmt.Errorf("catalog: list components: %w", err)
	}
	var components []*models.Component
	var problems []error
	settings := map[string]string{}
	for _, entry := range entries {
		if !entry.IsDir() {
			continue
		}
		component, err := load(fsys, entry.Name(), override, settings)
		if err != nil {
			problems = append(problems, err)
			continue
		}
		components = append(components, component)
	}
	if len(problems) > 0 {
		return nil, errors.Join(problems...)
	}
	slices.SortFunc(components, func(a, b *models.Component) int {
		return cmp.Or(cmp.Compare(strings.ToLower(a.Title), strings.ToLower(b.Title)), cmp.Compare(a.Key, b.Key))
	})
	return components, nil
}

// load reads one folder. settings remembers which component each override's name belongs to.
func load(fsys fs.FS, key string, override func(name string) (string, bool), settings map[string]string) (*models.Component, error) {
	descriptor, err := readLimited(fsys, path.Join(key, "component.json"), MaxDescriptorBytes)
	if err != nil {
		return nil, &Error{File: fileOf(key), Reason: err.Error()}
	}
	icon, err := readLimited(fsys, path.Join(key, "icon.svg"), maxIconBytes)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, &Error{File: iconOf(key), Reason: err.Error()}
	}
	// Two components that share a setting's name would have one's secrets sent where the other's belong.
	watched := func(name string) (string, bool) {
		if other, taken := settings[name]; taken && other != key {
			return "", true
		}
		settings[name] = key
		if override == nil {
			return "", false
		}
		return override(name)
	}
	return Parse(key, descriptor, icon, watched)
}

// readLimited reads a file of at most limit bytes.
func readLimited(fsys fs.FS, name string, limit int64) ([]byte, error) {
	info, err := fs.Stat(fsys, name)
	if err != nil {
		return nil, fmt.Errorf("cannot be read: %w", err)
	}
	if info.Size() > limit {
		return nil, fmt.Errorf("has %d bytes; the most is %d", info.Size(), limit)
	}
	data, err := fs.ReadFile(fsys, name)
	if err != nil {
		return nil, fmt.Errorf("cannot be read: %w", err)
	}
	return data, nil
}

// Parse reads one descriptor. key is the component's folder name; icon may be empty.
//
// The version is the hex SHA-256 of the descriptor as compact JSON with sorted keys, so white space and the order of keys
// don't move it. Variables are overridden as SettingName says, which doesn't move it either. The error joins an *Error
// for each thing that is wrong.
func Parse(key string, descriptor, icon []byte, override func(name string) (string, bool)) (*models.Component, error) {
	r := &reader{file: fileOf(key), key: key, override: override}
	if !IsKey(key) {
		r.fail("", "the folder's name must be lower-case letters, digits and single dashes, at most %d characters", maxKeyLength)
		return nil, r.err()
	}
	root, err := decode(descriptor)
	if err != nil {
		var place *Error
		errors.As(err, &place)
		r.fail(place.Pointer, "%s", place.Reason)
		return nil, r.err()
	}
	if r.conform(root); len(r.problems) > 0 {
		return nil, r.err()
	}
	r.variables = r.resolve(root.get("variables"))
	environment := r.environment(root)
	description, _ := prose(root.get("description").text())
	component := &models.Component{
		ID:          models.ComponentID(key),
		Key:         key,
		Version:     digest(root),
		Title:       r.title(root.get("title")),
		Description: description,
		Category:    models.ComponentCategory(cmp.Or(root.get("category").text(), string(models.CategoryService))),
		DocsURL:     absoluteURL(root.get("docsUrl").text()),
		Icon:        bytes.Clone(icon),
		Methods:     r.methods(root),
		Variables:   r.variables,
		Environment: environment,
		Descriptor:  bytes.Clone(descriptor),
	}
	if len(icon) > 0 {
		r.icon(icon)
	}
	if err := r.err(); err != nil {
		return nil, err
	}
	component.Warnings = r.warnings
	return component, nil
}

// title is a name that people read: one line, with something on it.
func (r *reader) title(v value) string {
	plain := line(v.text(), false)
	if plain == "" {
		r.fail(v.pointer(), "must not be empty")
	}
	return plain
}

func fileOf(key string) string { return path.Join("catalog", key, "component.json") }
func iconOf(key string) string { return path.Join("catalog", key, "icon.svg") }

// absoluteURL drops what is no absolute http(s) URL: some elastic.io descriptors hold paths of its own site.
func absoluteURL(text string) string {
	if !isWebURL(text) {
		return ""
	}
	return text
}
