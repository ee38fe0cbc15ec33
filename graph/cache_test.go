package graph

import (
	"context"
	"fmt"
	"runtime"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2"
)

// The estimate of what a document weighs holds for the documents that weigh most for their text.
func TestQueryCache_keeps_within_its_bytes(t *testing.T) {
	const most = 8 << 20
	for name, text := range map[string]string{
		"fields":     `{ viewer { ` + strings.Repeat("id ", 300) + `%d: id } }`,
		"arguments":  `{ ` + strings.Repeat("node(id:1){id} ", 100) + `x%d: node(id:1){id} }`,
		"lists":      `{ nodes(ids:[` + strings.Repeat("1 ", 900) + `%d]){id} }`,
		"directives": `{ viewer { ` + strings.Repeat("id @skip(if:true) ", 40) + `x%d: id } }`,
		"comments":   `{ viewer { ` + strings.Repeat("id #\n", 300) + `x%d: id } }`,
		"fragments":  `{ viewer { ...a } } fragment a on Viewer { ` + strings.Repeat("...{id}", 200) + `x%d: id }`,
		"small":      `{ viewer { x%d: id } }`,
		"text":       `{ viewer { id } } #` + strings.Repeat("x", 10_000) + `%d`,
	} {
		t.Run(name, func(t *testing.T) {
			text = strings.Replace(text, "%d: id } }", "x%d: id } }", 1)
			text = strings.Replace(text, "xx%d", "x%d", 1)
			c := newQueryCache(most)
			before := heap()
			for i := range 50_000 {
				query := fmt.Sprintf(text, i)
				doc, errs := gqlparser.LoadQueryWithRules(parsedSchema, query, withoutSuggestions())
				if errs != nil {
					t.Fatal(errs)
				}
				c.Add(context.Background(), query, doc)
				if c.bytes > most {
					t.Fatalf("%d bytes of %d", c.bytes, most)
				}
				if i > 2*c.documents.Len() { // it has been full for a while
					break
				}
			}
			used := heap() - before
			if c.documents.Len() < 2 || used > most {
				t.Errorf("%d documents take %d bytes of %d", c.documents.Len(), used, most)
			}
			t.Logf("%d documents, %d%%", c.documents.Len(), used*100/most)
			runtime.KeepAlive(c)
		})
	}
}

func heap() int {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int(m.HeapAlloc)
}

func TestQueryCache_keeps_what_was_used_last(t *testing.T) {
	ctx := context.Background()
	doc, errs := gqlparser.LoadQueryWithRules(parsedSchema, `{ viewer { id } }`, nil)
	if errs != nil {
		t.Fatal(errs)
	}
	c := newQueryCache(3 * weight("a"))
	for _, text := range []string{"a", "b", "c", "a"} { // the second a is the first
		c.Add(ctx, text, doc)
	}
	c.Get(ctx, "a")
	c.Add(ctx, "d", doc)
	for text, want := range map[string]bool{"a": true, "b": false, "c": true, "d": true} {
		if _, ok := c.Get(ctx, text); ok != want {
			t.Errorf("%s: %v", text, ok)
		}
	}
	if c.bytes != 3*weight("a") {
		t.Errorf("%d bytes", c.bytes)
	}
	c.Add(ctx, strings.Repeat("x", 1000), doc)
	if c.documents.Len() != 3 {
		t.Error("a document larger than the cache has driven others out")
	}
}
