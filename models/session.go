package models

// ServiceSession is a log-in whose answer gives what the dry request needs: a token, a cookie.
type ServiceSession struct {
	Request *HTTPRequest
	// Unavailable, Accept and Reject judge the log-in's answer as DryRequest's judge the answer itself.
	Unavailable, Accept, Reject []ResponseRule
	// Values are what an accepted answer gives, by the names that templates know them by.
	Values map[string]SessionValue
	// Logout ends the session; nil where nothing does.
	Logout *HTTPRequest
}

// SessionValue is where a log-in's answer has a value. Exactly one is set.
type SessionValue struct{ Pointer, Header, Cookie string }

// JWT is what is signed with a credential's private key (RFC 7519). Templates know it as {{jwt}}.
type JWT struct {
	Algorithm  string // RS256, ES256, … (RFC 7518, section 3.1)
	PrivateKey string // a template of a PEM text
	KeyID      string // a template; empty for none
	// Claims are templates besides iat and exp; those that come to nothing are left out. They may name {{keyFingerprint}}.
	Claims   map[string]string
	Lifetime int // in seconds
}

// The names that signing adds.
const (
	JWTName        = "jwt"
	KeyFingerprint = "keyFingerprint"
)

// External is a verifier outside this process, and what it is told that the values are for.
type External struct{ URL, Component, Method string }

// OptionsFrom is how a select's options are fetched from the service. Any value may be saved: the dry request proves it.
type OptionsFrom struct {
	// DryRequest is made with what is typed in so far; its hosts are the method's own.
	DryRequest *DryRequest
	// Items points to a list in the answer, Value and Label into each of its items. Empty: the item itself.
	Items, Value, Label string
	// Needs are the fields that the request can't be made without.
	Needs []string
}
