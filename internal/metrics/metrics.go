// Package metrics holds the instruments that the others are handed, and shows what they read in Prometheus's text format.
// No label is made of what somebody sent or typed in: each takes its values from a list that the program or the catalog
// knows, so that there is no id, no name, no address and no secret in them, and their number stays small.
package metrics

import (
	"net/http"
	"runtime"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"keyward/models"
)

// Other is the label of whatever is on no list.
const Other = "other"

// Limit says which limit refused a request.
type Limit string

// The limits.
const (
	LimitHost      Limit = "dry_requests_per_host"
	LimitWorkspace Limit = "dry_requests_per_workspace"
)

// Unauthenticated says why a request had no caller.
type Unauthenticated string

// The reasons.
const (
	NoToken      Unauthenticated = "no_token"
	UnknownToken Unauthenticated = "unknown_token" // or an expired one
	NoSession    Unauthenticated = "no_session"    // a cookie whose session has ended
	TwoCallers   Unauthenticated = "two_callers"
	NotMember    Unauthenticated = "not_a_member"
)

// Metrics are the instruments. A nil one counts nothing, for commands that nobody watches.
type Metrics struct {
	registry               *prometheus.Registry
	requests               *prometheus.CounterVec
	requestSeconds         *prometheus.HistogramVec
	dryRequests            *prometheus.CounterVec
	dryRequestSeconds      *prometheus.HistogramVec
	rateLimited            *prometheus.CounterVec
	authenticationFailures *prometheus.CounterVec
	tokenRenewals          *prometheus.CounterVec
}

// New makes the instruments of this process, in a registry of their own.
func New(version string) *Metrics {
	counter := func(name, help string, labels ...string) *prometheus.CounterVec {
		return prometheus.NewCounterVec(prometheus.CounterOpts{Namespace: "keyward", Name: name, Help: help}, labels)
	}
	histogram := func(name, help string, buckets []float64, labels ...string) *prometheus.HistogramVec {
		return prometheus.NewHistogramVec(prometheus.HistogramOpts{Namespace: "keyward", Name: name, Help: help, Buckets: buckets}, labels)
	}
	m := &Metrics{
		registry: prometheus.NewRegistry(),
		requests: counter("http_requests_total", "HTTP requests that were answered.", "route", "method", "status"),
		requestSeconds: histogram("http_request_duration_seconds", "How long answering took.",
			[]float64{.001, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 15, 50}, "route", "method"),
		dryRequests: counter("dry_requests_total", "Dry requests that were made, by what they showed.", "component", "outcome", "reason"),
		dryRequestSeconds: histogram("dry_request_duration_seconds", "How long dry requests took.",
			[]float64{.01, .05, .1, .25, .5, 1, 2.5, 5, 10, 15}, "component", "outcome"),
		rateLimited:            counter("rate_limited_total", "Requests refused because too many were made, by the limit that refused them.", "limit"),
		authenticationFailures: counter("authentication_failures_total", "Requests without a token that is known.", "reason"),
		tokenRenewals:          counter("oauth_token_renewals_total", "Renewals of OAuth tokens, by what came of them: renewed, or why not.", "outcome"),
	}
	build := prometheus.NewGaugeVec(prometheus.GaugeOpts{
		Namespace: "keyward", Name: "build_info", Help: "Always 1; its labels say which release this is.",
	}, []string{"version", "go"})
	build.WithLabelValues(version, runtime.Version()).Set(1)
	for _, limit := range []Limit{LimitHost, LimitWorkspace} { // there from the start, so that the first one is seen as a step
		m.rateLimited.WithLabelValues(string(limit))
	}
	for _, reason := range []Unauthenticated{NoToken, UnknownToken, NoSession, TwoCallers, NotMember} {
		m.authenticationFailures.WithLabelValues(string(reason))
	}
	m.Register(m.requests, m.requestSeconds, m.dryRequests, m.dryRequestSeconds, m.rateLimited, m.authenticationFailures, m.tokenRenewals, build,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// Register adds what others count. It panics where two count the same.
func (m *Metrics) Register(more ...prometheus.Collector) { m.registry.MustRegister(more...) }

// Request counts a request. Route and method have to be from a list; a status of 0 is none: the connection was cut.
func (m *Metrics) Request(route, method string, status int, took time.Duration) {
	if m == nil {
		return
	}
	m.requests.WithLabelValues(route, method, strconv.Itoa(status)).Inc()
	m.requestSeconds.WithLabelValues(route, method).Observe(took.Seconds())
}

// DryRequest counts a dry request. The component has to be a key of the catalog, or Other.
func (m *Metrics) DryRequest(component string, v models.Verification) {
	if m == nil {
		return
	}
	m.dryRequests.WithLabelValues(component, string(v.Outcome), string(v.Reason)).Inc()
	m.dryRequestSeconds.WithLabelValues(component, string(v.Outcome)).Observe(float64(v.DurationMs) / 1000)
}

// RateLimited counts a refusal.
func (m *Metrics) RateLimited(limit Limit) {
	if m != nil {
		m.rateLimited.WithLabelValues(string(limit)).Inc()
	}
}

// TokenRenewed counts a renewal by what came of it: renewed, or a reason of models.OAuthReason.
func (m *Metrics) TokenRenewed(outcome string) {
	if m != nil {
		m.tokenRenewals.WithLabelValues(outcome).Inc()
	}
}

// AuthenticationFailed counts a request without a caller.
func (m *Metrics) AuthenticationFailed(reason Unauthenticated) {
	if m != nil {
		m.authenticationFailures.WithLabelValues(string(reason)).Inc()
	}
}

// Handler shows what was counted. Who may see it is for the caller to say.
func (m *Metrics) Handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{
		ErrorHandling:       promhttp.ContinueOnError, // what else there is, rather than an error's text
		DisableCompression:  true,
		MaxRequestsInFlight: 4,
	})
}
