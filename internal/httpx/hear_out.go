package httpx

import (
	"io"
	"net/http"
)

// heardOut is how many bytes of a body are read that nobody wanted.
const heardOut = 2 * MaxUpload

// hearOut reads what is left of a body when the answer is written, and forgets it:
// a sender that has not done sending when the connection closes never sees the
// answer. Who waits to be told to go on does not send.
func hearOut(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Body == nil || r.Body == http.NoBody {
			next.ServeHTTP(w, r)
			return
		}
		body := &heard{ReadCloser: r.Body}
		waits := r.Header.Get("Expect") != ""
		r.Body = body
		next.ServeHTTP(w, r)
		if waits && !body.begun {
			return
		}
		if n, _ := io.ReadFull(body, make([]byte, 1)); n == 0 {
			return
		}
		_ = http.NewResponseController(w).Flush()
		_, _ = io.CopyN(io.Discard, body, heardOut)
	})
}

// heard is a body that tells whether its reader has begun.
type heard struct {
	io.ReadCloser
	begun bool
}

func (h *heard) Read(p []byte) (int, error) {
	h.begun = true
	return h.ReadCloser.Read(p)
}
