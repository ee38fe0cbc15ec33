package verifiers

import (
	"encoding/binary"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/xdg-go/scram"
	"go.mongodb.org/mongo-driver/v2/bson"

	"keyward/internal/testservers"
	"keyward/models"
)

func TestMongoDB(t *testing.T) {
	server := testservers.MongoDB(t)
	r := loginTo("mongodb", server, "tls", "disable", "authSource", "{{authSource}}").with("authSource", "", "database", "admin")
	outcomes(t, service{
		plain: r, secure: loginTo("mongodb", server), behind: behindTLS(server.Addr()), untold: models.ReasonConnectionRefused,
		cases: map[string]outcome{
			"another database":              {r.with("database", "orders", "authSource", "admin"), accepted()},
			"without a database":            {r.with("database", ""), accepted()},
			"a wrong password":              {r.with("password", "wrong"), rejected(models.ReasonAuthRejected)},
			"no password":                   {r.with("password", ""), rejected(models.ReasonAuthRejected)},
			"a password that nobody has":    {r.with("password", "a\x00b"), rejected(models.ReasonAuthRejected)},
			"an unknown user":               {r.with("user", "nobody"), rejected(models.ReasonAuthRejected)},
			"a user with signs of SCRAM":    {r.with("user", "n,=x"), rejected(models.ReasonAuthRejected)},
			"a database without the user":   {r.with("database", "orders"), rejected(models.ReasonAuthRejected)},
			"no user, which proves nothing": {r.with("user", "", "password", ""), unavailable(models.ReasonUnexpectedResponse)},
			"a name that no database has":   {r.with("database", "a b/c", "authSource", "admin"), rejected(models.ReasonDatabaseNotFound)},
		},
	})
}

func TestMongoDB_by_uri(t *testing.T) {
	server := testservers.MongoDB(t)
	for name, c := range map[string]struct {
		uri  string
		want Result
	}{
		"tls=false is plain":          {server.URL() + "?tls=false", accepted()},
		"another database":            {strings.TrimSuffix(server.URL(), "admin") + "orders?authSource=admin&tls=false", accepted()},
		"no database":                 {strings.TrimSuffix(server.URL(), "admin") + "?tls=false", accepted()},
		"a file is not read":          {server.URL() + "?tls=false&tlsCAFile=/nope&tlsCertificateKeyFile=/nope&authMechanism=PLAIN", accepted()},
		"a wrong password":            {strings.Replace(server.URL(), server.Password, "wrong", 1) + "?tls=false", rejected(models.ReasonAuthRejected)},
		"a database without the user": {strings.TrimSuffix(server.URL(), "admin") + "orders?tls=false", rejected(models.ReasonAuthRejected)},
		"SRV names no server":         {"mongodb+srv" + strings.TrimPrefix(server.URL(), "mongodb"), unavailable(models.ReasonHostNotFound)},
		"several servers":             {"mongodb://u:p@127.0.0.1:1,127.0.0.1:2/admin?tls=false", unavailable(models.ReasonHostNotFound)},
		"a socket":                    {"mongodb://u:p@%2Ftmp%2Fmongodb-27017.sock/admin", unavailable(models.ReasonHostNotFound)},
	} {
		t.Run(name, func(t *testing.T) { expect(t, patiently(t, loopback(t), byURI("mongodb", c.uri)), c.want) })
	}
}

// mongo answers commands as it is told, with the number of the request.
func mongo(answer func(command string, body bson.D) any) func(net.Conn) {
	return func(conn net.Conn) {
		for {
			header := make([]byte, mongoHeader)
			if _, err := io.ReadFull(conn, header); err != nil {
				return
			}
			message := make([]byte, binary.LittleEndian.Uint32(header)-mongoHeader)
			if _, err := io.ReadFull(conn, message); err != nil {
				return
			}
			var body bson.D
			if bson.Unmarshal(message[5:], &body) != nil {
				return
			}
			reply, _ := bson.Marshal(answer(body[0].Key, body))
			frame := binary.LittleEndian.AppendUint32(nil, uint32(mongoHeader+5+len(reply)))
			frame = append(append(frame, 9, 9, 9, 9), header[4:8]...)
			frame = append(binary.LittleEndian.AppendUint32(frame, mongoMessage), 0, 0, 0, 0, 0)
			if _, err := conn.Write(append(frame, reply...)); err != nil {
				return
			}
		}
	}
}

