package verifiers

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"keyward/internal/egress"
	"keyward/models"
)

// postgresVerifier logs in to a PostgreSQL server, or one that speaks its protocol, and asks it for 1. Parameters:
// host, port, database, user, password, and sslMode: "disable" means no TLS, anything else verified TLS. Or uri, as
// libpq knows it (https://www.postgresql.org/docs/current/libpq-connect.html), where sslmode is all that its query says.
type postgresVerifier struct{}

var _ Verifier = postgresVerifier{}

const (
	maxMessage   = 64 << 10
	closeTimeout = time.Second
)

var postgresDialect = dialect{
	schemes: []string{"postgres", "postgresql"}, port: "5432", tls: "sslMode",
	plain: func(uri *url.URL) bool { return uri.Query().Get("sslmode") == "disable" },
}

func (postgresVerifier) Target(r Request) (string, error) { return loginHost(r, postgresDialect) }

func (postgresVerifier) Verify(ctx context.Context, guard *egress.Guard, r Request) Result {
	config, err := postgresConfig(r)
	if err != nil {
		return failure(err)
	}
	out := &line{guard: guard}
	defer out.hangUp()
	config.DialFunc = out.dial
	conn, err := pgconn.ConnectConfig(ctx, config)
	if err != nil {
		return postgresResult(err)
	}
	defer func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), closeTimeout)
		defer cancel()
		_ = conn.Close(ctx)
	}()
	if _, err := conn.Exec(ctx, "select 1").ReadAll(); err != nil {
		return postgresResult(err)
	}
	return accepted()
}

func postgresConfig(r Request) (*pgconn.Config, error) {
	s, err := newScope(r)
	if err != nil {
		return nil, err
	}
	l, err := newLogin(r, s, postgresDialect)
	if err != nil {
		return nil, err
	}
	config, err := emptyPostgresConfig()
	if err != nil {
		return nil, errUnclear
	}
	config.Host = l.host
	config.Port, _ = l.portNumber() // newLogin has looked
	config.Database, config.User, config.Password = l.database, l.user, l.password
	config.RuntimeParams = map[string]string{"application_name": "keyward"}
	config.Fallbacks = nil
	config.LookupFunc = func(_ context.Context, host string) ([]string, error) { return []string{host}, nil } // the guard resolves
	config.MaxProtocolMessageBodyLen = maxMessage
	var without []string
	if l.password != "" {
		without = append(without, "!none") // who lets everybody in says nothing of the password
	}
	if l.plain {
		config.TLSConfig = nil
		without = append(without, "!password") // no TLS was asked for; sending the password as it is was not
	} else {
		config.TLSConfig = &tls.Config{ServerName: l.host, MinVersion: tls.VersionTLS12}
	}
	config.RequireAuth = strings.Join(without, ",")
	return config, nil
}

// emptyPostgresConfig is a configuration that knows nothing of this machine. pgconn makes one from the environment
// (PGHOST, PGPASSFILE, PGSERVICE …) and the home directory's files only, and fails where those are broken, so each
// setting is given here first. A service can't be given as none: an empty one takes its place.
func emptyPostgresConfig() (*pgconn.Config, error) {
	settings := "host=none port=5432 user=none password=none dbname=none sslmode=disable sslcertmode=disable " +
		"sslrootcert='' sslcert='' sslkey='' sslpassword='' sslsni=1 sslnegotiation=postgres connect_timeout=0 " +
		"target_session_attrs=any min_protocol_version=3.0 max_protocol_version=3.0 channel_binding=prefer require_auth=''"
	if os.Getenv("PGSERVICE") != "" {
		file, err := os.CreateTemp("", "keyward-pgservice")
		if err != nil {
			return nil, err
		}
		defer func() { _ = os.Remove(file.Name()) }()
		if _, err := fmt.Fprintln(file, "[none]"); err != nil {
			return nil, errors.Join(err, file.Close())
		}
		if err := file.Close(); err != nil {
			return nil, err
		}
		settings += fmt.Sprintf(" service=none servicefile='%s'", file.Name())
	}
	return pgconn.ParseConfig(settings)
}

// SQLSTATE codes, from PostgreSQL's manual, appendix A.
func postgresResult(err error) Result {
	if refused, ok := errors.AsType[*pgconn.PgError](err); ok {
		if refused.Code == "28000" && refused.Routine == "ClientAuthentication" {
			return unavailable(models.ReasonConnectionRefused) // pg_hba.conf has nothing for this address, or not without TLS: nobody looked at the password
		}
		switch refused.Code {
		case "28P01", "28000":
			return rejected(models.ReasonAuthRejected)
		case "3D000":
			return rejected(models.ReasonDatabaseNotFound)
		case "42501":
			return rejected(models.ReasonInsufficientScope)
		}
		return unavailable(models.ReasonUnexpectedResponse)
	}
	if saysNoTLS(err) {
		return unavailable(models.ReasonTLSInvalid)
	}
	return failure(err)
}

// saysNoTLS: pgconn has no name for the error of a server that doesn't offer TLS.
func saysNoTLS(err error) bool {
	const text = "server refused TLS connection"
	for ; err != nil; err = unwrapFirst(err) {
		if err.Error() == text {
			return true
		}
	}
	return false
}

// unwrapFirst also looks into joined errors; pgconn joins one per address, and there is one address.
func unwrapFirst(err error) error {
	if joined, ok := err.(interface{ Unwrap() []error }); ok && len(joined.Unwrap()) > 0 {
		return joined.Unwrap()[0]
	}
	return errors.Unwrap(err)
}
