package httpserver

import (
	"net/http"
	"net/http/httptest"
	"testing"
)

func TestAttempts(t *testing.T) {
	passed := 0
	h := attempts(3, http.HandlerFunc(func(http.ResponseWriter, *http.Request) { passed++ }))
	from := func(address string) *httptest.ResponseRecorder {
		r := httptest.NewRequest(http.MethodPost, "/sign-in", nil)
		r.RemoteAddr = address
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		return w
	}
	for range 3 {
		from("203.0.113.7:1")
	}
	if w := from("203.0.113.7:2"); w.Code != http.StatusTooManyRequests || w.Header().Get("Retry-After") != "20" || passed != 3 {
		t.Errorf("the fourth from one address: %d, Retry-After %q, %d passed", w.Code, w.Header().Get("Retry-After"), passed)
	}
	if w := from("203.0.113.8:1"); w.Code != http.StatusOK {
		t.Errorf("another address: %d", w.Code)
	}
	for _, address := range []string{"[2001:db8::1]:1", "[2001:db8::2]:1", "[2001:db8:0:0:ffff::1]:1"} {
		from(address)
	}
	if w := from("[2001:db8::3]:1"); w.Code != http.StatusTooManyRequests {
		t.Errorf("the fourth of one IPv6 network: %d", w.Code)
	}
	if w := from("[2001:db8:0:1::1]:1"); w.Code != http.StatusOK {
		t.Errorf("another IPv6 network: %d", w.Code)
	}
	if w := from("[::ffff:203.0.113.7]:1"); w.Code != http.StatusTooManyRequests {
		t.Errorf("the same address in IPv6 clothes: %d", w.Code)
	}
	before := passed
	h = attempts(0, http.HandlerFunc(func(http.ResponseWriter, *http.Request) { passed++ }))
	for range 500 {
		from("203.0.113.7:1")
	}
	if passed != before+500 {
		t.Error("switched off, it bounds")
	}
}
