package verifiers

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"keyward/models"
)

// signed is a service of AWS' as far as keys go: it recomputes each request's signature from the secret that it knows,
// written from AWS' description and not with the signer that the verifiers use
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html), and answers with the
// service's documented codes what doesn't fit. What does goes on to next.
type signed struct {
	service, region string
	secrets         map[string]string // by access key id
	tokens          map[string]string // that must come along, likewise
	now             func() time.Time
	refuse          func(w http.ResponseWriter, status int, code, message string)
	next            http.Handler
}

func (s signed) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if code, message := s.check(r); code != "" {
		s.refuse(w, http.StatusForbidden, code, message)
		return
	}
	s.next.ServeHTTP(w, r)
}

func (s signed) check(r *http.Request) (code, message string) {
	fields, ok := strings.CutPrefix(r.Header.Get("Authorization"), "AWS4-HMAC-SHA256 ")
	if !ok {
		return "AccessDenied", "no signature"
	}
	parts := map[string]string{}
	for field := range strings.SplitSeq(fields, ", ") {
		name, value, _ := strings.Cut(field, "=")
		parts[name] = value
	}
	id, scope, _ := strings.Cut(parts["Credential"], "/")
	secret, known := s.secrets[id]
	if !known {
		return map[string]string{"s3": "InvalidAccessKeyId", "sts": "InvalidClientTokenId"}[s.service], "unknown"
	}
	stamp := r.Header.Get("X-Amz-Date")
	at, err := time.Parse("20060102T150405Z", stamp)
	if err != nil || scope != at.Format("20060102")+"/"+s.region+"/"+s.service+"/aws4_request" {
		return "AuthorizationHeaderMalformed", "the region is wrong"
	}
	names := strings.Split(parts["SignedHeaders"], ";")
	if !slices.Contains(names, "host") || !slices.IsSorted(names) {
		return "SignatureDoesNotMatch", "the host is not signed"
	}
	lines := []string{r.Method, escapedPath(r.URL), strings.ReplaceAll(r.URL.Query().Encode(), "+", "%20")}
	for _, name := range names {
		value := r.Header.Get(name)
		if name == "host" {
			value = r.Host
		}
		lines = append(lines, name+":"+strings.TrimSpace(value))
	}
	lines = append(lines, "", parts["SignedHeaders"], r.Header.Get("X-Amz-Content-Sha256"))
	digest := sha256.Sum256([]byte(strings.Join(lines, "\n")))
	key := []byte("AWS4" + secret)
	for part := range strings.SplitSeq(scope, "/") {
		key = mac(key, part)
	}
	want := mac(key, strings.Join([]string{"AWS4-HMAC-SHA256", stamp, scope, hex.EncodeToString(digest[:])}, "\n"))
	if hex.EncodeToString(want) != parts["Signature"] {
		return "SignatureDoesNotMatch", "The request signature we calculated does not match the signature you provided."
	}
	if s.now().Sub(at).Abs() > 15*time.Minute {
		return "SignatureDoesNotMatch", "Signature expired: " + stamp + " is now earlier than " + s.now().Format("20060102T150405Z")
	}
	if r.Header.Get("X-Amz-Security-Token") != s.tokens[id] {
		return map[string]string{"s3": "InvalidToken", "sts": "InvalidClientTokenId"}[s.service], "The security token included in the request is invalid."
	}
	return "", ""
}

func escapedPath(u *url.URL) string {
	if u.EscapedPath() == "" {
		return "/"
	}
	return u.EscapedPath()
}

func mac(key []byte, text string) []byte {
	h := hmac.New(sha256.New, key)
	h.Write([]byte(text))
	return h.Sum(nil)
}

