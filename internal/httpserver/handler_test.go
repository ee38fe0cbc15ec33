package httpserver

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"keyward/internal/jsonhttp"
	"keyward/internal/requestid"
	"keyward/internal/sample"
)

const (
	canary  = "canary-5f1c"
	maxBody = 1 << 20
)

// door is a real server around a Handler, with its log.
type door struct {
	t   *testing.T
	url string
	log *logBuffer
}

type logBuffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (b *logBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.Write(p)
}

func (b *logBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.String()
}

// last waits for the newest log line with that message: a line is written after its answer.
func (d door) last(message string) map[string]any {
	d.t.Helper()
	for range 200 {
		lines := strings.Split(strings.TrimSpace(d.log.String()), "\n")
		for i := len(lines) - 1; i >= 0; i-- {
			var line map[string]any
			if json.Unmarshal([]byte(lines[i]), &line) == nil && line["msg"] == message {
				return line
			}
		}
		time.Sleep(5 * time.Millisecond)
	}
	d.t.Fatalf("no log line %q in:\n%s", message, d.log)
	return nil
}

var built = fstest.MapFS{
	"index.html":               {Data: []byte(`<!doctype html><title>Keyward</title><meta name="csp-nonce" content="__NONCE__">`)},
	"graphiql.html":            {Data: []byte("<!doctype html><title>Keyward GraphiQL</title>")},
	"assets/main-a1b2c3.js":    {Data: []byte("export {}")},
	"assets/main-a1b2c3.css":   {Data: []byte("body{}")},
	"assets/font-a1b2c3.woff2": {Data: []byte("a font")},
}

// config has something simple behind each route; GraphQL answers how many bytes it was sent.
func config() Config {
	return Config{
		GraphQL: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			body, err := io.ReadAll(r.Body)
			if tooLarge := (*http.MaxBytesError)(nil); errors.As(err, &tooLarge) {
				w.WriteHeader(http.StatusRequestEntityTooLarge)
				return
			}
			jsonhttp.Write(w, http.StatusOK, map[string]any{"method": r.Method, "bytes": len(body), "id": requestid.From(r.Context())})
		}),
		MaxBody: maxBody,
		Ready:   func(context.Context) error { return nil },
		Icon: func(key string) ([]byte, bool) {
			return []byte(`<svg xmlns="http://www.w3.org/2000/svg"/>`), key == "petstore"
		},
		Sample: sample.New(),
	}
}

func open(t *testing.T, c Config, files fs.FS) door {
	t.Helper()
	d := door{t: t, log: &logBuffer{}}
	c.Log = slog.New(slog.NewJSONHandler(d.log, nil))
	server := httptest.NewServer(newHandler(c, files))
	t.Cleanup(server.Close)
	d.url = server.URL
	return d
}

