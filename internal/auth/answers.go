package auth

import (
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
)

type problem struct {
	Message    string            `json:"message"`
	Extensions map[string]string `json:"extensions"`
}

// answerError answers in the shape that GraphQL clients read.
func answerError(w http.ResponseWriter, status int, code, message, requestID string) {
	extensions := map[string]string{"code": code}
	if requestID != "" {
		extensions["requestId"] = requestID
	}
	answer(w, status, map[string][]problem{"errors": {{message, extensions}}})
}

func answer(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body) // plain values: only the connection can fail
}

// maxBody bounds what is sent to sign in: a token and a name.
const maxBody = 4 << 10

// read takes a small JSON body, or answers and returns false. What was sent is not repeated: it may be a link.
func read(w http.ResponseWriter, r *http.Request, into any) bool {
	if media, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || media != "application/json" {
		answerError(w, http.StatusUnsupportedMediaType, "BAD_REQUEST", "Send Content-Type: application/json.", "")
		return false
	}
	decoder := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxBody))
	err := decoder.Decode(into)
	if err == nil {
		_, err = decoder.Token() // there must be nothing behind it
	}
	if !errors.Is(err, io.EOF) {
		answerError(w, http.StatusBadRequest, "BAD_REQUEST", "The body must be one small JSON object.", "")
		return false
	}
	return true
}
