package httpx

import (
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strings"
	"time"

	"hongniang/internal/errs"
)

// AccessLog writes one line a request: no body, no header, and of the query
// only its length, because people search for what they would not have logged.
func AccessLog(log *slog.Logger, now func() time.Time) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			start := now()
			rec := &recorder{ResponseWriter: w}
			defer func() {
				log.Info("request", "request_id", RequestID(r.Context()), "method", cut(r.Method, 10), "path", cleanPath(r),
					"query_bytes", len(r.URL.RawQuery), "status", rec.code(), "bytes", rec.bytes,
					"ms", float64(now().Sub(start).Microseconds())/1000, "role", string(AccessOf(r.Context()).Role()), "user", AccessOf(r.Context()).Actor.User)
			}()
			next.ServeHTTP(rec, r)
		})
	}
}

// keyed are the paths behind which a link's key stands.
var keyed = []string{"/invitations/", "/letters/off/", "/letters/confirm/"}

// cleanPath is a path for the log. The link of an invitation or a letter is a
// key, which must not stand there.
func cleanPath(r *http.Request) string {
	for _, path := range keyed {
		before, key, found := strings.Cut(r.URL.Path, path)
		if found && key != "" {
			return cut(before, 120) + path + "…"
		}
	}
	return cut(r.URL.Path, 120)
}

// Recover turns a panic into answer's error page and logs it with its stack.
// answer nil means WriteProblem.
func Recover(log *slog.Logger, answer func(http.ResponseWriter, *http.Request, error)) func(http.Handler) http.Handler {
	if answer == nil {
		answer = WriteProblem
	}
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			rec := &recorder{ResponseWriter: w}
			defer func() {
				v := recover()
				if v == nil {
					return
				}
				log.Error("handler panicked", "request_id", RequestID(r.Context()), "method", r.Method, "path", cleanPath(r),
					"panic", fmt.Sprint(v), "stack", string(debug.Stack()))
				if rec.status != 0 {
					breakOff(rec)
					return
				}
				answer(rec, r, errs.As(fmt.Errorf("panic: %v", v)))
			}()
			next.ServeHTTP(rec, r)
		})
	}
}

// breakOff closes the connection of an answer that was begun, so that the
// client does not take the part for the whole.
func breakOff(w http.ResponseWriter) {
	if conn, _, err := http.NewResponseController(w).Hijack(); err == nil {
		_ = conn.Close()
	}
}

// recorder notes the status and the size of an answer.
type recorder struct {
	http.ResponseWriter
	status int
	bytes  int64
}

// WriteHeader notes the first status.
func (w *recorder) WriteHeader(status int) {
	if w.status == 0 && status >= 200 {
		w.status = status
	}
	w.ResponseWriter.WriteHeader(status)
}

// Write notes the size.
func (w *recorder) Write(p []byte) (int, error) {
	if w.status == 0 {
		w.status = http.StatusOK
	}
	n, err := w.ResponseWriter.Write(p)
	w.bytes += int64(n)
	return n, err
}

// Unwrap lets http.ResponseController reach what is below.
func (w *recorder) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// Flush sends what was written so far.
func (w *recorder) Flush() { _ = http.NewResponseController(w.ResponseWriter).Flush() }

func (w *recorder) code() int {
	if w.status == 0 {
		return http.StatusOK
	}
	return w.status
}
