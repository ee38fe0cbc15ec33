package catalog

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
)

// unread are the parts of a descriptor that say what flows may do with the component. Nothing here reads anything in them, and in elastic.io's
// descriptors they are most of the text.
var unread = []string{"triggers", "actions", "fields"}

// Slim is a descriptor without the parts that nothing is read from, as compact JSON with its keys in the same order. It describes the same
// component; its digest is another one. The error is an *Error.
func Slim(descriptor []byte) ([]byte, error) {
	root, err := decode(descriptor)
	if err != nil {
		return nil, err
	}
	root.raw = slices.DeleteFunc(root.members(), func(m member) bool { return slices.Contains(unread, m.key) })
	var text bytes.Buffer
	root.write(&text)
	return text.Bytes(), nil
}

// write is canonical with the keys in their own order.
func (v value) write(text *bytes.Buffer) {
	switch raw := v.raw.(type) {
	case []member:
		text.WriteByte('{')
		for i, m := range raw {
			if i > 0 {
				text.WriteByte(',')
			}
			value{raw: m.key}.write(text)
			text.WriteByte(':')
			m.value.write(text)
		}
		text.WriteByte('}')
	case []value:
		text.WriteByte('[')
		for i, item := range raw {
			if i > 0 {
				text.WriteByte(',')
			}
			item.write(text)
		}
		text.WriteByte(']')
	default:
		encoder := json.NewEncoder(text)
		encoder.SetEscapeHTML(false)
		if err := encoder.Encode(raw); err != nil {
			panic(fmt.Sprintf("catalog: a decoded value does not encode: %v", err))
		}
		text.Truncate(text.Len() - 1) // the line end
	}
}
