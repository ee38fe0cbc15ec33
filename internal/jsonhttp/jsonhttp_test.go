package jsonhttp

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"keyward/internal/requestid"
)

func TestRead(t *testing.T) {
	const secret = "Canary-5f1c"
	for name, c := range map[string]struct {
		media, body string
		status      int
	}{
		"an object":        {"application/json", `{"Token": "x"}`, 200},
		"with a charset":   {"application/json; charset=utf-8", `{"token": "x"}`, 200},
		"another media":    {"text/plain", `{"token": "` + secret + `"}`, 415},
		"no media":         {"", `{}`, 415},
		"a broken object":  {"application/json", `{"token": "` + secret, 400},
		"two objects":      {"application/json", `{"token": "x"}{"token": "` + secret + `"}`, 400},
		"a list":           {"application/json", `["` + secret + `"]`, 400},
		"an unknown key":   {"application/json", `{"` + secret + `": 1}`, 400},
		"a number":         {"application/json", `{"token": 7}`, 400},
		"nothing":          {"application/json", ``, 400},
		"more than enough": {"application/json", `{"token": "` + strings.Repeat("x", maxBody) + `"}`, 400},
	} {
		r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(c.body))
		r.Header.Set("Content-Type", c.media)
		w := httptest.NewRecorder()
		var into struct{ Token string }
		ok := Read(w, r, &into)
		if w.Code != c.status || ok != (c.status == 200) || ok && into.Token != "x" {
			t.Errorf("%s: %v, %d %s", name, ok, w.Code, w.Body)
		}
		if strings.Contains(w.Body.String(), secret) {
			t.Errorf("%s is repeated: %s", name, w.Body)
		}
	}
}

func TestFail_names_the_request(t *testing.T) {
	r := httptest.NewRequest(http.MethodPost, "/", nil)
	r = r.WithContext(requestid.With(r.Context(), "ID7"))
	w := httptest.NewRecorder()
	Fail(w, r, http.StatusServiceUnavailable)
	if w.Code != http.StatusServiceUnavailable || strings.Count(w.Body.String(), "ID7") != 2 || !strings.Contains(w.Body.String(), `"code":"INTERNAL"`) {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}
