package main

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"
	"unicode"

	"keyward/catalog"
	"keyward/internal/config"
	"keyward/models"
)

// listed is what `component list` tells of a component.
type listed struct {
	Key     string                   `json:"key"`
	Title   string                   `json:"title"`
	Family  models.ComponentCategory `json:"family"`
	Methods []listedMethod           `json:"methods"`
}

type listedMethod struct {
	Key        string          `json:"key"`
	Title      string          `json:"title"`
	Kind       models.AuthKind `json:"kind"`
	VerifiedBy string          `json:"verifiedBy,omitempty"` // the protocol; empty where nobody can be asked
}

func listComponents(asJSON bool, stdout io.Writer) error {
	components, err := catalog.Load(catalog.Builtin(), os.LookupEnv)
	if err != nil {
		return err
	}
	list := make([]listed, len(components))
	for i, c := range components {
		list[i] = listed{Key: c.Key, Title: c.Title, Family: c.Category, Methods: []listedMethod{}}
		for _, m := range c.Methods {
			method := listedMethod{Key: m.Key, Title: m.Title, Kind: m.Kind}
			if m.DryRequest != nil {
				method.VerifiedBy = m.DryRequest.Protocol
			}
			list[i].Methods = append(list[i].Methods, method)
		}
	}
	if asJSON {
		out := json.NewEncoder(stdout)
		out.SetIndent("", "  ")
		return out.Encode(list)
	}
	return printList(list, stdout)
}

