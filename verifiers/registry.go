package verifiers

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net/netip"
	"runtime/debug"
	"slices"
	"time"

	"keyward/internal/egress"
	"keyward/internal/template"
	"keyward/models"
)

// Limit is how long a dry request may take in all.
const Limit = 15 * time.Second

// Registry finds the verifier of a protocol and keeps it within its bounds. It is safe for concurrent use.
type Registry struct {
	verifiers  map[string]Verifier
	guard      *egress.Guard
	exceptions map[string]*egress.Guard
	limit      time.Duration
	log        *slog.Logger
	now        func() time.Time
}

// New makes a registry whose verifiers dial through guard. A component named in exceptions, by its key, has a guard of
// its own: the sample may reach its own service and nobody else may.
func New(guard *egress.Guard, exceptions map[string]*egress.Guard, log *slog.Logger) *Registry {
	return &Registry{
		verifiers: map[string]Verifier{
			"amqp":       amqpVerifier{},
			"aws":        awsVerifier{},
			"clickhouse": clickhouseVerifier{},
			"external":   externalVerifier{},
			"ftp":        ftpVerifier{},
			"graphql":    newGraphQL(),
			"http":       httpVerifier{},
			"imap":       imapVerifier{},
			"kafka":      kafkaVerifier{},
			"ldap":       ldapVerifier{},
			"mongodb":    mongodbVerifier{},
			"mqtt":       mqttVerifier{},
			"mysql":      mysqlVerifier{},
			"nats":       natsVerifier{},
			"odata":      newOData(),
			"oracle":     oracleVerifier{turns: make(chan struct{}, 2)},
			"postgres":   postgresVerifier{},
			"redis":      redisVerifier{},
			"s3":         s3Verifier{},
			"sftp":       sftpVerifier{},
			"smtp":       smtpVerifier{},
			"soap":       newSOAP(),
			"sqlserver":  sqlserverVerifier{},
		},
		guard:      guard,
		exceptions: maps.Clone(exceptions),
		limit:      Limit,
		log:        log,
		now:        time.Now,
	}
}

// Protocols lists what a descriptor may name as its dry request's protocol.
func (r *Registry) Protocols() []string { return slices.Sorted(maps.Keys(r.verifiers)) }

// Verify makes the method's dry request with values and reports what was found. It takes Limit at most, and logoutTime more where a session has to be ended; a ctx that
// ends earlier is UNAVAILABLE with TIMEOUT. The verification's ids are for the caller to fill in.
func (r *Registry) Verify(ctx context.Context, componentKey string, method *models.AuthMethod, values models.Values) models.Verification {
	guard := r.guardOf(componentKey)
	return r.timed(func() Result { return r.ask(ctx, guard, Request{method.DryRequest, values}) })
}

func (r *Registry) guardOf(componentKey string) *egress.Guard {
	if own, ok := r.exceptions[componentKey]; ok {
		return own
	}
	return r.guard
}

func (r *Registry) timed(ask func() Result) models.Verification {
	began := r.now()
	result := ask()
	ended := r.now()
	return models.Verification{
		Outcome:    result.Outcome,
		Reason:     result.Reason,
		Account:    result.Account,
		Pin:        result.Pin,
		CheckedAt:  ended.UTC().Truncate(time.Millisecond),
		DurationMs: int32(ended.Sub(began).Milliseconds()), //nolint:gosec // Limit is 15 s
	}
}

// Target tells the host that Verify would dial with these values, in one spelling and without a port; empty where it
// would dial none.
func (r *Registry) Target(method *models.AuthMethod, values models.Values) string {
	if method.DryRequest == nil {
		return ""
	}
	verifier, ok := r.verifiers[method.DryRequest.Protocol]
	if !ok {
		return ""
	}
	host, err := verifier.Target(Request{method.DryRequest, values})
	if err != nil {
		return ""
	}
	if addr, err := netip.ParseAddr(host); err == nil {
		return addr.Unmap().String() // ::ffff:192.0.2.1 is 192.0.2.1
	}
	return template.CanonicalHost(host)
}

func (r *Registry) ask(ctx context.Context, guard *egress.Guard, request Request) Result {
	if request.DryRequest == nil {
		return unavailable(models.ReasonUnexpectedResponse)
	}
	protocol := request.DryRequest.Protocol
	verifier, ok := r.verifiers[protocol]
	if !ok {
		return unavailable(models.ReasonUnexpectedResponse)
	}
	return r.within(ctx, protocol, func(ctx context.Context) Result { return verifier.Verify(ctx, guard, request) })
}

// within keeps a try within its time, and what comes of it to what may come of one.
func (r *Registry) within(ctx context.Context, protocol string, try func(context.Context) Result) (result Result) {
	ctx, cancel := context.WithTimeout(ctx, r.limit)
	defer cancel()
	defer func() {
		if p := recover(); p != nil {
			// Only where, never what: a panic's value may hold a secret.
			r.log.ErrorContext(ctx, "a verifier panicked", "protocol", protocol, "kind", fmt.Sprintf("%T", p), "stack", string(debug.Stack()))
			result = unavailable(models.ReasonUnexpectedResponse)
		}
	}()
	result = try(ctx)
	switch result.Outcome {
	case models.Accepted, models.Rejected:
		return result
	}
	if ctx.Err() != nil && result.Reason != models.ReasonTargetForbidden {
		return unavailable(models.ReasonTimeout) // whatever a driver made of it
	}
	return unavailable(result.Reason)
}

// failure turns a refusal into its result and any other error into the network's reason for it.
func failure(err error) Result {
	if refused, ok := errors.AsType[refusal](err); ok {
		return refused.Result
	}
	switch {
	case errors.Is(err, template.ErrRejected):
		return errRejected.Result
	case errors.Is(err, template.ErrForbidden):
		return errForbidden.Result
	case errors.Is(err, template.ErrUnclear):
		return errUnclear.Result
	}
	return unavailable(egress.Reason(err))
}
