package verifiers

import (
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"

	"keyward/internal/egress"
	"keyward/models"
)

// petstore is a dry request as a descriptor declares it.
func petstore(base string) *models.DryRequest {
	return &models.DryRequest{
		Protocol:  "http",
		Hosts:     []string{"{{baseUrl}}"},
		Variables: map[string]string{"baseUrl": base},
		Request: &models.HTTPRequest{
			Method: "GET", URL: "{{baseUrl}}/user/me", Headers: map[string]string{"api-key": "{{apiKey}}"},
		},
		Accept: []models.ResponseRule{{Status: []int{200}, JSON: []models.JSONCondition{{Pointer: "/ok", Equals: true}}}},
		Reject: []models.ResponseRule{
			{Status: []int{401}},
			{Status: []int{403}, Reason: models.ReasonInsufficientScope},
			{Status: []int{200}, JSON: []models.JSONCondition{{Pointer: "/ok", Equals: false}}},
		},
	}
}

func TestHTTP_answers(t *testing.T) {
	reply := func(status int, body string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(status)
			_, _ = io.WriteString(w, body)
		}
	}
	var followed atomic.Bool
	for name, c := range map[string]struct {
		answer http.HandlerFunc
		want   Result
	}{
		"accepted":               {reply(200, `{"ok":true}`), accepted()},
		"wrong content type":     {reply(200, "<html>Please sign in</html>"), unavailable(models.ReasonUnexpectedResponse)},
		"200 with ok false":      {reply(200, `{"ok":false}`), rejected(models.ReasonAuthRejected)},
		"200 without ok":         {reply(200, `{}`), unavailable(models.ReasonUnexpectedResponse)},
		"200 and trailing bytes": {reply(200, `{"ok":true} {"ok":false}`), unavailable(models.ReasonUnexpectedResponse)},
		"empty":                  {reply(200, ""), unavailable(models.ReasonUnexpectedResponse)},
		"401":                    {reply(401, ""), rejected(models.ReasonAuthRejected)},
		"403":                    {reply(403, ""), rejected(models.ReasonInsufficientScope)},
		"404":                    {reply(404, ""), unavailable(models.ReasonUnexpectedResponse)},
		"429":                    {reply(429, ""), unavailable(models.ReasonRateLimited)},
		"500":                    {reply(500, `{"ok":true}`), unavailable(models.ReasonUnexpectedResponse)},
		"503":                    {reply(503, ""), unavailable(models.ReasonUnexpectedResponse)},
		"64 KiB":                 {reply(200, `{"ok":true}`+strings.Repeat(" ", maxBody-11)), accepted()},
		"64 KiB and one byte":    {reply(200, `{"ok":true}`+strings.Repeat(" ", maxBody-10)), unavailable(models.ReasonUnexpectedResponse)},
		"10 MiB":                 {reply(401, strings.Repeat("x", 10<<20)), unavailable(models.ReasonUnexpectedResponse)},
		"redirect": {func(w http.ResponseWriter, r *http.Request) {
			followed.Store(followed.Load() || r.URL.Path == "/elsewhere")
			http.Redirect(w, r, "/elsewhere", http.StatusFound)
		}, unavailable(models.ReasonUnexpectedResponse)},
		"closed": {func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, unavailable(models.ReasonConnectionRefused)},
		"cut off": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "100")
			_, _ = io.WriteString(w, `{"ok":true}`)
		}, unavailable(models.ReasonConnectionRefused)},
		"silence": {func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }, unavailable(models.ReasonTimeout)},
		"drip": {func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.WriteString(w, `{"ok":true}`)
			_ = http.NewResponseController(w).Flush()
			<-r.Context().Done()
		}, unavailable(models.ReasonTimeout)},
	} {
		t.Run(name, func(t *testing.T) {
			s := httptest.NewServer(c.answer)
			defer s.Close()
			expect(t, within(t, timeFor(c.want), loopback(t), Request{petstore(s.URL), values("apiKey", "secret")}), c.want)
		})
	}
	if followed.Load() {
		t.Error("the redirect was followed")
	}
}

