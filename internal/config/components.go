package config

// Component is the commands about components. Those here need no database.
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
}
