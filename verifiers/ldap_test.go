package verifiers

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"net"
	"strings"
	"testing"
	"time"

	ber "github.com/go-asn1-ber/asn1-ber"
	"github.com/go-ldap/ldap/v3"

	"keyward/models"
)

const directory = `dn: dc=example,dc=com
objectClass: dcObject
objectClass: organization
o: Example
dc: example

dn: cn=somebody,dc=example,dc=com
objectClass: person
cn: somebody
sn: Somebody
userPassword: right

dn: cn=unarmed,dc=example,dc=com
objectClass: person
cn: unarmed
sn: Somebody without a password

dn: ou=closed,dc=example,dc=com
objectClass: organizationalUnit
ou: closed
`

// slapd starts OpenLDAP's server, from Debian, on the directory above.
func slapd(t *testing.T, config *tls.Config, implicit bool) (port string) {
	t.Helper()
	d := newDaemon(t)
	data := d.folder(t, "data")
	lines := []string{
		"include /etc/ldap/schema/core.schema", "include /etc/ldap/schema/cosine.schema", "pidfile " + data + "/pid",
	}
	if config != nil {
		key, err := x509.MarshalPKCS8PrivateKey(config.Certificates[0].PrivateKey)
		if err != nil {
			t.Fatal(err)
		}
		lines = append(lines,
			"TLSCertificateFile "+d.write(t, "cert.pem", string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: config.Certificates[0].Certificate[0]}))),
			"TLSCertificateKeyFile "+d.write(t, "key.pem", string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: key}))))
	}
	lines = append(lines, "database ldif", "directory "+data, `suffix "dc=example,dc=com"`,
		`access to dn.subtree="ou=closed,dc=example,dc=com" by * disclose`,
		"access to attrs=userPassword by anonymous auth by * none", "access to * by users read by * none")
	file := d.write(t, "slapd.conf", strings.Join(lines, "\n")+"\n")
	load := d.command(t, "slapd", "/usr/sbin/slapadd", "-f", file, "-l", d.write(t, "data.ldif", directory))
	if output, err := load.CombinedOutput(); err != nil {
		t.Fatalf("slapadd: %v\n%s", err, output)
	}
	port = freePort(t)
	scheme := "ldap"
	if implicit {
		scheme = "ldaps"
	}
	d.serve(t, port, "slapd", "/usr/sbin/slapd", "-d", "256", "-f", file, "-h", scheme+"://127.0.0.1:"+port+"/")
	return port
}

func TestLDAP(t *testing.T) {
	r := to("ldap", "127.0.0.1", slapd(t, nil, false), "tls", "disable", "baseDn", "{{base}}").with("user", "cn=somebody,dc=example,dc=com")
	for name, c := range map[string]struct {
		request Request
		want    Result
	}{
		"right":                        {r, accepted()},
		"with an entry":                {r.with("base", "dc=example,dc=com"), accepted()},
		"wrong password":               {r.with("password", "wrong"), rejected(models.ReasonAuthRejected)},
		"unknown user":                 {r.with("user", "cn=nobody,dc=example,dc=com"), rejected(models.ReasonAuthRejected)},
		"a user without a password":    {r.with("user", "cn=unarmed,dc=example,dc=com"), rejected(models.ReasonAuthRejected)},
		"no DN":                        {r.with("user", "somebody"), rejected(models.ReasonAuthRejected)},
		"no password":                  {r.with("password", ""), rejected(models.ReasonAuthRejected)},
		"no user":                      {r.with("user", ""), rejected(models.ReasonAuthRejected)},
		"an entry that is not there":   {r.with("base", "ou=nope,dc=example,dc=com"), rejected(models.ReasonDatabaseNotFound)},
		"an entry of another tree":     {r.with("base", "dc=example,dc=org"), rejected(models.ReasonDatabaseNotFound)},
		"an entry that is no DN":       {r.with("base", "example"), rejected(models.ReasonDatabaseNotFound)},
		"an entry that is not for all": {r.with("base", "ou=closed,dc=example,dc=com"), rejected(models.ReasonInsufficientScope)},
	} {
		t.Run(name, func(t *testing.T) { expect(t, patiently(t, loopback(t), c.request), c.want) })
	}
}

