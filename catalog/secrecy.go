package catalog

import (
	"regexp"
	"slices"
	"strings"
	"unicode"

	"keyward/models"
)

// nature is what a field's name tells about its value.
type nature struct {
	public      bool
	destination bool
	format      models.FieldFormat
}

// nouns are the words that, at the end of a name, say that a value may be seen or where secrets go. A connection string
// would be a URL with a password in it; that is what secretWords are for.
var nouns = map[string]nature{
	"host":        {true, true, models.FormatHost},
	"hostname":    {true, true, models.FormatHost},
	"port":        {true, true, models.FormatPort},
	"url":         {true, true, models.FormatURL},
	"uri":         {true, true, models.FormatURL},
	"domain":      {true, true, ""},
	"subdomain":   {true, true, ""},
	"server":      {destination: true}, // what else may stand in these, who knows: they stay secret
	"address":     {destination: true},
	"endpoint":    {destination: true},
	"user":        {public: true},
	"username":    {public: true},
	"login":       {public: true},
	"email":       {public: true},
	"mail":        {public: true},
	"region":      {public: true},
	"database":    {public: true},
	"db":          {public: true},
	"dbname":      {public: true},
	"vhost":       {public: true}, // a message broker's: a name like /, and no host
	"environment": {public: true},
	"env":         {public: true},
}

// secretWords make a name secret wherever they stand in it. The URL of a webhook is its password.
var secretWords = []string{
	"password", "passwd", "pass", "pwd", "passphrase", "passcode", "secret", "secrets", "key", "keys", "apikey", "token",
	"tokens", "private", "credential", "credentials", "certificate", "cert", "pin", "code", "otp", "signature", "signed",
	"hash", "salt", "session", "cookie", "bearer", "jwt", "auth", "authorization", "connection", "conn", "string", "dsn",
	"jdbc", "webhook", "hook", "callback", "sas",
}

// connectionWords tell of a string with host and password in one.
var connectionWords = []string{"connection", "conn", "con", "dsn", "jdbc"}

// tlsWords tell of a switch that decides whether the other side is who it says it is.
var tlsWords = []string{"tls", "ssl", "sslmode", "certificate", "certificates", "encrypt", "encryption", "insecure"}

var (
	parenthesised = regexp.MustCompile(`\([^)]*\)`)
	otherScheme   = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9+.-]*://`)
)

// natureOf reads a field's key and, only where that says nothing, its label. No answer means secret.
func natureOf(key, label, placeholder string) nature {
	keyWords, labelWords := splitWords(key), splitWords(parenthesised.ReplaceAllString(label, " "))
	n, ok := endsIn(keyWords)
	switch {
	case ok && len(keyWords) == 1:
		// A key that is nothing but host means just that, also under a label such as «Connection host».
		labelWords = slices.DeleteFunc(labelWords, func(word string) bool { return word == "connection" })
	case !ok:
		n, ok = endsIn(labelWords)
	}
	if !ok || holdsAny(secretWords, keyWords, labelWords) {
		return nature{destination: n.destination || holdsAny(connectionWords, keyWords, labelWords)}
	}
	// Without user information and query a URL is public, and only of http URLs can that be asked.
	if n.format == models.FormatURL && otherScheme.MatchString(placeholder) && !isWebURL(placeholder) {
		return nature{destination: true}
	}
	return n
}

// endsIn looks at the last word, and at «name» together with the word before it: user name, database name.
func endsIn(words []string) (nature, bool) {
	n, ok := nouns[lastNoun(words)]
	return n, ok
}

func lastNoun(words []string) string {
	if len(words) > 1 && words[len(words)-1] == "name" {
		words = words[:len(words)-1]
	}
	if len(words) == 0 {
		return ""
	}
	return words[len(words)-1]
}

func holdsAny(vocabulary []string, names ...[]string) bool {
	return slices.ContainsFunc(slices.Concat(names...), func(word string) bool { return slices.Contains(vocabulary, word) })
}

// splitWords cuts a name into lower-case words: accessKeySecret, access_key_secret and «Access Key Secret» are the same
// three; baseURL is base and url.
func splitWords(name string) []string {
	runes := []rune(name)
	var spaced strings.Builder
	for i, c := range runes {
		if !unicode.IsLetter(c) && !unicode.IsDigit(c) {
			spaced.WriteByte(' ')
			continue
		}
		if i > 0 && unicode.IsUpper(c) {
			afterLower := unicode.IsLower(runes[i-1]) || unicode.IsDigit(runes[i-1])
			endsAcronym := unicode.IsUpper(runes[i-1]) && i+1 < len(runes) && unicode.IsLower(runes[i+1])
			if afterLower || endsAcronym {
				spaced.WriteByte(' ')
			}
		}
		spaced.WriteRune(unicode.ToLower(c))
	}
	return strings.Fields(spaced.String())
}
