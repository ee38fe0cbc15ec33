package graph_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"

	. "keyward/internal/gatewaytest"
	"keyward/models"
)

// Vendors' answers, as their documentation shows them, decide: also those that say no with a 200, and those that say
// nothing about the key.
func TestComponents_read_their_vendors_answers(t *testing.T) {
	answer := func(status int, body string) string { return fmt.Sprint(status, " ", body) }
	for _, tc := range []struct {
		component, field, value, path, header string
		answers                               map[string][2]string // what the vendor answers → outcome, reason
	}{
		{"slack", "botToken", "xoxb-1-Ab", "POST /auth.test", "Bearer xoxb-1-Ab", map[string][2]string{
			answer(200, `{"ok":true,"team":"T"}`):              {"ACCEPTED", ""},
			answer(200, `{"ok":false,"error":"invalid_auth"}`): {"REJECTED", "AUTH_REJECTED"},
			answer(200, `{"ok":false,"error":"fatal_error"}`):  {"UNAVAILABLE", "UNEXPECTED_RESPONSE"},
			answer(429, `{"ok":false,"error":"ratelimited"}`):  {"UNAVAILABLE", "RATE_LIMITED"},
			answer(200, `<html>`):                              {"UNAVAILABLE", "UNEXPECTED_RESPONSE"},
		}},
		{"stripe", "apiKey", "sk_test_1", "GET /v1/balance", "Bearer sk_test_1", map[string][2]string{
			answer(200, `{"object":"balance"}`): {"ACCEPTED", ""},
			answer(401, `{"error":{}}`):         {"REJECTED", "AUTH_REJECTED"},
			answer(403, `{"error":{}}`):         {"UNAVAILABLE", "INSUFFICIENT_SCOPE"},
			answer(500, ``):                     {"UNAVAILABLE", "UNEXPECTED_RESPONSE"},
		}},
	} {
		t.Run(tc.component, func(t *testing.T) {
			var now, asked, authorization string
			vendor := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				asked, authorization = r.Method+" "+r.URL.Path, r.Header.Get("Authorization")
				var status int
				var body string
				_, _ = fmt.Sscanf(now, "%d", &status)
				if len(now) > 4 {
					body = now[4:]
				}
				w.WriteHeader(status)
				_, _ = w.Write([]byte(body))
			}))
			t.Cleanup(vendor.Close)
			d := NewDatabase(t, "sqlite")
			d.Overrides = map[string]string{"KEYWARD_COMPONENT_SLACK_BASE_URL": vendor.URL, "KEYWARD_COMPONENT_STRIPE_BASE_URL": vendor.URL}
			c := New(t, d).Client(t, models.RoleEditor)
			for now = range tc.answers {
				data := c.Must(t, CheckCredential, Vars{"input": Vars{"componentId": "cmp_" + tc.component, "fields": []Vars{{"key": tc.field, "value": tc.value}}}})
				got := [2]string{data.Text("checkCredential.verification.outcome"), data.Text("checkCredential.verification.reason")}
				if got != tc.answers[now] || asked != tc.path || authorization != tc.header {
					t.Errorf("%s: %v; asked for %s", now, got, asked)
				}
			}
		})
	}
}
