package verifiers

import (
	"context"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"net/url"
	"regexp"
	"strings"

	goora "github.com/sijms/go-ora/v2"
	"github.com/sijms/go-ora/v2/configurations"
	"github.com/sijms/go-ora/v2/network"

	"keyward/internal/egress"
	"keyward/models"
)

// oracleVerifier logs in to an Oracle database with a user and password, and pings. Parameters: host, port, database
// (the service name) or sid, user, password, and tls: "disable" means no TLS, anything else verified TLS (TCPS). Or uri:
// oracle://user:password@host:port/service, of whose query SID and ssl=disable count. A listener that sends on to another
// address is not followed.
type oracleVerifier struct{}

var _ Verifier = oracleVerifier{}

var oracleDialect = dialect{
	schemes: []string{"oracle"}, port: "2484", plainPort: "1521", tls: "tls",
	plain: func(uri *url.URL) bool { return uri.Query().Get("ssl") == "disable" },
}

func (oracleVerifier) Target(r Request) (string, error) { return loginHost(r, oracleDialect) }

func (oracleVerifier) Verify(ctx context.Context, guard *egress.Guard, r Request) Result {
	s, err := newScope(r)
	if err != nil {
		return failure(err)
	}
	l, err := newLogin(r, s, oracleDialect)
	if err != nil {
		return failure(err)
	}
	sid := s.Text(r.DryRequest.Params["sid"]) + l.options.Get("SID")
	out := &line{guard: guard}
	defer out.hangUp()
	line, err := out.open(ctx, l)
	if err != nil {
		return failure(err)
	}
	config, err := oracleConfig(l, sid, line)
	if err != nil {
		return errUnclear.Result
	}
	conn, err := goora.NewConnection("", config)
	if err != nil {
		return errUnclear.Result
	}
	if err := conn.OpenWithContext(ctx); err != nil {
		return oracleResult(err)
	}
	if err := conn.Ping(ctx); err != nil {
		return oracleResult(err)
	}
	return accepted()
}

// oracleConfig gives the driver nothing to read from this machine, and nothing of it to tell.
func oracleConfig(l login, sid string, to net.Conn) (*configurations.ConnectionConfig, error) {
	config, err := goora.ParseConfig("oracle://nobody:none@" + net.JoinHostPort(l.host, l.port) + "/none")
	if err != nil {
		return nil, err
	}
	config.UserID, config.Password = l.user, l.password
	config.ServiceName, config.SID = l.database, ""
	if sid != "" {
		config.ServiceName, config.SID = "", sid
	}
	config.Location = "UTC" // else the driver asks the database for its time zone, without a limit
	config.HostName, config.OSUserName, config.DomainName = "keyward", "keyward", ""
	config.ProgramPath, config.ProgramName, config.PID = "keyward", "keyward", 1
	config.Dialer = &oracleDialer{conn: &tnsConn{Conn: to}}
	return config, nil
}

// oracleDialer hands out the one connection, which has its TLS already.
type oracleDialer struct{ conn net.Conn }

func (d *oracleDialer) DialContext(context.Context, string, string) (net.Conn, error) {
	if d.conn == nil {
		return nil, errOneConnection
	}
	conn := d.conn
	d.conn = nil
	return conn, nil
}

const (
	tnsHeader = 8
	tnsResend = 11 // a packet's type: say it again
	// maxResends is how often a listener may want to hear the same: once, where a process of its own takes over.
	maxResends = 3
	// maxTNSPacket is how long a packet may be; a log-in's have some hundred bytes.
	maxTNSPacket = 32 << 10
)

var (
	errTNS = errors.New("tns: no packet of the protocol")
	// tooMuchWork is a password's digest of a million rounds and more; Oracle asks for 4,096.
	tooMuchWork = regexp.MustCompile(`_COUNT.{0,4}?[0-9]{7}`)
)

// tnsConn reads whole packets. The driver would reserve what a header announces, answer for ever who asks it to repeat
// itself, and hash as often as a server likes.
type tnsConn struct {
	net.Conn
	unread  []byte
	tail    string
	resends int
}

func (c *tnsConn) Read(p []byte) (int, error) {
	if len(c.unread) == 0 {
		packet, err := c.packet()
		if err != nil {
			return 0, err
		}
		c.unread = packet
	}
	n := copy(p, c.unread)
	c.unread = c.unread[n:]
	return n, nil
}

func (c *tnsConn) packet() ([]byte, error) {
	header := make([]byte, tnsHeader)
	if _, err := io.ReadFull(c.Conn, header); err != nil {
		return nil, err
	}
	size := uint32(binary.BigEndian.Uint16(header))
	if size == 0 { // since version 315 lengths have four bytes
		size = binary.BigEndian.Uint32(header)
	}
	if header[4] == tnsResend {
		c.resends++
	}
	if size < tnsHeader || size > maxTNSPacket || c.resends > maxResends {
		return nil, errTNS
	}
	packet := make([]byte, size)
	copy(packet, header)
	if _, err := io.ReadFull(c.Conn, packet[tnsHeader:]); err != nil {
		return nil, err
	}
	said := c.tail + strings.Map(worded, string(packet[tnsHeader:]))
	if tooMuchWork.MatchString(said) {
		return nil, errTooMuch
	}
	c.tail = said[max(0, len(said)-64):]
	return packet, nil
}

// worded keeps what the protocol's names and numbers are made of. A server may cut either into pieces, with each one's length before it.
func worded(r rune) rune {
	if r == '_' || '0' <= r && r <= '9' || 'A' <= r && r <= 'Z' {
		return r
	}
	return -1
}

// Error numbers, from Oracle's database error messages.
func oracleResult(err error) Result {
	refused, ok := errors.AsType[*network.OracleError](err)
	if !ok {
		return failure(err)
	}
	switch refused.ErrCode {
	case 1017, 1005, 28000, 28001: // wrong user or password; none; the account is locked; the password has expired
		return rejected(models.ReasonAuthRejected)
	case 12514, 12505, 12504: // the listener knows no such service, or SID, or none was named
		return rejected(models.ReasonDatabaseNotFound)
	case 1045: // may not create a session
		return rejected(models.ReasonInsufficientScope)
	case 12529, 12506: // the listener's rules
		return unavailable(models.ReasonConnectionRefused)
	}
	return unavailable(models.ReasonUnexpectedResponse)
}
