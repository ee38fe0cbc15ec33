package httpserver

import (
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
)

func TestHeaders(t *testing.T) {
	d := open(t, config(), built)
	for path, csp := range map[string]string{
		"/graphql":                      policyNothing,
		"/graphiql":                     policyPage,
		"/assets/main-a1b2c3.js":        policyPage,
		"/healthz":                      policyNothing,
		"/readyz":                       policyNothing,
		"/components/petstore/icon.svg": policyIcon,
		"/components/other/icon.svg":    policyNothing,
		"/sample/petstore/v2/user/me":   policyNothing,
		"/":                             policyApp,
		"/w/ws_1/flows":                 policyApp,
		"/connected":                    policyApp,
		"/elsewhere":                    policyNothing,
	} {
		want := map[string]string{
			"Content-Security-Policy":      csp,
			"Cross-Origin-Opener-Policy":   "same-origin",
			"Cross-Origin-Resource-Policy": "same-origin",
			"Referrer-Policy":              "no-referrer",
			"X-Content-Type-Options":       "nosniff",
			"X-Frame-Options":              "DENY",
		}
		if path == "/components/petstore/icon.svg" {
			want["Cross-Origin-Resource-Policy"] = "cross-origin"
		}
		res, body := d.do("GET", path, "")
		if csp == policyApp {
			want["Content-Security-Policy"] = strings.ReplaceAll(csp, noncePlace, nonceOf(t, body))
		}
		for name, value := range want {
			if got := res.Header.Get(name); got != value {
				t.Errorf("%s has %s %q, want %q", path, name, got, value)
			}
		}
	}
}

// Who has come by https once comes by nothing else for a year; over http nobody is told so.
func TestHeaders_on_https(t *testing.T) {
	for https, want := range map[bool]string{true: "max-age=31536000; includeSubDomains", false: ""} {
		c := config()
		c.HTTPS = https
		for _, path := range []string{"/graphql", "/sign-in", "/elsewhere"} {
			if res, _ := open(t, c, built).do("GET", path, ""); res.Header.Get("Strict-Transport-Security") != want {
				t.Errorf("https %v, %s: %q", https, path, res.Header.Get("Strict-Transport-Security"))
			}
		}
	}
}

func TestPolicies_allow_no_inline_script_and_no_other_host(t *testing.T) {
	for _, policy := range []string{policyNothing, policyApp, policyPage, policyIcon} {
		for _, directive := range strings.Split(policy, "; ") {
			name, sources, _ := strings.Cut(directive, " ")
			for source := range strings.FieldsSeq(sources) {
				fine := source == "'none'" || source == "'self'" ||
					source == "'unsafe-inline'" && name == "style-src" && policy != policyApp ||
					source == "'nonce-"+noncePlace+"'" && name == "style-src" && policy == policyApp ||
					source == "data:" && (name == "font-src" || name == "img-src")
				if !fine {
					t.Errorf("%s allows %s", name, source)
				}
			}
		}
		if !strings.Contains(policy, "default-src 'none'") || !strings.Contains(policy, "frame-ancestors 'none'") {
			t.Errorf("policy %q lets in what it doesn't name", policy)
		}
	}
}

func TestRequestID(t *testing.T) {
	d := open(t, config(), built)
	shape := regexp.MustCompile(`^[A-Z2-7]{26}$`)
	for path, method := range map[string]string{"/graphql": "POST", "/graphiql": "GET", "/elsewhere": "GET", "/readyz": "GET"} {
		res, body := d.do(method, path, "", "X-Request-Id", canary)
		id := res.Header.Get("X-Request-Id")
		if !shape.MatchString(id) {
			t.Errorf("%s has X-Request-Id %q, want one of ours", path, id)
		}
		if path == "/graphql" && !strings.Contains(body, id) {
			t.Errorf("the handler saw another id than the answer's %s: %s", id, body)
		}
		if line := d.last("request"); line["request_id"] != id {
			t.Errorf("the log names the request %v, the answer %s", line["request_id"], id)
		}
	}
}

