package verifiers

import (
	"crypto/tls"
	"encoding/binary"
	"io"
	"net"
	"strings"
	"sync/atomic"
	"testing"
	"unicode/utf16"

	"keyward/internal/testservers"
	"keyward/models"
)

// tdsServer stands in for SQL Server, of which there is none to install: it reads PRELOGIN and LOGIN7 as MS-TDS
// describes them, does TLS within TDS or from the first byte, looks at user, password and database, and answers with
// the tokens and error numbers of the real one. Microsoft's driver for Go logs in to it in all three ways, and sees the
// same refusals.
type tdsServer struct {
	tls    *tls.Config // none: no encryption is offered
	strict bool        // TLS from the first byte
	talked *atomic.Bool
	answer func(user, password, database string) []byte
}

func (s tdsServer) talk(conn net.Conn) {
	if s.strict {
		config := s.tls.Clone()
		config.NextProtos = []string{"tds/8.0"}
		secure := tls.Server(conn, config)
		if secure.Handshake() != nil {
			return
		}
		conn = secure
	}
	link := &tds{conn: conn}
	if _, _, err := link.packet(tdsPrelogin); err != nil {
		return
	}
	encryption := byte(encryptNone)
	if s.tls != nil {
		encryption = encryptRequired
	}
	// VERSION and ENCRYPTION, and the end of the list, before their values.
	_ = link.send(tdsAnswer, []byte{0, 0, 11, 0, 6, 1, 0, 17, 0, 1, 0xff, 16, 0, 4, 0, 0, 0, encryption})
	if s.tls != nil && !s.strict {
		inside := &tdsHandshake{Conn: conn, tds: link}
		secure := tls.Server(inside, s.tls)
		if secure.Handshake() != nil {
			return
		}
		inside.over = true
		link = &tds{conn: secure}
	}
	if s.talked != nil {
		s.talked.Store(true)
	}
	var login []byte
	for more := true; more; {
		body, goesOn, err := link.packet(tdsLogin)
		if err != nil {
			return
		}
		login, more = append(login, body...), goesOn
	}
	if len(login) < 94 || int(binary.LittleEndian.Uint32(login)) != len(login) {
		return
	}
	field := func(at int, secret bool) string {
		where, length := int(binary.LittleEndian.Uint16(login[at:])), int(binary.LittleEndian.Uint16(login[at+2:]))
		var units []uint16
		for i := where; i < where+2*length; i += 2 {
			low, high := login[i], login[i+1]
			if secret {
				low, high = low^0xa5, high^0xa5
				low, high = low<<4|low>>4, high<<4|high>>4
			}
			units = append(units, uint16(low)|uint16(high)<<8)
		}
		return string(utf16.Decode(units))
	}
	_ = link.send(tdsAnswer, s.answer(field(40, false), field(44, true), field(68, false)))
	_, _ = io.Copy(io.Discard, conn)
}

func tdsToken(kind byte, body []byte) []byte {
	return append(binary.LittleEndian.AppendUint16([]byte{kind}, uint16(len(body))), body...)
}

func tdsText(text string) []byte {
	var out []byte
	for _, unit := range utf16.Encode([]rune(text)) {
		out = binary.LittleEndian.AppendUint16(out, unit)
	}
	return out
}

// tdsError is an ERROR token: number, state, class, message, server, procedure, line.
func tdsError(number uint32, message string) []byte {
	body := binary.LittleEndian.AppendUint32(nil, number)
	body = append(body, 1, 14)
	body = binary.LittleEndian.AppendUint16(body, uint16(len(message)))
	body = append(append(body, tdsText(message)...), 0, 0, 1, 0, 0, 0)
	return tdsToken(0xaa, body)
}

var (
	tdsDone      = []byte{0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}
	tdsDoneError = []byte{0xfd, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}
)

