package httpserver

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"keyward/internal/metrics"
)

func TestMetrics_are_shown_to(t *testing.T) {
	const token = "0123456789abcdef"
	for name, c := range map[string]struct {
		token   string
		remote  bool // --base-url names another machine
		peer    string
		host    string
		method  string
		headers []string
		want    int
	}{
		"this machine":                      {want: http.StatusOK},
		"this machine by IPv6":              {peer: "[::1]:4711", host: "[::1]:8080", want: http.StatusOK},
		"this machine by IPv4 over IPv6":    {peer: "[::ffff:127.0.0.1]:4711", want: http.StatusOK},
		"this machine by name":              {host: "localhost", want: http.StatusOK},
		"this machine's HEAD":               {method: http.MethodHead, want: http.StatusOK},
		"nobody's POST":                     {method: http.MethodPost, want: http.StatusMethodNotAllowed},
		"not another machine":               {peer: "192.0.2.1:4711", want: http.StatusNotFound},
		"not a neighbour":                   {peer: "10.0.0.1:4711", want: http.StatusNotFound},
		"not who comes from nowhere":        {peer: "@", want: http.StatusNotFound},
		"not X-Forwarded-For":               {headers: []string{"X-Forwarded-For", "127.0.0.1"}, want: http.StatusNotFound},
		"not X-Forwarded-Host":              {headers: []string{"x-forwarded-host", "localhost"}, want: http.StatusNotFound},
		"not an empty X-Forwarded-Proto":    {headers: []string{"X-Forwarded-Proto", ""}, want: http.StatusNotFound},
		"not Forwarded":                     {headers: []string{"Forwarded", "for=127.0.0.1"}, want: http.StatusNotFound},
		"not Via":                           {headers: []string{"Via", "1.1 proxy"}, want: http.StatusNotFound},
		"not X-Real-IP":                     {headers: []string{"X-Real-IP", "127.0.0.1"}, want: http.StatusNotFound},
		"not another site's page":           {host: "rebound.example.com:8080", want: http.StatusNotFound},
		"not behind a proxy that says none": {remote: true, want: http.StatusNotFound},
		"not a guess without a token":       {peer: "192.0.2.1:4711", headers: []string{"Authorization", "Bearer "}, want: http.StatusNotFound},
		"the token":                         {token: token, remote: true, peer: "192.0.2.1:4711", host: "keyward.example.com", headers: []string{"Authorization", "Bearer " + token, "X-Forwarded-For", "192.0.2.2"}, want: http.StatusOK},
		"the token in lower case":           {token: token, headers: []string{"Authorization", "bearer " + token}, want: http.StatusOK},
		"not this machine without it":       {token: token, want: http.StatusUnauthorized},
		"not another token":                 {token: token, headers: []string{"Authorization", "Bearer " + token + "0"}, want: http.StatusUnauthorized},
		"not the beginning of it":           {token: token, headers: []string{"Authorization", "Bearer " + token[:15]}, want: http.StatusUnauthorized},
		"not as Basic":                      {token: token, headers: []string{"Authorization", "Basic " + token}, want: http.StatusUnauthorized},
	} {
		t.Run(name, func(t *testing.T) {
			config := config()
			config.Metrics, config.MetricsToken, config.Local = metrics.New("test"), c.token, !c.remote
			config.Log = slog.New(slog.NewTextHandler(io.Discard, nil))
			r := httptest.NewRequest("GET", "/metrics", nil)
			r.RemoteAddr, r.Host = "127.0.0.1:4711", "127.0.0.1:8080"
			if c.peer != "" {
				r.RemoteAddr = c.peer
			}
			if c.host != "" {
				r.Host = c.host
			}
			if c.method != "" {
				r.Method = c.method
			}
			for i := 0; i < len(c.headers); i += 2 {
				r.Header.Set(c.headers[i], c.headers[i+1])
			}
			w := httptest.NewRecorder()
			newHandler(config, built).ServeHTTP(w, r)
			if w.Code != c.want {
				t.Errorf("%d %.200s", w.Code, w.Body)
			}
			if shown := strings.Contains(w.Body.String(), "go_goroutines"); shown != (c.want == http.StatusOK) && c.method != http.MethodHead {
				t.Errorf("shown: %v", shown)
			}
			if c.want == http.StatusOK && (w.Header().Get("Cache-Control") != "no-store" || !strings.HasPrefix(w.Header().Get("Content-Type"), "text/plain; version=0.0.4")) {
				t.Errorf("%v", w.Header())
			}
			if c.want == http.StatusUnauthorized && w.Header().Get("WWW-Authenticate") == "" {
				t.Error("it doesn't say how")
			}
		})
	}
}
