// Package sample is a small Petstore API, so that the walk-through has something real to connect to on a machine
// without a network. It keeps the newest 1,000 pets in memory, forgets them at the end of the process, and lets in
// whoever sends the API key that its own documentation gives away.
package sample

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
)

// apiKey is public on purpose: people type it in while they try Keyward.
const apiKey = "secret"

const maxBody = 1 << 20 // bytes

// New returns the API with a few pets in it. Paths are relative to where it is mounted: the caller strips the prefix.
//
//	GET  /user/me                                 who the API key belongs to
//	GET  /pet/findByStatus?status=available       pets by status; status may be repeated
//	POST /pet                                     adds a pet and answers it with its id
//
// Each of them needs the header "api-key: secret"; without it the answer is 401. Answers are JSON; failures have a
// "message".
func New() http.Handler {
	pets := seed()
	s := &store{pets: pets, lastID: int64(len(pets))}
	mux := http.NewServeMux()
	mux.Handle("/user/me", method(http.MethodGet, whoAmI))
	mux.Handle("/pet/findByStatus", method(http.MethodGet, s.findByStatus))
	mux.Handle("/pet", method(http.MethodPost, s.add))
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) {
		fail(w, http.StatusNotFound, "There is nothing here. Try /user/me, /pet/findByStatus or /pet.")
	})
	return authenticated(mux)
}

func authenticated(next http.Handler) http.Handler {
	want := sha256.Sum256([]byte(apiKey))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		got := sha256.Sum256([]byte(r.Header.Get("api-key")))
		if subtle.ConstantTimeCompare(got[:], want[:]) != 1 {
			fail(w, http.StatusUnauthorized, "Send the API key in the header api-key.")
			return
		}
		next.ServeHTTP(w, r)
	})
}

func method(allowed string, next http.HandlerFunc) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != allowed {
			w.Header().Set("Allow", allowed)
			fail(w, http.StatusMethodNotAllowed, "Use "+allowed+" here.")
			return
		}
		next(w, r)
	})
}

func whoAmI(w http.ResponseWriter, _ *http.Request) {
	answer(w, http.StatusOK, struct {
		ID       int64  `json:"id"`
		Username string `json:"username"`
	}{1, "petstore"})
}

func (s *store) findByStatus(w http.ResponseWriter, r *http.Request) {
	wanted := r.URL.Query()["status"]
	if len(wanted) == 0 {
		fail(w, http.StatusBadRequest, "Say which status: available, pending or sold.")
		return
	}
	for _, status := range wanted {
		if !knownStatus(status) {
			fail(w, http.StatusBadRequest, "A status is one of available, pending and sold.")
			return
		}
	}
	answer(w, http.StatusOK, s.find(wanted))
}

func (s *store) add(w http.ResponseWriter, r *http.Request) {
	if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || kind != "application/json" {
		fail(w, http.StatusUnsupportedMediaType, "Send the pet as application/json.")
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if tooLarge := (*http.MaxBytesError)(nil); errors.As(err, &tooLarge) {
		fail(w, http.StatusRequestEntityTooLarge, "A pet takes at most 1 MiB.")
		return
	}
	var p pet
	if err != nil || json.Unmarshal(body, &p) != nil {
		fail(w, http.StatusBadRequest, `Send one JSON object such as {"name": "Rex", "status": "available"}.`)
		return
	}
	if problem := p.problem(); problem != "" {
		fail(w, http.StatusBadRequest, problem)
		return
	}
	answer(w, http.StatusOK, s.insert(p))
}

func fail(w http.ResponseWriter, status int, message string) {
	answer(w, status, struct {
		Message string `json:"message"`
	}{message})
}

// answer writes what the caller has just made from plain structs: encoding can't fail, and a write that does has
// nobody left to tell.
func answer(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body)
}
