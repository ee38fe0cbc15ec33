package catalog

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// value is one place of a descriptor. Unlike a map it keeps the order of keys, which is the order of a form's fields, and
// unlike a struct it tells Label from label, as the schema does.
type value struct {
	at      *place
	raw     any // nil, bool, string, json.Number, []value or []member
	present bool
}

// place is written out as a pointer only where somebody has to be told: a hostile descriptor could have long ones by the
// million.
type place struct {
	parent *place
	token  string
	level  int
}

func (p *place) below(token string) *place { return &place{p, token, p.depth() + 1} }

func (p *place) depth() int {
	if p == nil {
		return 0
	}
	return p.level
}

// pointer is the place as RFC 6901 writes it.
func (v value) pointer() string {
	text := ""
	for p := v.at; p != nil; p = p.parent {
		text = "/" + escape(p.token) + text
	}
	return text
}

// within reports whether the value stands below a key of the descriptor.
func (v value) within(key string) bool {
	p := v.at
	for p != nil && p.parent != nil {
		p = p.parent
	}
	return p != nil && p.token == key
}

type member struct {
	key   string
	value value
}

// decode reads a whole descriptor. Its error is an *Error without a file.
func decode(data []byte) (value, error) {
	data = bytes.TrimPrefix(data, []byte("\ufeff")) // as editors put it there (RFC 8259, section 8.1)
	switch {
	case len(data) > MaxDescriptorBytes:
		return value{}, &Error{Reason: fmt.Sprintf("is too long: the most is %d bytes", MaxDescriptorBytes)}
	case !utf8.Valid(data):
		return value{}, &Error{Reason: "is not UTF-8 text"}
	}
	// The token reader below is lax about trailing data; this is not.
	var ignored json.RawMessage
	if err := json.Unmarshal(data, &ignored); err != nil {
		var syntax *json.SyntaxError
		if errors.As(err, &syntax) {
			return value{}, &Error{Reason: fmt.Sprintf("is not one JSON value: %s, at byte %d", syntax, syntax.Offset)}
		}
		return value{}, &Error{Reason: fmt.Sprintf("is not one JSON value: %s", err)}
	}
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	return walk(d, nil)
}

// maxDepth is far deeper than any descriptor that somebody wrote.
const maxDepth = 64

func walk(d *json.Decoder, at *place) (value, error) {
	token, err := d.Token()
	v := value{at: at, raw: token, present: true}
	if at.depth() > maxDepth {
		return v, v.wrong("is nested too deep")
	}
	if err != nil {
		return v, v.wrong(err.Error())
	}
	switch token := token.(type) {
	case json.Delim:
		if token == '{' {
			v.raw, err = v.walkObject(d)
		} else {
			v.raw, err = v.walkArray(d)
		}
	case string:
		if strings.ContainsRune(token, 0) {
			err = v.wrong("holds the character NUL, which can't be stored")
		}
	case json.Number:
		// The schema's validator counts in fractions of any size, which 1e999999999 would be the end of.
		mantissa, exponent, _ := strings.Cut(strings.ToLower(token.String()), "e")
		if len(mantissa) > 40 || len(exponent) > 4 {
			err = v.wrong("is a number out of all proportion")
		}
	}
	return v, err
}

func (v value) walkObject(d *json.Decoder) ([]member, error) {
	members := []member{}
	seen := map[string]bool{}
	for d.More() {
		token, err := d.Token()
		if err != nil {
			return nil, v.wrong(err.Error())
		}
		key := token.(string)
		if strings.ContainsRune(key, 0) {
			return nil, v.wrong("has a key with the character NUL, which can't be stored")
		}
		at := v.at.below(key)
		if seen[key] {
			return nil, value{at: at}.wrong("is there twice")
		}
		seen[key] = true
		child, err := walk(d, at)
		if err != nil {
			return nil, err
		}
		members = append(members, member{key, child})
	}
	_, err := d.Token()
	return members, err
}

func (v value) walkArray(d *json.Decoder) ([]value, error) {
	items := []value{}
	for d.More() {
		item, err := walk(d, v.at.below(strconv.Itoa(len(items))))
		if err != nil {
			return nil, err
		}
		items = append(items, item)
	}
	_, err := d.Token()
	return items, err
}

func (v value) wrong(reason string) *Error { return &Error{Pointer: v.pointer(), Reason: reason} }

// escapes is made once: every field's place is written out, and making a replacer takes longer than reading the field.
var escapes = strings.NewReplacer("~", "~0", "/", "~1")

func escape(key string) string { return escapes.Replace(key) }

// get finds a member; one that isn't there has present false and the pointer it would have.
func (v value) get(key string) value {
	for _, m := range v.members() {
		if m.key == key {
			return m.value
		}
	}
	return value{at: v.at.below(key)}
}

func (v value) members() []member {
	members, _ := v.raw.([]member)
	return members
}

func (v value) items() []value {
	items, _ := v.raw.([]value)
	return items
}

func (v value) text() string {
	text, _ := v.raw.(string)
	return text
}

func (v value) isTrue() bool { return v.raw == true }

// number is 0 where there is no whole number.
func (v value) number() int {
	n, _ := v.raw.(json.Number)
	whole, err := strconv.Atoi(string(n))
	if err != nil {
		f, _ := n.Float64()
		whole = int(f)
	}
	return whole
}

// scalar writes a string, number or boolean as text; anything else is empty.
func (v value) scalar() string {
	switch raw := v.raw.(type) {
	case string, bool, json.Number:
		return fmt.Sprint(raw)
	}
	return ""
}

func (v value) texts() []string {
	var texts []string
	for _, item := range v.items() {
		texts = append(texts, item.text())
	}
	return texts
}

// plain is the value as encoding/json knows it, with json.Number for numbers.
func (v value) plain() any {
	switch raw := v.raw.(type) {
	case []member:
		object := make(map[string]any, len(raw))
		for _, m := range raw {
			object[m.key] = m.value.plain()
		}
		return object
	case []value:
		array := make([]any, len(raw))
		for i, item := range raw {
			array[i] = item.plain()
		}
		return array
	}
	return v.raw
}

// canonical is the value as compact JSON with sorted keys.
func (v value) canonical() string {
	var text strings.Builder
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(v.plain()); err != nil {
		panic(fmt.Sprintf("catalog: a decoded value does not encode: %v", err))
	}
	return strings.TrimSuffix(text.String(), "\n")
}

func digest(root value) string {
	sum := sha256.Sum256([]byte(root.canonical()))
	return hex.EncodeToString(sum[:])
}
