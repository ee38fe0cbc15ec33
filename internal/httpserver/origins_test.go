package httpserver

import (
	"keyward/internal/jsonhttp"
	"net/http"
	"strings"
	"testing"
)

const (
	frontend = "https://app.example.com"
	local    = "http://localhost:5173"
)

// allowing is a door with two other frontends; GraphQL answers with the cookie that it was sent.
func allowing(t *testing.T) door {
	t.Helper()
	c := config()
	c.GraphQL = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		jsonhttp.Write(w, http.StatusOK, map[string]string{"cookie": r.Header.Get("Cookie"), "authorization": r.Header.Get("Authorization")})
	})
	var err error
	if c.Origins, err = ParseOrigins(frontend + ", " + local); err != nil {
		t.Fatal(err)
	}
	return open(t, c, built)
}

func TestParseOrigins(t *testing.T) {
	for _, good := range []string{"", " ", frontend, local, "http://127.0.0.1:3000", "http://[::1]:3000", "https://app.example.com:8443", frontend + "," + local, "https://localhost"} {
		if _, err := ParseOrigins(good); err != nil {
			t.Errorf("%q: %v", good, err)
		}
	}
	for _, bad := range []string{
		"*", "https://*", "https://*.example.com", "null", "app.example.com", "//app.example.com", "http://app.example.com", "http://10.0.0.1", "https://",
		frontend + "/", frontend + "/app", frontend + "?a", frontend + "#a", "https://user@app.example.com", "https://APP.example.com", "HTTPS://app.example.com",
		frontend + ":443", "http://localhost:80", "ftp://app.example.com", "file://", frontend + ",", "," + frontend, frontend + " " + local, frontend + ",*", "https://app.example.com:99999",
		"javascript:alert(1)", "https://app_example com",
	} {
		if _, err := ParseOrigins(bad); err == nil || !strings.Contains(err.Error(), "exact origins") {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

func TestOrigins_preflight(t *testing.T) {
	d := allowing(t)
	for name, c := range map[string]struct {
		origin, method, headers string
		status                  int
	}{
		"a frontend":         {frontend, "POST", "authorization,content-type,x-workspace", 204},
		"another":            {local, "POST", "authorization,content-type", 204},
		"some site":          {"https://evil.example", "POST", "authorization,content-type", 403},
		"a subdomain":        {"https://a.app.example.com", "POST", "authorization", 403},
		"one that begins so": {frontend + ".evil.example", "POST", "authorization", 403},
		"by http":            {"http://app.example.com", "POST", "authorization", 403},
		"null":               {"null", "POST", "authorization", 403},
		"another header":     {frontend, "POST", "x-evil", 403},
		"another method":     {frontend, "DELETE", "authorization", 403},
	} {
		t.Run(name, func(t *testing.T) {
			res, body := d.do("OPTIONS", "/graphql", "", "Origin", c.origin, "Access-Control-Request-Method", c.method, "Access-Control-Request-Headers", c.headers)
			origin, headers := "", ""
			if c.status == 204 {
				origin, headers = c.origin, c.headers
			}
			if res.StatusCode != c.status || body != "" || res.Header.Get("Access-Control-Allow-Origin") != origin ||
				res.Header.Get("Access-Control-Allow-Headers") != headers || res.Header.Get("Vary") != "Origin" || res.Header.Get("Access-Control-Allow-Credentials") != "" {
				t.Errorf("%d %v %s", res.StatusCode, res.Header, body)
			}
		})
	}
}

func TestOrigins_requests(t *testing.T) {
	d := allowing(t)
	const bearer = "Bearer kw_x"
	for name, c := range map[string]struct {
		origin, cookie, authorization string
		status                        int
		reads                         bool
		sees                          string // the cookie that GraphQL is shown
	}{
		"a frontend with a token":       {frontend, "", bearer, 200, true, ""},
		"with a cookie alone":           {frontend, "session=canary", "", 200, true, ""},
		"with both, for auth to refuse": {frontend, "session=canary", bearer, 200, true, "session=canary"},
		"our own page":                  {d.url, "session=canary", "", 200, false, "session=canary"},
		"no browser":                    {"", "session=canary", "", 200, false, "session=canary"},
		"some site":                     {"https://evil.example", "session=canary", "", 403, false, ""},
		"in other letters":              {"https://APP.example.com", "session=canary", "", 403, false, ""},
	} {
		t.Run(name, func(t *testing.T) {
			headers := []string{"Content-Type", "application/json; charset=utf-8", "Cookie", c.cookie, "Authorization", c.authorization}
			if c.origin != "" {
				headers = append(headers, "Origin", c.origin)
			}
			if c.reads {
				headers = append(headers, "Sec-Fetch-Site", "cross-site")
			}
			res, body := d.do("POST", "/graphql", "{}", headers...)
			origin, exposed := "", ""
			if c.reads {
				origin, exposed = c.origin, "retry-after,x-request-id"
			}
			if res.StatusCode != c.status || res.Header.Get("Access-Control-Allow-Origin") != origin ||
				strings.ToLower(res.Header.Get("Access-Control-Expose-Headers")) != exposed || res.Header.Get("Vary") != "Origin" ||
				res.Header.Get("Access-Control-Allow-Credentials") != "" {
				t.Errorf("%d %v", res.StatusCode, res.Header)
			}
			if c.status == 200 && !strings.Contains(body, `"cookie":"`+c.sees+`"`) {
				t.Errorf("%s", body)
			}
		})
	}
	for _, path := range []string{"/graphiql", "/readyz", "/healthz"} {
		if res, _ := d.do("GET", path, "", "Origin", frontend); res.Header.Get("Access-Control-Allow-Origin") != "" {
			t.Errorf("%s may be read by %s", path, frontend)
		}
	}
}

func TestOrigins_none(t *testing.T) {
	d := open(t, config(), built)
	res, _ := d.do("OPTIONS", "/graphql", "", "Origin", frontend, "Access-Control-Request-Method", "POST")
	if res.Header.Get("Access-Control-Allow-Origin") != "" {
		t.Errorf("%v", res.Header)
	}
	if res, _ := d.do("POST", "/graphql", "{}", "Origin", frontend); res.StatusCode != 403 {
		t.Errorf("%d", res.StatusCode)
	}
}
