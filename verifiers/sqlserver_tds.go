package verifiers

import (
	"encoding/binary"
	"errors"
	"io"
	"net"
	"unicode/utf16"
)

// tds is as much of the Tabular Data Stream protocol (MS-TDS) as a log-in takes.
type tds struct {
	conn net.Conn
}

const (
	tdsAnswer   = 0x04 // packet types
	tdsLogin    = 0x10
	tdsPrelogin = 0x12
	tdsHeader   = 8
	tdsPacket   = 4096 // the length of packets before another is agreed on
	tdsLast     = 1    // status: the message ends here

	encryptOff      = 0 // what PRELOGIN says of encryption
	encryptOn       = 1
	encryptNone     = 2
	encryptRequired = 3
	encryptStrict   = 4

	// maxTDSMessage is how long a server's message may be: what follows a log-in has about a kilobyte.
	maxTDSMessage = 64 << 10
)

var errTDS = errors.New("tds: no answer of the protocol")

// send writes a message in packets.
func (t *tds) send(kind byte, message []byte) error {
	const room = tdsPacket - tdsHeader
	var out []byte
	for number := byte(1); ; number++ {
		part := message[:min(len(message), room)]
		message = message[len(part):]
		status := byte(0)
		if len(message) == 0 {
			status = tdsLast
		}
		header := []byte{kind, status, 0, 0, 0, 0, number, 0}
		binary.BigEndian.PutUint16(header[2:], uint16(tdsHeader+len(part))) //nolint:gosec // at most tdsPacket
		out = append(append(out, header...), part...)
		if status == tdsLast {
			_, err := t.conn.Write(out)
			return err
		}
	}
}

// packet reads one packet and reports whether its message goes on.
func (t *tds) packet(kind byte) (body []byte, more bool, err error) {
	header := make([]byte, tdsHeader)
	if _, err := io.ReadFull(t.conn, header); err != nil {
		return nil, false, err
	}
	size := int(binary.BigEndian.Uint16(header[2:]))
	if header[0] != kind || size < tdsHeader {
		return nil, false, errTDS
	}
	body = make([]byte, size-tdsHeader)
	_, err = io.ReadFull(t.conn, body)
	return body, header[1]&tdsLast == 0, err
}

// receive reads a whole message.
func (t *tds) receive() ([]byte, error) {
	var message []byte
	for {
		body, more, err := t.packet(tdsAnswer)
		if err != nil {
			return nil, err
		}
		if message = append(message, body...); len(message) > maxTDSMessage {
			return nil, errTooMuch
		}
		if !more {
			return message, nil
		}
	}
}

// prelogin says what we want of encryption and returns what the server says (MS-TDS 2.2.6.5).
func (t *tds) prelogin(wanted byte) (offered byte, err error) {
	options := []struct {
		token byte
		value []byte
	}{
		{0, make([]byte, 6)}, // the version, ours being none
		{1, []byte{wanted}},
		{2, []byte{0}},       // no instance
		{3, make([]byte, 4)}, // the thread
		{4, []byte{0}},       // one request at a time
	}
	var head, values []byte
	for _, o := range options {
		head = append(head, o.token)
		head = binary.BigEndian.AppendUint16(head, uint16(5*len(options)+1+len(values))) //nolint:gosec // small
		head = binary.BigEndian.AppendUint16(head, uint16(len(o.value)))                 //nolint:gosec // small
		values = append(values, o.value...)
	}
	if err := t.send(tdsPrelogin, append(append(head, 0xff), values...)); err != nil {
		return 0, err
	}
	answer, err := t.receive()
	if err != nil {
		return 0, err
	}
	for at := 0; at+5 <= len(answer) && answer[at] != 0xff; at += 5 {
		where := int(binary.BigEndian.Uint16(answer[at+1:]))
		if answer[at] == 1 && where < len(answer) && binary.BigEndian.Uint16(answer[at+3:]) == 1 {
			return answer[where], nil
		}
	}
	return 0, errTDS
}

// tdsHandshake carries TLS's handshake in PRELOGIN packets; once it is over, TLS has the connection for itself.
type tdsHandshake struct {
	net.Conn
	tds    *tds
	unread []byte
	over   bool
}

