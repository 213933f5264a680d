package httpx

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"net/http"
	"regexp"
)

// saneID is what a request id of a client may look like: safe in logs,
// headers and pages.
var saneID = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{7,63}$`)

// RequestIDs gives each request an id, the client's X-Request-Id when it is
// sane, and answers with it. next makes new ids; nil means random ones.
func RequestIDs(next func() string) func(http.Handler) http.Handler {
	if next == nil {
		next = randomID
	}
	return func(h http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			id := r.Header.Get("X-Request-Id")
			if !saneID.MatchString(id) {
				id = next()
			}
			w.Header().Set("X-Request-Id", id)
			h.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), requestIDKey, id)))
		})
	}
}

// RequestID gives the id of the request that the context belongs to, or "".
func RequestID(ctx context.Context) string {
	id, _ := ctx.Value(requestIDKey).(string)
	return id
}

func randomID() string {
	var b [12]byte
	_, _ = rand.Read(b[:]) // never fails on the systems that Go supports
	return hex.EncodeToString(b[:])
}
