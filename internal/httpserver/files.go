package httpserver

import (
	"bytes"
	"compress/gzip"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"io/fs"
	"net/http"
	"path"
	"strconv"
	"strings"
	"sync"
	"time"
)

// The Content-Security-Policies. The app's kit writes one style element, which the page's nonce lets in; see app.
// Monaco, GraphiQL's editor, writes colours and positions as inline styles and underlines
// mistakes with data images, and GraphiQL's fonts are data in its style sheet. No script is inline, and no other host is
// asked for anything.
const (
	policyNothing = "default-src 'none'; frame-ancestors 'none'"
	policyApp     = "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self' 'nonce-" + noncePlace + "'; " +
		"font-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
	policyPage = "default-src 'none'; script-src 'self'; worker-src 'self'; connect-src 'self'; style-src 'self' 'unsafe-inline'; " +
		"font-src 'self' data:; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
	policyIcon = "sandbox; default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"
)

// noncePlace is where index.html holds the nonce.
const noncePlace = "__NONCE__"

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

// app serves the single-page app, whatever its route is. Each answer has a nonce of its own, in the policy and in the
// page: who can put a style into the page doesn't know it. So no answer may be kept.
func app(files fs.FS) http.Handler {
	return noStore(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		body, err := fs.ReadFile(files, "index.html")
		if err != nil {
			notBuilt(w)
			return
		}
		random := make([]byte, 16)
		_, _ = rand.Read(random) // never fails: crypto/rand
		nonce := base64.StdEncoding.EncodeToString(random)
		body = bytes.ReplaceAll(body, []byte(noncePlace), []byte(nonce))
		w.Header().Set("Content-Security-Policy", strings.ReplaceAll(policyApp, noncePlace, nonce))
		w.Header().Set("Content-Type", contentTypes[".html"])
		w.Header().Set("Content-Length", strconv.Itoa(len(body)))
		_, _ = w.Write(body) // whoever hung up needs no answer
	}))
}

func notBuilt(w http.ResponseWriter) {
	sentence(w, http.StatusServiceUnavailable, "This page is not part of this build. Run `make build` and start Keyward again.")
}

// page serves one HTML file, which a browser asks about again each time: a new release shows at once.
func page(files fs.FS, name string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := fs.ReadFile(files, name)
		if err != nil {
			notBuilt(w)
			return
		}
		w.Header().Set("Content-Security-Policy", policyPage)
		w.Header().Set("Cache-Control", "no-cache")
		serve(w, r, name, body)
	})
}

// asset serves what pages load, small to whoever can read gzip. Its name holds a hash of its content, so it may be kept
// for good. The policy is the page's, since a worker keeps to the one its script came with.
func asset(files fs.FS) http.Handler {
	var small sync.Map // name → func() []byte: each file is compressed once, when it is first asked for
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name := path.Join("assets", path.Base(r.PathValue("name")))
		body, err := fs.ReadFile(files, name) // a directory is an error, too
		if err != nil {
			sentence(w, http.StatusNotFound, "There is no such file. Reload the page: it may be from an earlier release.")
			return
		}
		w.Header().Set("Content-Security-Policy", policyPage)
		w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
		if path.Ext(name) != ".woff2" { // compressed already
			w.Header().Set("Vary", "Accept-Encoding")
			if readsGzip(r.Header) {
				compressed, _ := small.LoadOrStore(name, sync.OnceValue(func() []byte { return gzipped(body) }))
				body = compressed.(func() []byte)()
				w.Header().Set("Content-Encoding", "gzip")
			}
		}
		serve(w, r, name, body)
	})
}

// readsGzip reads Accept-Encoding (RFC 9110, section 12.5.3); a client that only says * gets the file as it is.
func readsGzip(h http.Header) bool {
	for coding := range strings.SplitSeq(strings.Join(h.Values("Accept-Encoding"), ","), ",") {
		name, weight, _ := strings.Cut(coding, ";")
		if !strings.EqualFold(strings.TrimSpace(name), "gzip") {
			continue
		}
		_, q, weighted := strings.Cut(weight, "=")
		n, err := strconv.ParseFloat(strings.TrimSpace(q), 64)
		return !weighted || (err == nil && n > 0)
	}
	return false
}

func gzipped(body []byte) []byte {
	var out bytes.Buffer
	z, err := gzip.NewWriterLevel(&out, gzip.BestCompression)
	if err != nil {
		panic(err) // only for a level that doesn't exist
	}
	_, _ = z.Write(body) // neither fails: they write to memory
	_ = z.Close()
	return out.Bytes()
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
