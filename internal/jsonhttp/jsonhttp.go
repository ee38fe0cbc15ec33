// Package jsonhttp is the JSON that endpoints beside /graphql speak. What went wrong is said in the shape that GraphQL
// clients read, without repeating anything that was sent: it may be a link, a token or a secret.
package jsonhttp

import (
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"

	"keyward/internal/requestid"
)

// maxBody bounds what Read takes, in bytes: some ids, a token, a name.
const maxBody = 4 << 10

// Read takes a small JSON object without unknown keys, or answers 415 or 400 and returns false.
func Read(w http.ResponseWriter, r *http.Request, into any) bool {
	if media, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || media != "application/json" {
		Refuse(w, http.StatusUnsupportedMediaType, "BAD_REQUEST", "Send Content-Type: application/json.")
		return false
	}
	decoder := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxBody))
	decoder.DisallowUnknownFields()
	err := decoder.Decode(into)
	if _, behind := decoder.Token(); err != nil || !errors.Is(behind, io.EOF) { // one object, and nothing behind it
		Refuse(w, http.StatusBadRequest, "BAD_REQUEST", "The body must be one small JSON object with the keys that this address knows.")
		return false
	}
	return true
}

// Write answers with a body of plain values.
func Write(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body) // only the connection can fail
}

type problem struct {
	Message    string            `json:"message"`
	Extensions map[string]string `json:"extensions"`
}

type problems struct {
	Errors []problem `json:"errors"`
}

// Refuse answers with a code for programs and a sentence for people.
func Refuse(w http.ResponseWriter, status int, code, message string) {
	Write(w, status, problems{[]problem{{message, map[string]string{"code": code}}}})
}

// Fail answers that it is not the client's fault, with the id that the log has as well.
func Fail(w http.ResponseWriter, r *http.Request, status int) {
	id := requestid.From(r.Context())
	message := "Something went wrong here, not with you. Try again; if it stays, tell the operator this request id: " + id
	Write(w, status, problems{[]problem{{message, map[string]string{"code": "INTERNAL", "requestId": id}}}})
}
