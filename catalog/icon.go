package catalog

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"slices"
	"strings"
)

const maxIconBytes = 64 << 10

// iconElements are all that a drawing needs. Icons are shown in people's browsers: no scripts, no links, no styles.
var iconElements = []string{
	"svg", "g", "path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "title", "desc", "defs",
	"linearGradient", "radialGradient", "stop", "clipPath",
}

// icon checks that an icon is a drawing and nothing more.
func (r *reader) icon(svg []byte) {
	descriptor := r.file
	defer func() { r.file = descriptor }()
	r.file = iconOf(r.key)
	if len(svg) > maxIconBytes {
		r.fail("", "has %d bytes; the most is %d", len(svg), maxIconBytes)
		return
	}
	d := xml.NewDecoder(bytes.NewReader(svg))
	for first := true; ; {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			if first {
				r.fail("", "is no SVG drawing")
			}
			return
		}
		if err != nil {
			r.fail("", "is no well-formed SVG: %s", err)
			return
		}
		switch t := token.(type) {
		case xml.StartElement:
			if first && t.Name.Local != "svg" {
				r.fail("", "is no SVG drawing: its root is %s", t.Name.Local)
				return
			}
			first = false
			r.iconElement(t)
		case xml.Directive, xml.ProcInst:
			r.fail("", "may hold neither declarations nor processing instructions")
		}
	}
}

func (r *reader) iconElement(e xml.StartElement) {
	if !slices.Contains(iconElements, e.Name.Local) {
		r.fail("", "holds the element %s, which a drawing does not need", e.Name.Local)
	}
	for _, a := range e.Attr {
		name := strings.ToLower(a.Name.Local)
		outside := strings.Contains(strings.ToLower(a.Value), "url(") && !strings.Contains(a.Value, "url(#")
		if strings.HasPrefix(name, "on") || name == "href" || name == "style" || outside {
			r.fail("", "holds the attribute %s, which may run or load something", a.Name.Local)
		}
	}
}