// tdsYes is what follows a log-in: the database's ENVCHANGE, an INFO, LOGINACK, DONE.
func tdsYes() []byte {
	change := append([]byte{1, 6}, append(tdsText("orders"), append([]byte{6}, tdsText("master")...)...)...)
	info := append(binary.LittleEndian.AppendUint32(nil, 5701), 2, 0, 2, 0, 'h', 0, 'i', 0, 0, 0, 1, 0, 0, 0)
	program := tdsText("Microsoft SQL Server")
	ack := append([]byte{1, 0x74, 0, 0, 4, byte(len(program) / 2)}, append(program, 16, 0, 4, 0)...)
	var out []byte
	for _, part := range [][]byte{tdsToken(0xe3, change), tdsToken(0xab, info), tdsToken(0xad, ack), tdsDone} {
		out = append(out, part...)
	}
	return out
}

// sqlServerUsers answers as SQL Server does: sa may open orders, and stranger, who has the same password, may not.
func sqlServerUsers(user, password, database string) []byte {
	failed := append(tdsError(18456, "Login failed for user."), tdsDoneError...)
	switch {
	case user == "locked" && password == "Geheim-1 ü€😀":
		return append(tdsError(18486, "Login failed: the account is locked out."), tdsDoneError...)
	case (user != "sa" && user != "stranger") || password != "Geheim-1 ü€😀":
		return failed
	case database == "orders" && user == "stranger":
		return append(tdsError(916, "The server principal is not able to access the database."), failed...)
	case database != "" && database != "orders":
		return append(tdsError(4060, "Cannot open database requested by the login."), failed...)
	}
	return tdsYes()
}

func TestSQLServer(t *testing.T) {
	host, port := serve(t, tdsServer{answer: sqlServerUsers}.talk)
	login := func(encrypt string) Request {
		return loginTo("sqlserver", testservers.Server{Host: host, User: "sa", Password: "Geheim-1 ü€😀", Database: "orders"}, "encrypt", encrypt).with("port", port)
	}
	r := login("disable")
	outcomes(t, service{
		plain: r, secure: login("true"),
		behind: func(config *tls.Config, talked *atomic.Bool) func(net.Conn) {
			return tdsServer{tls: config, talked: talked, answer: sqlServerUsers}.talk
		},
		cases: map[string]outcome{
			"without a database":              {r.with("database", ""), accepted()},
			"a wrong password":                {r.with("password", "wrong"), rejected(models.ReasonAuthRejected)},
			"no password":                     {r.with("password", ""), rejected(models.ReasonAuthRejected)},
			"a password longer than there is": {r.with("password", strings.Repeat("x", 129)), rejected(models.ReasonAuthRejected)},
			"an unknown user":                 {r.with("user", "nobody"), rejected(models.ReasonAuthRejected)},
			"a locked account":                {r.with("user", "locked"), rejected(models.ReasonAuthRejected)},
			"a wrong database":                {r.with("database", "nowhere"), rejected(models.ReasonDatabaseNotFound)},
			"not allowed there":               {r.with("user", "stranger"), rejected(models.ReasonInsufficientScope)},
			"a named instance":                {r.with("host", `127.0.0.1\SQLEXPRESS`), unavailable(models.ReasonHostNotFound)},
		},
	})
	t.Run("who insists on TLS gets no password without", func(t *testing.T) {
		var talked atomic.Bool
		_, port := serve(t, tdsServer{tls: trusted(t), talked: &talked, answer: sqlServerUsers}.talk)
		expect(t, patiently(t, loopback(t), r.with("port", port)), unavailable(models.ReasonTLSInvalid))
		if talked.Load() {
			t.Error("the log-in went on")
		}
	})
}

// TDS 8.0 has TLS from the first byte.
func TestSQLServer_strict(t *testing.T) {
	for name, c := range map[string]struct {
		tls  *tls.Config
		want Result
	}{
		"verified":    {trusted(t), accepted()},
		"self-signed": {selfSigned(t), unavailable(models.ReasonTLSInvalid)},
		"ended":       {ended(t), unavailable(models.ReasonTLSInvalid)},
	} {
		t.Run(name, func(t *testing.T) {
			_, port := serve(t, tdsServer{tls: c.tls, strict: true, answer: sqlServerUsers}.talk)
			server := testservers.Server{Host: "localhost", User: "sa", Password: "Geheim-1 ü€😀", Database: "orders"}
			expect(t, patiently(t, loopback(t), loginTo("sqlserver", server, "encrypt", "strict").with("port", port)), c.want)
			uri := "sqlserver://sa:Geheim-1%20%C3%BC%E2%82%AC%F0%9F%98%80@localhost:" + port + "?encrypt=strict&database=orders"
			expect(t, patiently(t, loopback(t), byURI("sqlserver", uri)), c.want)
		})
	}
}

