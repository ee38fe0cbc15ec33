package httpserver

import (
	"context"
	"errors"
	"fmt"
	"log"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"time"
)

// Limits of a connection. A dry request may take 15 s, and a database may be slow besides, so writing has
// a minute, and the request gives up a little earlier, so that there is still an answer to send when a database hangs. On
// shutdown, clients with an open connection have linger to learn that they should go elsewhere (net/http's own
// Shutdown would hang up on their next request without a word), and requests under way have drainTimeout to finish.
const (
	readHeaderTimeout = 5 * time.Second
	readTimeout       = 30 * time.Second
	writeTimeout      = 60 * time.Second
	requestTimeout    = 50 * time.Second
	idleTimeout       = 2 * time.Minute
	maxHeaderBytes    = 32 << 10
	linger            = 500 * time.Millisecond
	drainTimeout      = 20 * time.Second
)

// Serve answers ln's connections until ctx ends. Then /readyz says 503, no new connection is taken, those that are open
// are closed after their next answer, and requests under way have 20 seconds to finish before they are cut off; nil means
// that all of them did.
func Serve(ctx context.Context, ln net.Listener, h *Handler, logger *slog.Logger) error {
	return serveUntil(ctx, ln, h, logger, drainTimeout)
}

func serveUntil(ctx context.Context, ln net.Listener, h *Handler, logger *slog.Logger, drain time.Duration) error {
	server := &http.Server{
		Handler:           h,
		ReadHeaderTimeout: readHeaderTimeout,
		ReadTimeout:       readTimeout,
		WriteTimeout:      writeTimeout,
		IdleTimeout:       idleTimeout,
		MaxHeaderBytes:    maxHeaderBytes,
		ErrorLog:          log.New(errorKinds{logger}, "", 0),
	}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(ln) }()
	select {
	case err := <-failed:
		return fmt.Errorf("serve HTTP: %w", err)
	case <-ctx.Done():
	}
	limit, cancel := context.WithTimeout(context.WithoutCancel(ctx), drain)
	defer cancel()
	h.draining.Store(true)
	if err := ln.Close(); err != nil {
		logger.Warn("close the listener", errorType(err))
	}
	time.Sleep(min(linger, drain))
	if err := server.Shutdown(limit); err != nil {
		return fmt.Errorf("requests still running after %s were cut off: %w", drain, errors.Join(err, server.Close()))
	}
	return nil
}

// errorKinds takes net/http's own complaints. They quote addresses, panics and bits of requests, so only their kind is
// logged.
type errorKinds struct{ log *slog.Logger }

func (e errorKinds) Write(p []byte) (int, error) {
	kind := "other"
	for _, known := range []string{
		"http: Accept error", "http: panic serving", "http: superfluous response.WriteHeader", "http: TLS handshake error",
		"http: response.WriteHeader on hijacked connection", "http: response.Write on hijacked connection",
	} {
		if strings.HasPrefix(string(p), known) {
			kind = strings.TrimPrefix(known, "http: ")
			break
		}
	}
	e.log.Error("http server", slog.String("kind", kind))
	return len(p), nil
}