// scramServer knows one user with a password, by the mechanism.
func scramServer(t *testing.T, hash scram.HashGeneratorFcn, password string) *scram.ServerConversation {
	t.Helper()
	client, err := hash.NewClientUnprepped("u", password, "")
	if err != nil {
		t.Fatal(err)
	}
	stored, err := client.GetStoredCredentialsWithError(scram.KeyFactors{Salt: "0123456789abcdef", Iters: 4096})
	if err != nil {
		t.Fatal(err)
	}
	server, err := hash.NewServer(func(string) (scram.StoredCredentials, error) { return stored, nil })
	if err != nil {
		t.Fatal(err)
	}
	return server.NewConversation()
}

// What FerretDB does not do, and what no server should: these few lines stand for them.
func TestMongoDB_answers(t *testing.T) {
	r := loginTo("mongodb", testservers.Server{Host: "127.0.0.1", User: "u", Password: "p", Database: "d"}, "tls", "disable")
	ok := func(more ...bson.E) bson.D { return append(bson.D{{Key: "ok", Value: 1.0}}, more...) }
	no := func(code int32, message string) bson.D {
		return bson.D{{Key: "ok", Value: 0.0}, {Key: "code", Value: code}, {Key: "errmsg", Value: message}}
	}
	sasl := func(payload string, done bool) bson.D {
		return ok(bson.E{Key: "conversationId", Value: 1}, bson.E{Key: "done", Value: done}, bson.E{Key: "payload", Value: []byte(payload)})
	}
	// by is a server that takes the log-in by one mechanism, tells some, and asks for an empty word at the end, as old ones do.
	by := func(mechanism string, conversation *scram.ServerConversation, told bson.D, ping bson.D) func(string, bson.D) any {
		return func(command string, body bson.D) any {
			switch command {
			case "hello":
				return ok(append(told, bson.E{Key: "maxWireVersion", Value: 13})...)
			case "ping":
				return ping
			case "saslStart":
				if body[1].Value != mechanism {
					return no(334, "Unsupported mechanism")
				}
			}
			if conversation.Done() {
				return sasl("", true)
			}
			for _, e := range body {
				if e.Key == "payload" {
					answer, _ := conversation.Step(string(e.Value.(bson.Binary).Data))
					return sasl(answer, false)
				}
			}
			return nil
		}
	}
	const weak, strong, digest = "SCRAM-SHA-1", "SCRAM-SHA-256", "d4198ee555320fa5c048da6d6da440d8" // md5("u:mongo:p")
	tells := func(mechanisms ...string) bson.D { return bson.D{{Key: "saslSupportedMechs", Value: mechanisms}} }
	after := func(ping bson.D) func(string, bson.D) any {
		return by(weak, scramServer(t, scram.SHA1, digest), tells(weak), ping)
	}
	at := func(command string, answer bson.D) func(string, bson.D) any {
		return func(got string, _ bson.D) any {
			if got == command {
				return answer
			}
			return ok()
		}
	}
	for name, c := range map[string]struct {
		answer func(string, bson.D) any
		want   Result
	}{
		"SCRAM-SHA-1":                         {after(ok()), accepted()},
		"SCRAM-SHA-1, of no mechanism told":   {by(weak, scramServer(t, scram.SHA1, digest), nil, ok()), accepted()},
		"SCRAM-SHA-1, of none":                {by(weak, scramServer(t, scram.SHA1, digest), tells(), ok()), accepted()},
		"SCRAM-SHA-1, of another":             {by(weak, scramServer(t, scram.SHA1, digest), tells("PLAIN"), ok()), accepted()},
		"SCRAM-SHA-256":                       {by(strong, scramServer(t, scram.SHA256, "p"), tells(strong), ok()), accepted()},
		"SCRAM-SHA-256, of both":              {by(strong, scramServer(t, scram.SHA256, "p"), tells(weak, strong), ok()), accepted()},
		"not allowed there":                   {after(no(13, "not authorized")), rejected(models.ReasonInsufficientScope)},
		"a name that no database has":         {after(no(73, "Invalid database name")), rejected(models.ReasonDatabaseNotFound)},
		"shutting down":                       {after(no(91, "shutdown in progress")), unavailable(models.ReasonUnexpectedResponse)},
		"Atlas' no":                           {at("saslStart", no(8000, "bad auth : authentication failed")), rejected(models.ReasonAuthRejected)},
		"Atlas' trouble":                      {at("saslStart", no(8000, "too many connections")), unavailable(models.ReasonUnexpectedResponse)},
		"the mechanism is not there":          {at("saslStart", no(334, "mechanism")), unavailable(models.ReasonUnexpectedResponse)},
		"a yes to anything":                   {func(string, bson.D) any { return ok() }, unavailable(models.ReasonUnexpectedResponse)},
		"a yes without the password":          {func(string, bson.D) any { return sasl("v=AAAA", true) }, unavailable(models.ReasonUnexpectedResponse)},
		"SCRAM that never ends":               {func(string, bson.D) any { return sasl("", false) }, unavailable(models.ReasonUnexpectedResponse)},
		"a nonce of its own":                  {at("saslStart", sasl("r=mine,s=MDEyMzQ1Njc4OWFiY2RlZg==,i=4096", false)), unavailable(models.ReasonUnexpectedResponse)},
		"two thousand million rounds of work": {rounds("2000000000"), unavailable(models.ReasonUnexpectedResponse)},
		"the same, written otherwise":         {rounds("+02000000000"), unavailable(models.ReasonUnexpectedResponse)},
		"fewer rounds than are safe":          {rounds("1"), unavailable(models.ReasonUnexpectedResponse)},
	} {
		t.Run(name, func(t *testing.T) {
			_, port := serve(t, mongo(c.answer))
			began := time.Now()
			expect(t, patiently(t, loopback(t), r.with("port", port)), c.want)
			if took := time.Since(began); took > 2*time.Second {
				t.Errorf("it took %s", took)
			}
		})
	}
}

