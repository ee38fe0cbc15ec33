package verifiers

import (
	"crypto/tls"
	"io"
	"log/slog"
	"net"
	"net/url"
	"testing"
	"time"

	"github.com/eclipse/paho.mqtt.golang/packets"
	mqttserver "github.com/mochi-mqtt/server/v2"
	"github.com/mochi-mqtt/server/v2/hooks/auth"
	"github.com/mochi-mqtt/server/v2/listeners"

	"keyward/models"
)

// alice is let in.
var alice = auth.AuthRule{Username: "alice", Password: "right/+%", Allow: true}

// mqttBroker runs a real broker on loopback that lets in whom the first rule that fits allows.
func mqttBroker(t *testing.T, config *tls.Config, rules ...auth.AuthRule) (port string) {
	t.Helper()
	broker := mqttserver.New(&mqttserver.Options{Logger: slog.New(slog.DiscardHandler)})
	if err := broker.AddHook(new(auth.Hook), &auth.Options{Ledger: &auth.Ledger{Auth: rules}}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = broker.Close() })
	return listen(t, func(l net.Listener) error {
		if err := broker.AddListener(listeners.NewNet("test", l)); err != nil {
			return err
		}
		return broker.Serve()
	}, config)
}

func mqttRequest(port string, pairs ...string) Request {
	dry := &models.DryRequest{Protocol: "mqtt", Hosts: []string{"{{host}}"}, Params: map[string]string{}}
	for _, name := range []string{"host", "port", "user", "password", "clientId", "tls"} {
		dry.Params[name] = "{{" + name + "}}"
	}
	return Request{dry, values("host", "localhost", "port", port, "user", "alice", "password", "right/+%")}.with(pairs...)
}

func TestMQTT(t *testing.T) {
	secure, plain, untrusted := mqttBroker(t, trusted(t), alice), mqttBroker(t, nil, alice), mqttBroker(t, selfSigned(t), alice)
	uri := func(scheme, password, port string) Request {
		u := url.URL{Scheme: scheme, User: url.UserPassword("alice", password), Host: "localhost:" + port}
		return byURI("mqtt", u.String())
	}
	// A broker that is spoken to in the wrong way, with TLS or without, hangs up.
	for name, c := range map[string]struct {
		request Request
		want    Result
	}{
		"right":                 {mqttRequest(secure), accepted()},
		"right, without TLS":    {mqttRequest(plain, "tls", "disable"), accepted()},
		"a client id":           {mqttRequest(secure, "clientId", "device-7"), accepted()},
		"wrong password":        {mqttRequest(secure, "password", "wrong"), rejected(models.ReasonAuthRejected)},
		"unknown user":          {mqttRequest(secure, "user", "nobody"), rejected(models.ReasonAuthRejected)},
		"nobody":                {mqttRequest(secure, "user", "", "password", ""), rejected(models.ReasonAuthRejected)},
		"a password too long":   {mqttRequest(secure, "password", string(make([]byte, 1<<16))), rejected(models.ReasonAuthRejected)},
		"TLS is not offered":    {mqttRequest(plain), unavailable(models.ReasonConnectionRefused)},
		"TLS is wanted":         {mqttRequest(secure, "tls", "disable"), unavailable(models.ReasonConnectionRefused)},
		"an unknown TLS mode":   {mqttRequest(plain, "tls", "prefer"), unavailable(models.ReasonConnectionRefused)},
		"self-signed":           {mqttRequest(untrusted), unavailable(models.ReasonTLSInvalid)},
		"other name":            {mqttRequest(secure, "host", "127.0.0.1"), unavailable(models.ReasonTLSInvalid)},
		"by URI":                {uri("mqtts", "right/+%", secure), accepted()},
		"by URI, without TLS":   {uri("mqtt", "right/+%", plain), accepted()},
		"wrong by URI":          {uri("mqtts", "wrong", secure), rejected(models.ReasonAuthRejected)},
		"self-signed by URI":    {uri("mqtts", "right/+%", untrusted), unavailable(models.ReasonTLSInvalid)},
		"another scheme by URI": {uri("ws", "right/+%", plain), unavailable(models.ReasonHostNotFound)},
	} {
		t.Run(name, func(t *testing.T) { expect(t, patiently(t, loopback(t), c.request), c.want) })
	}
}

// A yes proves a password only where a client without one is let in no less.
func TestMQTT_whoever_comes(t *testing.T) {
	open := mqttBroker(t, nil, auth.AuthRule{Allow: true})
	guests := mqttBroker(t, nil, alice, auth.AuthRule{Username: "alice"}, auth.AuthRule{Allow: true})
	one := mqttBroker(t, nil, auth.AuthRule{Client: "device-7", Allow: true})
	no, unclear := rejected(models.ReasonAuthRejected), unavailable(models.ReasonUnexpectedResponse)
	for name, c := range map[string]struct {
		request Request
		want    Result
	}{
		"any login":                 {mqttRequest(open), unclear},
		"a user alone":              {mqttRequest(open, "password", ""), unclear},
		"nobody":                    {mqttRequest(open, "user", "", "password", ""), accepted()},
		"a password without a user": {mqttRequest(open, "user", ""), no},
		"the same by URI":           {byURI("mqtt", "mqtt://:right@localhost:"+open), no},
		"guests too":                {mqttRequest(guests), unclear},
		"guests too, wrong":         {mqttRequest(guests, "password", "wrong"), no},
		"any login with a client's": {mqttRequest(one, "clientId", "device-7"), unclear},
	} {
		t.Run(name, func(t *testing.T) { expect(t, patiently(t, loopback(t), c.request.with("tls", "disable")), c.want) })
	}
}

