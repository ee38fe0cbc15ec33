package verifiers

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/pbkdf2"
	"crypto/rand"
	"crypto/sha512"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
)

// oracleServer stands in for Oracle Database 19c, of which there is none to install. It is no echo of the driver that is tested:
// it follows what node-oracledb, Oracle's own driver, expects of a server (its thin mode is published), proves the password as
// the database does (O5LOGON with a 12c verifier), and node-oracledb's log-in was tried at it by hand.
type oracleServer struct {
	passwords map[string]string // by user
	refuses   map[string]uint64 // who may not log in although the password is right: with which number
	resends   int               // how often it wants to hear CONNECT again before it listens
	silentAt  byte              // the function that it leaves without an answer
	silence   chan struct{}     // is closed when it does
}

const (
	tnsConnect, tnsAccept, tnsMarker                   = 1, 2, 12
	ttcProtocol, ttcTypes, ttcFunction, ttcError       = 1, 2, 3, 4
	ttcParameter, ttcStatus, ttcPiggyback              = 8, 9, 23
	ttcLogoff, ttcVersion, ttcAuth2, ttcAuth1, ttcPing = 9, 0x3b, 0x73, 0x76, 0x93
)

// talk serves one connection.
func (o oracleServer) talk(conn net.Conn) {
	link := &oracleLink{conn: conn, packets: &tnsConn{Conn: conn}}
	_ = o.serve(link) // what the client makes of it is what counts
	_, _ = io.Copy(io.Discard, conn)
}

func (o oracleServer) serve(l *oracleLink) error {
	for asked := 0; ; asked++ {
		connect, err := l.packets.packet()
		if err != nil || connect[4] != tnsConnect {
			return errTNS
		}
		if int(binary.BigEndian.Uint16(connect[26:])) == len(connect) { // what to connect to follows in a packet of its own
			if _, err := l.packets.packet(); err != nil {
				return err
			}
		}
		if asked == o.resends {
			break
		}
		l.write(tnsPacket(tnsResend, ""))
	}
	accept := make([]byte, 37) // from byte 8 on
	binary.BigEndian.PutUint16(accept, 318)
	binary.BigEndian.PutUint16(accept[4:], 8192)
	binary.BigEndian.PutUint16(accept[6:], 8192)
	binary.BigEndian.PutUint16(accept[8:], 1)
	binary.BigEndian.PutUint16(accept[12:], uint16(tnsHeader+len(accept))) // where data would be
	accept[14], accept[15] = 4, 4                                          // no native network encryption
	binary.BigEndian.PutUint32(accept[24:], 8192)
	binary.BigEndian.PutUint32(accept[28:], 2<<20)
	l.write(tnsPacket(tnsAccept, string(accept)))

	for {
		message, err := l.read()
		if err != nil {
			return err
		}
		switch message.u8() {
		case ttcProtocol:
			l.data(oracleProtocol())
		case ttcTypes:
			l.data(oracleTypes(message))
		case ttcFunction:
			function := message.u8()
			message.u8() // a number that counts
			if function == o.silentAt {
				if o.silence != nil {
					close(o.silence)
				}
				return nil
			}
			switch function {
			case ttcAuth1:
				err = o.challenge(l, message)
			case ttcAuth2:
				err = o.prove(l, message)
			case ttcVersion:
				l.data(ttcMessage{ttcParameter}.ub(6).clr("Oracle").ub(0x13000000).bytes(oracleDone))
			case ttcPing, ttcLogoff:
				l.data(ttcMessage{ttcStatus}.ub(1).ub(0))
			default: // a query, for example
				l.fail(3127, "no new operations allowed until the active operation ends")
			}
			if err != nil {
				return err
			}
		default:
			return errTNS
		}
	}
}

// oracleProtocol says what the server can: logons by 12c verifiers, and the fields that 19c sends.
func oracleProtocol() ttcMessage {
	capabilities := make([]byte, 42)
	capabilities[4] = 0x20 | 0x02  // keys from PBKDF2
	capabilities[7] = 12           // 19.1
	capabilities[15] = 1           // the status at the end of a call
	capabilities[16] = 1           // its sequence
	capabilities[27] = 1           // types of two bytes
	capabilities[37] = 0x20 | 0x02 // long chunks; the version of time zones
	m := ttcMessage{ttcProtocol, 6, 0}.bytes("x86_64/Linux 2.4.xx\x00")
	m = binary.LittleEndian.AppendUint16(m, 873) // AL32UTF8
	m = append(m, 1, 0, 0, 0, 11, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2000>>8, 2000&0xff)
	m = append(append(m, byte(len(capabilities))), capabilities...)
	return append(m, 7, 2, 1, 0, 0, 0, 0, 0)
}

