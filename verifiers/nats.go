package verifiers

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/url"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nkeys"

	"keyward/internal/egress"
	"keyward/internal/template"
	"keyward/models"
)

// natsVerifier connects to a NATS server (https://docs.nats.io/reference/reference-protocols/nats-protocol), which
// answers a ping only to who may be there. Parameters: host, port, tls: "disable" means that TLS is used only where the
// server insists on it, anything else verified TLS; and one way to say who it is: token, or user and password, or seed
// (an NKey's), or credentials (the text of a .creds file: a JWT and a seed). Or uri: nats:// means tls is "disable",
// tls:// verified TLS; a user without a password is a token. The other servers of a cluster are never dialled.
//
// A server that lets strangers in says so (auth_required), also where it has a user for them (no_auth_user). It may take any
// login for right, so that its yes proves none.
type natsVerifier struct{}

var _ Verifier = natsVerifier{}

var natsDialect = dialect{
	schemes: []string{"nats", "tls"}, port: "4222", tls: "tls",
	plain: func(uri *url.URL) bool { return uri.Scheme == "nats" },
}

func (natsVerifier) Target(r Request) (string, error) { return loginHost(r, natsDialect) }

func (natsVerifier) Verify(ctx context.Context, guard *egress.Guard, r Request) Result {
	s, err := newScope(r)
	if err != nil {
		return failure(err)
	}
	l, err := newLogin(r, s, natsDialect)
	if err != nil {
		return failure(err)
	}
	options, err := natsOptions(r, s, l)
	if err != nil {
		return failure(err)
	}
	out := &line{guard: guard}
	defer out.hangUp()
	conn, err := out.dial(ctx, "tcp", net.JoinHostPort(l.host, l.port))
	if err != nil {
		return failure(err)
	}
	stop := context.AfterFunc(ctx, out.hangUp)
	defer stop()
	options.CustomDialer = &dialled{conn: conn}
	if deadline, ok := ctx.Deadline(); ok {
		options.Timeout = time.Until(deadline)
	}
	client, err := options.Connect()
	if err != nil {
		return natsResult(err)
	}
	asked := client.AuthRequired()
	out.hangUp() // so that closing the client waits for nobody
	client.Close()
	if !asked && !natsAnonymous(options) {
		return errUnclear.Result // let in as anybody would be, which says nothing of these values
	}
	return accepted()
}

// natsAnonymous reports whether nothing says who it is.
func natsAnonymous(o nats.Options) bool {
	return o.User+o.Password+o.Token == "" && o.SignatureCB == nil
}

// dialled hands a driver the one connection that was dialled for it.
type dialled struct{ conn net.Conn }

func (d *dialled) Dial(string, string) (net.Conn, error) {
	if d.conn == nil {
		return nil, errOneConnection
	}
	conn := d.conn
	d.conn = nil
	return conn, nil
}

func natsOptions(r Request, s template.Scope, l login) (nats.Options, error) {
	param := func(name string) string { return s.Text(r.DryRequest.Params[name]) }
	options := nats.Options{
		Url: "nats://" + net.JoinHostPort(l.host, l.port), Name: "keyward", Verbose: false,
		User: l.user, Password: l.password, Token: param("token"),
		AllowReconnect: false, IgnoreDiscoveredServers: true, SkipHostLookup: true, // the guard resolves
		Secure: !l.plain, TLSConfig: &tls.Config{ServerName: l.host, MinVersion: tls.VersionTLS12},
		AsyncErrorCB: func(*nats.Conn, *nats.Subscription, error) {}, // else it prints what the server says
	}
	if r.DryRequest.Params["uri"] != "" && l.password == "" {
		options.User, options.Token = "", l.user
	}
	if seed := param("seed"); seed != "" {
		key, err := nkeys.FromSeed([]byte(seed))
		if err != nil {
			return nats.Options{}, errRejected
		}
		if options.Nkey, err = key.PublicKey(); err != nil {
			return nats.Options{}, errRejected
		}
		options.SignatureCB = key.Sign
	}
	if text := param("credentials"); text != "" {
		key, err := nkeys.ParseDecoratedNKey([]byte(text))
		if err != nil {
			return nats.Options{}, errRejected
		}
		options.SignatureCB = key.Sign
		if err := nats.UserJWT(func() (string, error) { return nkeys.ParseDecoratedJWT([]byte(text)) }, key.Sign)(&options); err != nil {
			return nats.Options{}, errRejected
		}
	}
	return options, nil
}

func natsResult(err error) Result {
	switch {
	case errors.Is(err, nats.ErrAuthorization), errors.Is(err, nats.ErrAuthExpired), errors.Is(err, nats.ErrAuthRevoked),
		errors.Is(err, nats.ErrAccountAuthExpired):
		return rejected(models.ReasonAuthRejected)
	case errors.Is(err, nats.ErrSecureConnWanted):
		return unavailable(models.ReasonTLSInvalid)
	}
	return failure(err)
}