func TestHTTP_over_TLS(t *testing.T) {
	for name, c := range map[string]struct {
		self bool
		want Result
	}{"verified": {false, accepted()}, "self-signed": {true, unavailable(models.ReasonTLSInvalid)}} {
		t.Run(name, func(t *testing.T) {
			s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, `{"ok":true}`) }))
			s.TLS = trusted(t)
			if c.self {
				s.TLS = selfSigned(t)
			}
			s.Config.ErrorLog = quiet
			s.StartTLS()
			defer s.Close()
			base := strings.Replace(s.URL, "127.0.0.1", "localhost", 1)
			expect(t, patiently(t, loopback(t), Request{petstore(base), values("apiKey", "secret")}), c.want)
		})
	}
}

// sent is what the server saw.
type sent struct {
	method, path, query, body string
	header                    http.Header
	host                      string
}

// send makes the declared request against a server of our own and returns what arrived, or nil if nothing did.
func send(t *testing.T, change func(*models.DryRequest), v models.Values) (*sent, Result) {
	t.Helper()
	var got *sent
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		got = &sent{r.Method, r.URL.EscapedPath(), r.URL.RawQuery, string(body), r.Header, r.Host}
		_, _ = io.WriteString(w, `{"ok":true}`)
	}))
	dry := petstore(s.URL)
	change(dry)
	result := patiently(t, loopback(t), Request{dry, v})
	s.Close() // waits for the handler
	return got, result
}

func TestHTTP_sends_what_is_declared(t *testing.T) {
	got, result := send(t, func(d *models.DryRequest) {
		d.Variables["version"] = "v2"
		d.Derived = map[string]models.Derivation{"dc": {From: "apiKey", Pattern: `-([a-z0-9]+)$`}}
		d.Request.URL = "{{baseUrl}}/{{version}}/users/{{user}}?expand={{user}}&dc={{dc}}"
		d.Request.Query = map[string]string{"{{queryName}}": "{{apiKey}}", "none": "{{optional}}"}
		d.Request.Headers = map[string]string{
			"Authorization": "Bearer {{apiKey}}", "{{headerName}}": "{{user}}", "X-Optional": "{{optional}}", "{{optional}}": "x",
		}
	}, values("apiKey", "0123-us6", "user", "a/b ?&#%ü", "queryName", "api key", "headerName", "X-User"))
	expect(t, result, accepted())
	if got == nil {
		t.Fatal("nothing arrived")
	}
	if want := "/v2/users/a%2Fb%20%3F&%23%25%C3%BC"; got.path != want {
		t.Errorf("path %q, want %q", got.path, want)
	}
	query, _ := url.ParseQuery(got.query)
	if query.Get("expand") != "a/b ?&#%ü" || query.Get("dc") != "us6" || query.Get("api key") != "0123-us6" || len(query) != 3 {
		t.Errorf("query %q", got.query)
	}
	header := got.header
	if header.Get("Authorization") != "Bearer 0123-us6" || header.Get("X-User") != "a/b ?&#%ü" || header.Values("X-Optional") != nil ||
		header.Get("User-Agent") != "Keyward" || header.Get("Accept") != "application/json" {
		t.Errorf("header %v", header)
	}
}

func TestHTTP_bodies(t *testing.T) {
	hostile := "a\"b\\c\n\u2028</script>}{{apiKey}}"
	t.Run("JSON", func(t *testing.T) {
		got, result := send(t, func(d *models.DryRequest) {
			d.Request.Method, d.Request.JSON = "POST", `{"auth": {"key": "k-{{apiKey}}"}, "none": "{{optional}}"}`
			d.Request.Headers = map[string]string{"Accept": "application/vnd.api+json"}
		}, values("apiKey", hostile))
		expect(t, result, accepted())
		var body struct {
			Auth map[string]string
			None *string
		}
		if err := json.Unmarshal([]byte(got.body), &body); err != nil || body.Auth["key"] != "k-"+hostile || body.None == nil || len(body.Auth) != 1 {
			t.Errorf("body %q: %v", got.body, err)
		}
		if got.method != "POST" || got.header.Get("Content-Type") != "application/json" || got.header.Get("Accept") != "application/vnd.api+json" {
			t.Errorf("%s %v", got.method, got.header)
		}
	})
	t.Run("JSON outside a string is refused", func(t *testing.T) {
		got, result := send(t, func(d *models.DryRequest) { d.Request.JSON = `{"key": {{apiKey}}}` }, values("apiKey", "1"))
		expect(t, result, unavailable(models.ReasonUnexpectedResponse))
		if got != nil {
			t.Error("it was sent")
		}
	})
	t.Run("form", func(t *testing.T) {
		got, result := send(t, func(d *models.DryRequest) {
			d.Request.Headers = nil
			d.Request.Method, d.Request.Form = "POST", map[string]string{"grant": "x", "key": "{{apiKey}}", "scope": "{{optional}}"}
		}, values("apiKey", hostile))
		expect(t, result, accepted())
		form, err := url.ParseQuery(got.body)
		if err != nil || form.Get("key") != hostile || len(form) != 2 || got.header.Get("Content-Type") != "application/x-www-form-urlencoded" {
			t.Errorf("body %q, %v: %v", got.body, got.header, err)
		}
	})
	t.Run("Basic", func(t *testing.T) {
		got, result := send(t, func(d *models.DryRequest) {
			d.Request.Basic = &models.BasicAuth{Username: "{{user}}", Password: "{{apiKey}}"}
		}, values("user", "jane", "apiKey", "p:ä"))
		expect(t, result, accepted())
		request := http.Request{Header: got.header}
		if user, password, ok := request.BasicAuth(); !ok || user != "jane" || password != "p:ä" {
			t.Errorf("%q %q", user, password)
		}
	})
}

