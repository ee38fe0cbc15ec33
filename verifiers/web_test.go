package verifiers

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"keyward/catalog"
	"keyward/internal/egress"
	"keyward/models"
)

const (
	graphQLYes = `{"data":{"__typename":"Query"}}`
	odataYes   = `{"@odata.context":"https://services.example.com/v4/$metadata","value":[{"name":"People","kind":"EntitySet","url":"People"}]}`
	soapYes    = `<?xml version="1.0" encoding="utf-8"?><!-- made by hand --><wsdl:definitions xmlns:wsdl="http://schemas.xmlsoap.org/wsdl/" targetNamespace="urn:x"/>`
)

var webYes = map[string]string{"graphql": graphQLYes, "odata": odataYes, "soap": soapYes}

func webRequest(protocol, url string, more ...string) *models.DryRequest {
	params := map[string]string{"url": "{{url}}"}
	for i := 0; i < len(more); i += 2 {
		params[more[i]] = more[i+1]
	}
	return &models.DryRequest{Protocol: protocol, Hosts: []string{"{{url}}"}, Params: params, Variables: map[string]string{"url": url}}
}

// What a service says of itself is told by its body, never by its status alone.
func TestWeb_answers(t *testing.T) {
	unclear := unavailable(models.ReasonUnexpectedResponse)
	long := strings.Repeat("x", 2*maxBody)
	for protocol, answers := range map[string]map[string]Result{
		"graphql": {
			graphQLYes: accepted(),
			`{"data":{"__typename":"Query"},"extensions":{"cost":1}}`:                                                 accepted(),
			`{"errors":[{"message":"no","extensions":{"code":"UNAUTHENTICATED"}}]}`:                                   rejected(models.ReasonAuthRejected),
			`{"errors":[{"message":"a"},{"message":"b","extensions":{"code":"FORBIDDEN"}}],"data":null}`:              rejected(models.ReasonInsufficientScope),
			`{"data":{"__typename":"Query"},"errors":[{"message":"no","extensions":{"code":"UNAUTHENTICATED"}}]}`:     rejected(models.ReasonAuthRejected),
			`{"data":{"__typename":"Query"},"errors":[{"message":"one resolver failed"}]}`:                            unclear,
			`{"errors":[{"message":"Must provide query string.","extensions":{"code":"GRAPHQL_VALIDATION_FAILED"}}]}`: unclear,
			`{"errors":[{"message":"x","extensions":{"code":401}}]}`:                                                  unclear,
			`{"data":{"__typename":""}}`: unclear, `{"data":{"__typename":true}}`: unclear, `{"data":{"x":"Query"}}`: unclear, `{"data":null}`: unclear,
			`{"data":{}}`: unclear, `{}`: unclear, `[]`: unclear, `true`: unclear, "": unclear, "<html>Sign in</html>": unclear,
			graphQLYes + graphQLYes: unclear, `{"data":{"__typename":"` + long + `"}}`: unclear,
		},
		"odata": {
			odataYes: accepted(),
			`{"value":[{"name":"People","url":"People"}],"@odata.context":"$metadata"}`:                       unclear, // the context comes first
			`{"@odata.context":"$metadata","value":[{"name":"People","url":"People"},` + long:                 accepted(),
			`{"odata.metadata":"https://x.example.com/$metadata","value":[{"name":"People","url":"People"}]}`: accepted(),
			`{"d":{"EntitySets":["People"]}}`: accepted(),
			`<?xml version="1.0"?><service xmlns="http://www.w3.org/2007/app"><workspace/></service>`:                                     accepted(),
			`<?xml version="1.0" encoding="ISO-8859-1"?><app:service xmlns:app="http://www.w3.org/2007/app">` + "\xfc" + `</app:service>`: accepted(),
			`<!DOCTYPE service [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><service xmlns="http://www.w3.org/2007/app">&b;</service>`:     unclear,
			`<service xmlns="http://www.w3.org/2007/application">`:                                                                        unclear,
			`{"@odata.context":"https://x.example.com/$metadata#People","value":[{"name":"Ann","url":"People(1)"}]}`:                      unclear,
			`{"@odata.context":"$metadata","value":[]}`:                                                                                   unclear,
			`{"@odata.context":"$metadata","value":{"name":"People","url":"People"}}`:                                                     unclear,
			`{"value":[{"name":"People","url":"People"}]}`:                                                                                unclear,
			`{"error":{"code":"401","message":"Unauthorized"}}`:                                                                           unclear,
			`{"d":{"results":[]}}`: unclear,
			`<html>Sign in</html>`: unclear,
			"":                     unclear,
			`{"@odata.context":"` + long + `$metadata","value":[{"name":"People","url":"People"}]}`: unclear,
		},
		"soap": {
			soapYes: accepted(),
			`<description xmlns="http://www.w3.org/ns/wsdl"/>`:                     accepted(),
			`<definitions xmlns="http://schemas.xmlsoap.org/wsdl/"><types>` + long: accepted(),
			`<definitions/>`: unclear,
			`<definitions xmlns="http://schemas.xmlsoap.org/wsdl"/>`:                                           unclear,
			`<html xmlns:w="http://schemas.xmlsoap.org/wsdl/"><w:definitions/></html>`:                         unclear,
			`<!DOCTYPE x SYSTEM "file:///etc/passwd"><definitions xmlns="http://schemas.xmlsoap.org/wsdl/"/>`:  unclear,
			`<?xml version="1.0" encoding="nonsense"?><definitions xmlns="http://schemas.xmlsoap.org/wsdl/"/>`: unclear,
			strings.Repeat("<!-- -->", maxBody/8) + soapYes:                                                    unclear,
			"": unclear, graphQLYes: unclear, long: unclear,
		},
	} {
		for body, want := range answers {
			t.Run(protocol+"/"+body[:min(len(body), 60)], func(t *testing.T) {
				s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, body) }))
				defer s.Close()
				expect(t, patiently(t, loopback(t), Request{webRequest(protocol, s.URL), nil}), want)
			})
		}
	}
}