func TestLDAP_TLS(t *testing.T) { expectTLS(t, "ldap", slapd, "user", "cn={{user}},dc=example,dc=com") }

// ldapAnswer is a message with the client's first id and a result.
func ldapAnswer(application ber.Tag, code int) []byte {
	message := ber.NewSequence("")
	message.AppendChild(ber.NewInteger(ber.ClassUniversal, ber.TypePrimitive, ber.TagInteger, 1, ""))
	response := ber.Encode(ber.ClassApplication, ber.TypeConstructed, application, nil, "")
	response.AppendChild(ber.NewInteger(ber.ClassUniversal, ber.TypePrimitive, ber.TagEnumerated, code, ""))
	response.AppendChild(ber.NewString(ber.ClassUniversal, ber.TypePrimitive, ber.TagOctetString, "", ""))
	response.AppendChild(ber.NewString(ber.ClassUniversal, ber.TypePrimitive, ber.TagOctetString, "canary-words", ""))
	message.AppendChild(response)
	return message.Bytes()
}

// No real server answers like these few lines.
func TestLDAP_answers(t *testing.T) {
	const bind, extended = ldap.ApplicationBindResponse, ldap.ApplicationExtendedResponse
	unclear := unavailable(models.ReasonUnexpectedResponse)
	for name, c := range map[string]struct {
		mode     string
		answer   []byte
		want     Result
		password bool // may be heard
	}{
		"yes":                  {"disable", ldapAnswer(bind, 0), accepted(), true},
		"busy":                 {"disable", ldapAnswer(bind, ldap.LDAPResultBusy), unclear, true},
		"away":                 {"disable", ldapAnswer(bind, ldap.LDAPResultUnavailable), unclear, true},
		"elsewhere":            {"disable", ldapAnswer(bind, ldap.LDAPResultReferral), unclear, true},
		"unwilling":            {"disable", ldapAnswer(bind, ldap.LDAPResultUnwillingToPerform), unclear, true},
		"wants TLS first":      {"disable", ldapAnswer(bind, ldap.LDAPResultConfidentialityRequired), unclear, true},
		"may not":              {"disable", ldapAnswer(bind, ldap.LDAPResultInsufficientAccessRights), rejected(models.ReasonInsufficientScope), true},
		"nonsense":             {"disable", []byte("\x30\x03\x02\x01\x01"), unclear, true},
		"TLS is not known":     {"starttls", ldapAnswer(extended, ldap.LDAPResultProtocolError), unavailable(models.ReasonTLSInvalid), false},
		"TLS by word of mouth": {"starttls", append(ldapAnswer(extended, 0), ldapAnswer(bind, 0)...), unavailable(models.ReasonTLSInvalid), false},
	} {
		t.Run(name, func(t *testing.T) {
			var heard bytes.Buffer
			done := make(chan struct{})
			_, port := serve(t, func(conn net.Conn) {
				defer close(done)
				buffer := make([]byte, 4096)
				n, _ := conn.Read(buffer)
				heard.Write(buffer[:n])
				_, _ = conn.Write(c.answer)
				for {
					n, err := conn.Read(buffer)
					heard.Write(buffer[:n])
					if err != nil {
						return
					}
					_, _ = conn.Write([]byte("garbage"))
				}
			})
			expect(t, patiently(t, loopback(t), to("ldap", "127.0.0.1", port, "tls", c.mode)), c.want)
			select {
			case <-done:
			case <-time.After(5 * time.Second):
				t.Fatal("the connection was left open")
			}
			if said := bytes.Contains(heard.Bytes(), []byte("right")); said != c.password {
				t.Errorf("the password was sent: %v", said)
			}
		})
	}
	t.Run("an empty password is not sent", func(t *testing.T) {
		dialled := make(chan struct{}, 1)
		_, port := serve(t, func(net.Conn) { dialled <- struct{}{} })
		for _, empty := range []string{"password", "user"} {
			expect(t, patiently(t, loopback(t), to("ldap", "127.0.0.1", port, "tls", "disable").with(empty, "")), rejected(models.ReasonAuthRejected))
		}
		if len(dialled) > 0 {
			t.Error("the server was dialled")
		}
	})
}
