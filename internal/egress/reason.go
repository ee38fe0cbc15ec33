package egress

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"syscall"

	"keyward/models"
)

// Reason says in models' vocabulary why the network failed, however deep a client or a driver wrapped the cause.
// Only a nil error has no reason; one that is not the network's is UNEXPECTED_RESPONSE.
func Reason(err error) models.VerificationReason {
	var (
		lookup *net.DNSError
		addr   *net.AddrError
	)
	switch {
	case err == nil:
		return models.ReasonNone
	case errors.Is(err, ErrForbidden):
		return models.ReasonTargetForbidden
	case isTLS(err):
		return models.ReasonTLSInvalid
	case isTimeout(err):
		return models.ReasonTimeout
	case errors.As(err, &lookup), errors.As(err, &addr):
		return models.ReasonHostNotFound
	case isDropped(err):
		return models.ReasonConnectionRefused
	}
	return models.ReasonUnexpectedResponse
}

func isTimeout(err error) bool {
	return errors.Is(err, context.Canceled) || anyCause(err, func(cause error) bool {
		timeout, ok := cause.(interface{ Timeout() bool })
		return ok && timeout.Timeout()
	})
}

func isTLS(err error) bool {
	var (
		verification *tls.CertificateVerificationError
		header       tls.RecordHeaderError
		authority    x509.UnknownAuthorityError
		hostname     x509.HostnameError
		invalid      x509.CertificateInvalidError
		roots        x509.SystemRootsError
		alert        tls.AlertError
		op           *net.OpError
	)
	switch {
	case errors.As(err, &verification), errors.As(err, &header), errors.As(err, &authority), errors.As(err, &hostname),
		errors.As(err, &invalid), errors.As(err, &roots), errors.As(err, &alert), errors.Is(err, http.ErrSchemeMismatch):
		return true
	case errors.As(err, &op) && (op.Op == "remote error" || op.Op == "local error"): // how crypto/tls wraps alerts
		return true
	}
	// Many of crypto/tls's errors are plain text; the prefix is all they have in common.
	return anyCause(err, func(cause error) bool { return strings.HasPrefix(cause.Error(), "tls: ") })
}

// anyCause looks for a cause in err's whole tree. errors.As would stop at the first that has the method: a url.Error
// around a driver's error says that it was no timeout without looking into it.
func anyCause(err error, match func(error) bool) bool {
	if match(err) {
		return true
	}
	switch wrapped := err.(type) { //nolint:errorlint // this walks the tree itself
	case interface{ Unwrap() error }:
		inner := wrapped.Unwrap()
		return inner != nil && anyCause(inner, match)
	case interface{ Unwrap() []error }:
		return slices.ContainsFunc(wrapped.Unwrap(), func(inner error) bool { return anyCause(inner, match) })
	}
	return false
}

func isDropped(err error) bool {
	var op *net.OpError
	return errors.As(err, &op) || anyCause(err, isClosedEarly) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) ||
		errors.Is(err, net.ErrClosed) || errors.Is(err, io.ErrClosedPipe) || errors.Is(err, syscall.ECONNREFUSED) ||
		errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.EPIPE)
}

// isClosedEarly knows net/http's error for a peer that hung up before the request went out: it has a text and no
// exported name.
func isClosedEarly(cause error) bool { return cause.Error() == "http: server closed idle connection" }
