package config

// Component is the commands about components. Only import needs a database.
type Component struct {
	List struct {
		JSON bool `name:"json" help:"Print them as JSON."`
	} `cmd:"" help:"List the components that come with this release, and how many there are of each family."`
	Show struct {
		Key string `arg:"" help:"The component's key, as list prints it."`
	} `cmd:"" help:"Show one: its methods, their fields, the dry request, and where secrets may go."`
	Check struct {
		File string `arg:"" help:"A component.json, of elastic.io's kind or Keyward's; - reads standard input."`
	} `cmd:"" help:"Check a descriptor: print the form that it makes, or everything that is wrong with it."`
	Import ComponentImport `cmd:"" help:"Give a workspace a component of its own, or a new version of it."`
}

// ComponentImport is component import's settings.
type ComponentImport struct {
	Database
	File      string `arg:"" help:"A component.json, of elastic.io's kind or Keyward's; - reads standard input."`
	Key       string `name:"component-key" placeholder:"KEY" help:"The component's key: lower-case letters, digits and single dashes, none that the catalog has. By default the name of the file's folder, or of the file."`
	Workspace string `placeholder:"ID" help:"Whose component it shall be. By default the oldest workspace's."`
	Force     bool   `help:"Import it although it takes away what credentials rely on."`
}
