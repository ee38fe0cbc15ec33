package verifiers

import (
	"bytes"
	"crypto/tls"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kmsg"

	"keyward/models"
)

// kafkaCluster runs a cluster of three on loopback: franz-go's own, which speaks the protocol and checks the log-ins. It
// returns the first one's port, and counts who else is dialled.
func kafkaCluster(t *testing.T, config *tls.Config) (port string, others *atomic.Int32) {
	t.Helper()
	others = new(atomic.Int32)
	listeners := 0
	may := kfake.ACL{Resource: kmsg.ACLResourceTypeTopic, Name: "orders", Pattern: kmsg.ACLResourcePatternTypeLiteral, Operation: kmsg.ACLOperationDescribe, Allow: true}
	cluster, err := kfake.NewCluster(kfake.NumBrokers(3), kfake.EnableSASL(), kfake.EnableACLs(), kfake.SeedTopics(2, "orders", "secrets"),
		kfake.User("PLAIN", "alice", "right", may), kfake.User("SCRAM-SHA-256", "bob", "right", may), kfake.User("SCRAM-SHA-512", "carol", "right", may),
		kfake.Superuser("PLAIN", "admin", "right"),
		kfake.ListenFn(func(network, _ string) (net.Listener, error) {
			l, err := new(net.ListenConfig).Listen(t.Context(), network, "127.0.0.1:0")
			if err != nil {
				return nil, err
			}
			if listeners++; listeners > 1 {
				return &listener{l, func(conn net.Conn) net.Conn { others.Add(1); return conn }}, nil
			}
			if config != nil {
				l = tls.NewListener(l, config)
			}
			return &listener{l, func(conn net.Conn) net.Conn { return &explaining{Conn: conn} }}, nil
		}))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(cluster.Close)
	_, port, err = net.SplitHostPort(cluster.ListenAddrs()[0])
	if err != nil {
		t.Fatal(err)
	}
	return port, others
}

// listener does something with whoever comes.
type listener struct {
	net.Listener
	accepted func(net.Conn) net.Conn
}

func (l *listener) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return l.accepted(conn), nil
}

// explaining says why a log-in failed, as Kafka does since 1.0 (KIP-152): kfake hangs up without a word.
type explaining struct {
	net.Conn
	mu    sync.Mutex // kfake reads and writes in goroutines of their own
	asked []byte     // and not answered
}

func (c *explaining) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.asked = append(c.asked, p[:n]...)
	return n, err
}

func (c *explaining) Write(p []byte) (int, error) {
	c.mu.Lock()
	c.asked = nil
	c.mu.Unlock()
	return c.Conn.Write(p)
}

func (c *explaining) Close() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.asked) >= 12 && binary.BigEndian.Uint16(c.asked[4:]) == uint16(kmsg.SASLAuthenticate) {
		no := kmsg.NewPtrSASLAuthenticateResponse()
		no.Version = int16(binary.BigEndian.Uint16(c.asked[6:]))
		no.ErrorCode, no.ErrorMessage = kerr.SaslAuthenticationFailed.Code, new(string)
		head := c.asked[8:12] // which request it answers
		if no.IsFlexible() {
			head = append(head, 0)
		}
		_, _ = c.Conn.Write(kafkaFrame(no.AppendTo(head)))
	}
	return c.Conn.Close()
}

func kafkaRequest(port string, pairs ...string) Request {
	dry := &models.DryRequest{Protocol: "kafka", Hosts: []string{"{{host}}"}, Params: map[string]string{}}
	for _, name := range []string{"host", "port", "mechanism", "user", "password", "topic", "tls"} {
		dry.Params[name] = "{{" + name + "}}"
	}
	return Request{dry, values("host", "localhost", "port", port, "mechanism", "PLAIN", "user", "alice", "password", "right")}.with(pairs...)
}

