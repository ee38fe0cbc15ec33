package verifiers

import (
	"context"
	"crypto/tls"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"keyward/internal/testservers"
	"keyward/models"
)

// tnsPacket frames one packet of Oracle's protocol.
func tnsPacket(kind byte, body string) string {
	head := binary.BigEndian.AppendUint16(nil, uint16(tnsHeader+len(body)))
	return string(append(head, 0, 0, kind, 0, 0, 0)) + body
}

// tnsRefusal is a listener's REFUSE.
func tnsRefusal(code int) string {
	text := fmt.Sprintf("(DESCRIPTION=(TMP=)(VSNNUM=318767104)(ERR=%d)(ERROR_STACK=(ERROR=(CODE=%d)(EMFI=4))))", code, code)
	return tnsPacket(4, "\x22\x00"+string(binary.BigEndian.AppendUint16(nil, uint16(len(text))))+text)
}

// oracleListener stands in for Oracle's, of which there is none to install: it reads the CONNECT packet and refuses with the
// number that the real one has for the service in it.
func oracleListener(conn net.Conn) {
	link := &tnsConn{Conn: conn}
	packet, err := link.packet()
	if err != nil || packet[4] != 1 {
		return
	}
	asked := string(packet)
	if !strings.Contains(asked, "(CONNECT_DATA=") { // it follows in bytes of their own
		more := make([]byte, 8<<10)
		n, _ := conn.Read(more)
		asked = string(more[:n])
	}
	code := 12514
	for name, number := range map[string]int{"SERVICE_NAME=blocked)": 12528, "SERVICE_NAME=barred)": 12529, "SID=nowhere)": 12505, "SERVICE_NAME=wrong)": 1017} {
		if strings.Contains(asked, name) {
			code = number
		}
	}
	_, _ = io.WriteString(conn, tnsRefusal(code))
	_, _ = io.Copy(io.Discard, conn)
}

func TestOracle_refusals(t *testing.T) {
	host, port := serve(t, oracleListener)
	r := loginTo("oracle", testservers.Server{Host: host, User: "u", Password: "p", Database: "nowhere"}, "tls", "disable", "sid", "{{sid}}").with("port", port, "sid", "")
	for name, c := range map[string]outcome{
		"an unknown service":          {r, rejected(models.ReasonDatabaseNotFound)},
		"an unknown SID":              {r.with("database", "", "sid", "nowhere"), rejected(models.ReasonDatabaseNotFound)},
		"a wrong password":            {r.with("database", "wrong"), rejected(models.ReasonAuthRejected)},
		"a database that is not open": {r.with("database", "blocked"), unavailable(models.ReasonUnexpectedResponse)},
		"barred by a rule":            {r.with("database", "barred"), unavailable(models.ReasonConnectionRefused)},
		"by uri, of a file":           {byURI("oracle", "oracle://u:p@"+host+":"+port+"/nowhere?ssl=disable&WALLET=/nope"), rejected(models.ReasonDatabaseNotFound)},
		"by uri, a SID":               {byURI("oracle", "oracle://u:p@"+host+":"+port+"/?ssl=disable&SID=nowhere"), rejected(models.ReasonDatabaseNotFound)},
	} {
		t.Run(name, func(t *testing.T) { expect(t, patiently(t, loopback(t), c.request), c.want) })
	}
	for name, c := range map[string]struct {
		host string
		tls  *tls.Config
		want Result
	}{
		"TCPS, verified":    {"localhost", trusted(t), rejected(models.ReasonDatabaseNotFound)},
		"TCPS, self-signed": {"localhost", selfSigned(t), unavailable(models.ReasonTLSInvalid)},
		"TCPS, another's":   {"127.0.0.1", trusted(t), unavailable(models.ReasonTLSInvalid)},
		"TCPS, ended":       {"localhost", ended(t), unavailable(models.ReasonTLSInvalid)},
	} {
		t.Run(name, func(t *testing.T) {
			var talked atomic.Bool
			_, secure := serve(t, behindTLS(net.JoinHostPort(host, port))(c.tls, &talked))
			login := loginTo("oracle", testservers.Server{Host: c.host, User: "u", Password: "p", Database: "nowhere"}).with("port", secure)
			expect(t, patiently(t, loopback(t), login), c.want)
		})
	}
}

