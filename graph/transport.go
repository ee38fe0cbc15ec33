package graph

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"keyward/graph/model"
	"keyward/internal/auth"
)

const (
	mediaJSON     = "application/json"
	mediaResponse = "application/graphql-response+json"
)

// outcome is what came of a request, as far as its status goes.
type outcome int

const (
	executed outcome = iota
	partial          // some of it failed
	refused          // the document or its variables: nothing was executed
	malformed
	overBudget
	tooLarge
	wrongMethod
	wrongMedia
)

// statuses is the one place that gives outcomes their HTTP status, for each media type of the answer. GraphQL over HTTP is a
// draft: 422 in place of 400 and 294 in place of 200 are being discussed
// (https://graphql.github.io/graphql-over-http/draft/). Clients that know only application/json expect 200 and look at errors.
var statuses = map[outcome]struct{ response, json int }{
	executed:    {http.StatusOK, http.StatusOK},
	partial:     {http.StatusOK, http.StatusOK},
	refused:     {http.StatusBadRequest, http.StatusOK},
	malformed:   {http.StatusBadRequest, http.StatusBadRequest},
	overBudget:  {http.StatusTooManyRequests, http.StatusTooManyRequests},
	tooLarge:    {http.StatusRequestEntityTooLarge, http.StatusRequestEntityTooLarge},
	wrongMethod: {http.StatusMethodNotAllowed, http.StatusMethodNotAllowed},
	wrongMedia:  {http.StatusUnsupportedMediaType, http.StatusUnsupportedMediaType},
}

// transport is GraphQL over HTTP, POST with JSON only. gqlgen's own repeats a malformed body, secrets included, in its error.
type transport struct{ budget *budget }

var _ graphql.Transport = transport{}

// Supports takes every request, so that none falls through to gqlgen's own answers.
func (transport) Supports(*http.Request) bool { return true }

// Do answers one request.
func (t transport) Do(w http.ResponseWriter, r *http.Request, exec graphql.GraphExecutor) {
	answer := answer{w: w, media: mediaOf(r)}
	body, refusal := readBody(r)
	if refusal != nil && (refusal.outcome == wrongMethod || refusal.outcome == wrongMedia) {
		answer.refuse(refusal)
		return
	}
	ctx, caller, cost := r.Context(), auth.Caller(r.Context()).ID, requestCost+len(body)
	if wait := t.budget.spend(caller, cost); wait > 0 {
		answer.wait(wait)
		return
	}
	if refusal != nil {
		answer.refuse(refusal)
		return
	}
	params, refusal := parseBody(body)
	if refusal != nil {
		answer.refuse(refusal)
		return
	}
	params.Headers = r.Header
	params.ReadTime = graphql.TraceTiming{Start: graphql.Now(), End: graphql.Now()}
	op, errs := exec.CreateOperationContext(ctx, params)
	if errs != nil {
		answer.write(refused, exec.DispatchError(graphql.WithOperationContext(ctx, op), errs[:min(len(errs), maxErrors)]))
		return
	}
	complexity, _ := op.Stats.GetExtension(complexityOf).(int)
	if t.budget.exceeds(cost + complexity) {
		answer.fail(refused, fmt.Sprintf("The request costs %d points, more than one caller may ever have: ask for fewer rows or fields.", cost+complexity), map[string]any{"code": codeTooCostly})
		return
	}
	if wait := t.budget.spend(caller, complexity); wait > 0 {
		answer.wait(wait)
		return
	}
	op.Stats.SetExtension(rateLimitOf, t.budget.state(caller, cost+complexity))
	responses, ctx := exec.DispatchOperation(ctx, op)
	response := responses(ctx)
	if len(response.Errors) > 0 {
		answer.write(partial, response)
		return
	}
	answer.write(executed, response)
}

// refusal is what is wrong with a request, said without repeating any of it.
type refusal struct {
	outcome       outcome
	code, message string
}

func bad(outcome outcome, message string) *refusal { return &refusal{outcome, codeBadRequest, message} }

// readBody returns as much as was read, whatever is wrong.
func readBody(r *http.Request) ([]byte, *refusal) {
	if r.Method != http.MethodPost {
		return nil, bad(wrongMethod, "Send GraphQL as POST.")
	}
	media, parameters, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if charset := parameters["charset"]; err != nil || media != mediaJSON || (charset != "" && !strings.EqualFold(charset, "utf-8")) {
		return nil, bad(wrongMedia, "Send Content-Type: application/json, in UTF-8.")
	}
	body, err := io.ReadAll(r.Body)
	if over, tooMuch := errors.AsType[*http.MaxBytesError](err); tooMuch {
		return body, bad(tooLarge, fmt.Sprintf("The request is too large: %d bytes are the most.", over.Limit))
	}
	if err != nil {
		return body, bad(malformed, "The request did not arrive whole.")
	}
	return body, nil
}

// answer is how one request is answered.
type answer struct {
	w     http.ResponseWriter
	media string
}

// mediaOf chooses the answer's media type: the one of GraphQL over HTTP for who names it.
func mediaOf(r *http.Request) string {
	for accept := range strings.SplitSeq(r.Header.Get("Accept"), ",") {
		if media, _, err := mime.ParseMediaType(accept); err == nil && media == mediaResponse {
			return mediaResponse
		}
	}
	return mediaJSON
}

func (a answer) refuse(r *refusal) {
	if r.outcome == wrongMethod {
		a.w.Header().Set("Allow", http.MethodPost)
	}
	a.fail(r.outcome, r.message, map[string]any{"code": r.code})
}

// wait asks a caller whose budget is spent to come back.
func (a answer) wait(wait time.Duration) {
	seconds := strconv.Itoa(int(math.Ceil(wait.Seconds())))
	a.w.Header().Set("Retry-After", seconds)
	a.fail(overBudget, "You have spent what one caller may for now: try again in "+seconds+" s. Ask rateLimit what requests cost.",
		map[string]any{"code": codeRateLimited, "retryAfterMs": int64(math.Ceil(float64(wait) / float64(time.Millisecond)))})
}

func (a answer) fail(outcome outcome, message string, extensions map[string]any) {
	a.write(outcome, &graphql.Response{Errors: gqlerror.List{{Message: message, Extensions: extensions}}})
}

func (a answer) write(outcome outcome, response *graphql.Response) {
	status := statuses[outcome].json
	if a.media == mediaResponse {
		status = statuses[outcome].response
	}
	a.w.Header().Set("Content-Type", a.media+"; charset=utf-8")
	a.w.WriteHeader(status)
	encoder := json.NewEncoder(a.w)
	encoder.SetEscapeHTML(false)
	// gqlgen's own type writes "data": null even where nothing was executed.
	_ = encoder.Encode(struct { // an error means that the client is gone: there is nobody to tell
		Errors     gqlerror.List   `json:"errors,omitempty"`
		Data       json.RawMessage `json:"data,omitempty"`
		Extensions map[string]any  `json:"extensions,omitempty"`
	}{response.Errors, response.Data, response.Extensions})
}

// rateLimitOf finds a caller's budget among an operation's statistics.
const rateLimitOf = "RateLimit"

func rateLimit(op *graphql.OperationContext) *model.RateLimit {
	state, _ := op.Stats.GetExtension(rateLimitOf).(*model.RateLimit)
	return state
}