func printList(list []listed, stdout io.Writer) error {
	table := tabwriter.NewWriter(stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "KEY\tTITLE\tFAMILY\tVERIFIED BY\tMETHODS")
	families := map[models.ComponentCategory]int{}
	for _, c := range list {
		families[c.Family]++
		var methods, protocols []string
		for _, m := range c.Methods {
			methods = append(methods, m.Key)
			if protocol := cmp.Or(m.VerifiedBy, "nothing"); !slices.Contains(protocols, protocol) {
				protocols = append(protocols, protocol)
			}
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\n", c.Key, c.Title, c.Family, listOf(protocols, "-"), listOf(methods, "no credential"))
	}
	fmt.Fprintln(table)
	for _, family := range slices.Sorted(maps.Keys(families)) {
		fmt.Fprintf(table, "%s\t%d\n", family, families[family])
	}
	fmt.Fprintf(table, "in all\t%d\n", len(list))
	return table.Flush()
}

func listOf(texts []string, none string) string {
	return cmp.Or(strings.Join(texts, ", "), none)
}

func showComponent(key string, stdout io.Writer) error {
	components, err := catalog.Load(catalog.Builtin(), os.LookupEnv)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(components, func(c *models.Component) bool { return c.Key == key })
	if i < 0 {
		return fmt.Errorf("there is no component %q: `keyward component list` lists the keys", key)
	}
	return printComponent(components[i], stdout)
}

// checkDescriptor prints the form that a descriptor makes, or everything that is wrong with it. The icon beside it is checked too.
func checkDescriptor(file string, stdin io.Reader, stdout io.Writer) error {
	descriptor, icon, err := readDescriptor(file, stdin)
	if err != nil {
		return err
	}
	component, err := catalog.Parse(keyFor(file), descriptor, icon, os.LookupEnv)
	if problems := catalog.Problems(err); len(problems) > 0 {
		for _, p := range problems {
			if _, err := fmt.Fprintln(stdout, printable(cmp.Or(p.Pointer, nameOf(p.File, file))+": "+p.Reason)); err != nil {
				return err
			}
		}
		return unusable(file, len(problems))
	}
	if err != nil {
		return err
	}
	return printComponent(component, stdout)
}

// nameOf is what whoever checks file calls the catalog's name for it.
func nameOf(known, file string) string {
	if name := filepath.Base(known); name != "component.json" || file == "-" {
		return name
	}
	return filepath.Base(file)
}

func unusable(file string, problems int) error {
	if problems == 1 {
		return fmt.Errorf("%s can't be used: what is wrong stands above, with its place", file)
	}
	return fmt.Errorf("%s can't be used: it has %d problems, listed above by their places in it", file, problems)
}

func readDescriptor(file string, stdin io.Reader) (descriptor, icon []byte, err error) {
	if file == "-" {
		descriptor, err = readUpTo(stdin)
		return descriptor, nil, err
	}
	if descriptor, err = readFileUpTo(file); err != nil {
		return nil, nil, err
	}
	icon, err = readFileUpTo(filepath.Join(filepath.Dir(file), "icon.svg"))
	if errors.Is(err, fs.ErrNotExist) {
		err = nil
	}
	return descriptor, icon, err
}

func readFileUpTo(file string) ([]byte, error) {
	f, err := os.Open(file) //nolint:gosec // whoever gives the command may read what it names
	if err != nil {
		return nil, err
	}
	defer f.Close() // it was only read
	return readUpTo(f)
}

// readUpTo reads as much as tells that it is too long.
func readUpTo(r io.Reader) ([]byte, error) {
	return io.ReadAll(io.LimitReader(r, catalog.MaxDescriptorBytes+1))
}

// keyFor is the key that a descriptor would have: its folder's name, else the file's, where that can be one.
func keyFor(file string) string {
	name := strings.TrimSuffix(filepath.Base(file), ".json")
	if name == "component" {
		if folder, err := filepath.Abs(filepath.Dir(file)); err == nil {
			name = filepath.Base(folder)
		}
	}
	if !catalog.IsKey(name) {
		return "component"
	}
	return name
}

func printComponent(c *models.Component, stdout io.Writer) error {
	var text strings.Builder
	out := tabwriter.NewWriter(&text, 0, 0, 2, ' ', 0)
	fmt.Fprintf(out, "%s (%s), %s\n%s\n", c.Title, c.Key, c.Category, c.Description)
	if c.DocsURL != "" {
		fmt.Fprintln(out, c.DocsURL)
	}
	if len(c.Methods) == 0 {
		fmt.Fprint(out, "\nSteps of this component need no credential.\n")
	}
	for i := range c.Methods {
		printMethod(out, &c.Methods[i])
	}
	for i, name := range slices.Sorted(maps.Keys(c.Variables)) {
		if i == 0 {
			fmt.Fprint(out, "\nVariables\n")
		}
		fmt.Fprintf(out, "  %s\t%s\t%s\n", name, cmp.Or(c.Variables[name], "not set"), catalog.SettingName(c.Key, name))
	}
	for i, v := range c.Environment {
		if i == 0 {
			fmt.Fprint(out, "\nDeclared for elastic.io's process, which Keyward doesn't run\n")
		}
		fmt.Fprintf(out, "  %s\t%s\n", v.Name, v.Description)
	}
	for i, w := range c.Warnings {
		if i == 0 {
			fmt.Fprint(out, "\nWarnings\n")
		}
		fmt.Fprintf(out, "  %s: %s\n", w.Pointer, w.Message)
	}
	if err := out.Flush(); err != nil {
		return err
	}
	_, err := io.WriteString(stdout, printable(text.String()))
	return err
}

// printable takes out what a terminal would obey: a descriptor may come from anybody.
func printable(text string) string {
	return strings.Map(func(c rune) rune {
		if c == '\n' || unicode.IsGraphic(c) {
			return c
		}
		return '\uFFFD'
	}, text)
}

func printMethod(out io.Writer, m *models.AuthMethod) {
	fmt.Fprintf(out, "\n%s: %s (%s)\n", m.Key, m.Title, m.Kind)
	if len(m.Fields) == 0 {
		fmt.Fprintln(out, "  no fields")
	}
	for _, f := range m.Fields {
		fmt.Fprintf(out, "  %s\t%s\t%s\n", f.Key, f.Label, strings.Join(traits(&f), ", "))
	}
	if dry := m.DryRequest; dry != nil {
		fmt.Fprintf(out, "  Dry request: %s\n", dryRequestLine(dry))
		fmt.Fprintf(out, "  Secrets go to: %s\n", listOf(dry.Hosts, "no host"))
		if dry.Source != "" {
			fmt.Fprintf(out, "  Source: %s\n", dry.Source)
		}
	} else {
		fmt.Fprintln(out, "  Dry request: none, so its credentials are NOT_VERIFIABLE")
	}
	printOAuth(out, m)
}

// traits are what a person should know of a field.
func traits(f *models.FieldSpec) []string {
	all := []string{strings.ToLower(strings.ReplaceAll(string(f.View), "_", " "))}
	for text, holds := range map[string]bool{"required": f.Required, "secret": f.Secret, "destination": f.Destination} {
		if holds {
			all = append(all, text)
		}
	}
	slices.Sort(all[1:])
	if f.VisibleWhen != nil {
		all = append(all, fmt.Sprintf("when %s is %s", f.VisibleWhen.Field, strings.Join(f.VisibleWhen.OneOf, " or ")))
	}
	return all
}

func dryRequestLine(dry *models.DryRequest) string {
	if dry.Request != nil {
		return dry.Protocol + " " + dry.Request.Method + " " + dry.Request.URL
	}
	var params []string
	for _, name := range slices.Sorted(maps.Keys(dry.Params)) {
		params = append(params, name+"="+dry.Params[name])
	}
	return dry.Protocol + " " + strings.Join(params, " ")
}

func printOAuth(out io.Writer, m *models.AuthMethod) {
	var hosts []string
	switch {
	case m.OAuth2 != nil:
		hosts = m.OAuth2.Hosts
		fmt.Fprintf(out, "  Tokens: %s\n", listOf(slices.DeleteFunc([]string{m.OAuth2.AuthorizationURL, m.OAuth2.TokenURL, m.OAuth2.Discovery}, func(s string) bool { return s == "" }), "-"))
	case m.OAuth1 != nil:
		hosts = m.OAuth1.Hosts
		fmt.Fprintf(out, "  Tokens: %s, %s, %s\n", m.OAuth1.RequestTokenURL, m.OAuth1.AuthorizationURL, m.OAuth1.AccessTokenURL)
	case m.Kind == models.AuthOAuth2AuthorizationCode || m.Kind == models.AuthOAuth1:
		fmt.Fprintln(out, "  Tokens: the descriptor doesn't say where from, so nobody can connect")
		return
	default:
		return
	}
	fmt.Fprintf(out, "  Tokens' hosts: %s\n", listOf(hosts, "no host"))
	if len(m.Scopes) > 0 {
		fmt.Fprintf(out, "  Scopes: %s\n", strings.Join(m.Scopes, " "))
	}
	if provider := m.Provider(); provider != "" {
		fmt.Fprintf(out, "  OAuth client: %s, the workspace's own or %s\n", provider, config.OAuthSetting(provider, "CLIENT_ID"))
	}
}