// over serves a handler with TLS for localhost.
func over(t *testing.T, handler http.Handler) (port string) {
	t.Helper()
	server := httptest.NewUnstartedServer(handler)
	server.TLS = trusted(t)
	server.StartTLS()
	t.Cleanup(server.Close)
	u, err := url.Parse(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	return u.Port()
}

func awsRequest(protocol, port string, more ...string) Request {
	params := map[string]string{
		"host": "{{host}}", "port": "{{port}}", "region": "{{region}}",
		"accessKeyId": "{{accessKeyId}}", "secretAccessKey": "{{secretAccessKey}}", "sessionToken": "{{sessionToken}}",
	}
	if protocol == "s3" {
		for _, name := range []string{"bucket", "style", "tls"} {
			params[name] = "{{" + name + "}}"
		}
	}
	dry := &models.DryRequest{Protocol: protocol, Hosts: []string{"{{host}}"}, Params: params}
	return Request{dry, values("host", "localhost", "port", port, "region", "eu-central-1",
		"accessKeyId", exampleID, "secretAccessKey", exampleSecret)}.with(more...)
}

// The keys of AWS' own examples.
const (
	exampleID     = "AKIAIOSFODNN7EXAMPLE"
	exampleSecret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
)

// stsError and stsIdentity are the documents that the service's reference shows.
func stsError(w http.ResponseWriter, status int, code, message string) {
	w.Header().Set("Content-Type", "text/xml")
	w.WriteHeader(status)
	_, _ = fmt.Fprintf(w, `<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type><Code>%s</Code>`+
		`<Message>%s</Message></Error><RequestId>01234567-89ab-cdef-0123-456789abcdef</RequestId></ErrorResponse>`, code, message)
}

const stsIdentity = `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>
<Arn>arn:aws:iam::123456789012:user/Alice</Arn><UserId>AKIAI44QH8DHBEXAMPLE</UserId><Account>123456789012</Account>
</GetCallerIdentityResult><ResponseMetadata><RequestId>01234567-89ab-cdef-0123-456789abcdef</RequestId></ResponseMetadata></GetCallerIdentityResponse>`

// AWS itself can't be run here: this stands in for it, with real signatures and the documented answers.
func TestAWS(t *testing.T) {
	sts := signed{
		service: "sts", region: "eu-central-1", now: time.Now, refuse: stsError,
		secrets: map[string]string{exampleID: exampleSecret, "ASIATEMPORARY": "temporary"},
		tokens:  map[string]string{"ASIATEMPORARY": "session/token+=="},
		next: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.FormValue("Action") != "GetCallerIdentity" || r.FormValue("Version") != "2011-06-15" {
				stsError(w, http.StatusBadRequest, "InvalidAction", "no such action")
				return
			}
			_, _ = fmt.Fprint(w, stsIdentity)
		}),
	}
	late := sts
	late.now = func() time.Time { return time.Now().Add(time.Hour) }
	alice := accepted()
	alice.Account = models.Account{ID: "123456789012", Name: "arn:aws:iam::123456789012:user/Alice"}
	port, latePort := over(t, sts), over(t, late)
	answering := func(status int, code string) string {
		return over(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { stsError(w, status, code, "canary") }))
	}
	for name, c := range map[string]struct {
		request Request
		want    Result
	}{
		"right":               {awsRequest("aws", port), alice},
		"temporary":           {awsRequest("aws", port, "accessKeyId", "ASIATEMPORARY", "secretAccessKey", "temporary", "sessionToken", "session/token+=="), alice},
		"no session token":    {awsRequest("aws", port, "accessKeyId", "ASIATEMPORARY", "secretAccessKey", "temporary"), rejected(models.ReasonAuthRejected)},
		"unknown key":         {awsRequest("aws", port, "accessKeyId", "AKIANOBODY"), rejected(models.ReasonAuthRejected)},
		"wrong secret":        {awsRequest("aws", port, "secretAccessKey", "wrong"), rejected(models.ReasonAuthRejected)},
		"no secret":           {awsRequest("aws", port, "secretAccessKey", ""), rejected(models.ReasonAuthRejected)},
		"not a key":           {awsRequest("aws", port, "accessKeyId", "a/b\r\nc"), rejected(models.ReasonAuthRejected)},
		"an expired token":    {awsRequest("aws", answering(403, "ExpiredToken")), rejected(models.ReasonAuthRejected)},
		"denied":              {awsRequest("aws", answering(403, "AccessDenied")), rejected(models.ReasonInsufficientScope)},
		"a clock that is off": {awsRequest("aws", latePort), unavailable(models.ReasonUnexpectedResponse)},
		"a request too old":   {awsRequest("aws", answering(400, "RequestExpired")), unavailable(models.ReasonUnexpectedResponse)},
		"too many requests":   {awsRequest("aws", answering(400, "Throttling")), unavailable(models.ReasonRateLimited)},
		"broken":              {awsRequest("aws", answering(500, "InternalFailure")), unavailable(models.ReasonUnexpectedResponse)},
		"a yes in an error":   {awsRequest("aws", answering(200, "SignatureDoesNotMatch")), unavailable(models.ReasonUnexpectedResponse)},
		"other certificate":   {awsRequest("aws", port, "host", "127.0.0.1"), unavailable(models.ReasonTLSInvalid)},
	} {
		t.Run(name, func(t *testing.T) { expect(t, patiently(t, loopback(t), c.request), c.want) })
	}
}

// The secret key signs and is never sent, whoever asks for it.
func TestAWS_sends_no_secret(t *testing.T) {
	var heard strings.Builder
	port := over(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_ = r.Write(&heard)
		w.Header().Set("WWW-Authenticate", "Basic")
		w.Header().Set("Location", "https://elsewhere.example.com/")
		w.WriteHeader(http.StatusTemporaryRedirect)
	}))
	for _, protocol := range []string{"aws", "s3"} {
		expect(t, patiently(t, loopback(t), awsRequest(protocol, port)), unavailable(models.ReasonUnexpectedResponse))
	}
	if !strings.Contains(heard.String(), exampleID) || strings.Contains(heard.String(), exampleSecret) {
		t.Errorf("heard %d bytes, with the secret or without the id", heard.Len())
	}
}