func TestHTTP_rejects_before_asking(t *testing.T) {
	named := func(d *models.DryRequest) { d.Request.Headers = map[string]string{"{{name}}": "x"} }
	basic := func(d *models.DryRequest) {
		d.Request.Basic = &models.BasicAuth{Username: "{{name}}", Password: "{{apiKey}}"}
		d.Request.Headers = nil
	}
	cases := map[string]struct {
		change func(*models.DryRequest)
		v      models.Values
	}{
		"a newline in a header": {func(*models.DryRequest) {}, values("apiKey", "key\r\nX-Admin: true")},
		"a NUL in a header":     {func(*models.DryRequest) {}, values("apiKey", "key\x00")},
		"a colon in the user":   {basic, values("name", "a:b", "apiKey", "x")},
		"a newline in Basic":    {basic, values("name", "a", "apiKey", "x\n")},
		"a value of wrong shape": {func(d *models.DryRequest) {
			d.Derived = map[string]models.Derivation{"dc": {From: "apiKey", Pattern: `-([a-z0-9]+)$`}}
		}, values("apiKey", "nodash")},
	}
	for _, name := range []string{"Host", "host", "Content-Length", "Transfer-Encoding", "Connection", "Cookie", "TE", "Upgrade", "Proxy-Authorization", "Expect", "X:Y", "X Y", "X\nY", "Ü"} {
		cases["header named "+name] = struct {
			change func(*models.DryRequest)
			v      models.Values
		}{named, values("name", name)}
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			got, result := send(t, c.change, c.v)
			expect(t, result, rejected(models.ReasonAuthRejected))
			if got != nil {
				t.Error("it was sent")
			}
		})
	}
}

