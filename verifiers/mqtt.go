package verifiers

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"syscall"

	"github.com/eclipse/paho.mqtt.golang/packets"

	"keyward/internal/egress"
	"keyward/models"
)

// mqttVerifier connects to an MQTT 3.1.1 broker, with a clean session and nothing published or subscribed
// (https://docs.oasis-open.org/mqtt/mqtt/v3.1.1/os/mqtt-v3.1.1-os.html, sections 3.1 and 3.2). Parameters: host, port,
// user, password, clientId (one of its own if empty), and tls: "disable" means no TLS, anything else verified TLS. Or
// uri: mqtt:// means no TLS, mqtts:// verified TLS.
//
// A broker that lets anybody in takes any password. So whoever logs in is believed only where the broker doesn't let a
// client in that is the same but for user and password.
//
// Only paho's packets are used: its client would read an answer of any length that a server announces, connect again
// with an older protocol, and speak in goroutines of its own.
type mqttVerifier struct{}

var _ Verifier = mqttVerifier{}

var mqttDialect = dialect{
	schemes: []string{"mqtt", "mqtts"}, port: "8883", plainPort: "1883", tls: "tls",
	plain: func(uri *url.URL) bool { return uri.Scheme == "mqtt" },
}

func (mqttVerifier) Target(r Request) (string, error) { return loginHost(r, mqttDialect) }

func (mqttVerifier) Verify(ctx context.Context, guard *egress.Guard, r Request) Result {
	s, err := newScope(r)
	if err != nil {
		return failure(err)
	}
	l, err := newLogin(r, s, mqttDialect)
	if err != nil {
		return failure(err)
	}
	id := s.Text(r.DryRequest.Params["clientId"])
	ownID := id != ""
	if !ownID {
		id = "keyward" + rand.Text()[:16] // 23 bytes, which every broker has to take
	}
	code, err := mqttAsk(ctx, guard, l, id)
	if err != nil {
		return failure(err)
	}
	found := mqttResult(code, ownID)
	if found != accepted() || l.user == "" {
		return found
	}
	l.user, l.password = "", ""
	code, err = mqttAsk(ctx, guard, l, id)
	switch {
	case errors.Is(err, errMQTTHangUp), err == nil && mqttResult(code, true).Outcome == models.Rejected:
		return found
	case err != nil:
		return failure(err)
	}
	return errUnclear.Result
}

// errMQTTHangUp: the broker heard the hello and hung up without an answer, as it may where it lets nobody in (section 3.1.4).
var errMQTTHangUp = errors.New("the broker hangs up on the hello")

// mqttAsk says hello on a connection of its own, and hears what the broker answers. errMQTTHangUp.
func mqttAsk(ctx context.Context, guard *egress.Guard, l login, id string) (code byte, err error) {
	hello, err := mqttHello(l, id)
	if err != nil {
		return 0, err
	}
	out := &line{guard: guard}
	defer out.hangUp()
	conn, err := out.open(ctx, l)
	if err != nil {
		return 0, err
	}
	if _, err := conn.Write(hello); err != nil {
		return 0, err
	}
	code, err = mqttAnswer(conn)
	if errors.Is(err, io.EOF) || errors.Is(err, syscall.ECONNRESET) {
		return 0, fmt.Errorf("%w: %w", errMQTTHangUp, err)
	}
	if err == nil && code == packets.Accepted {
		_ = packets.NewControlPacket(packets.Disconnect).Write(conn)
	}
	return code, err
}

// maxMQTTText is how long a text may be: its length is two bytes.
const maxMQTTText = 1<<16 - 1

func mqttHello(l login, id string) ([]byte, error) {
	if max(len(id), len(l.user), len(l.password)) > maxMQTTText {
		return nil, errRejected
	}
	if l.user == "" && l.password != "" {
		return nil, errRejected // MQTT 3.1.1 has no password without a user (section 3.1.2.9)
	}
	hello := packets.NewControlPacket(packets.Connect).(*packets.ConnectPacket)
	hello.ProtocolName, hello.ProtocolVersion, hello.CleanSession, hello.Keepalive = "MQTT", 4, true, 30
	hello.ClientIdentifier = id
	hello.UsernameFlag, hello.Username = l.user != "", l.user
	hello.PasswordFlag, hello.Password = l.password != "", []byte(l.password)
	var text bytes.Buffer
	err := hello.Write(&text)
	return text.Bytes(), err
}

var errNoMQTT = errors.New("the server does not answer as an MQTT 3.1.1 broker does")

// mqttAnswer reads the answer to a hello: four bytes, the last of which is the answer.
func mqttAnswer(conn net.Conn) (code byte, err error) {
	head := make([]byte, 4)
	if _, err := io.ReadFull(conn, head); err != nil {
		return 0, err
	}
	packet, err := packets.ReadPacket(bytes.NewReader(head))
	if err != nil {
		return 0, errNoMQTT
	}
	answer, ok := packet.(*packets.ConnackPacket)
	if !ok {
		return 0, errNoMQTT
	}
	return answer.ReturnCode, nil
}

// mqttResult: the codes are those of section 3.2.2.3. Some brokers answer "not authorized" to a wrong password, so it
// can't be taken for a missing right.
func mqttResult(code byte, ownID bool) Result {
	switch code {
	case packets.Accepted:
		return accepted()
	case packets.ErrRefusedBadUsernameOrPassword, packets.ErrRefusedNotAuthorised:
		return rejected(models.ReasonAuthRejected)
	case packets.ErrRefusedIDRejected:
		if ownID {
			return rejected(models.ReasonAuthRejected)
		}
	}
	return unavailable(models.ReasonUnexpectedResponse)
}
