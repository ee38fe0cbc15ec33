package oauth

import (
	"context"
	"net/http"
	"net/url"

	"keyward/models"
)

// maxQuery bounds what a provider sends through the browser.
const maxQuery = 16 << 10

// Finisher does what is to be done when a person comes back, and says where the browser goes on to. It is vault.
type Finisher interface {
	FinishAuthorization(ctx context.Context, visitor models.Caller, answer url.Values) (next string)
}

// Callback answers GET /oauth/callback, the redirect URI at every provider. Every answer is a redirect, so that code and state stay in no
// address bar, no history and get to no script. visitor tells whose session the browser has, if any.
func Callback(finisher Finisher, visitor func(*http.Request) models.Caller) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet { // HEAD comes here too, and would use the state up
			w.Header().Set("Allow", http.MethodGet)
			w.WriteHeader(http.StatusMethodNotAllowed)
			return
		}
		answer := url.Values{}
		if len(r.URL.RawQuery) <= maxQuery {
			answer = r.URL.Query()
		}
		for _, values := range answer {
			if len(values) > 1 { // RFC 6749, section 3.1: no parameter twice
				answer = url.Values{}
				break
			}
		}
		w.Header().Set("Cache-Control", "no-store")
		w.Header().Set("Referrer-Policy", "no-referrer")
		next := finisher.FinishAuthorization(r.Context(), visitor(r), answer)
		http.Redirect(w, r, next, http.StatusSeeOther) //nolint:gosec // ours, or one of the addresses that the operator allows
	})
}
