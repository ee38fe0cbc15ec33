package verifiers

import (
	"context"
	"io"
	"net/http"
	"slices"

	"keyward/internal/egress"
	"keyward/internal/template"
	"keyward/models"
)

// web are the protocols over HTTP that know by themselves what to ask and what an answer means. Parameters: url; and how to log
// in, if at all: user and password (RFC 7617), token (RFC 6750), or headerName and headerValue.
//
// Many such services tell everybody what they are asked here. Then a login has proved nothing by being told, so whoever logs in is
// believed only where nobody else is told the same.
type web struct {
	request func(params map[string]string) *models.HTTPRequest
	accept  string // the media types that are asked for
	// judge says what an answer means that is neither 401, 403, 429 nor 5xx.
	judge func(params map[string]string, a answer) Result
}

func (w web) Target(r Request) (string, error) {
	s, err := newScope(r)
	if err != nil {
		return "", err
	}
	target, err := s.Target(r.DryRequest.Params["url"], r.DryRequest.Hosts)
	if err != nil {
		return "", err
	}
	return target.Hostname(), nil
}

func (w web) Verify(ctx context.Context, guard *egress.Guard, r Request) Result {
	s, err := newScope(r)
	if err != nil {
		return failure(err)
	}
	params := r.DryRequest.Params
	declared := w.request(params)
	declared.URL = params["url"]
	anonymous := *declared
	login := logIn(declared, params)
	found, err := w.ask(ctx, guard, s, r.DryRequest, declared)
	if err != nil {
		return failure(err)
	}
	if !login || found.Outcome != models.Accepted {
		return found
	}
	stranger, err := w.ask(ctx, guard, s, r.DryRequest, &anonymous)
	if err != nil {
		return failure(err)
	}
	if stranger.Outcome == models.Accepted || stranger.Reason == models.ReasonRateLimited {
		return unavailable(models.ReasonUnexpectedResponse)
	}
	return found
}

// logIn adds the login that the parameters declare, if they do.
func logIn(request *models.HTTPRequest, params map[string]string) bool {
	switch {
	case params["user"] != "":
		request.Basic = &models.BasicAuth{Username: params["user"], Password: params["password"]}
	case params["token"] != "":
		request.Headers = map[string]string{"Authorization": "Bearer " + params["token"]}
	case params["headerName"] != "":
		request.Headers = map[string]string{params["headerName"]: params["headerValue"]}
	default:
		return false
	}
	return true
}

func (w web) ask(ctx context.Context, guard *egress.Guard, s template.Scope, dry *models.DryRequest, declared *models.HTTPRequest) (Result, error) {
	req, err := s.Request(ctx, declared, dry.Hosts)
	if err != nil {
		return Result{}, err
	}
	req.Header.Set("Accept", w.accept)
	resp, err := guard.HTTPClient().Do(req)
	if err != nil {
		return Result{}, err
	}
	defer func() { _ = resp.Body.Close() }()
	// Descriptions of services can be long; that they are one shows at their beginning.
	beginning, err := io.ReadAll(io.LimitReader(resp.Body, maxBody))
	if err != nil {
		return Result{}, err
	}
	switch a := (answer{resp.StatusCode, beginning}); {
	case slices.Contains([]int{http.StatusUnauthorized, http.StatusForbidden}, a.status):
		return rejected(models.ReasonAuthRejected), nil
	case a.status == http.StatusTooManyRequests:
		return unavailable(models.ReasonRateLimited), nil
	case a.status >= http.StatusInternalServerError:
		return Result{}, errUnclear
	default:
		return w.judge(dry.Params, a), nil
	}
}

// get is the request of those that only read a document.
func get(map[string]string) *models.HTTPRequest { return &models.HTTPRequest{Method: http.MethodGet} }
