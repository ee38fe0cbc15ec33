package httpserver

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"io/fs"
	"net/http"
	"path"
	"time"
)

// The Content-Security-Policies. Monaco, GraphiQL's editor, writes colours and positions as inline styles and underlines
// mistakes with data images, and GraphiQL's fonts are data in its style sheet. No script is inline, and no other host is
// asked for anything.
const (
	policyNothing = "default-src 'none'; frame-ancestors 'none'"
	policyPage    = "default-src 'none'; script-src 'self'; worker-src 'self'; connect-src 'self'; style-src 'self' 'unsafe-inline'; " +
		"font-src 'self' data:; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
	policyIcon = "sandbox; default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"
)

// contentTypes holds what the build makes. A table of our own: the machine's may say something else.
var contentTypes = map[string]string{
	".css":   "text/css; charset=utf-8",
	".html":  "text/html; charset=utf-8",
	".js":    "text/javascript; charset=utf-8",
	".json":  "application/json",
	".svg":   "image/svg+xml",
	".ttf":   "font/ttf",
	".woff2": "font/woff2",
}

// page serves one HTML file, which a browser asks about again each time: a new release shows at once.
func page(files fs.FS, name string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := fs.ReadFile(files, name)
		if err != nil {
			sentence(w, http.StatusServiceUnavailable, "This page is not part of this build. Run `make build` and start Keyward again.")
			return
		}
		w.Header().Set("Content-Security-Policy", policyPage)
		w.Header().Set("Cache-Control", "no-cache")
		serve(w, r, name, body)
	})
}

// asset serves what pages load. Its name holds a hash of its content, so it may be kept for good. The policy is the
// page's, since a worker keeps to the one its script came with.
func asset(files fs.FS) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name := path.Join("assets", path.Base(r.PathValue("name")))
		body, err := fs.ReadFile(files, name) // a directory is an error, too
		if err != nil {
			sentence(w, http.StatusNotFound, "There is no such file. Reload the page: it may be from an earlier release.")
			return
		}
		w.Header().Set("Content-Security-Policy", policyPage)
		w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
		serve(w, r, name, body)
	})
}

// icon serves a component's SVG. Other origins may show it as an image; opened by itself it can run nothing. It is kept
// for an hour, then asked about again: its address has no version in it.
func icon(find func(key string) ([]byte, bool)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, ok := find(r.PathValue("key"))
		if !ok {
			sentence(w, http.StatusNotFound, "This component has no icon.")
			return
		}
		w.Header().Set("Content-Security-Policy", policyIcon)
		w.Header().Set("Cross-Origin-Resource-Policy", "cross-origin")
		w.Header().Set("Cache-Control", "public, max-age=3600, must-revalidate")
		serve(w, r, "icon.svg", body)
	})
}

// serve answers with body, or 304 to a browser that has it already.
func serve(w http.ResponseWriter, r *http.Request, name string, body []byte) {
	kind, ok := contentTypes[path.Ext(name)]
	if !ok {
		kind = "application/octet-stream"
	}
	sum := sha256.Sum256(body)
	w.Header().Set("Content-Type", kind)
	w.Header().Set("ETag", `"`+hex.EncodeToString(sum[:16])+`"`)
	http.ServeContent(w, r, name, time.Time{}, bytes.NewReader(body))
}
