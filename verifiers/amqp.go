package verifiers

import (
	"context"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"net/url"
	"strings"

	"keyward/internal/egress"
	"keyward/models"
)

// amqpVerifier logs in to RabbitMQ, or what speaks AMQP 0-9-1 as it does, and opens a virtual host
// (https://www.rabbitmq.com/amqp-0-9-1-reference, class connection). Parameters: host, port, user, password, vhost ("/" if
// empty), and tls: "disable" means no TLS, anything else verified TLS. Or uri (https://www.rabbitmq.com/docs/uri-spec):
// amqp:// means no TLS, amqps:// verified TLS; nothing in its query is looked at.
//
// It speaks the five methods of that itself: RabbitMQ's client can't ask the server to say that a log-in failed, and takes
// every lost connection for such a no.
type amqpVerifier struct{}

var _ Verifier = amqpVerifier{}

var amqpDialect = dialect{
	schemes: []string{"amqp", "amqps"}, port: "5671", plainPort: "5672", tls: "tls",
	plain: func(uri *url.URL) bool { return uri.Scheme == "amqp" },
}

func (amqpVerifier) Target(r Request) (string, error) { return loginHost(r, amqpDialect) }

func (amqpVerifier) Verify(ctx context.Context, guard *egress.Guard, r Request) Result {
	s, err := newScope(r)
	if err != nil {
		return failure(err)
	}
	l, err := newLogin(r, s, amqpDialect)
	if err != nil {
		return failure(err)
	}
	if r.DryRequest.Params["uri"] == "" {
		l.database = s.Text(r.DryRequest.Params["vhost"])
	}
	if l.database == "" {
		l.database = "/"
	}
	if len(l.database) > maxShortText {
		return rejected(models.ReasonDatabaseNotFound)
	}
	out := &line{guard: guard}
	defer out.hangUp()
	conn, err := out.open(ctx, l)
	if err != nil {
		return failure(err)
	}
	if err := (amqpTalk{conn}).logIn(l); err != nil {
		return amqpResult(err)
	}
	return accepted()
}

// amqpResult: the codes are those of the reference's constants.
func amqpResult(err error) Result {
	closed, ok := errors.AsType[amqpClose](err)
	if !ok {
		return failure(err)
	}
	switch {
	case closed.code == 403:
		return rejected(models.ReasonAuthRejected)
	case closed.code == 402, closed.code == 530 && strings.HasSuffix(closed.text, " not found"):
		return rejected(models.ReasonDatabaseNotFound)
	case closed.code == 530 && strings.Contains(closed.text, "refused for user") && !strings.Contains(closed.text, "limit"):
		return rejected(models.ReasonInsufficientScope)
	}
	return unavailable(models.ReasonUnexpectedResponse)
}

// amqpClose is a server's word that it ends the connection, and why.
type amqpClose struct {
	code uint16
	text string
}

func (amqpClose) Error() string { return "the server closed the connection" } // its text may quote what was sent

var errNoAMQP = errors.New("the server does not answer as one of AMQP 0-9-1 does")

// Methods of the class connection.
const (
	amqpStart   = 10
	amqpStartOK = 11
	amqpTune    = 30
	amqpTuneOK  = 31
	amqpOpen    = 40
	amqpOpenOK  = 41
	amqpShut    = 50
)

const (
	amqpClass     = 10
	amqpFrameEnd  = 0xce
	maxAMQPFrame  = 64 << 10
	maxShortText  = 255
	amqpMethod    = 1 // a frame's type
	amqpHeartbeat = 8
)

type amqpTalk struct{ conn net.Conn }

