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
	"sync/atomic"

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
type oracleVerifier struct {
	// turns bounds how many drivers work at once, waiting aside: one hashes on behalf of a server that has agreed with it on
	// encryption, of which we see nothing, for minutes that nobody can end.
	turns chan struct{}
}

var _ Verifier = oracleVerifier{}

var oracleDialect = dialect{
	schemes: []string{"oracle"}, port: "2484", plainPort: "1521", tls: "tls",
	plain: func(uri *url.URL) bool { return uri.Query().Get("ssl") == "disable" },
}

func (oracleVerifier) Target(r Request) (string, error) { return loginHost(r, oracleDialect) }

func (v oracleVerifier) Verify(ctx context.Context, guard *egress.Guard, r Request) Result {
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
	link := &tnsConn{Conn: line, turns: v.turns, over: ctx.Done()}
	defer link.rest()
	config, err := oracleConfig(l, sid, link)
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
	config.Dialer = &oracleDialer{conn: to}
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
	tnsData   = 6
	tnsBody   = 10 // where a packet of data has them
	tnsResend = 11 // a packet's type: say it again
	// maxResends is how often a listener may want to hear the same: once, where a process of its own takes over.
	maxResends = 3
	// maxTNSPacket is how long a packet may be; a log-in's have some hundred bytes.
	maxTNSPacket = 32 << 10
)

var errTNS = errors.New("tns: no packet of the protocol")

// work names how often a password is to be hashed, wherever the protocol lets a server cut the name into pieces with
// their lengths between them.
var work = regexp.MustCompile(`(?s)` + spread("AUTH_PBKDF2_") + `.{0,9}(?:` + spread("VGEN") + `|` + spread("SDER") + `).{0,9}` + spread("_COUNT"))

// spread is a pattern of a word whose letters may stand apart.
func spread(word string) string { return strings.Join(strings.Split(word, ""), ".{0,9}") }

// tnsConn reads whole packets. The driver would reserve what a header announces, answer for ever who asks it to repeat
// itself, and hash as often as a server likes.
type tnsConn struct {
	net.Conn
	unread  []byte
	resends int

	challenged atomic.Bool // the password's challenge is what comes next
	heard      []byte

	turns   chan struct{} // one is had from what was read until more is wanted; nil: nobody takes turns
	over    <-chan struct{}
	working bool
}

// Write looks out for the two halves of a log-in, functions 0x76 and 0x73. Whatever else is written between them, at a server's wish or when
// time has run out, it is still the challenge that comes.
func (c *tnsConn) Write(p []byte) (int, error) {
	if len(p) > tnsBody+1 && p[4] == tnsData && p[tnsBody] == 3 {
		switch p[tnsBody+1] {
		case 0x76:
			c.challenged.Store(true)
		case 0x73:
			c.challenged.Store(false)
		}
	}
	return c.Conn.Write(p)
}

// work waits until the driver may work on what was read.
func (c *tnsConn) work() error {
	if c.turns == nil {
		return nil
	}
	select {
	case c.turns <- struct{}{}:
		c.working = true
		return nil
	case <-c.over:
		return context.DeadlineExceeded
	}
}

// rest lets others work while the driver waits for the server.
func (c *tnsConn) rest() {
	if c.working {
		c.working = false
		<-c.turns
	}
}

func (c *tnsConn) Read(p []byte) (int, error) {
	if len(c.unread) == 0 {
		c.rest()
		packet, err := c.packet()
		if err == nil {
			err = c.work()
		}
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
	if c.challenged.Load() && packet[4] == tnsData && size > tnsBody {
		return packet, c.modest(packet[tnsBody:])
	}
	return packet, nil
}

// modest refuses a challenge whose answer would be a lot of work. Only in a list at its beginning, written as plainly as Oracle does, may
// it say how often to hash.
func (c *tnsConn) modest(body []byte) error {
	if c.heard == nil && body[0] == 8 {
		rest, ok := modestPairs(body[1:])
		if !ok {
			return errTooMuch
		}
		body = rest
	}
	c.heard = append(c.heard, body...)
	if work.Match(c.heard) {
		return errTooMuch
	}
	c.heard = c.heard[max(0, len(c.heard)-256):]
	return nil
}

// modestPairs reads keys, values and flags, and returns what follows them.
func modestPairs(body []byte) (rest []byte, ok bool) {
	r := ttcBytes{body, true}
	for range r.number() {
		key, value := r.text(), r.text()
		r.number()
		if strings.HasSuffix(key, "_COUNT") && len(value) > 6 || !r.ok { // Oracle asks for 4,096 and 3
			return nil, false
		}
	}
	return r.rest, r.ok
}

// ttcBytes takes numbers and short texts off the beginning; ok is false from where that is not what is there.
type ttcBytes struct {
	rest []byte
	ok   bool
}

func (r *ttcBytes) take(n int) []byte {
	if !r.ok || n > len(r.rest) {
		r.ok = false
		return make([]byte, n)
	}
	taken := r.rest[:n]
	r.rest = r.rest[n:]
	return taken
}

// number has its length before it.
func (r *ttcBytes) number() int {
	size := int(r.take(1)[0])
	r.ok = r.ok && size <= 2
	n := 0
	for _, b := range r.take(min(size, 2)) {
		n = n<<8 | int(b)
	}
	return n
}

// text has its length twice, in one piece.
func (r *ttcBytes) text() string {
	n := r.number()
	if n == 0 {
		return ""
	}
	r.ok = r.ok && int(r.take(1)[0]) == n && n <= 0xfc
	return string(r.take(min(n, 0xfc)))
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
