package verifiers

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"io"
	"net/http"
	"strings"

	"golang.org/x/text/encoding/ianaindex"

	"keyward/models"
)

// newOData reads an OData service's service document: JSON (OData JSON Format 4.01, section 5), the JSON of versions 2 and 3, or
// Atom (RFC 5023, section 8).
func newOData() web {
	return web{
		request: get,
		accept:  "application/json, application/atomsvc+xml;q=0.9, application/xml;q=0.8",
		judge: func(_ map[string]string, a answer) Result {
			if a.status == http.StatusOK && (isServiceDocument(a.body) || rootOf(a.body) == xml.Name{Space: "http://www.w3.org/2007/app", Local: "service"}) {
				return accepted()
			}
			return unavailable(models.ReasonUnexpectedResponse)
		},
	}
}

// isServiceDocument reads as far as it takes to know: the list of what the service has, at its first entry.
func isServiceDocument(beginning []byte) bool {
	d := json.NewDecoder(bytes.NewReader(beginning))
	if token, err := d.Token(); err != nil || token != json.Delim('{') {
		return false
	}
	described := false
	for d.More() {
		name, err := d.Token()
		if err != nil {
			return false
		}
		switch name {
		case "@odata.context", "@context", "odata.metadata":
			var where string
			if d.Decode(&where) != nil {
				return false
			}
			described = strings.HasSuffix(where, "$metadata") // with #People behind it, it describes a list of people
		case "value":
			var first struct{ Name, URL *string }
			return described && firstOf(d, &first) && first.Name != nil && first.URL != nil
		case "d": // version 2
			var list struct{ EntitySets []string }
			return d.Decode(&list) == nil && list.EntitySets != nil
		default:
			var skipped json.RawMessage
			if d.Decode(&skipped) != nil {
				return false
			}
		}
	}
	return false
}

// firstOf decodes a list's first entry.
func firstOf(d *json.Decoder, entry any) bool {
	token, err := d.Token()
	return err == nil && token == json.Delim('[') && d.More() && d.Decode(entry) == nil
}

// rootOf is the name of an XML document's root; empty where there is none, and where a document type comes before it, which no
// service needs and bombs are made of.
func rootOf(beginning []byte) xml.Name {
	d := xml.NewDecoder(bytes.NewReader(beginning))
	d.CharsetReader = func(name string, input io.Reader) (io.Reader, error) {
		encoding, err := ianaindex.IANA.Encoding(name)
		if err != nil || encoding == nil {
			return nil, errUnclear
		}
		return encoding.NewDecoder().Reader(input), nil
	}
	for {
		token, err := d.Token()
		if err != nil {
			return xml.Name{}
		}
		switch token := token.(type) {
		case xml.StartElement:
			return token.Name
		case xml.Directive:
			return xml.Name{}
		}
	}
}
