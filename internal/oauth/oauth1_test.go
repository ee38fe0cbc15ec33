package oauth_test

import (
	"crypto/hmac"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"hash"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"keyward/internal/egress"
	"keyward/internal/oauth"
	"keyward/models"
	"keyward/verifiers"
)

// signedBy takes a request's OAuth parameters out of its Authorization header and reports whether the secrets made its signature (RFC 5849,
// section 3.4). It is written from the RFC alone, and shares nothing with what signs.
func signedBy(r *http.Request, scheme string, form url.Values, clientSecret, tokenSecret string) (map[string]string, bool) {
	rest, ok := strings.CutPrefix(r.Header.Get("Authorization"), "OAuth ")
	if !ok {
		return nil, false
	}
	said := map[string]string{}
	var pairs []string
	add := func(name, value string) { pairs = append(pairs, escape(name)+"="+escape(value)) }
	for part := range strings.SplitSeq(rest, ",") {
		name, value, _ := strings.Cut(strings.TrimSpace(part), "=")
		value, err := url.PathUnescape(strings.Trim(value, `"`))
		if err != nil || said[name] != "" {
			return nil, false
		}
		said[name] = value
		if name != "realm" && name != "oauth_signature" {
			add(name, value)
		}
	}
	for name, values := range r.URL.Query() {
		for _, value := range values {
			add(name, value)
		}
	}
	for name, values := range form {
		for _, value := range values {
			add(name, value)
		}
	}
	slices.Sort(pairs)
	host := strings.ToLower(r.Host)
	for _, port := range []string{":80", ":443"} {
		host = strings.TrimSuffix(host, port)
	}
	base := strings.ToUpper(r.Method) + "&" + escape(scheme+"://"+host+r.URL.EscapedPath()) + "&" + escape(strings.Join(pairs, "&"))
	algorithm := map[string]func() hash.Hash{"HMAC-SHA1": sha1.New, "HMAC-SHA256": sha256.New}[said["oauth_signature_method"]]
	if algorithm == nil {
		return said, false
	}
	mac := hmac.New(algorithm, []byte(escape(clientSecret)+"&"+escape(tokenSecret)))
	mac.Write([]byte(base))
	return said, said["oauth_signature"] == base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// escape is section 3.6: all but the unreserved characters, in capitals.
func escape(text string) string {
	var escaped strings.Builder
	for _, c := range []byte(text) {
		if 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || strings.ContainsRune("-._~", rune(c)) {
			escaped.WriteByte(c)
		} else {
			fmt.Fprintf(&escaped, "%%%02X", c)
		}
	}
	return escaped.String()
}

// The server of these tests takes what RFC 5849, section 1.2, says that a server takes, and nothing else.
func TestSignedBy_the_example_of_the_RFC(t *testing.T) {
	const client = "kd94hf93k423kf44"
	for _, tt := range []struct{ method, url, header, secret string }{
		{http.MethodPost, "https://photos.example.net/initiate", `OAuth realm="Photos", oauth_consumer_key="dpf43f3p2l4k3l03", oauth_signature_method="HMAC-SHA1", oauth_timestamp="137131200", oauth_nonce="wIjqoS", oauth_callback="http%3A%2F%2Fprinter.example.com%2Fready", oauth_signature="74KNZJeDHnMBp0EMJ9ZHt%2FXKycU%3D"`, ""},
		{http.MethodPost, "https://photos.example.net/token", `OAuth realm="Photos", oauth_consumer_key="dpf43f3p2l4k3l03", oauth_token="hh5s93j4hdidpola", oauth_signature_method="HMAC-SHA1", oauth_timestamp="137131201", oauth_nonce="walatlh", oauth_verifier="hfdp7dh39dks9884", oauth_signature="gKgrFCywp7rO0OXSjdot%2FIHF7IU%3D"`, "hdhd0244k9j7ao03"},
		{http.MethodGet, "http://photos.example.net/photos?file=vacation.jpg&size=original", `OAuth realm="Photos", oauth_consumer_key="dpf43f3p2l4k3l03", oauth_token="nnch734d00sl2jdk", oauth_signature_method="HMAC-SHA1", oauth_timestamp="137131202", oauth_nonce="chapoH", oauth_signature="MdpQcU8iPSUjWoN%2FUDMsK2sui9I%3D"`, "pfkkdhi9sl3r4s00"},
	} {
		r, err := http.NewRequestWithContext(t.Context(), tt.method, tt.url, nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Authorization", tt.header)
		if _, ok := signedBy(r, r.URL.Scheme, nil, client, tt.secret); !ok {
			t.Errorf("%s: refused", tt.url)
		}
		if _, ok := signedBy(r, r.URL.Scheme, nil, client, "x"); ok {
			t.Errorf("%s: another secret was taken", tt.url)
		}
	}
}

// signatures is a provider by OAuth 1.0a: it verifies each signature, and takes no nonce twice.
type signatures struct {
	*server
	method string
	mu     sync.Mutex
	nonces map[string]bool
	// wrong says what was wrong with requests.
	wrong []string
}

// The client's and the tokens' names and secrets, of which some need escaping.
const (
	consumerKey, consumerSecret = "consumer key", "canary&secret=+é"
	requestToken, requestSecret = "request-token", "request secret"
	verifier                    = "verifier/+1"
	accessToken, accessSecret   = "access-token", "canary-access-secret"
)

func newSignatures(t *testing.T, method string) *signatures {
	t.Helper()
	p := &signatures{method: method, nonces: map[string]bool{}}
	p.server = serve(t, func(w http.ResponseWriter, r *http.Request) {
		secret, want := "", map[string]string{"oauth_consumer_key": consumerKey, "oauth_signature_method": method, "oauth_version": "1.0"}
		var answer string
		switch r.URL.Path {
		case "/request":
			want["oauth_callback"] = callback
			answer = url.Values{"oauth_token": {requestToken}, "oauth_token_secret": {requestSecret}, "oauth_callback_confirmed": {"true"}}.Encode()
		case "/access":
			secret, want["oauth_token"], want["oauth_verifier"] = requestSecret, requestToken, verifier
			answer = url.Values{"oauth_token": {accessToken}, "oauth_token_secret": {accessSecret}, "screen_name": {"ada"}}.Encode()
		default:
			secret, want["oauth_token"] = accessSecret, accessToken
			answer = `{"id":7}`
		}
		said, ok := signedBy(r, "http", r.PostForm, consumerSecret, secret)
		p.mu.Lock()
		defer p.mu.Unlock()
		if !ok {
			p.wrong = append(p.wrong, r.URL.Path+": the signature")
		}
		for name, value := range want {
			if said[name] != value {
				p.wrong = append(p.wrong, r.URL.Path+": "+name)
				ok = false
			}
		}
		at, _ := strconv.ParseInt(said["oauth_timestamp"], 10, 64)
		if time.Since(time.Unix(at, 0)).Abs() > time.Minute || said["oauth_nonce"] == "" || p.nonces[said["oauth_nonce"]] {
			p.wrong = append(p.wrong, r.URL.Path+": the time or the nonce")
			ok = false
		}
		p.nonces[said["oauth_nonce"]] = true
		if !ok {
			http.Error(w, canarySaid, http.StatusUnauthorized)
			return
		}
		_, _ = w.Write([]byte(answer))
	})
	return p
}

const canarySaid = said + " and " + consumerSecret

func (p *signatures) connection() oauth.Connection {
	return oauth.Connection{
		Method: &models.AuthMethod{Kind: models.AuthOAuth1, OAuth1: &models.OAuth1{
			Provider: "thing", RequestTokenURL: p.URL + "/request", AuthorizationURL: p.URL + "/authorize?force=1", AccessTokenURL: p.URL + "/access", Signature: p.method,
		}},
		Values: models.Values{}, Client: oauth.Client{ID: consumerKey, Secret: models.NewSecret(consumerSecret)},
	}
}

func TestOAuth1(t *testing.T) {
	for _, method := range []string{"HMAC-SHA1", "HMAC-SHA256"} {
		t.Run(method, func(t *testing.T) {
			s := newSignatures(t, method)
			p, c := providers(t), s.connection()
			page, key, pending, err := p.Begin(t.Context(), c)
			if err != nil || page != s.URL+"/authorize?force=1&oauth_token="+requestToken || key != requestToken {
				t.Fatalf("%s, %s, %v; %v", page, key, err, s.wrong)
			}
			back := url.Values{"oauth_token": {requestToken}, "oauth_verifier": {verifier}}
			if oauth.KeyOf(back) != key {
				t.Error("it is not found when the person comes back")
			}
			g, err := checked(t)(p.Finish(t.Context(), c, pending, back))
			if err != nil || g.Tokens.Access.Reveal() != accessToken || g.Tokens.Secret.Reveal() != accessSecret || g.Tokens.CanRenew() || g.Life != 0 || g.Scopes != nil {
				t.Fatalf("%v; %v", err, s.wrong)
			}
			// The dry request is signed, whatever it has in its URL and its body.
			local, err := egress.ParseRanges("127.0.0.0/8")
			if err != nil {
				t.Fatal(err)
			}
			registry := verifiers.New(egress.New(local), nil, slog.New(slog.DiscardHandler))
			values := models.Values{"name": models.NewSecret("a b&c=ü")}.With(g.Tokens).Named()
			values[models.ConsumerKey], values[models.ConsumerSecret] = models.NewSecret(consumerKey), models.NewSecret(consumerSecret)
			for _, request := range []*models.HTTPRequest{
				{Method: http.MethodGet, URL: s.URL + "/me/{{name}}"},
				{Method: http.MethodGet, URL: s.URL + "/me", Query: map[string]string{"name": "{{name}}", "z": "1", "a": "~*'()"}},
				{Method: http.MethodPost, URL: s.URL + "/me?x=1", Form: map[string]string{"name": "{{name}}", "b": "+"}},
				{Method: http.MethodPost, URL: s.URL + "/me", JSON: `{"name":"{{name}}"}`},
			} {
				m := &models.AuthMethod{DryRequest: &models.DryRequest{
					Protocol: "http", Signature: method, Request: request, Account: models.AccountPointers{ID: "/id"},
					Accept: []models.ResponseRule{{Status: []int{200}}}, Reject: []models.ResponseRule{{Status: []int{401}}},
				}}
				if found := registry.Verify(t.Context(), "thing", m, values); found.Outcome != models.Accepted || found.Account.ID != "7" {
					t.Errorf("%s %s: %+v; %v", request.Method, request.URL, found, s.wrong)
				}
				for _, name := range []string{models.ConsumerSecret, models.TokenSecret} {
					spoilt := models.Values{}
					for key, value := range values {
						spoilt[key] = value
					}
					spoilt[name] = models.NewSecret("another")
					if found := registry.Verify(t.Context(), "thing", m, spoilt); found.Outcome != models.Rejected {
						t.Errorf("%s %s with another %s: %+v", request.Method, request.URL, name, found)
					}
				}
			}
		})
	}
}

func TestOAuth1_refused(t *testing.T) {
	s := newSignatures(t, "HMAC-SHA1")
	verified := s.answer
	p := providers(t)
	back := url.Values{"oauth_token": {requestToken}, "oauth_verifier": {verifier}}
	pending := oauth.Pending{State: requestToken, Secret: requestSecret}
	beginning := func(c oauth.Connection) error {
		_, _, _, err := p.Begin(t.Context(), c)
		_, err = checked(t)(oauth.Granted{}, err)
		return err
	}
	finishing := func(c oauth.Connection, pending oauth.Pending, answer url.Values) error {
		return second(checked(t)(p.Finish(t.Context(), c, pending, answer)))
	}
	other := s.connection()
	other.Client.Secret = models.NewSecret("canary")
	if err := beginning(other); reason(err) != models.OAuthClientRejected {
		t.Errorf("another client secret: %v", err)
	}
	if err := finishing(s.connection(), oauth.Pending{State: requestToken, Secret: "canary"}, back); reason(err) != models.OAuthGrantInvalid {
		t.Errorf("another temporary secret: %v", err)
	}
	before := s.count()
	for name, tt := range map[string]struct {
		answer url.Values
		want   models.OAuthReason
	}{
		"denied": {url.Values{"denied": {requestToken}}, models.OAuthAccessDenied}, "no verifier": {url.Values{"oauth_token": {requestToken}}, models.OAuthMalformedAnswer},
	} {
		if err := finishing(s.connection(), pending, tt.answer); reason(err) != tt.want {
			t.Errorf("%s: %v", name, err)
		}
	}
	nobody := s.connection()
	nobody.Client = oauth.Client{}
	if err := beginning(nobody); reason(err) != models.OAuthClientMissing {
		t.Errorf("no client: %v", err)
	}
	for name, change := range map[string]func(*models.OAuth1){
		"a host that isn't declared": func(o *models.OAuth1) { o.Hosts = []string{"api.example.com"} },
		"no TLS":                     func(o *models.OAuth1) { o.AccessTokenURL = "http://api.example.com/access" },
		"a page without TLS":         func(o *models.OAuth1) { o.AuthorizationURL = "http://api.example.com/authorize" },
	} {
		c := s.connection()
		change(c.Method.OAuth1)
		if err := beginning(c); reason(err) != models.OAuthTargetForbidden {
			t.Errorf("%s: %v", name, err)
		}
		if err := finishing(c, pending, back); reason(err) != models.OAuthTargetForbidden {
			t.Errorf("%s: %v", name, err)
		}
	}
	if s.count() != before {
		t.Error("it was asked all the same")
	}
	strict := oauth.New(egress.New(nil), callback, time.Second)
	if _, _, _, err := strict.Begin(t.Context(), s.connection()); reason(err) != models.OAuthTargetForbidden || s.count() != before {
		t.Errorf("this machine: %v", err)
	}
	for _, tt := range []struct {
		name          string
		answer        http.HandlerFunc
		begin, finish models.OAuthReason
	}{
		{"500", says(500, "", said), models.OAuthProviderUnavailable, models.OAuthProviderUnavailable},
		{"429", says(429, "", said), models.OAuthProviderUnavailable, models.OAuthProviderUnavailable},
		{"403", says(403, "", said), models.OAuthClientRejected, models.OAuthGrantInvalid},
		{"400", says(400, "", said), models.OAuthRefused, models.OAuthRefused},
		{"302", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/elsewhere", http.StatusFound) }, models.OAuthMalformedAnswer, models.OAuthMalformedAnswer},
		{"a page", says(200, "text/html", "<p>"+said), models.OAuthMalformedAnswer, models.OAuthMalformedAnswer},
		{"the callback isn't confirmed", says(200, "", "oauth_token=a&oauth_token_secret=b"), models.OAuthMalformedAnswer, ""},
		{"a token with a space", says(200, "", "oauth_token=a+b&oauth_token_secret=b&oauth_callback_confirmed=true"), "", models.OAuthMalformedAnswer},
		{"a long answer", says(200, "", "oauth_token=a&oauth_token_secret=b&oauth_callback_confirmed=true&x="+strings.Repeat("x", 256<<10)), models.OAuthMalformedAnswer, models.OAuthMalformedAnswer},
		{"cut off", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "1000")
			_, _ = w.Write([]byte("oauth_token=a&oauth_token_secret=b&oauth_callback_confirmed=true"))
		}, models.OAuthMalformedAnswer, models.OAuthMalformedAnswer},
		{"no answer", func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }, models.OAuthTimeout, models.OAuthTimeout},
		{"half an answer", func(w http.ResponseWriter, r *http.Request) {
			_, _ = w.Write([]byte("oauth_token=a"))
			_ = http.NewResponseController(w).Flush()
			<-r.Context().Done()
		}, models.OAuthTimeout, models.OAuthTimeout},
	} {
		s.says(tt.answer)
		if err := beginning(s.connection()); reason(err) != tt.begin {
			t.Errorf("%s: it begins with %v", tt.name, err)
		}
		if err := finishing(s.connection(), pending, back); reason(err) != tt.finish {
			t.Errorf("%s: it ends with %v", tt.name, err)
		}
	}
	s.says(verified)
	s.Close()
	if err := beginning(s.connection()); reason(err) != models.OAuthUnreachable {
		t.Errorf("nobody there: %v", err)
	}
}
