package graph

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"strings"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

const (
	mediaJSON     = "application/json"
	mediaResponse = "application/graphql-response+json"
)

// transport is GraphQL over HTTP, POST with JSON only (https://graphql.github.io/graphql-over-http/draft/). gqlgen's own
// repeats a malformed body, secrets included, in its error.
type transport struct{}

var _ graphql.Transport = transport{}

// Supports takes every request, so that none falls through to gqlgen's own answers.
func (transport) Supports(*http.Request) bool { return true }

// Do answers one request.
func (transport) Do(w http.ResponseWriter, r *http.Request, exec graphql.GraphExecutor) {
	params, status, problem := readParams(r)
	if problem != "" {
		if status == http.StatusMethodNotAllowed {
			w.Header().Set("Allow", http.MethodPost)
		}
		write(w, mediaJSON, status, failed(problem))
		return
	}
	ctx := r.Context()
	params.ReadTime = graphql.TraceTiming{Start: graphql.Now(), End: graphql.Now()}
	op, errs := exec.CreateOperationContext(ctx, params)
	if errs != nil {
		media, status := accepted(r)
		write(w, media, status, exec.DispatchError(graphql.WithOperationContext(ctx, op), errs))
		return
	}
	media, _ := accepted(r)
	responses, ctx := exec.DispatchOperation(ctx, op)
	write(w, media, http.StatusOK, responses(ctx))
}

// accepted chooses the answer's media type, and the status that a request error has under it: clients that know only
// application/json expect 200 and look at errors.
func accepted(r *http.Request) (media string, requestError int) {
	for accept := range strings.SplitSeq(r.Header.Get("Accept"), ",") {
		media, _, err := mime.ParseMediaType(accept)
		if err == nil && media == mediaResponse {
			return mediaResponse, http.StatusBadRequest
		}
	}
	return mediaJSON, http.StatusOK
}

// readParams reads the body. What is wrong with it is said without repeating any of it.
func readParams(r *http.Request) (params *graphql.RawParams, status int, problem string) {
	if r.Method != http.MethodPost {
		return nil, http.StatusMethodNotAllowed, "Send GraphQL as POST."
	}
	media, parameters, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if charset := parameters["charset"]; err != nil || media != mediaJSON || (charset != "" && !strings.EqualFold(charset, "utf-8")) {
		return nil, http.StatusUnsupportedMediaType, "Send Content-Type: application/json."
	}
	body, err := io.ReadAll(r.Body)
	if _, tooLarge := errors.AsType[*http.MaxBytesError](err); tooLarge {
		return nil, http.StatusRequestEntityTooLarge, "The request is too large: 1 MiB is the most."
	}
	if err != nil {
		return nil, http.StatusBadRequest, "The request did not arrive whole."
	}
	var request struct {
		Query         *string        `json:"query"`
		OperationName string         `json:"operationName"`
		Variables     map[string]any `json:"variables"`
		Extensions    map[string]any `json:"extensions"`
	}
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.UseNumber()
	err = decoder.Decode(&request)
	if err == nil {
		_, err = decoder.Token() // there must be nothing behind it
	}
	if !errors.Is(err, io.EOF) {
		return nil, http.StatusBadRequest, `The body must be one JSON object: {"query": "…", "variables": {…}}.`
	}
	if request.Query == nil {
		return nil, http.StatusBadRequest, "The body has no query."
	}
	return &graphql.RawParams{
		Query: *request.Query, OperationName: request.OperationName, Variables: request.Variables,
		Extensions: request.Extensions, Headers: r.Header,
	}, 0, ""
}

func failed(message string) *graphql.Response {
	return &graphql.Response{Errors: gqlerror.List{{Message: message, Extensions: map[string]any{"code": codeBadRequest}}}}
}

func write(w http.ResponseWriter, media string, status int, response *graphql.Response) {
	w.Header().Set("Content-Type", media+"; charset=utf-8")
	w.WriteHeader(status)
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	// gqlgen's own type writes "data": null even where nothing was executed.
	_ = encoder.Encode(struct { // an error means that the client is gone: there is nobody to tell
		Errors     gqlerror.List   `json:"errors,omitempty"`
		Data       json.RawMessage `json:"data,omitempty"`
		Extensions map[string]any  `json:"extensions,omitempty"`
	}{response.Errors, response.Data, response.Extensions})
}
