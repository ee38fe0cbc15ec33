package verifiers

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/url"

	"keyward/internal/egress"
	"keyward/models"
)

// sqlserverVerifier logs in to a Microsoft SQL Server, or one that speaks its protocol, with a user and password of the
// server's own. Parameters: host, port, database, user, password, and encrypt: "disable" means no TLS, "strict" TLS
// from the first byte (TDS 8.0), anything else TLS within TDS; its certificate is always verified. Or uri, as
// Microsoft's driver for Go knows it (https://github.com/microsoft/go-mssqldb), of whose query database and encrypt
// count. A named instance is refused: finding its port takes a question by UDP, which no guard would see.
//
// It speaks the protocol itself (MS-TDS), as far as a log-in goes. Microsoft's driver reserves whatever a server
// announces, gigabytes included, and follows a server that sends it to another host.
type sqlserverVerifier struct{}

var _ Verifier = sqlserverVerifier{}

var sqlserverDialect = dialect{
	schemes: []string{"sqlserver"}, port: "1433", tls: "encrypt",
	plain: func(uri *url.URL) bool { return uri.Query().Get("encrypt") == "disable" },
}

func (sqlserverVerifier) Target(r Request) (string, error) { return loginHost(r, sqlserverDialect) }

func (sqlserverVerifier) Verify(ctx context.Context, guard *egress.Guard, r Request) Result {
	s, err := newScope(r)
	if err != nil {
		return failure(err)
	}
	l, err := newLogin(r, s, sqlserverDialect)
	if err != nil {
		return failure(err)
	}
	strict := s.Text(r.DryRequest.Params["encrypt"]) == "strict"
	if l.options != nil { // by uri, whose path would be an instance
		if l.database != "" {
			return errNoHost.Result
		}
		l.database, strict = l.options.Get("database"), l.options.Get("encrypt") == "strict"
	}
	packet, err := loginPacket(l, strict)
	if err != nil {
		return failure(err)
	}
	out := &line{guard: guard}
	defer out.hangUp()
	talk, err := openTDS(ctx, out, l, strict)
	if err != nil {
		return sqlserverResult(err)
	}
	if err := talk.send(tdsLogin, packet); err != nil {
		return failure(err)
	}
	return sqlserverResult(talk.loginAnswer())
}

// openTDS connects and agrees on encryption: as it was asked for, or not at all.
func openTDS(ctx context.Context, out *line, l login, strict bool) (*tds, error) {
	conn, err := out.dial(ctx, "tcp", net.JoinHostPort(l.host, l.port))
	if err != nil {
		return nil, err
	}
	context.AfterFunc(ctx, out.hangUp)
	config := &tls.Config{ServerName: l.host, MinVersion: tls.VersionTLS12}
	if strict {
		config.NextProtos = []string{"tds/8.0"}
		secure := tls.Client(conn, config)
		if err := secure.HandshakeContext(ctx); err != nil {
			return nil, err
		}
		talk := &tds{conn: secure}
		_, err := talk.prelogin(encryptStrict)
		return talk, err
	}
	talk := &tds{conn: conn}
	wanted := byte(encryptOn)
	if l.plain {
		wanted = encryptNone
	}
	offered, err := talk.prelogin(wanted)
	if err != nil {
		return nil, err
	}
	if insists := offered == encryptOn || offered == encryptRequired; insists == l.plain {
		return nil, errTDSEncryption
	}
	if l.plain {
		return talk, nil
	}
	config.MaxVersion = tls.VersionTLS12 // within TDS 7 there is no newer
	inside := &tdsHandshake{Conn: conn, tds: talk}
	secure := tls.Client(inside, config)
	if err := secure.HandshakeContext(ctx); err != nil {
		return nil, err
	}
	inside.over = true
	return &tds{conn: secure}, nil
}

var errTDSEncryption = errors.New("tds: the server wants TLS and we don't, or the other way round")

// tdsErrors are what a server says in place of a log-in: error numbers.
type tdsErrors []uint32

func (tdsErrors) Error() string { return "tds: the server refused" }

func (e tdsErrors) any(numbers ...uint32) bool {
	for _, got := range e {
		for _, number := range numbers {
			if got == number {
				return true
			}
		}
	}
	return false
}

// Error numbers, from SQL Server's database engine errors and Azure SQL's. A database that can't be opened comes with
// 18456 behind it, a log-in that failed, so it is looked for first.
func sqlserverResult(err error) Result {
	refused, ok := errors.AsType[tdsErrors](err)
	switch {
	case err == nil:
		return accepted()
	case errors.Is(err, errTDSEncryption):
		return unavailable(models.ReasonTLSInvalid)
	case !ok:
		return failure(err)
	case refused.any(4060, 4064): // the database, or the user's own, can't be opened
		return rejected(models.ReasonDatabaseNotFound)
	case refused.any(916): // the user is none of the database's
		return rejected(models.ReasonInsufficientScope)
	case refused.any(40615, 40914): // a firewall rule lets this gateway's address not in
		return unavailable(models.ReasonConnectionRefused)
	case refused.any(18401, 18451, 17142, 40613): // upgrading, shutting down, paused, not there for the moment
		return unavailable(models.ReasonUnexpectedResponse)
	case refused.any(18456, 18452, // wrong user or password; of no trusted domain
		18470, 18486, // the account is disabled, locked
		18487, 18488): // the password has expired, must be changed
		return rejected(models.ReasonAuthRejected)
	}
	return unavailable(models.ReasonUnexpectedResponse)
}