func TestHTTP_goes_only_to_declared_hosts(t *testing.T) {
	declare := func(url string, hosts ...string) func(*models.DryRequest) {
		return func(d *models.DryRequest) { d.Request.URL, d.Hosts = url, hosts }
	}
	cases := map[string]struct {
		change func(*models.DryRequest)
		v      models.Values
	}{
		"another host":               {declare("{{baseUrl}}/me", "api.example.com"), nil},
		"another port":               {declare("{{baseUrl}}/me", "127.0.0.1:1"), nil},
		"nothing declared":           {declare("{{baseUrl}}/me"), nil},
		"not a subdomain":            {declare("http://{{host}}/", "*.example.com"), values("host", "example.com")},
		"a look-alike":               {declare("http://{{host}}/", "*.example.com"), values("host", "evilexample.com")},
		"a wildcard as value":        {declare("http://{{host}}/", "{{host}}"), values("host", "*.com")},
		"a host that ends early":     {declare("http://{{sub}}.example.com/", "{{sub}}.example.com"), values("sub", "evil.test/")},
		"a URL for a subdomain":      {declare("http://{{sub}}.example.com/", "{{sub}}.example.com"), values("sub", "http://evil.test/")},
		"a fragment for a subdomain": {declare("http://{{sub}}.example.com/", "*.example.com"), values("sub", "evil.test#")},
		"user information":           {declare("http://{{sub}}.example.com/", "*.example.com"), values("sub", "x@evil.test")},
		"a port for a subdomain":     {declare("http://{{sub}}.example.com/", "*.example.com"), values("sub", "evil.test:80")},
		"a path for a subdomain":     {declare("http://{{sub}}.example.com/", "*.example.com"), values("sub", "a.example.com/admin?")},
		"an empty subdomain":         {declare("http://{{sub}}.example.com/", "*.example.com"), nil},
		"user information in base":   {declare("{{url}}/me", "{{url}}"), values("url", "http://user@127.0.0.1")},
		"a base with a query":        {declare("{{url}}/me", "{{url}}"), values("url", "http://127.0.0.1/?x=")},
		"a base glued to a host":     {declare("{{url}}.example.com/", "{{url}}"), values("url", "http://127.0.0.1")},
		"another scheme":             {declare("{{url}}", "{{url}}"), values("url", "file:///etc/passwd")},
		"no scheme":                  {declare("{{url}}", "{{url}}"), values("url", "//127.0.0.1/")},
		"no base":                    {declare("{{url}}/me", "{{url}}"), nil},
		"dots in the path":           {declare("{{baseUrl}}/users/{{id}}/me", "{{baseUrl}}"), values("id", "..")},
		"a dot in the path":          {declare("{{baseUrl}}/{{id}}", "{{baseUrl}}"), values("id", ".")},
		"dots put together":          {declare("{{baseUrl}}/.{{id}}/me", "{{baseUrl}}"), values("id", ".")},
		"dots in the base":           {declare("{{url}}/me", "{{url}}"), values("url", "http://127.0.0.1/%2e%2e")},
		"a zone":                     {declare("{{url}}", "{{url}}"), values("url", "http://[fe80::1%25lo]/")},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			if c.v == nil {
				c.v = values()
			}
			maps.Copy(c.v, values("apiKey", "secret"))
			got, result := send(t, c.change, c.v)
			expect(t, result, unavailable(models.ReasonTargetForbidden))
			if got != nil {
				t.Errorf("it went to %s%s", got.host, got.path)
			}
		})
	}
}

func TestHTTP_goes_where_it_may(t *testing.T) {
	for name, change := range map[string]func(*models.DryRequest){
		"the base":            func(*models.DryRequest) {},
		"its host":            func(d *models.DryRequest) { d.Hosts = []string{"127.0.0.1"} },
		"its host and port":   func(d *models.DryRequest) { d.Hosts = []string{strings.TrimPrefix(d.Variables["baseUrl"], "http://")} },
		"one of several":      func(d *models.DryRequest) { d.Hosts = []string{"api.example.com", "{{missing}}", "127.0.0.1"} },
		"the literal host":    func(d *models.DryRequest) { d.Request.URL, d.Hosts = d.Variables["baseUrl"]+"/user/me", nil },
		"a base with a slash": func(d *models.DryRequest) { d.Variables["baseUrl"] += "/" },
		"a base with a path":  func(d *models.DryRequest) { d.Variables["baseUrl"] += "/v2/" },
		"a whole URL":         func(d *models.DryRequest) { d.Variables["baseUrl"] += "/hook?token=1"; d.Request.URL = "{{baseUrl}}" },
		"a subdomain in capitals": func(d *models.DryRequest) {
			d.Request.URL = strings.Replace(d.Variables["baseUrl"], "127.0.0.1", "LOCALHOST", 1)
			d.Hosts = []string{"localhost"}
		},
		"a host by value": func(d *models.DryRequest) {
			d.Request.URL = strings.Replace(d.Variables["baseUrl"], "127.0.0.1", "{{host}}", 1)
			d.Variables["host"], d.Hosts = "127.0.0.1", []string{"{{host}}"}
		},
	} {
		t.Run(name, func(t *testing.T) {
			got, result := send(t, change, values("apiKey", "secret"))
			expect(t, result, accepted())
			if got == nil || strings.Contains(got.path, "//") {
				t.Errorf("got %+v", got)
			}
		})
	}
}

func TestHTTP_is_guarded(t *testing.T) {
	s := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("it was asked") }))
	defer s.Close()
	expect(t, patiently(t, egress.New(nil), Request{petstore(s.URL), values("apiKey", "secret")}),
		unavailable(models.ReasonTargetForbidden))
}