// What other brokers answer to whoever comes without the login that they took.
func TestMQTT_strangers(t *testing.T) {
	unclear := unavailable(models.ReasonUnexpectedResponse)
	for name, c := range map[string]struct {
		answer string
		want   Result
	}{
		"a yes":              {"\x20\x02\x00\x00", unclear},
		"the id refused":     {"\x20\x02\x00\x02", accepted()},
		"broker unavailable": {"\x20\x02\x00\x03", unclear},
		"wrong password":     {"\x20\x02\x00\x04", accepted()},
		"not authorized":     {"\x20\x02\x00\x05", accepted()},
		"an unknown code":    {"\x20\x02\x00\x86", unclear},
		"another packet":     {"\xd0\x00\x00\x00", unclear},
		"half an answer":     {"\x20\x02", unavailable(models.ReasonConnectionRefused)},
		"no answer":          {"", accepted()},
	} {
		t.Run(name, func(t *testing.T) {
			hellos := make(chan *packets.ConnectPacket, 3)
			host, port := serve(t, func(conn net.Conn) {
				packet, err := packets.ReadPacket(conn)
				if err != nil {
					return
				}
				hello := packet.(*packets.ConnectPacket)
				hellos <- hello
				if hello.UsernameFlag {
					_, _ = io.WriteString(conn, "\x20\x02\x00\x00")
				} else {
					_, _ = io.WriteString(conn, c.answer)
				}
			})
			r := mqttRequest(port, "host", host, "tls", "disable")
			expect(t, patiently(t, loopback(t), r), c.want)
			if len(hellos) != 2 {
				t.Fatalf("the broker was greeted %d times", len(hellos))
			}
			first, second := <-hellos, <-hellos
			if !first.PasswordFlag || second.PasswordFlag || second.UsernameFlag || first.ClientIdentifier != second.ClientIdentifier {
				t.Errorf("the broker was greeted by %v, then by %v", first, second)
			}
		})
	}
}

// What other brokers answer, and what none would.
func TestMQTT_answers(t *testing.T) {
	for name, c := range map[string]struct {
		answer string
		pairs  []string
		want   Result
	}{
		"unknown version":      {"\x20\x02\x00\x01", nil, unavailable(models.ReasonUnexpectedResponse)},
		"our own id refused":   {"\x20\x02\x00\x02", nil, unavailable(models.ReasonUnexpectedResponse)},
		"another's id refused": {"\x20\x02\x00\x02", []string{"clientId", "device-7"}, rejected(models.ReasonAuthRejected)},
		"broker unavailable":   {"\x20\x02\x00\x03", nil, unavailable(models.ReasonUnexpectedResponse)},
		"wrong password":       {"\x20\x02\x00\x04", nil, rejected(models.ReasonAuthRejected)},
		"not authorized":       {"\x20\x02\x00\x05", nil, rejected(models.ReasonAuthRejected)},
		"an unknown code":      {"\x20\x02\x00\x86", nil, unavailable(models.ReasonUnexpectedResponse)},
		"another length":       {"\x20\x03\x00\x00\x00", nil, unavailable(models.ReasonUnexpectedResponse)},
		"a huge length":        {"\x20\xff\xff\xff\x7f", nil, unavailable(models.ReasonUnexpectedResponse)},
		"another packet":       {"\xd0\x00\x00\x00", nil, unavailable(models.ReasonUnexpectedResponse)},
		"a yes cut short":      {"\x20\x02\x00", nil, unavailable(models.ReasonConnectionRefused)},
		"no MQTT":              {"HTTP/1.1 400 Bad Request\r\n\r\n", nil, unavailable(models.ReasonUnexpectedResponse)},
	} {
		t.Run(name, func(t *testing.T) {
			done := make(chan struct{})
			host, port := serve(t, func(conn net.Conn) {
				defer close(done)
				_, _ = conn.Read(make([]byte, 1024))
				_, _ = io.WriteString(conn, c.answer)
				if c.want.Reason != models.ReasonConnectionRefused {
					_, _ = io.Copy(io.Discard, conn)
				}
			})
			before := allocated()
			r := mqttRequest(port, "host", host, "tls", "disable").with(c.pairs...)
			expect(t, patiently(t, loopback(t), r), c.want)
			if grew := allocated() - before; grew > 10<<20 {
				t.Errorf("it cost %d MiB", grew>>20)
			}
			select {
			case <-done:
			case <-time.After(2 * time.Second):
				t.Fatal("the connection was left open")
			}
		})
	}
}