// oracleTypes agrees to no conversions; who asks is told the time zone.
func oracleTypes(asked *ttcReader) ttcMessage {
	asked.take(5)
	compile := asked.take(int(asked.u8()))
	runtime := asked.take(int(asked.u8()))
	m := ttcMessage{ttcTypes}
	if len(runtime) > 1 && runtime[1]&1 != 0 {
		m = append(m, 0x80, 0, 0, 0, 60, 60, 60, 0x80, 0, 0, 0)
		if len(compile) > 37 && compile[37]&2 != 0 {
			m = append(m, 0, 0, 0, 32)
		}
	}
	return append(m, 0, 0)
}

// challenge is the first half of a log-in: whoever knows the password can read the session key.
func (o oracleServer) challenge(l *oracleLink, asked *ttcReader) error {
	l.user, _ = asked.logon()
	l.salt, l.mixing, l.key = random(16), random(16), random(32)
	speedy, err := pbkdf2.Key(sha512.New, o.passwords[l.user], append(bytes.Clone(l.salt), "AUTH_PBKDF2_SPEEDY_KEY"...), 4096, 64)
	if err != nil {
		return err
	}
	verifier := sha512.Sum512(append(speedy, l.salt...))
	l.verifier = verifier[:32]
	m := ttcMessage{ttcParameter}.ub(5).
		pair("AUTH_SESSKEY", upper(crypt(cipher.NewCBCEncrypter, l.verifier, l.key)), 0).
		pair("AUTH_VFR_DATA", upper(l.salt), 0x4815).
		pair("AUTH_PBKDF2_CSK_SALT", upper(l.mixing), 0).
		pair("AUTH_PBKDF2_VGEN_COUNT", "4096", 0).
		pair("AUTH_PBKDF2_SDER_COUNT", "3", 0)
	l.data(m.bytes(oracleDone))
	return nil
}

// prove is the second half: the password comes under a key that both ends made of both session keys.
func (o oracleServer) prove(l *oracleLink, asked *ttcReader) error {
	user, said := asked.logon()
	theirs, err := hex.DecodeString(said["AUTH_SESSKEY"])
	if err != nil || len(theirs) != len(l.key) || user != l.user {
		return errTNS
	}
	theirs = crypt(cipher.NewCBCDecrypter, l.verifier, theirs)
	combined, err := pbkdf2.Key(sha512.New, upper(append(theirs, l.key...)), l.mixing, 3, 32)
	if err != nil {
		return err
	}
	sealed, err := hex.DecodeString(said["AUTH_PASSWORD"])
	if err != nil || len(sealed) < 32 || len(sealed)%aes.BlockSize != 0 {
		return errTNS
	}
	opened := crypt(cipher.NewCBCDecrypter, combined, sealed)[16:]
	right, known := o.passwords[user]
	padding := int(opened[len(opened)-1])
	if !known || padding == 0 || padding > aes.BlockSize || string(opened[:len(opened)-padding]) != right {
		l.fail(1017, "invalid username/password; logon denied")
		return nil
	}
	if code := o.refuses[user]; code != 0 {
		l.fail(code, "not now")
		return nil
	}
	answer := crypt(cipher.NewCBCEncrypter, combined, append(random(16), "SERVER_TO_CLIENT"...))
	m := ttcMessage{ttcParameter}.ub(7).
		pair("AUTH_SVR_RESPONSE", upper(answer), 0).
		pair("AUTH_SESSION_ID", "42", 0).pair("AUTH_SERIAL_NUM", "7", 0).
		pair("AUTH_VERSION_NO", strconv.Itoa(0x13000000), 0).
		pair("AUTH_SC_DBUNIQUE_NAME", "ORCL", 0).pair("AUTH_SC_SERVICE_NAME", "orders", 0).pair("AUTH_SC_INSTANCE_NAME", "orcl", 0)
	m = append(m, ttcPiggyback, 5)
	m = append(m.ub(0), 0).ub(1)
	m = append(m, 0).pair("AUTH_NLS_LXLAN", "AMERICAN", 16).ub(0)
	l.data(m.bytes(oracleDone))
	return nil
}

// oracleDone ends a call that went well.
var oracleDone = string(oracleEnd(0, ""))

