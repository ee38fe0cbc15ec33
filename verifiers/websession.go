package verifiers

import (
	"context"
	"net/http"
	"strings"
	"time"
	"unicode"

	"keyward/internal/egress"
	"keyward/internal/template"
	"keyward/models"
)

const (
	// maxSessionValue bounds what a log-in may give: a header has to hold it.
	maxSessionValue = 16 << 10
	// logoutTime is how long a log-out may keep somebody waiting, whose answer is known already.
	logoutTime = 3 * time.Second
)

// openSession logs in, and puts what that gives into the scope. Accepted says only that the request can be made now.
func openSession(ctx context.Context, guard *egress.Guard, s template.Scope, dry *models.DryRequest) Result {
	session := dry.Session
	a, header, err := fetch(ctx, guard.HTTPClient(), s, session.Request, dry.Hosts)
	if err != nil {
		return failure(err)
	}
	opened := judge(&models.DryRequest{Unavailable: session.Unavailable, Accept: session.Accept, Reject: session.Reject}, a)
	if opened.Outcome != models.Accepted {
		return opened
	}
	document, _ := template.Document(a.body)
	for name, where := range session.Values {
		value := given(where, document, header)
		if value == "" || len(value) > maxSessionValue || strings.ContainsFunc(value, unicode.IsControl) {
			return unavailable(models.ReasonUnexpectedResponse)
		}
		s[name] = models.NewSecret(value)
	}
	return opened
}

// given is what a log-in's answer has at a place; empty where it has nothing.
func given(where models.SessionValue, document any, header http.Header) string {
	switch {
	case where.Header != "":
		return header.Get(where.Header)
	case where.Cookie != "":
		for _, line := range header.Values("Set-Cookie") {
			if cookie, err := http.ParseSetCookie(line); err == nil && cookie.Name == where.Cookie {
				return cookie.Value
			}
		}
		return ""
	}
	return template.Scalar(document, where.Pointer)
}

// closeSession logs out. Whatever comes of it, the credential is what it was found to be.
func closeSession(ctx context.Context, guard *egress.Guard, s template.Scope, dry *models.DryRequest) {
	if dry.Session.Logout == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), logoutTime) // a session is ended also when time has run out
	defer cancel()
	_, _, _ = fetch(ctx, guard.HTTPClient(), s, dry.Session.Logout, dry.Hosts)
}