func TestWeb_statuses(t *testing.T) {
	for protocol, body := range webYes {
		for status, want := range map[int]Result{
			401: rejected(models.ReasonAuthRejected), 403: rejected(models.ReasonAuthRejected), 429: unavailable(models.ReasonRateLimited),
			302: unavailable(models.ReasonUnexpectedResponse), 404: unavailable(models.ReasonUnexpectedResponse), 500: unavailable(models.ReasonUnexpectedResponse),
		} {
			s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.URL.Path != "/" {
					t.Errorf("%s followed a redirect", protocol)
				}
				w.Header().Set("Location", "/elsewhere")
				w.WriteHeader(status)
				_, _ = io.WriteString(w, body)
			}))
			if got := patiently(t, loopback(t), Request{webRequest(protocol, s.URL), nil}); got != want {
				t.Errorf("%s, %d: got %v, want %v", protocol, status, got, want)
			}
			s.Close()
		}
	}
}

// Each way to log in is sent as it should be. A service that tells a stranger the same has said nothing of the login.
func TestWeb_logins(t *testing.T) {
	ways := map[string][]string{
		"basic":  {"user", "{{user}}", "password", "{{password}}"},
		"bearer": {"token", "{{password}}"},
		"header": {"headerName", "{{header}}", "headerValue", "{{password}}"},
	}
	known := func(r *http.Request) bool {
		user, password, _ := r.BasicAuth()
		return user == "jane" && password == "right" || r.Header.Get("Authorization") == "Bearer right" || r.Header.Get("X-Key") == "right"
	}
	for protocol, body := range webYes {
		for way, params := range ways {
			for name, c := range map[string]struct {
				password string
				stranger int // the status for somebody without any login
				want     Result
			}{
				"right":                    {"right", 401, accepted()},
				"right, a stranger is led": {"right", 302, accepted()},
				"wrong":                    {"wrong", 401, rejected(models.ReasonAuthRejected)},
				"told to everybody":        {"right", 200, unavailable(models.ReasonUnexpectedResponse)},
				"a stranger waits":         {"right", 429, unavailable(models.ReasonUnexpectedResponse)},
				"it broke meanwhile":       {"right", 503, unavailable(models.ReasonUnexpectedResponse)},
			} {
				t.Run(protocol+"/"+way+"/"+name, func(t *testing.T) {
					var asked atomic.Int32
					s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
						asked.Add(1)
						switch sent := r.Header.Get("Authorization") + r.Header.Get("X-Key"); {
						case known(r):
						case sent == "":
							w.WriteHeader(c.stranger)
						default:
							w.WriteHeader(http.StatusUnauthorized)
						}
						_, _ = io.WriteString(w, body)
					}))
					defer s.Close()
					v := values("user", "jane", "header", "X-Key", "password", c.password)
					expect(t, patiently(t, loopback(t), Request{webRequest(protocol, s.URL, params...), v}), c.want)
					if n := asked.Load(); n > 2 {
						t.Errorf("it was asked %d times", n)
					}
				})
			}
		}
	}
}

