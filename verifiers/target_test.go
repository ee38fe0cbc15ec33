package verifiers

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"testing"

	"keyward/internal/egress"
	"keyward/models"
)

// However a host is spelt and whatever port is asked, one host is one target, of every protocol.
func TestRegistry_Target(t *testing.T) {
	registry := New(egress.New(nil), nil, slog.Default())
	for _, protocol := range registry.Protocols() {
		dry := dryRequestTo(t, protocol)
		if dry == nil {
			continue
		}
		target := func(dry *models.DryRequest, host, port string) string {
			return registry.Target(&models.AuthMethod{DryRequest: dry}, values("host", host, "port", port, "database", "d", "user", "u", "password", "p"))
		}
		for host, want := range map[string]string{
			"db.example.com": "db.example.com", "DB.Example.COM": "db.example.com", "db.example.com.": "db.example.com",
			"192.0.2.1": "192.0.2.1",
			// What can't be dialled is no target.
			"": "", "a b": "", "/var/run/postgresql": "", "user@127.0.0.1": "",
		} {
			for _, port := range []string{"1", "443", "65535"} {
				if got := target(dry, host, port); got != want {
					t.Errorf("%s: %q, port %s: got %q, want %q", protocol, host, port, got, want)
				}
			}
		}
		undeclared := *dry
		undeclared.Hosts = []string{"elsewhere.example.com"}
		if got := target(&undeclared, "db.example.com", "1"); got != "" {
			t.Errorf("%s: a host that the secret may not go to: got %q", protocol, got)
		}
	}
	if got := registry.Target(&models.AuthMethod{}, nil); got != "" {
		t.Errorf("no dry request: got %q", got)
	}
	if got := registry.Target(&models.AuthMethod{DryRequest: &models.DryRequest{Protocol: "gopher"}}, nil); got != "" {
		t.Errorf("an unknown protocol: got %q", got)
	}
}

func TestRegistry_Target_of_addresses_and_URIs(t *testing.T) {
	registry := New(egress.New(nil), nil, slog.Default())
	login := func(protocol, param string) *models.DryRequest {
		return &models.DryRequest{Protocol: protocol, Hosts: []string{"{{it}}"}, Params: map[string]string{param: "{{it}}"}}
	}
	web := &models.DryRequest{Protocol: "http", Hosts: []string{"{{it}}"}, Request: &models.HTTPRequest{Method: "GET", URL: "{{it}}"}}
	for _, c := range []struct {
		dry      *models.DryRequest
		it, want string
	}{
		{web, "https://EXAMPLE.com:8443/a?b", "example.com"},
		{web, "http://example.com./", "example.com"},
		{web, "https://[2001:DB8:0:0::1]:1/", "2001:db8::1"},
		{web, "https://[::ffff:192.0.2.1]/", "192.0.2.1"},
		{web, "ftp://example.com/", ""},
		{login("postgres", "host"), "2001:DB8:0:0::1", "2001:db8::1"},
		{login("mysql", "host"), "::ffff:192.0.2.1", "192.0.2.1"},
		{login("mysql", "host"), "fe80::1%eth0", ""},
		{login("postgres", "uri"), "postgresql://u:p@DB.example.com:5433/d", "db.example.com"},
		{login("mysql", "uri"), "mysql://u:p@[2001:DB8:0:0::1]/d", "2001:db8::1"},
		{login("postgres", "uri"), "postgresql:///d?host=db.example.com", ""},
	} {
		if got := registry.Target(&models.AuthMethod{DryRequest: c.dry}, values("it", c.it)); got != c.want {
			t.Errorf("%s %s: got %q, want %q", c.dry.Protocol, c.it, got, c.want)
		}
	}
}

// What Target tells is what Verify dials.
func TestRegistry_Target_is_what_is_dialled(t *testing.T) {
	var peer string
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { peer = r.Host }))
	t.Cleanup(server.Close)
	registry := New(loopback(t), nil, slog.Default())
	method := &models.AuthMethod{DryRequest: &models.DryRequest{
		Protocol: "http", Hosts: []string{"{{it}}"}, Request: &models.HTTPRequest{Method: "GET", URL: "{{it}}"},
		Accept: []models.ResponseRule{{Status: []int{200}}},
	}}
	it := values("it", server.URL)
	if found := registry.Verify(t.Context(), "x", method, it); found.Outcome != models.Accepted {
		t.Fatalf("%+v", found)
	}
	if want := netip.MustParseAddrPort(peer).Addr().String(); registry.Target(method, it) != want {
		t.Errorf("got %q, want %q", registry.Target(method, it), want)
	}
}