// A password that is right is the only yes.
func TestOracle_logs_in(t *testing.T) {
	scott := oracleServer{passwords: map[string]string{"SCOTT": "tiger", "LOCKED": "tiger", "EXPIRED": "tiger", "BARE": "tiger"}, refuses: map[string]uint64{"LOCKED": 28000, "EXPIRED": 28001, "BARE": 1045}}
	hesitant := scott
	hesitant.resends = 2
	stubborn := scott
	stubborn.resends = 1000
	silent := func(at byte) oracleServer {
		o := scott
		o.silentAt = at
		return o
	}
	at := func(o oracleServer) Request {
		host, port := serve(t, o.talk)
		return loginTo("oracle", testservers.Server{Host: host, User: "scott", Password: "tiger", Database: "orders"}, "tls", "disable").with("port", port)
	}
	r := at(scott)
	for name, c := range map[string]outcome{
		"the right password":                       {r, accepted()},
		"a wrong password":                         {r.with("password", "lion"), rejected(models.ReasonAuthRejected)},
		"another case":                             {r.with("password", "TIGER"), rejected(models.ReasonAuthRejected)},
		"an unknown user":                          {r.with("user", "nobody"), rejected(models.ReasonAuthRejected)},
		"a locked account":                         {r.with("user", "locked"), rejected(models.ReasonAuthRejected)},
		"an expired password":                      {r.with("user", "expired"), rejected(models.ReasonAuthRejected)},
		"may not create a session":                 {r.with("user", "bare"), rejected(models.ReasonInsufficientScope)},
		"a listener that wants to hear it again":   {at(hesitant), accepted()},
		"a listener that wants to hear it forever": {at(stubborn), unavailable(models.ReasonUnexpectedResponse)},
		"silence once it has the password":         {at(silent(ttcAuth2)), unavailable(models.ReasonTimeout)},
		"silence once logged in":                   {at(silent(ttcVersion)), unavailable(models.ReasonTimeout)},
		"silence at the ping":                      {at(silent(ttcPing)), unavailable(models.ReasonTimeout)},
	} {
		t.Run(name, func(t *testing.T) { expect(t, within(t, timeFor(c.want), loopback(t), c.request), c.want) })
	}
}

func TestOracle_hostile_servers(t *testing.T) {
	r := loginTo("oracle", testservers.Server{Host: "127.0.0.1", User: "u", Password: "p", Database: "d"}, "tls", "disable")
	for name, talk := range map[string]func(io.Writer){
		"zeros":            func(w io.Writer) { _, _ = io.Copy(w, endless{}) },
		"noise":            func(w io.Writer) { _, _ = io.Copy(w, repeating("\x8f\xff\x01\x7f\x00garbage\xfe")) },
		"text":             func(w io.Writer) { _, _ = io.Copy(w, repeating("220 welcome to this server\r\n")) },
		"say it again":     func(w io.Writer) { _, _ = io.Copy(w, repeating(tnsPacket(tnsResend, ""))) },
		"an empty refusal": func(w io.Writer) { _, _ = io.WriteString(w, tnsPacket(4, "")) },
		"an empty accept":  func(w io.Writer) { _, _ = io.WriteString(w, tnsPacket(2, "")) },
		"four gigabytes":   func(w io.Writer) { _, _ = io.WriteString(w, "\x00\x00\xff\xff\x02\x00\x00\x00x") },
		"sent to another": func(w io.Writer) {
			_, _ = io.WriteString(w, tnsPacket(5, "\x00\x2d(ADDRESS=(PROTOCOL=tcp)(HOST=10.0.0.1)(PORT=1))"))
		},
		"a million rounds": func(w io.Writer) {
			_, _ = io.WriteString(w, tnsPacket(tnsData, "\x00\x00AUTH_PBKDF2_VGEN_COUNT\x08\x0899999999"))
		},
	} {
		t.Run(name, func(t *testing.T) { hostile(t, r, talk) })
	}
}