func TestKafka(t *testing.T) {
	secure, others := kafkaCluster(t, trusted(t))
	plain, _ := kafkaCluster(t, nil)
	untrusted, _ := kafkaCluster(t, selfSigned(t))
	sha256, sha512 := []string{"mechanism", "SCRAM-SHA-256", "user", "bob"}, []string{"mechanism", "SCRAM-SHA-512", "user", "carol"}
	for name, c := range map[string]struct {
		request Request
		want    Result
	}{
		"PLAIN":                   {kafkaRequest(secure), accepted()},
		"PLAIN, a topic":          {kafkaRequest(secure, "topic", "orders"), accepted()},
		"SCRAM-SHA-256":           {kafkaRequest(secure, sha256...), accepted()},
		"SCRAM-SHA-512":           {kafkaRequest(secure, sha512...), accepted()},
		"without TLS, as asked":   {kafkaRequest(plain, "tls", "disable"), accepted()},
		"wrong password":          {kafkaRequest(secure, "password", "wrong"), rejected(models.ReasonAuthRejected)},
		"wrong, SCRAM-SHA-256":    {kafkaRequest(secure, append(sha256, "password", "wrong")...), rejected(models.ReasonAuthRejected)},
		"wrong, SCRAM-SHA-512":    {kafkaRequest(secure, append(sha512, "password", "wrong")...), rejected(models.ReasonAuthRejected)},
		"unknown user":            {kafkaRequest(secure, "user", "nobody"), rejected(models.ReasonAuthRejected)},
		"unknown to SCRAM":        {kafkaRequest(secure, append(sha256, "user", "alice")...), rejected(models.ReasonAuthRejected)},
		"no password":             {kafkaRequest(secure, "password", ""), rejected(models.ReasonAuthRejected)},
		"another mechanism":       {kafkaRequest(secure, "mechanism", "GSSAPI"), unavailable(models.ReasonUnexpectedResponse)},
		"not allowed there":       {kafkaRequest(secure, "topic", "secrets"), rejected(models.ReasonInsufficientScope)},
		"unknown topic":           {kafkaRequest(secure, "topic", "nowhere", "user", "admin"), rejected(models.ReasonDatabaseNotFound)},
		"TLS is not offered":      {kafkaRequest(plain), unavailable(models.ReasonTimeout)}, // it waits for the rest of the message
		"an unknown TLS mode":     {kafkaRequest(plain, "tls", "prefer"), unavailable(models.ReasonTimeout)},
		"TLS is wanted":           {kafkaRequest(secure, "tls", "disable"), unavailable(models.ReasonConnectionRefused)},
		"self-signed certificate": {kafkaRequest(untrusted), unavailable(models.ReasonTLSInvalid)},
		"other name":              {kafkaRequest(secure, "host", "127.0.0.1"), unavailable(models.ReasonTLSInvalid)},
	} {
		t.Run(name, func(t *testing.T) { expect(t, within(t, timeFor(c.want), loopback(t), c.request), c.want) })
	}
	if n := others.Load(); n > 0 {
		t.Errorf("the cluster's other brokers were dialled %d times", n)
	}
}

// The client dials again where a broker resets the connection, and still touches the first one after that.
func TestKafka_second_dial(t *testing.T) {
	host, port := serve(t, func(conn net.Conn) { _, _ = io.Copy(io.Discard, conn) })
	out, heard := &line{guard: loopback(t)}, new(heardConn)
	defer out.hangUp()
	dial := kafkaDial(t.Context(), out, login{host: host, port: port, plain: true}, heard)
	if first, err := dial(t.Context(), "tcp", "another:9092"); err != nil || first != net.Conn(heard) {
		t.Fatalf("the first dial gave %v, %v", first, err)
	}
	if second, err := dial(t.Context(), "tcp", "another:9092"); !errors.Is(err, errOneConnection) || second != nil {
		t.Errorf("the second dial gave %v, %v", second, err)
	}
	if heard.Conn == nil {
		t.Fatal("the first connection is forgotten")
	}
	if err := heard.SetDeadline(time.Now()); err != nil {
		t.Errorf("the first connection: %v", err)
	}
}