func (t amqpTalk) logIn(l login) error {
	if _, err := io.WriteString(t.conn, "AMQP\x00\x00\x09\x01"); err != nil {
		return err
	}
	if _, err := t.expect(amqpStart); err != nil {
		return err
	}
	if err := t.say(amqpStartOK, amqpHello(l)); err != nil {
		return err
	}
	limits, err := t.expect(amqpTune)
	if err != nil {
		return err
	}
	if len(limits) < 8 {
		return errNoAMQP
	}
	if err := t.say(amqpTuneOK, append(limits[:6:6], 0, 0)); err != nil { // its limits, and no heartbeats
		return err
	}
	if err := t.say(amqpOpen, append(shortText(l.database), 0, 0)); err != nil {
		return err
	}
	if _, err := t.expect(amqpOpenOK); err != nil {
		return err
	}
	_ = t.say(amqpShut, append(binary.BigEndian.AppendUint16(nil, 200), 0, 0, 0, 0, 0))
	return nil
}

// amqpHello says who we are: the client's properties, the mechanism, its answer and the language.
func amqpHello(l login) []byte {
	// With this, the server says that a log-in failed; without, it hangs up (https://www.rabbitmq.com/docs/auth-notification).
	capabilities := append(shortText("authentication_failure_close"), 't', 1)
	properties := append(shortText("product"), 'S')
	properties = append(properties, longText("Keyward")...)
	properties = append(properties, shortText("capabilities")...)
	properties = append(properties, 'F')
	properties = append(properties, longText(string(capabilities))...)
	hello := longText(string(properties))
	hello = append(hello, shortText("PLAIN")...)
	hello = append(hello, longText("\x00"+l.user+"\x00"+l.password)...)
	return append(hello, shortText("en_US")...)
}

func shortText(text string) []byte {
	return append([]byte{byte(len(text))}, text...) //nolint:gosec // Verify has looked at the only one that isn't ours
}

func longText(text string) []byte {
	return append(binary.BigEndian.AppendUint32(nil, uint32(len(text))), text...) //nolint:gosec // a field's value is far shorter
}

// say sends a method on channel 0.
func (t amqpTalk) say(method uint16, arguments []byte) error {
	frame := binary.BigEndian.AppendUint32([]byte{amqpMethod, 0, 0}, uint32(len(arguments)+4)) //nolint:gosec // as above
	frame = binary.BigEndian.AppendUint16(frame, amqpClass)
	frame = binary.BigEndian.AppendUint16(frame, method)
	_, err := t.conn.Write(append(append(frame, arguments...), amqpFrameEnd))
	return err
}

// expect reads the next method and returns its arguments.
func (t amqpTalk) expect(method uint16) ([]byte, error) {
	for {
		kind, payload, err := t.frame()
		if err != nil {
			return nil, err
		}
		if kind == amqpHeartbeat {
			continue
		}
		if kind != amqpMethod || len(payload) < 4 || binary.BigEndian.Uint16(payload) != amqpClass {
			return nil, errNoAMQP
		}
		arguments := payload[4:]
		switch got := binary.BigEndian.Uint16(payload[2:]); {
		case got == method:
			return arguments, nil
		case got == amqpShut && len(arguments) >= 3 && len(arguments) >= 3+int(arguments[2]):
			return nil, amqpClose{binary.BigEndian.Uint16(arguments), string(arguments[3 : 3+int(arguments[2])])}
		}
		return nil, errNoAMQP
	}
}

// frame reads one frame: type, channel, size, payload, end.
func (t amqpTalk) frame() (kind byte, payload []byte, err error) {
	head := make([]byte, 7)
	if _, err := io.ReadFull(t.conn, head); err != nil {
		return 0, nil, err
	}
	size := binary.BigEndian.Uint32(head[3:])
	if head[1] != 0 || head[2] != 0 || size > maxAMQPFrame {
		return 0, nil, errNoAMQP
	}
	payload = make([]byte, size+1)
	if _, err := io.ReadFull(t.conn, payload); err != nil {
		return 0, nil, err
	}
	if payload[size] != amqpFrameEnd {
		return 0, nil, errNoAMQP
	}
	return head[0], payload[:size], nil
}
