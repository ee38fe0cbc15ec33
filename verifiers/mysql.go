package verifiers

import (
	"context"
	"crypto/tls"
	"database/sql/driver"
	"errors"
	"net"
	"net/url"
	"strings"
	"sync"

	"github.com/go-sql-driver/mysql"

	"keyward/internal/egress"
	"keyward/models"
)

// mysqlVerifier logs in to a MySQL or MariaDB server and pings it. Parameters: host, port, database, user, password,
// and tls: "disable" means no TLS, anything else verified TLS. Without TLS the password leaves as a digest, or under
// the server's own RSA key where its plugin asks for that; as plain text never. Or uri, as MySQL's clients know it
// (https://dev.mysql.com/doc/refman/8.4/en/connecting-using-uri-or-key-value-pairs.html), where ssl-mode is all that its
// query says.
type mysqlVerifier struct{}

var _ Verifier = mysqlVerifier{}

var mysqlDialect = dialect{
	schemes: []string{"mysql", "mariadb"}, port: "3306", tls: "tls",
	plain: func(uri *url.URL) bool { return strings.EqualFold(uri.Query().Get("ssl-mode"), "disabled") },
}

func (mysqlVerifier) Target(r Request) (string, error) { return loginHost(r, mysqlDialect) }

func (mysqlVerifier) Verify(ctx context.Context, guard *egress.Guard, r Request) Result {
	config, err := mysqlConfig(r)
	if err != nil {
		return failure(err)
	}
	out, heard := &line{guard: guard}, new(causes)
	defer out.hangUp()
	config.DialFunc, config.Logger = out.dial, heard
	connector, err := mysql.NewConnector(config)
	if err != nil {
		return unavailable(models.ReasonUnexpectedResponse)
	}
	conn, err := connector.Connect(ctx)
	if err != nil {
		return mysqlResult(err, heard)
	}
	defer func() { _ = conn.Close() }()
	if err := conn.(driver.Pinger).Ping(ctx); err != nil {
		return mysqlResult(err, heard)
	}
	return accepted()
}

func mysqlConfig(r Request) (*mysql.Config, error) {
	s, err := newScope(r)
	if err != nil {
		return nil, err
	}
	l, err := newLogin(r, s, mysqlDialect)
	if err != nil {
		return nil, err
	}
	config := mysql.NewConfig()
	config.Net, config.Addr = "tcp", net.JoinHostPort(l.host, l.port)
	config.User, config.Passwd, config.DBName = l.user, l.password, l.database
	config.CheckConnLiveness = false
	// What the driver is careful about by default, said again: these decide what may leave.
	config.AllowAllFiles = false
	config.AllowCleartextPasswords = false
	config.AllowFallbackToPlaintext = false
	config.AllowOldPasswords = false
	config.AllowNativePasswords = true
	if !l.plain {
		config.TLS = &tls.Config{ServerName: l.host, MinVersion: tls.VersionTLS12}
	}
	return config, nil
}

// causes stands in for the driver's logger: it keeps quiet, and keeps the error that the driver logs where it only
// returns "invalid connection".
type causes struct {
	mu   sync.Mutex
	last error
}

func (c *causes) Print(values ...any) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, v := range values {
		if err, ok := v.(error); ok {
			c.last = err
		}
	}
}

func (c *causes) or(err error) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.last != nil {
		return c.last
	}
	return err
}

// Error numbers, from MySQL's and MariaDB's server error references.
func mysqlResult(err error, heard *causes) Result {
	if refused, ok := errors.AsType[*mysql.MySQLError](err); ok {
		switch refused.Number {
		case 1045, 1698, // access denied
			1820, 1862, // the password has expired
			3118, 4150, 4151: // the account is locked
			return rejected(models.ReasonAuthRejected)
		case 1049:
			return rejected(models.ReasonDatabaseNotFound)
		case 1044, 1142:
			return rejected(models.ReasonInsufficientScope)
		case 1129, 1130: // this gateway's address is blocked, or not let in
			return unavailable(models.ReasonConnectionRefused)
		}
		return unavailable(models.ReasonUnexpectedResponse)
	}
	if errors.Is(err, mysql.ErrNoTLS) {
		return unavailable(models.ReasonTLSInvalid)
	}
	if errors.Is(err, mysql.ErrInvalidConn) || errors.Is(err, driver.ErrBadConn) {
		err = heard.or(err)
	}
	return failure(err)
}