func TestLog(t *testing.T) {
	d := open(t, config(), built)
	for _, c := range []struct {
		method, path, logged, route string
		status                      float64
	}{
		{"POST", "/graphql?token=" + canary, "POST", "/graphql", 200},
		{"GET", "/components/" + canary + "/icon.svg", "GET", "/components/{key}/icon.svg", 404},
		{"GET", "/" + canary, "GET", "/", 404},
		{"GET", "/w/" + canary + "?q=" + canary, "GET", "/w/", 200},
		{"GET", "/sample/petstore/v2/" + canary, "GET", "/sample/petstore/v2/", 401},
		{"GET", "/a/../" + canary, "GET", "", 0},
		{"CANARY-5F1C", "/graphql", "other", "/graphql", 405},
	} {
		res, body := d.do(c.method, c.path, `{"secret":"`+canary+`"}`, "Authorization", "Bearer "+canary, "Cookie", "s="+canary, "User-Agent", canary, "Referer", "https://x.example/"+canary)
		line := d.last("request")
		if line["request_id"] != res.Header.Get("X-Request-Id") {
			t.Fatalf("%s %s has no log line of its own", c.method, c.path)
		}
		if c.status == 0 { // a redirect to the tidy path: all that counts is that the log keeps quiet
			continue
		}
		if line["method"] != c.logged || line["route"] != c.route || line["status"] != c.status || line["bytes"] != float64(len(body)) {
			t.Errorf("%s %s is logged as %v", c.method, c.path, line)
		}
		if _, ok := line["duration_ms"].(float64); !ok {
			t.Errorf("%s %s is logged without its duration: %v", c.method, c.path, line)
		}
	}
	if strings.Contains(strings.ToLower(d.log.String()), canary) {
		t.Errorf("what was sent is in the log:\n%s", d.log)
	}
}

type secretError struct{ text string }

func (e secretError) Error() string { return e.text }

func explode(text string) { panic(secretError{text}) }

func TestPanic(t *testing.T) {
	c := config()
	c.GraphQL = http.HandlerFunc(func(http.ResponseWriter, *http.Request) { explode(canary) })
	d := open(t, c, built)
	res, body := d.do("POST", "/graphql", "{}")
	id := res.Header.Get("X-Request-Id")
	if res.StatusCode != 500 || !strings.Contains(body, `"code":"INTERNAL"`) || !strings.Contains(body, id) || strings.Contains(body, canary) {
		t.Errorf("a panic is answered %d %s; want 500, INTERNAL, the request id %s and nothing of its value", res.StatusCode, body, id)
	}
	if res.Header.Get("X-Content-Type-Options") != "nosniff" || res.Header.Get("Content-Type") != "application/json; charset=utf-8" {
		t.Errorf("a panic's answer has headers %v", res.Header)
	}
	if line := d.last("request"); line["status"] != 500.0 || line["level"] != "ERROR" {
		t.Errorf("a panicking request is logged as %v", line)
	}
	line := d.last("panic")
	stack, _ := line["stack"].([]any)
	if line["type"] != "httpserver.secretError" || line["request_id"] != id || len(stack) == 0 {
		t.Fatalf("a panic is logged as %v", line)
	}
	if top, _ := stack[0].(string); !strings.HasPrefix(top, "keyward/internal/httpserver.explode middleware_test.go:") {
		t.Errorf("the stack begins with %q, want where it happened", top)
	}
	if strings.Contains(d.log.String(), canary) || strings.Contains(d.log.String(), "0x") {
		t.Errorf("the log holds the panic's value or arguments:\n%s", d.log)
	}
}

func TestPanic_in_the_middle_of_an_answer(t *testing.T) {
	c := config()
	c.GraphQL = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, `{"data":`)
		_ = http.NewResponseController(w).Flush()
		explode(canary)
	})
	d := open(t, c, built)
	res, err := http.Post(d.url+"/graphql", "application/json", strings.NewReader("{}"))
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if body, err := io.ReadAll(res.Body); err == nil {
		t.Errorf("half an answer ended as if it were whole: %s", body)
	}
	if line := d.last("request"); line["whole"] != false || line["level"] != "ERROR" {
		t.Errorf("half an answer is logged as %v", line)
	}
}

func TestRecorder_counts_the_final_status(t *testing.T) {
	rec := &recorder{ResponseWriter: httptest.NewRecorder()}
	rec.WriteHeader(http.StatusEarlyHints)
	rec.WriteHeader(http.StatusTeapot)
	if rec.status != http.StatusTeapot {
		t.Errorf("recorded %d, want 418", rec.status)
	}
}