// Some of Azure's Event Hubs reset the connection over ApiVersions 4 or later, in place of naming an older one.
func TestKafka_resets_over_a_new_version(t *testing.T) {
	cluster, _ := kafkaCluster(t, nil)
	host, port := serve(t, func(conn net.Conn) {
		head := make([]byte, 8)
		if _, err := io.ReadFull(conn, head); err != nil {
			return
		}
		if binary.BigEndian.Uint16(head[4:]) == uint16(kmsg.ApiVersions) && binary.BigEndian.Uint16(head[6:]) > 3 {
			_ = conn.(*net.TCPConn).SetLinger(0)
			return
		}
		broker, err := net.Dial("tcp", "127.0.0.1:"+cluster)
		if err != nil {
			return
		}
		_, _ = broker.Write(head)
		splice(conn, broker)
	})
	r := kafkaRequest(port, "host", host, "tls", "disable", "topic", "orders")
	expect(t, patiently(t, loopback(t), r), accepted())
	expect(t, patiently(t, loopback(t), r.with("password", "wrong")), rejected(models.ReasonAuthRejected))
}

// kafkaFrame is an answer with its length before it.
func kafkaFrame(body []byte) []byte {
	return append(binary.BigEndian.AppendUint32(nil, uint32(len(body))), body...)
}

// No real broker is hostile: these few lines are.
func TestKafka_hostile_servers(t *testing.T) {
	for name, c := range map[string]struct {
		talk func(net.Conn)
		want Result
	}{
		"a huge answer": {func(conn net.Conn) {
			_, _ = conn.Read(make([]byte, 1024))
			_, _ = conn.Write([]byte{0x7f, 0xff, 0xff, 0xff})
			_, _ = io.Copy(conn, endless{})
		}, unavailable(models.ReasonUnexpectedResponse)},
		"an answer to nothing": {func(conn net.Conn) {
			_, _ = conn.Read(make([]byte, 1024))
			_, _ = conn.Write(kafkaFrame([]byte("canary, and no answer")))
		}, unavailable(models.ReasonUnexpectedResponse)},
		"a list without end": {func(conn net.Conn) {
			asked := make([]byte, 1024)
			_, _ = conn.Read(asked)
			_, _ = conn.Write(kafkaFrame(append(asked[8:12:12], 0, 0, 0x7f, 0xff, 0xff, 0xff)))
		}, unavailable(models.ReasonUnexpectedResponse)},
		"is a web server": {func(conn net.Conn) {
			_, _ = conn.Read(make([]byte, 1024))
			_, _ = io.WriteString(conn, "HTTP/1.1 400 Bad Request\r\n\r\n")
		}, unavailable(models.ReasonUnexpectedResponse)},
		"hangs up": {func(conn net.Conn) { _, _ = conn.Read(make([]byte, 1024)) }, unavailable(models.ReasonConnectionRefused)},
	} {
		t.Run(name, func(t *testing.T) {
			var heard bytes.Buffer
			done := make(chan struct{})
			_, port := serve(t, func(conn net.Conn) {
				c.talk(conn)
				if c.want.Reason != models.ReasonConnectionRefused {
					_, _ = io.Copy(&heard, conn)
				}
				close(done)
			})
			before := allocated()
			r := kafkaRequest(port, "host", "127.0.0.1", "tls", "disable", "password", "canary-password")
			expect(t, patiently(t, loopback(t), r), c.want)
			if grew := allocated() - before; grew > 10<<20 {
				t.Errorf("it cost %d MiB", grew>>20)
			}
			select {
			case <-done:
			case <-time.After(2 * time.Second):
				t.Fatal("the connection was left open")
			}
			if strings.Contains(heard.String(), "canary") {
				t.Error("the password went to what is no Kafka broker")
			}
		})
	}
}
