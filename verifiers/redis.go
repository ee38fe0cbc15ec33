package verifiers

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"

	"keyward/internal/egress"
	"keyward/models"
)

// redisVerifier logs in to a Redis server, or one that speaks its protocol, selects the database and pings. Parameters:
// host, port, database (its number), user, password (the default user's where there is no user), and tls: "disable"
// means no TLS, anything else verified TLS. Or uri: redis:// means no TLS, rediss:// verified TLS.
//
// It speaks the protocol itself (https://redis.io/docs/latest/develop/reference/protocol-spec/): three commands with
// answers of one line. The usual client would reserve whatever length a hostile server announces, and logs to standard
// error through a global.
type redisVerifier struct{}

var _ Verifier = redisVerifier{}

var redisDialect = dialect{
	schemes: []string{"redis", "rediss"}, port: "6379", tls: "tls",
	plain: func(uri *url.URL) bool { return uri.Scheme == "redis" },
}

func (redisVerifier) Target(r Request) (string, error) { return loginHost(r, redisDialect) }

func (redisVerifier) Verify(ctx context.Context, guard *egress.Guard, r Request) Result {
	s, err := newScope(r)
	if err != nil {
		return failure(err)
	}
	l, err := newLogin(r, s, redisDialect)
	if err != nil {
		return failure(err)
	}
	out := &line{guard: guard}
	defer out.hangUp()
	conn, err := out.open(ctx, l)
	if err != nil {
		return failure(err)
	}
	return redisTalk{conn, bufio.NewReaderSize(conn, maxRedisLine)}.logIn(l)
}

// maxRedisLine is how long an answer may be: Redis' own are shorter than a tenth of it.
const maxRedisLine = 4 << 10

type redisTalk struct {
	conn    net.Conn
	answers *bufio.Reader
}

// redisError is what a server answers in place of a success.
type redisError string

func (e redisError) Error() string { return "redis: " + e.code() } // the rest may quote what was sent

// code is an error's first word.
func (e redisError) code() string {
	code, _, _ := strings.Cut(string(e), " ")
	return code
}

var errRedisAnswer = errors.New("redis: no answer of one line")

func (t redisTalk) logIn(l login) Result {
	authenticated := l.password != "" || l.user != ""
	if authenticated {
		auth := []string{"AUTH", l.password}
		if l.user != "" {
			auth = []string{"AUTH", l.user, l.password}
		}
		if err := t.do("OK", auth...); err != nil {
			return redisResult(err)
		}
	}
	if l.database != "" && l.database != "0" {
		if err := t.do("OK", "SELECT", l.database); err != nil {
			return redisSelection(err)
		}
	}
	err := t.do("PONG", "PING")
	if refused, ok := errors.AsType[redisError](err); ok && refused.code() == "NOPERM" && authenticated {
		return accepted() // the server took the password; its user has few rights, as users should
	}
	if err != nil {
		return redisResult(err)
	}
	return accepted()
}

// do sends a command and reads its answer.
func (t redisTalk) do(want string, command ...string) error {
	var text strings.Builder
	fmt.Fprintf(&text, "*%d\r\n", len(command))
	for _, part := range command {
		fmt.Fprintf(&text, "$%d\r\n%s\r\n", len(part), part)
	}
	if _, err := t.conn.Write([]byte(text.String())); err != nil {
		return err
	}
	answer, err := t.answers.ReadSlice('\n')
	if err != nil {
		return err
	}
	switch said, ok := strings.CutSuffix(string(answer), "\r\n"); {
	case ok && said == "+"+want:
		return nil
	case ok && strings.HasPrefix(said, "-"):
		return redisError(said[1:])
	}
	return errRedisAnswer
}

// Error codes, from Redis' reference of errors; where a code is the general ERR, the text tells.
func redisResult(err error) Result {
	refused, ok := errors.AsType[redisError](err)
	if !ok {
		return failure(err)
	}
	text := string(refused)
	switch {
	case refused.code() == "WRONGPASS", refused.code() == "NOAUTH",
		strings.HasPrefix(text, "ERR invalid password"),                             // before Redis 6
		strings.HasPrefix(text, "ERR AUTH <password> called without any password"),  // a password where none is asked
		strings.HasPrefix(text, "ERR Client sent AUTH, but no password is set"),     // the same, before Redis 6
		strings.HasPrefix(text, "ERR wrong number of arguments for 'auth' command"): // a user before Redis 6, which has none
		return rejected(models.ReasonAuthRejected)
	case refused.code() == "NOPERM":
		return rejected(models.ReasonInsufficientScope)
	case refused.code() == "DENIED": // protected mode: this gateway's address is not let in
		return unavailable(models.ReasonConnectionRefused)
	}
	return unavailable(models.ReasonUnexpectedResponse)
}

// redisSelection is what an error of SELECT means.
func redisSelection(err error) Result {
	if refused, ok := errors.AsType[redisError](err); ok {
		text := strings.ToLower(string(refused))
		for _, no := range []string{"err db index is out of range", "err invalid db index", "err value is not an integer", "err select is not allowed in cluster mode"} {
			if strings.HasPrefix(text, no) {
				return rejected(models.ReasonDatabaseNotFound)
			}
		}
	}
	return redisResult(err)
}
