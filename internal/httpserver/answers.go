package httpserver

import (
	"encoding/json"
	"io"
	"net/http"
)

// readOnly lets GET and HEAD through.
func readOnly(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			w.Header().Set("Allow", "GET, HEAD")
			sentence(w, http.StatusMethodNotAllowed, "Use GET here.")
			return
		}
		next.ServeHTTP(w, r)
	})
}

// noStore marks answers that are for this caller and this moment.
func noStore(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-store")
		next.ServeHTTP(w, r)
	})
}

func sentence(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, text+"\n") // whoever hung up needs no answer
}

type extensions struct {
	Code      string `json:"code"`
	RequestID string `json:"requestId,omitempty"`
}

type graphqlProblem struct {
	Message    string     `json:"message"`
	Extensions extensions `json:"extensions"`
}

// graphqlError answers in the shape that GraphQL clients read.
func graphqlError(w http.ResponseWriter, status int, code, message string) {
	problems(w, status, graphqlProblem{message, extensions{Code: code}})
}

func problems(w http.ResponseWriter, status int, p graphqlProblem) {
	writeJSON(w, status, struct {
		Errors []graphqlProblem `json:"errors"`
	}{[]graphqlProblem{p}})
}

func writeJSON(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body) // plain structs: only the connection can fail
}