func (d door) do(method, path, body string, header ...string) (*http.Response, string) {
	d.t.Helper()
	req, err := http.NewRequest(method, d.url+path, strings.NewReader(body))
	if err != nil {
		d.t.Fatal(err)
	}
	for i := 0; i < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	res, err := http.DefaultTransport.RoundTrip(req) // follows no redirect
	if err != nil {
		d.t.Fatal(err)
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(res.Body)
	if err != nil {
		d.t.Fatal(err)
	}
	return res, string(answer)
}

func TestRoutes(t *testing.T) {
	d := open(t, config(), built)
	for _, c := range []struct {
		method, path string
		status       int
		kind, holds  string
	}{
		{"POST", "/graphql", 200, "application/json; charset=utf-8", `"method":"POST"`},
		{"GET", "/graphql", 405, "application/json; charset=utf-8", "POST"},
		{"PUT", "/graphql", 405, "application/json; charset=utf-8", "POST"},
		{"GET", "/graphql/", 404, "text/plain; charset=utf-8", "nothing at this address"},
		{"GET", "/graphiql", 200, "text/html; charset=utf-8", "Keyward GraphiQL"},
		{"POST", "/graphiql", 405, "text/plain; charset=utf-8", "Use GET"},
		{"GET", "/assets/main-a1b2c3.js", 200, "text/javascript; charset=utf-8", "export"},
		{"GET", "/assets/main-a1b2c3.css", 200, "text/css; charset=utf-8", "body"},
		{"GET", "/assets/other.js", 404, "text/plain; charset=utf-8", "no such file"},
		{"GET", "/assets/", 404, "text/plain; charset=utf-8", "nothing at this address"},
		{"GET", "/assets/..%2fgraphiql.html", 404, "text/plain; charset=utf-8", "no such file"},
		{"GET", "/healthz", 200, "text/plain; charset=utf-8", "ok"},
		{"POST", "/healthz", 405, "text/plain; charset=utf-8", "Use GET"},
		{"GET", "/readyz", 200, "application/json; charset=utf-8", `"ready":true`},
		{"GET", "/components/petstore/icon.svg", 200, "image/svg+xml", "<svg"},
		{"GET", "/components/other/icon.svg", 404, "text/plain; charset=utf-8", "no icon"},
		{"GET", "/sample/petstore/v2/user/me", 401, "application/json", "api-key"},
		{"GET", "/", 200, "text/html; charset=utf-8", "<title>Keyward</title>"},
		{"HEAD", "/", 200, "text/html; charset=utf-8", ""},
		{"POST", "/", 405, "text/plain; charset=utf-8", "Use GET"},
		{"GET", "/w/ws_1/credentials/cred_1?tab=flows", 200, "text/html; charset=utf-8", "<title>Keyward</title>"},
		{"HEAD", "/w/ws_1", 200, "text/html; charset=utf-8", ""},
		{"DELETE", "/w/ws_1", 405, "text/plain; charset=utf-8", "Use GET"},
		{"GET", "/connected", 200, "text/html; charset=utf-8", "<title>Keyward</title>"},
		{"POST", "/connected", 405, "text/plain; charset=utf-8", "Use GET"},
		{"GET", "/index.html", 404, "text/plain; charset=utf-8", "Keyward is at /,"},
		{"GET", "/elsewhere", 404, "text/plain; charset=utf-8", "nothing at this address"},
		{"GET", "/work", 404, "text/plain; charset=utf-8", "nothing at this address"},
	} {
		res, body := d.do(c.method, c.path, "")
		if res.StatusCode != c.status || res.Header.Get("Content-Type") != c.kind || !strings.Contains(body, c.holds) {
			t.Errorf("%s %s answered %d %q %q; want %d %q with %q", c.method, c.path, res.StatusCode, res.Header.Get("Content-Type"), body, c.status, c.kind, c.holds)
		}
	}
	if res, body := d.do("GET", "/sample/petstore/v2/user/me", "", "api-key", "secret"); res.StatusCode != 200 {
		t.Errorf("the sample answered its key with %d %s", res.StatusCode, body)
	}
}

func TestRoutes_without_the_sample(t *testing.T) {
	c := config()
	c.Sample = nil
	if res, _ := open(t, c, built).do("GET", "/sample/petstore/v2/user/me", "", "api-key", "secret"); res.StatusCode != 404 {
		t.Errorf("the sample answers %d although it is off, want 404", res.StatusCode)
	}
}

func TestPages_say_how_to_build_them(t *testing.T) {
	d := open(t, config(), fstest.MapFS{".gitkeep": {}})
	for _, path := range []string{"/", "/w/ws_1", "/connected", "/graphiql"} {
		res, body := d.do("GET", path, "")
		if res.StatusCode != http.StatusServiceUnavailable || !strings.Contains(body, "make build") {
			t.Errorf("%s is answered %d %q, want 503 and a way out", path, res.StatusCode, body)
		}
	}
}

func TestGraphQL_body_limit(t *testing.T) {
	d := open(t, config(), built)
	if res, body := d.do("POST", "/graphql", strings.Repeat("x", maxBody)); res.StatusCode != 200 {
		t.Errorf("1 MiB was answered %d %s, want 200", res.StatusCode, body)
	}
	if res, _ := d.do("POST", "/graphql", strings.Repeat("x", maxBody+1)); res.StatusCode != 413 {
		t.Errorf("a byte over 1 MiB was answered %d, want 413", res.StatusCode)
	}
}

func TestGraphQL_cross_site(t *testing.T) {
	d := open(t, config(), built)
	for _, c := range []struct {
		name, header, value string
		status              int
	}{
		{"refused_from_another_site", "Sec-Fetch-Site", "cross-site", 403},
		{"refused_from_a_sibling_site", "Sec-Fetch-Site", "same-site", 403},
		{"refused_from_another_origin", "Origin", "https://evil.example", 403},
		{"refused_from_no_origin", "Origin", "null", 403},
		{"allowed_from_our_page", "Sec-Fetch-Site", "same-origin", 200},
		{"allowed_from_our_origin", "Origin", d.url, 200},
		{"allowed_from_no_browser", "Accept", "*/*", 200},
	} {
		t.Run(c.name, func(t *testing.T) {
			res, body := d.do("POST", "/graphql", "{}", c.header, c.value)
			if res.StatusCode != c.status || (c.status == 403) != strings.Contains(body, `"code":"FORBIDDEN"`) {
				t.Errorf("%s: %s was answered %d %s, want %d", c.header, c.value, res.StatusCode, body, c.status)
			}
			if res.Header.Get("Access-Control-Allow-Origin") != "" {
				t.Error("the origin was allowed to read the answer")
			}
		})
	}
}

func TestReadyz(t *testing.T) {
	c := config()
	var answer error
	c.Ready = func(ctx context.Context) error {
		if deadline, ok := ctx.Deadline(); !ok || time.Until(deadline) > 2*time.Second {
			t.Error("asking the database has no limit of 2 seconds")
		}
		return answer
	}
	d := open(t, c, built)
	if res, _ := d.do("GET", "/readyz", ""); res.StatusCode != 200 {
		t.Errorf("ready is answered %d", res.StatusCode)
	}
	answer = errors.New("connect postgres://keyward:" + canary + "@db: refused")
	res, body := d.do("GET", "/readyz", "")
	if res.StatusCode != 503 || !strings.Contains(body, `"ready":false`) || !strings.Contains(body, "database") {
		t.Errorf("a failing database is answered %d %s", res.StatusCode, body)
	}
	if d.last("not ready"); strings.Contains(body+d.log.String(), canary) {
		t.Errorf("the database's own words got out:\n%s\n%s", body, d.log)
	}
}

func TestCaching(t *testing.T) {
	d := open(t, config(), built)
	for path, want := range map[string]string{
		"/graphql":                      "no-store",
		"/readyz":                       "no-store",
		"/":                             "no-store",
		"/w/ws_1":                       "no-store",
		"/connected":                    "no-store",
		"/graphiql":                     "no-cache",
		"/assets/main-a1b2c3.js":        "public, max-age=31536000, immutable",
		"/assets/other.js":              "",
		"/components/petstore/icon.svg": "public, max-age=3600, must-revalidate",
	} {
		if res, _ := d.do("GET", path, ""); res.Header.Get("Cache-Control") != want {
			t.Errorf("%s has Cache-Control %q, want %q", path, res.Header.Get("Cache-Control"), want)
		}
	}
	for _, path := range []string{"/graphiql", "/assets/main-a1b2c3.js", "/components/petstore/icon.svg"} {
		first, _ := d.do("GET", path, "")
		again, body := d.do("GET", path, "", "If-None-Match", first.Header.Get("ETag"))
		if first.Header.Get("ETag") == "" || again.StatusCode != 304 || body != "" {
			t.Errorf("%s, asked again with ETag %s, is answered %d %q, want 304", path, first.Header.Get("ETag"), again.StatusCode, body)
		}
	}
}

// A database that hangs must not keep a request for ever, nor past the moment when its answer could still be written.
func TestGraphQL_gives_up_before_the_connection_does(t *testing.T) {
	var left time.Duration
	h := New(Config{Log: slog.New(slog.DiscardHandler), GraphQL: http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		deadline, _ := r.Context().Deadline()
		left = time.Until(deadline)
	})})
	h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodPost, "/graphql", nil))
	if left <= 0 || left >= writeTimeout {
		t.Errorf("%s left", left)
	}
}
