package config

import "fmt"

// Limits is graph.Limits as the command line has it: the same fields in the same order.
type Limits struct {
	BodyBytes  int `name:"max-body-bytes" env:"KEYWARD_MAX_BODY_BYTES" default:"1048576" placeholder:"N" help:"How large a request to /graphql may be (${default})."`
	Tokens     int `name:"max-tokens" env:"KEYWARD_MAX_TOKENS" default:"2000" placeholder:"N" help:"How many tokens a GraphQL document may have, comments included (${default})."`
	Depth      int `name:"max-depth" env:"KEYWARD_MAX_DEPTH" default:"15" placeholder:"N" help:"How deep fields may be nested (${default}); introspection needs 15."`
	Fields     int `name:"max-fields" env:"KEYWARD_MAX_FIELDS" default:"5000" placeholder:"N" help:"How many fields an operation may ask for, fragments written out (${default})."`
	Aliases    int `name:"max-aliases" env:"KEYWARD_MAX_ALIASES" default:"30" placeholder:"N" help:"How many aliases a document may have (${default})."`
	Directives int `name:"max-directives" env:"KEYWARD_MAX_DIRECTIVES" default:"50" placeholder:"N" help:"How many directives a document may have (${default})."`
	Complexity int `name:"max-complexity" env:"KEYWARD_MAX_COMPLEXITY" default:"100000" placeholder:"N" help:"How much an operation may cost: about the fields of all rows that it asks for (${default})."`

	CostPerMinute   int `name:"cost-per-minute" env:"KEYWARD_COST_PER_MINUTE" default:"60000000" placeholder:"POINTS" help:"What one caller may ask of this gateway in a minute, at once or bit by bit; each gateway counts for itself. A request costs 100 points, one for each byte, and its complexity (${default}; 0 counts nothing)."`
	QueryCacheBytes int `name:"query-cache-bytes" env:"KEYWARD_QUERY_CACHE_BYTES" default:"33554432" placeholder:"N" help:"How much memory parsed documents are kept in (${default}; 0 keeps none)."`
}

func (l *Limits) check() error {
	for _, limit := range []struct {
		flag  string
		value int
		least int
	}{
		{"--max-body-bytes", l.BodyBytes, 1}, {"--max-tokens", l.Tokens, 1}, {"--max-depth", l.Depth, 1}, {"--max-fields", l.Fields, 1},
		{"--max-aliases", l.Aliases, 0}, {"--max-directives", l.Directives, 0}, {"--max-complexity", l.Complexity, 1},
		{"--cost-per-minute", l.CostPerMinute, 0}, {"--query-cache-bytes", l.QueryCacheBytes, 0},
	} {
		if limit.value < limit.least || limit.value > 1<<31-1 {
			return fmt.Errorf("%s must be from %d to %d", limit.flag, limit.least, 1<<31-1)
		}
	}
	return nil
}
