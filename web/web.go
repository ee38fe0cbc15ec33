// Package web is the browser's side of Keyward, built by `make build` and embedded into the binary: it needs no file
// beside it and asks no other host for anything.
package web

import (
	"embed"
	"io/fs"
)

// all: keeps .gitkeep in, without which a fresh clone would have nothing to embed and not compile.
//
//go:embed all:dist
var dist embed.FS

// Files are the built pages and, under assets/, what they load: names there hold a hash of the content. Where nothing
// was built yet there is no graphiql.html.
func Files() fs.FS {
	files, err := fs.Sub(dist, "dist")
	if err != nil {
		panic(err) // only for a malformed path, and it is a constant
	}
	return files
}
