package verifiers

import (
	"context"
	"errors"

	"github.com/go-ldap/ldap/v3"

	"keyward/internal/egress"
	"keyward/models"
)

// ldapVerifier binds to a directory by a simple bind (RFC 4513) and reads one entry. Parameters: host, port, user (a DN, or
// what else the server takes for one), password, baseDn for the entry, if any, and tls as session has it. An empty
// password or user is never sent: servers take that for somebody anonymous and say yes.
type ldapVerifier struct{}

var _ Verifier = ldapVerifier{}

// maxDirectory is how much a directory may send: each of its bytes can cost go-ldap hundreds.
const maxDirectory = 32 << 10

var ldapPorts = usualPorts{secure: "636", upgrade: "389", plain: "389"}

func (ldapVerifier) Target(r Request) (string, error) { return sessionHost(r, ldapPorts) }

func (ldapVerifier) Verify(ctx context.Context, guard *egress.Guard, r Request) Result {
	scope, err := newScope(r)
	if err != nil {
		return failure(err)
	}
	s, err := newSession(r, scope, ldapPorts)
	if err != nil {
		return failure(err)
	}
	if s.user == "" || s.password == "" {
		return errRejected.Result
	}
	out := &line{guard: guard, most: maxDirectory}
	defer out.hangUp()
	conn, err := s.open(ctx, out)
	if err != nil {
		return failure(err)
	}
	client := ldap.NewConn(conn, !s.plain && !s.upgrade)
	client.Start()
	defer func() {
		out.hangUp() // first, so that Close waits for nobody
		_ = client.Close()
	}()
	if s.upgrade {
		if err := client.StartTLS(s.tlsConfig()); err != nil {
			return ldapTLSResult(conn)
		}
	}
	if err := client.Bind(s.user, s.password); err != nil {
		return bindResult(conn, err)
	}
	if base := scope.Text(r.DryRequest.Params["baseDn"]); base != "" {
		return readEntry(conn, client, base)
	}
	return accepted()
}

// ldapTLSResult is why TLS did not begin: the network, or else the server or its certificate, of which go-ldap keeps only
// the text.
func ldapTLSResult(conn *heardConn) Result {
	if err := conn.or(nil); err != nil {
		return failure(err)
	}
	return errNoTLS.Result
}

// Result codes, from RFC 4511, appendix A.
func bindResult(conn *heardConn, err error) Result {
	switch code := ldapCode(err); code {
	case ldap.LDAPResultInvalidCredentials, ldap.LDAPResultInappropriateAuthentication, ldap.LDAPResultNoSuchObject, ldap.LDAPResultInvalidDNSyntax:
		return rejected(models.ReasonAuthRejected)
	case ldap.LDAPResultInsufficientAccessRights:
		return rejected(models.ReasonInsufficientScope)
	default:
		return ldapResult(conn, code, err)
	}
}

func readEntry(conn *heardConn, client *ldap.Conn, base string) Result {
	found, err := client.Search(ldap.NewSearchRequest(
		base, ldap.ScopeBaseObject, ldap.NeverDerefAliases, 1, int(Limit.Seconds()), false, "(objectClass=*)", []string{"1.1"}, nil))
	switch code := ldapCode(err); {
	case err == nil && len(found.Entries) == 1:
		return accepted()
	case code == ldap.LDAPResultNoSuchObject, code == ldap.LDAPResultInvalidDNSyntax:
		return rejected(models.ReasonDatabaseNotFound)
	case err == nil, code == ldap.LDAPResultInsufficientAccessRights: // an entry that is there and isn't shown
		return rejected(models.ReasonInsufficientScope)
	default:
		return ldapResult(conn, code, err)
	}
}

// ldapCode is the server's result, or one of go-ldap's own from ErrorNetwork on.
func ldapCode(err error) uint16 {
	if refused, ok := errors.AsType[*ldap.Error](err); ok {
		return refused.ResultCode
	}
	return ldap.ErrorNetwork
}

func ldapResult(conn *heardConn, code uint16, err error) Result {
	if code < ldap.ErrorNetwork {
		return unavailable(models.ReasonUnexpectedResponse)
	}
	return failure(conn.or(err))
}