// rounds asks for so many of them, with the client's own nonce.
func rounds(n string) func(string, bson.D) any {
	return func(command string, body bson.D) any {
		answer := bson.D{{Key: "ok", Value: 1.0}}
		for _, e := range body {
			if data, ok := e.Value.(bson.Binary); ok && command == "saslStart" {
				_, nonce, _ := strings.Cut(string(data.Data), "r=")
				answer = append(answer, bson.E{Key: "payload", Value: []byte("r=" + nonce + "x,s=MDEyMzQ1Njc4OWFiY2RlZg==,i=" + n)})
			}
		}
		return answer
	}
}

// Frames that are none.
func TestMongoDB_hostile_frames(t *testing.T) {
	r := loginTo("mongodb", testservers.Server{Host: "127.0.0.1", User: "u", Password: "p", Database: "d"}, "tls", "disable")
	frame := func(size, kind uint32, body string) string {
		f := binary.LittleEndian.AppendUint32(nil, size)
		f = append(f, 0, 0, 0, 0, 1, 0, 0, 0)
		return string(binary.LittleEndian.AppendUint32(f, kind)) + body
	}
	for name, answer := range map[string]string{
		"two gigabytes announced": frame(1<<31-1, mongoMessage, "x"),
		"too short to be one":     frame(3, mongoMessage, ""),
		"a compressed answer":     frame(64, 2012, strings.Repeat("x", 48)),
		"a document of nonsense":  frame(mongoHeader+5+4, mongoMessage, "\x00\x00\x00\x00\x00\xff\xff\xff\x7f"),
		"nothing in a section":    frame(mongoHeader+5, mongoMessage, "\x00\x00\x00\x00\x00"),
		"nested without end": frame(mongoHeader+5+7*8000, mongoMessage, "\x00\x00\x00\x00\x00"+
			strings.Repeat("\xff\xff\x00\x00\x03a\x00", 8000)),
	} {
		t.Run(name, func(t *testing.T) {
			hostile(t, r, func(w io.Writer) { _, _ = io.WriteString(w, answer) })
		})
	}
}
