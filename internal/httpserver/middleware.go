package httpserver

import (
	"fmt"
	"log/slog"
	"net/http"
	"path"
	"runtime"
	"slices"
	"strconv"
	"time"

	"keyward/internal/jsonhttp"
	"keyward/internal/requestid"
)

// observed names the request, sets the headers every answer bears, and logs and counts what came of it: never a path, a query, a
// header or a body, since any of them may hold a secret.
func observed(c Config, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start := time.Now()
		id := requestid.New()
		r = r.WithContext(requestid.With(r.Context(), id))
		secure(w.Header(), c.HTTPS)
		w.Header().Set("X-Request-Id", id)
		rec := &recorder{ResponseWriter: w}
		whole := false
		defer func() {
			c.Metrics.Request(route(r), methodName(r.Method), rec.status, time.Since(start))
			c.Log.LogAttrs(r.Context(), level(rec.status, whole), "request",
				slog.String("method", methodName(r.Method)),
				slog.String("route", r.Pattern), // set by the mux
				slog.Int("status", rec.status),
				slog.Int64("bytes", rec.bytes),
				slog.Int64("duration_ms", time.Since(start).Milliseconds()),
				slog.Bool("whole", whole), // false: the connection was cut in the middle of the answer
				requestID(r))
		}()
		next.ServeHTTP(rec, r)
		whole = true
		if rec.status == 0 { // nothing written: net/http answers 200
			rec.status = http.StatusOK
		}
	})
}

func secure(h http.Header, https bool) {
	if https { // RFC 6797; browsers ignore it over http
		h.Set("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
	}
	h.Set("Content-Security-Policy", policyNothing)
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Frame-Options", "DENY")
}

// recovered turns a panic into an answer. The value is not logged: it may be made of what was sent.
func recovered(log *slog.Logger, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			value := recover()
			if value == nil {
				return
			}
			if value == http.ErrAbortHandler { //nolint:errorlint // net/http compares it so
				panic(value)
			}
			log.LogAttrs(r.Context(), slog.LevelError, "panic",
				slog.String("type", fmt.Sprintf("%T", value)),
				slog.Any("stack", stack()),
				requestID(r))
			if rec, ok := w.(*recorder); ok && rec.status != 0 {
				panic(http.ErrAbortHandler) // half an answer is out: hang up, so that nobody takes it for a whole one
			}
			jsonhttp.Fail(w, r, http.StatusInternalServerError)
		}()
		next.ServeHTTP(w, r)
	})
}

// stack is where the panic came from, as "package.function file:line": debug.Stack would print arguments as well.
func stack() []string {
	pcs := make([]uintptr, 64)
	frames := runtime.CallersFrames(pcs[:runtime.Callers(4, pcs)]) // past Callers, stack, the deferred function, gopanic
	var lines []string
	for {
		frame, more := frames.Next()
		if frame.Function != "" {
			lines = append(lines, frame.Function+" "+path.Base(frame.File)+":"+strconv.Itoa(frame.Line))
		}
		if !more {
			return lines
		}
	}
}

func requestID(r *http.Request) slog.Attr {
	return slog.String("request_id", requestid.From(r.Context()))
}

func errorType(err error) slog.Attr { return slog.String("error_type", fmt.Sprintf("%T", err)) }

func level(status int, whole bool) slog.Level {
	if !whole || status >= http.StatusInternalServerError {
		return slog.LevelError
	}
	return slog.LevelInfo
}

// methodName keeps a made-up method, which is any word a client likes, out of the log.
func methodName(method string) string {
	known := []string{
		http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut,
		http.MethodPatch, http.MethodDelete, http.MethodOptions, http.MethodConnect, http.MethodTrace,
	}
	if slices.Contains(known, method) {
		return method
	}
	return "other"
}

// recorder remembers what was answered. Its status is 0 until something was.
type recorder struct {
	http.ResponseWriter
	status int
	bytes  int64
}

func (rec *recorder) WriteHeader(status int) {
	if rec.status == 0 && status >= http.StatusOK { // 1xx announce, they don't answer
		rec.status = status
	}
	rec.ResponseWriter.WriteHeader(status)
}

func (rec *recorder) Write(p []byte) (int, error) {
	if rec.status == 0 {
		rec.status = http.StatusOK
	}
	n, err := rec.ResponseWriter.Write(p)
	rec.bytes += int64(n)
	return n, err
}

// Unwrap is for http.ResponseController.
func (rec *recorder) Unwrap() http.ResponseWriter { return rec.ResponseWriter }
