package verifiers

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"keyward/models"
)

// desk is a service that people log in to: whoever knows the password gets a token, by the body, a header and a cookie.
type desk struct {
	t              *testing.T
	login, me      http.HandlerFunc // in the place of the usual answers
	mu             sync.Mutex
	seen           []string
	loggedOut      bool
	tokenOfTheDesk string
}

func (d *desk) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	d.mu.Lock()
	d.seen = append(d.seen, r.Method+" "+r.URL.Path)
	d.mu.Unlock()
	cookie, _ := r.Cookie("SID")
	known := cookie != nil && cookie.Value == d.tokenOfTheDesk && r.Header.Get("X-Token") == d.tokenOfTheDesk && r.Header.Get("X-Other") == "h-1"
	switch {
	case r.URL.Path == "/login" && d.login != nil:
		d.login(w, r)
	case r.URL.Path == "/login":
		if !strings.Contains(string(body), `"password":"right"`) {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		http.SetCookie(w, &http.Cookie{Name: "SID", Value: d.tokenOfTheDesk, Path: "/", HttpOnly: true})
		w.Header().Set("X-Session", "h-1")
		_, _ = io.WriteString(w, `{"data":{"token":"`+d.tokenOfTheDesk+`"}}`)
	case r.URL.Path == "/logout":
		d.mu.Lock()
		d.loggedOut = r.Method == http.MethodDelete && known
		d.mu.Unlock()
	case r.URL.Path == "/me" && d.me != nil:
		d.me(w, r)
	case known:
		_, _ = io.WriteString(w, `{"name":"Jane"}`)
	default:
		w.WriteHeader(http.StatusUnauthorized)
	}
}

func withSession(base string) *models.DryRequest {
	sent := func(method, path string) *models.HTTPRequest {
		return &models.HTTPRequest{
			Method: method, URL: "{{base}}" + path,
			Headers: map[string]string{"X-Token": "{{token}}", "X-Other": "{{other}}"}, Cookies: map[string]string{"SID": "{{sid}}"},
		}
	}
	return &models.DryRequest{
		Protocol: "http", Hosts: []string{"{{base}}"}, Variables: map[string]string{"base": base},
		Session: &models.ServiceSession{
			Request: &models.HTTPRequest{Method: "POST", URL: "{{base}}/login", JSON: `{"password":"{{password}}"}`},
			Accept:  []models.ResponseRule{{Status: []int{200}}},
			Reject:  []models.ResponseRule{{Status: []int{401}}},
			Values:  map[string]models.SessionValue{"token": {Pointer: "/data/token"}, "other": {Header: "X-Session"}, "sid": {Cookie: "SID"}},
			Logout:  sent("DELETE", "/logout"),
		},
		Request: sent("GET", "/me"),
		Accept:  []models.ResponseRule{{Status: []int{200}}},
		Reject:  []models.ResponseRule{{Status: []int{401}}, {Status: []int{403}, Reason: models.ReasonInsufficientScope}},
		Account: models.AccountPointers{Name: "/name"},
	}
}

func TestHTTP_session(t *testing.T) {
	reply := func(status int, body string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(status)
			_, _ = io.WriteString(w, body)
		}
	}
	silence := func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }
	unclear := unavailable(models.ReasonUnexpectedResponse)
	for name, c := range map[string]struct {
		password  string
		login, me http.HandlerFunc
		want      Result
		loggedIn  bool
	}{
		"right":                          {"right", nil, nil, Result{Outcome: models.Accepted, Account: models.Account{Name: "Jane"}}, true},
		"wrong":                          {"wrong", nil, nil, rejected(models.ReasonAuthRejected), false},
		"logged in, but may not":         {"right", nil, reply(403, ""), rejected(models.ReasonInsufficientScope), true},
		"logged in, and then it breaks":  {"right", nil, reply(500, ""), unclear, true},
		"the log-in gives no token":      {"right", reply(200, `{"data":{}}`), nil, unclear, false},
		"the log-in says yes in HTML":    {"right", reply(200, `<html>Welcome</html>`), nil, unclear, false},
		"the log-in redirects":           {"right", reply(302, ""), nil, unclear, false},
		"the log-in is too busy":         {"right", reply(429, ""), nil, unavailable(models.ReasonRateLimited), false},
		"the log-in's answer is endless": {"right", reply(200, strings.Repeat("x", 2*maxBody)), nil, unclear, false},
		"the log-in is silent":           {"right", silence, nil, unavailable(models.ReasonTimeout), false},
		"the request is silent":          {"right", nil, silence, unavailable(models.ReasonTimeout), true},
		"a token that would end a header": {"right", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("X-Session", "h-1")
			http.SetCookie(w, &http.Cookie{Name: "SID", Value: "x"})
			_, _ = io.WriteString(w, `{"data":{"token":"a\r\nX-Admin: 1"}}`)
		}, nil, unclear, false},
	} {
		t.Run(name, func(t *testing.T) {
			d := &desk{t: t, login: c.login, me: c.me, tokenOfTheDesk: "t-123"}
			s := httptest.NewServer(d)
			defer s.Close()
			expect(t, within(t, timeFor(c.want), loopback(t), Request{withSession(s.URL), values("password", c.password)}), c.want)
			d.mu.Lock()
			defer d.mu.Unlock()
			asked := strings.Join(d.seen, ", ")
			if strings.Contains(asked, "/me") != c.loggedIn {
				t.Errorf("asked: %s", asked)
			}
			if c.loggedIn && !d.loggedOut {
				t.Errorf("the session was left open: %s", asked)
			}
		})
	}
}

// A log-out that hangs keeps nobody waiting for long, and changes nothing.
func TestHTTP_session_that_does_not_end(t *testing.T) {
	d := &desk{t: t, tokenOfTheDesk: "t-123"}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/logout" {
			_, _ = io.ReadAll(r.Body)
			<-r.Context().Done()
		}
		d.ServeHTTP(w, r)
	}))
	defer s.Close()
	began := time.Now()
	got := within(t, Limit, loopback(t), Request{withSession(s.URL), values("password", "right")})
	if took := time.Since(began); got.Outcome != models.Accepted || took > logoutTime+2*time.Second {
		t.Errorf("%v after %s", got, took)
	}
}

// Neither the log-in nor the log-out may go to another host than the request's.
func TestHTTP_session_goes_only_to_declared_hosts(t *testing.T) {
	other := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("it was asked") }))
	defer other.Close()
	s := httptest.NewServer(&desk{t: t, tokenOfTheDesk: "t-123"})
	defer s.Close()
	login := withSession(s.URL)
	login.Session.Request.URL = other.URL + "/login"
	expect(t, patiently(t, loopback(t), Request{login, values("password", "right")}), unavailable(models.ReasonTargetForbidden))
	logout := withSession(s.URL)
	logout.Session.Logout.URL = other.URL + "/logout"
	if got := patiently(t, loopback(t), Request{logout, values("password", "right")}); got.Outcome != models.Accepted {
		t.Errorf("got %v", got)
	}
}
