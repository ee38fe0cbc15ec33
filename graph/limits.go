package graph

// Limits are what one request may hold and ask for, and what one caller may ask for in a minute.
type Limits struct {
	BodyBytes  int // of a request; httpserver keeps it
	Tokens     int // of a document, its comments included
	Depth      int // of an operation's fields. A standard introspection query is 15 deep
	Fields     int // of an operation, each counted wherever its fragment is spread
	Aliases    int // of a document
	Directives int // of a document
	Complexity int // of an operation: about the fields of all rows that it asks for

	CostPerMinute   int // of a caller, see budget; 0 means that nothing is counted
	QueryCacheBytes int // of the memory that parsed documents are kept in
}

// DefaultLimits are what a gateway has that is told nothing else.
func DefaultLimits() Limits {
	return Limits{
		BodyBytes: 1 << 20, Tokens: 2_000, Depth: 15, Fields: 5_000, Aliases: 30, Directives: 50, Complexity: 100_000,
		CostPerMinute: 60_000_000, QueryCacheBytes: 32 << 20,
	}
}

// What nobody needs to set.
const (
	maxMutations = 10 // in one operation
	// maxVerifying is how many of them may make a dry request: each can take 15 s, and many would make a port scanner.
	maxVerifying = 1
	// maxEffort bounds validation, which compares all fields that answer under one name with one another: the slowest of some
	// thousand documents made to be slow took 0.4 µs a point.
	maxEffort     = 500_000
	maxOperations = 20 // in one document
	maxFragments  = 100
	// maxNesting is how deep lists and objects may lie in a value, and in a request's JSON.
	maxNesting = 20
	// maxJSONValues is how many values a request's JSON may hold, names included.
	maxJSONValues = 20_000
	// maxErrors is how many errors of a document are told.
	maxErrors = 10
)