func (h *tdsHandshake) Write(p []byte) (int, error) {
	if h.over {
		return h.Conn.Write(p)
	}
	return len(p), h.tds.send(tdsPrelogin, p)
}

func (h *tdsHandshake) Read(p []byte) (int, error) {
	if len(h.unread) == 0 {
		if h.over {
			return h.Conn.Read(p)
		}
		body, _, err := h.tds.packet(tdsPrelogin)
		if err != nil {
			return 0, err
		}
		h.unread = body
	}
	n := copy(p, h.unread)
	h.unread = h.unread[n:]
	return n, nil
}

// loginPacket is a LOGIN7 (MS-TDS 2.2.6.4). It fails where the values are longer than any that a server could have.
func loginPacket(l login, strict bool) ([]byte, error) {
	version := uint32(0x74000004) // 7.4: SQL Server 2012 and later
	if strict {
		version = 0x08000000
	}
	const fixed = 94
	packet := make([]byte, fixed)
	binary.LittleEndian.PutUint32(packet[4:], version)
	binary.LittleEndian.PutUint32(packet[8:], tdsPacket)
	packet[24] = 0xe0 // the database has to open; tell of changed languages
	packet[25] = 0x03 // the language has to be there; ODBC's defaults
	at := 36
	field := func(text string, secret bool) {
		units := utf16.Encode([]rune(text))
		binary.LittleEndian.PutUint16(packet[at:], uint16(len(packet)))  //nolint:gosec // names are short, see below
		binary.LittleEndian.PutUint16(packet[at+2:], uint16(len(units))) //nolint:gosec // see below
		at += 4
		for _, unit := range units {
			if secret { // no encryption, and meant as none: halves of each byte change places
				unit = ((unit&0x0f0f)<<4 | (unit&0xf0f0)>>4) ^ 0xa5a5
			}
			packet = binary.LittleEndian.AppendUint16(packet, unit)
		}
	}
	const longest = 128 // characters of a name, and of a password
	for _, text := range []string{l.user, l.password, l.database} {
		if len(utf16.Encode([]rune(text))) > longest {
			return nil, errRejected
		}
	}
	field("keyward", false) // this machine's name, which is nobody's business
	field(l.user, false)
	field(l.password, true)
	field("keyward", false)
	field(l.host[:min(len(l.host), longest)], false)
	field("", false) // extensions
	field("keyward", false)
	field("", false) // the language
	field(l.database, false)
	at += 6                                                    // the client's id
	field("", false)                                           // integrated authentication
	field("", false)                                           // a file to attach
	field("", false)                                           // a new password
	binary.LittleEndian.PutUint32(packet, uint32(len(packet))) //nolint:gosec // two thousand bytes at most
	return packet, nil
}

// loginAnswer reads what follows a LOGIN7 (MS-TDS 2.2.7): nil is the server's LOGINACK, without an error beside it and
// without a word of another server.
func (t *tds) loginAnswer() error {
	message, err := t.receive()
	if err != nil {
		return err
	}
	var (
		refused      tdsErrors
		acknowledged bool
	)
	for len(message) > 0 {
		token := message[0]
		message = message[1:]
		if token == 0xfd || token == 0xfe || token == 0xff { // DONE and its kin: twelve bytes
			if len(message) < 12 {
				return errTDS
			}
			message = message[12:]
			continue
		}
		if len(message) < 2 || len(message) < 2+int(binary.LittleEndian.Uint16(message)) {
			return errTDS
		}
		body := message[2 : 2+int(binary.LittleEndian.Uint16(message))]
		message = message[2+len(body):]
		switch {
		case token == 0xaa && len(body) >= 4: // ERROR
			refused = append(refused, binary.LittleEndian.Uint32(body))
		case token == 0xad && len(body) >= 10: // LOGINACK
			acknowledged = true
		case token == 0xab, token == 0xe3 && len(body) > 0 && body[0] != 20: // INFO, ENVCHANGE
		default: // 20 is a routing: somebody else is to be asked, who gets no password here
			return errTDS
		}
	}
	if len(refused) > 0 {
		return refused
	}
	if !acknowledged {
		return errTDS
	}
	return nil
}
