package httpserver

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"testing"
)

func TestBehind(t *testing.T) {
	proxies := []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("::1/128")}
	for name, c := range map[string]struct {
		proxies []netip.Prefix
		peer    string
		headers []string
		want    string
	}{
		"no proxy is trusted":          {nil, "10.0.0.1:5", []string{"203.0.113.7"}, "10.0.0.1:5"},
		"somebody else":                {proxies, "192.0.2.1:5", []string{"203.0.113.7"}, "192.0.2.1:5"},
		"a proxy":                      {proxies, "10.0.0.1:5", []string{"203.0.113.7"}, "203.0.113.7:0"},
		"a proxy on IPv6":              {proxies, "[::1]:5", []string{"2001:db8::7"}, "[2001:db8::7]:0"},
		"a proxy as IPv4 in IPv6":      {proxies, "[::ffff:10.0.0.1]:5", []string{"203.0.113.7"}, "203.0.113.7:0"},
		"two proxies":                  {proxies, "10.0.0.1:5", []string{"203.0.113.7, 10.0.0.2"}, "203.0.113.7:0"},
		"two headers":                  {proxies, "10.0.0.1:5", []string{"198.51.100.1", "203.0.113.7"}, "203.0.113.7:0"},
		"what the client wrote itself": {proxies, "10.0.0.1:5", []string{"127.0.0.1, 203.0.113.7"}, "203.0.113.7:0"},
		"no header":                    {proxies, "10.0.0.1:5", nil, "10.0.0.1:5"},
		"no address":                   {proxies, "10.0.0.1:5", []string{"unknown"}, "10.0.0.1:5"},
		"an address behind something":  {proxies, "10.0.0.1:5", []string{"203.0.113.7, x, 10.0.0.2"}, "10.0.0.2:0"},
		"a request of a proxy's own":   {proxies, "10.0.0.1:5", []string{"10.0.0.9"}, "10.0.0.9:0"},
		"an empty header":              {proxies, "10.0.0.1:5", []string{""}, "10.0.0.1:5"},
	} {
		var got string
		h := behind(c.proxies, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { got = r.RemoteAddr }))
		r := httptest.NewRequest(http.MethodPost, "/graphql", nil)
		r.RemoteAddr = c.peer
		for _, header := range c.headers {
			r.Header.Add("X-Forwarded-For", header)
		}
		h.ServeHTTP(httptest.NewRecorder(), r)
		if got != c.want {
			t.Errorf("%s: %s instead of %s", name, got, c.want)
		}
	}
}
