package verifiers

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"io"
	"net"
	"net/url"

	"github.com/eclipse/paho.mqtt.golang/packets"

	"keyward/internal/egress"
	"keyward/models"
)

// mqttVerifier connects to an MQTT 3.1.1 broker, with a clean session and nothing published or subscribed
// (https://docs.oasis-open.org/mqtt/mqtt/v3.1.1/os/mqtt-v3.1.1-os.html, sections 3.1 and 3.2). Parameters: host, port,
// user, password, clientId (one of its own if empty), and tls: "disable" means no TLS, anything else verified TLS. Or
// uri: mqtt:// means no TLS, mqtts:// verified TLS.
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
	hello, err := mqttHello(l, id)
	if err != nil {
		return failure(err)
	}
	out := &line{guard: guard}
	defer out.hangUp()
	conn, err := out.open(ctx, l)
	if err != nil {
		return failure(err)
	}
	if _, err := conn.Write(hello); err != nil {
		return failure(err)
	}
	answer, err := mqttAnswer(conn)
	if err != nil {
		return failure(err)
	}
	result := mqttResult(answer, id != "")
	if result == accepted() {
		_ = packets.NewControlPacket(packets.Disconnect).Write(conn)
	}
	return result
}

// maxMQTTText is how long a text may be: its length is two bytes.
const maxMQTTText = 1<<16 - 1

func mqttHello(l login, id string) ([]byte, error) {
	if id == "" {
		id = "keyward" + rand.Text()[:16] // 23 bytes, which every broker has to take
	}
	if max(len(id), len(l.user), len(l.password)) > maxMQTTText {
		return nil, errRejected
	}
	hello := packets.NewControlPacket(packets.Connect).(*packets.ConnectPacket)
	hello.ProtocolName, hello.ProtocolVersion, hello.CleanSession, hello.Keepalive = "MQTT", 4, true, 30
	hello.ClientIdentifier = id
	hello.UsernameFlag, hello.Username = l.user != "", l.user
	hello.PasswordFlag, hello.Password = l.user != "" && l.password != "", []byte(l.password)
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