func TestSQLServer_by_uri(t *testing.T) {
	_, port := serve(t, tdsServer{answer: sqlServerUsers}.talk)
	login := "sqlserver://sa:Geheim-1%20%C3%BC%E2%82%AC%F0%9F%98%80@127.0.0.1:" + port
	for name, c := range map[string]struct {
		uri  string
		want Result
	}{
		"with a database":               {login + "?encrypt=disable&database=orders", accepted()},
		"without":                       {login + "/?encrypt=disable", accepted()},
		"files are not read":            {login + "?encrypt=disable&certificate=/nope.pem&log=63&krb5-keytabfile=/nope", accepted()},
		"nobody trusts a server so":     {login + "?encrypt=true&TrustServerCertificate=true", unavailable(models.ReasonTLSInvalid)},
		"encrypt=false is not plain":    {login + "?encrypt=false", unavailable(models.ReasonTLSInvalid)},
		"a wrong database":              {login + "?encrypt=disable&database=nowhere", rejected(models.ReasonDatabaseNotFound)},
		"a named instance":              {login + "/SQLEXPRESS?encrypt=disable", unavailable(models.ReasonHostNotFound)},
		"a named instance, the old way": {"sqlserver://sa:x@127.0.0.1%5CSQLEXPRESS?encrypt=disable", unavailable(models.ReasonHostNotFound)},
	} {
		t.Run(name, func(t *testing.T) {
			expect(t, patiently(t, loopback(t), byURI("sqlserver", c.uri)), c.want)
		})
	}
}

// What other states say, and what no server should.
func TestSQLServer_answers(t *testing.T) {
	routed := tdsToken(0xe3, append([]byte{20, 12, 0, 0, 0x99, 5, 4, 0}, append(tdsText("evil"), 0, 0)...))
	for name, c := range map[string]struct {
		answer []byte
		want   Result
	}{
		"yes":                                       {tdsYes(), accepted()},
		"the password has to change":                {append(tdsError(18488, ""), tdsDoneError...), rejected(models.ReasonAuthRejected)},
		"Azure's firewall":                          {append(tdsError(40615, ""), tdsDoneError...), unavailable(models.ReasonConnectionRefused)},
		"not there for the moment":                  {append(tdsError(40613, ""), tdsDoneError...), unavailable(models.ReasonUnexpectedResponse)},
		"an error of no log-in":                     {append(tdsError(701, "out of memory"), tdsDoneError...), unavailable(models.ReasonUnexpectedResponse)},
		"a yes with an error":                       {append(tdsError(701, ""), tdsYes()...), unavailable(models.ReasonUnexpectedResponse)},
		"another server is to be asked":             {append(routed, tdsYes()...), unavailable(models.ReasonUnexpectedResponse)},
		"neither yes nor no":                        {tdsDone, unavailable(models.ReasonUnexpectedResponse)},
		"nothing":                                   {nil, unavailable(models.ReasonUnexpectedResponse)},
		"a token cut short":                         {[]byte{0xaa, 0xff, 0xff, 1}, unavailable(models.ReasonUnexpectedResponse)},
		"four thousand million tokens to sign with": {append([]byte{0xee, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff}, tdsYes()...), unavailable(models.ReasonUnexpectedResponse)},
	} {
		t.Run(name, func(t *testing.T) {
			_, port := serve(t, tdsServer{answer: func(string, string, string) []byte { return c.answer }}.talk)
			r := loginTo("sqlserver", testservers.Server{Host: "127.0.0.1", User: "u", Password: "p"}, "encrypt", "disable").with("port", port)
			before := allocated()
			expect(t, patiently(t, loopback(t), r), c.want)
			if grew := allocated() - before; grew > 4<<20 {
				t.Errorf("it cost %d MiB", grew>>20)
			}
		})
	}
}