func TestWeb_network(t *testing.T) {
	for protocol, body := range webYes {
		t.Run(protocol, func(t *testing.T) {
			s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				_, _ = io.Copy(io.Discard, r.Body) // else the server does not see that the client has gone
				if r.URL.Path == "/slow" {
					_, _ = io.WriteString(w, " ")
					_ = http.NewResponseController(w).Flush()
					<-r.Context().Done()
				}
				_, _ = io.WriteString(w, body)
			}))
			s.TLS, s.Config.ErrorLog = selfSigned(t), quiet
			s.StartTLS()
			defer s.Close()
			answers := func(url string, want Result) {
				t.Helper()
				expect(t, within(t, timeFor(want), loopback(t), Request{webRequest(protocol, url), nil}), want)
			}
			answers(strings.Replace(s.URL, "127.0.0.1", "localhost", 1), unavailable(models.ReasonTLSInvalid))
			plain := httptest.NewServer(s.Config.Handler)
			defer plain.Close()
			answers(plain.URL, accepted())
			answers(plain.URL+"/slow", unavailable(models.ReasonTimeout))
			expect(t, patiently(t, egress.New(nil), Request{webRequest(protocol, plain.URL), nil}), unavailable(models.ReasonTargetForbidden))
		})
	}
}

// A query of one's own is for services that tell everybody their root type. Nothing in it can leave the query.
func TestGraphQL_own_query(t *testing.T) {
	var sent string
	for body, want := range map[string]Result{
		`{"data":{"viewer":{"id":"1"}}}`: accepted(),
		`{"data":{"viewer":null}}`:       unavailable(models.ReasonUnexpectedResponse),
	} {
		s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			all, _ := io.ReadAll(r.Body)
			sent = string(all)
			_, _ = io.WriteString(w, body)
		}))
		dry := webRequest("graphql", s.URL, "query", "{{query}}")
		expect(t, patiently(t, loopback(t), Request{dry, values("query", `{ viewer(a: "}") { id } }`)}), want)
		s.Close()
		if sent != `{"query":"{ viewer(a: \"}\") { id } }"}` {
			t.Errorf("sent %s", sent)
		}
	}
}

// The catalog's own components of these protocols ask what they should.
func TestWeb_components(t *testing.T) {
	all, err := catalog.Load(catalog.Builtin(), nil)
	if err != nil {
		t.Fatal(err)
	}
	tried := 0
	for _, component := range all {
		body, ours := webYes[component.Key]
		for i := range component.Methods {
			if !ours {
				continue
			}
			tried++
			method := &component.Methods[i]
			s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				known := r.Header.Get("Authorization")+r.Header.Get("X-Api-Key") != "" || method.Kind == models.AuthNone
				if !known || (component.Key == "soap" && r.URL.RawQuery != "wsdl") {
					w.WriteHeader(http.StatusUnauthorized)
				}
				_, _ = io.WriteString(w, body)
			}))
			v := values("url", s.URL+"/a", "suffix", "wsdl", "username", "jane", "password", "p", "token", "t", "headerName", "X-Api-Key", "apiKey", "k")
			if got := New(loopback(t), nil, slog.Default()).Verify(t.Context(), component.Key, method, v); got.Outcome != models.Accepted {
				t.Errorf("%s, %s: got %s %s", component.Key, method.Key, got.Outcome, got.Reason)
			}
			s.Close()
		}
	}
	if tried != 11 {
		t.Errorf("%d methods were tried", tried)
	}
}