// However a server writes that a password shall be hashed a million times, the driver doesn't get to read it.
func TestOracle_hashes_no_million_times(t *testing.T) {
	const (
		name   = "AUTH_PBKDF2_VGEN_COUNT"
		list   = "\x08\x01\x01\x01\x16\x16" + name
		ninety = "\x01\x08\x0899999999\x00"
		well   = list + "\x01\x04\x044096\x00"
	)
	for how, c := range map[string]struct {
		packets []string
		refused bool
	}{
		"as it is":                {[]string{list + ninety}, true},
		"in ten digits":           {[]string{list + "\x01\x0a\x0a0099999999\x00"}, true},
		"the number in pieces":    {[]string{list + "\x01\x08\xfe\x039999\x0599999\x00\x00"}, true},
		"the name in pieces":      {[]string{"\x08\x01\x01\x01\x16\xfe\x0eAUTH_PBKDF2_VG\x08EN_COUNT\x00" + ninety}, true},
		"in two packets":          {[]string{list + "\x01\x08\x08999", "99999\x00"}, true},
		"a name that goes on":     {[]string{"\x08\x01\x01\x01\x16\x1e" + name + "XXXXXXXX" + ninety}, true},
		"after letters":           {[]string{list + "\x04AAAA\x41" + strings.Repeat("0", 57) + "99999999\x00"}, true},
		"a length like a letter":  {[]string{"\x08\x01\x01\x01\x16\xfe\x14AUTH_PBKDF2_VGEN_COU\x41NT" + strings.Repeat("x", 63) + "\x00" + ninety}, true},
		"behind one that is well": {[]string{"\x08\x01\x01\x01\x16\xfe\x15AUTH_PBKDF2_VGEN_COUN\x02" + well[1:] + "\x00" + ninety}, true},
		"in a second list":        {[]string{well + list + ninety}, true},
		"in a second packet":      {[]string{well, list + ninety}, true},
		"in pieces, in a second":  {[]string{well + "\x08\x01\x01\x01\x16\xfe\x0eAUTH_PBKDF2_VG\x08EN_", "COUNT\x00" + ninety}, true},
		"after another message":   {[]string{"\x17\x00\x00" + list + ninety}, true},
		"what Oracle asks for": {[]string{"\x08\x01\x03\x01\x16\x16" + name + "\x01\x04\x044096\x00\x01\x16\x16AUTH_PBKDF2_SDER_COUNT\x01\x01\x013\x00" +
			"\x01\x0c\x0cAUTH_SESSKEY\x01\x40\x40" + strings.Repeat("0123456789ABCDEF", 4) + "\x00" + oracleDone}, false},
	} {
		t.Run(how, func(t *testing.T) {
			server, conn := net.Pipe()
			t.Cleanup(func() { _ = conn.Close() })
			go func() {
				defer func() { _ = server.Close() }()
				_, _ = (&tnsConn{Conn: server}).packet()
				_, _ = (&tnsConn{Conn: server}).packet()
				for _, body := range c.packets {
					_, _ = io.WriteString(server, tnsPacket(tnsData, "\x00\x00"+body))
				}
			}()
			link := &tnsConn{Conn: conn}
			_, _ = io.WriteString(link, tnsPacket(tnsData, "\x00\x00\x03\x76\x00\x01"))
			_, _ = io.WriteString(link, tnsPacket(tnsMarker, "\x01\x00\x02")) // as the driver does when the server interrupts it
			_, err := io.ReadAll(link)
			if errors.Is(err, errTooMuch) != c.refused {
				t.Errorf("refused for its work: %t (%v)", !c.refused, err)
			}
		})
	}
}

// What can't be ended is at least not done for many at once; who waits for a server keeps nobody waiting.
func TestOracle_works_in_turns(t *testing.T) {
	v := oracleVerifier{turns: make(chan struct{}, 1)}
	at := func(o oracleServer) Request {
		host, port := serve(t, o.talk)
		return loginTo("oracle", testservers.Server{Host: host, User: "scott", Password: "tiger", Database: "orders"}, "tls", "disable").with("port", port)
	}
	scott := oracleServer{passwords: map[string]string{"SCOTT": "tiger"}}
	for _, function := range []byte{ttcAuth1, ttcAuth2, ttcPing} {
		silent := scott
		silent.silentAt, silent.silence = function, make(chan struct{})
		ctx, hangUp := context.WithCancel(t.Context())
		done := make(chan struct{})
		go func() {
			defer close(done)
			v.Verify(ctx, loopback(t), at(silent))
		}()
		<-silent.silence
		expect(t, v.Verify(t.Context(), loopback(t), at(scott)), accepted())
		hangUp()
		<-done
	}
	v.turns <- struct{}{} // somebody works
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	expect(t, v.Verify(ctx, loopback(t), at(scott)), unavailable(models.ReasonTimeout))
	<-v.turns
	expect(t, v.Verify(t.Context(), loopback(t), at(scott)), accepted())
}