// oracleEnd is how 19c ends a call.
func oracleEnd(code uint64, text string) ttcMessage {
	m := ttcMessage{ttcError}.ub(1).ub(0).ub(0).ub(code & 0xffff).ub(0).ub(0).ub(0).ub(0)
	m = append(m, 0, 0, 0, 0, 0, 0)                // kind, fatal, two flags, parameter, warning
	m = append(m.ub(0).ub(0), 0).ub(0).ub(0).ub(0) // a row's id; the operating system's number
	m = append(m, 0, 0).ub(0).ub(0).ub(0)          // statement, call; padding, iterations, logical row
	m = m.ub(0).ub(0).ub(0).ub(code).ub(0)         // three lists of errors; the number; the row
	if code != 0 {
		m = m.clr(fmt.Sprintf("ORA-%05d: %s\n", code, text))
	}
	return m
}

// oracleLink is one connection's state.
type oracleLink struct {
	conn                        net.Conn
	packets                     *tnsConn
	user                        string
	salt, mixing, key, verifier []byte
}

func (l *oracleLink) write(packet string) { _, _ = io.WriteString(l.conn, packet) }

// data sends a message in one packet, whose length has four bytes since version 315.
func (l *oracleLink) data(m ttcMessage) { l.write(longTNS(tnsData, "\x00\x00"+string(m))) }

// fail interrupts the client, as the database does, before it says why.
func (l *oracleLink) fail(code uint64, text string) {
	l.write(longTNS(tnsMarker, "\x01\x00\x01"))
	for {
		packet, err := l.packets.packet()
		if err != nil {
			return
		}
		if packet[4] == tnsMarker && packet[10] == 2 {
			break
		}
	}
	l.write(longTNS(tnsMarker, "\x01\x00\x02"))
	l.data(oracleEnd(code, text))
}

func (l *oracleLink) read() (*ttcReader, error) {
	packet, err := l.packets.packet()
	if err != nil {
		return nil, err
	}
	if packet[4] != tnsData || len(packet) < 11 || packet[9]&0x40 != 0 { // or the last one
		return nil, io.EOF
	}
	return &ttcReader{rest: packet[10:]}, nil
}

func longTNS(kind byte, body string) string {
	head := binary.BigEndian.AppendUint32(nil, uint32(tnsHeader+len(body)))
	return string(append(head, kind, 0, 0, 0)) + body
}

// ttcMessage is a message of the layer above packets.
type ttcMessage []byte

func (m ttcMessage) bytes(text string) ttcMessage { return append(m, text...) }

// ub is a number with its length before it.
func (m ttcMessage) ub(n uint64) ttcMessage {
	digits := bytes.TrimLeft(binary.BigEndian.AppendUint64(nil, n), "\x00")
	return append(append(m, byte(len(digits))), digits...)
}

func (m ttcMessage) clr(text string) ttcMessage {
	if len(text) == 0 {
		return append(m, 0)
	}
	return append(append(m, byte(len(text))), text...)
}

func (m ttcMessage) pair(key, value string, flag uint64) ttcMessage {
	return m.ub(uint64(len(key))).clr(key).ub(uint64(len(value))).clr(value).ub(flag)
}

// ttcReader takes a message apart; beyond its end there are zeros.
type ttcReader struct{ rest []byte }

func (r *ttcReader) take(n int) []byte {
	taken := make([]byte, n)
	r.rest = r.rest[copy(taken, r.rest):]
	return taken
}

func (r *ttcReader) u8() byte { return r.take(1)[0] }

func (r *ttcReader) ub() int {
	n := 0
	for _, b := range r.take(int(r.u8() & 7)) {
		n = n<<8 | int(b)
	}
	return n
}

func (r *ttcReader) text() string {
	if r.ub() == 0 {
		return ""
	}
	n := r.u8()
	if n != 0xfe {
		return string(r.take(int(n)))
	}
	var all []byte
	for size := r.ub(); size > 0; size = r.ub() {
		all = append(all, r.take(size)...)
	}
	return string(all)
}

// logon reads who logs in, and the pairs that come with it.
func (r *ttcReader) logon() (user string, said map[string]string) {
	r.u8()
	r.ub() // the name's length
	r.ub() // how
	r.u8()
	pairs := r.ub()
	r.take(2)
	user, said = strings.ToUpper(string(r.take(int(r.u8())))), map[string]string{}
	for range pairs {
		key := r.text()
		said[key] = r.text()
		r.ub()
	}
	return user, said
}

func random(n int) []byte {
	b := make([]byte, n)
	_, _ = rand.Read(b)
	return b
}

func upper(b []byte) string { return strings.ToUpper(hex.EncodeToString(b)) }

// crypt is AES in CBC with zeros to begin with, as the protocol has it.
func crypt(mode func(cipher.Block, []byte) cipher.BlockMode, key, text []byte) []byte {
	block, err := aes.NewCipher(key)
	if err != nil {
		panic(err)
	}
	out := make([]byte, len(text))
	mode(block, make([]byte, aes.BlockSize)).CryptBlocks(out, text)
	return out
}
