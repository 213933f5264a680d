package httpx

import (
	"net/http"
	"sync"

	"hongniang/internal/errs"
)

// UploadBudget bounds how many bytes of large bodies are on their way at once:
// what is received is held in memory until it is kept. It is safe for concurrent
// use.
type UploadBudget struct {
	limit int64
	mu    sync.Mutex
	taken int64
}

// NewUploadBudget makes a budget of bytes.
func NewUploadBudget(limit int64) *UploadBudget { return &UploadBudget{limit: limit} }

// take reserves n bytes; false when they are not to be had now.
func (b *UploadBudget) take(n int64) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.taken+n > b.limit && b.taken > 0 { // alone, anything that a route allows fits
		return false
	}
	b.taken += n
	return true
}

func (b *UploadBudget) give(n int64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.taken -= n
}

// Limit puts the budget before next: a body that may be larger than MaxBody is
// for callers who signed in, and waits for nobody: when the budget is used up its
// sender is told to come again. A length that is not announced counts as the most
// that the route takes.
func (b *UploadBudget) Limit(limit func(*http.Request) int64, answer func(http.ResponseWriter, *http.Request, error)) func(http.Handler) http.Handler {
	if answer == nil {
		answer = WriteProblem
	}
	refuse := func(w http.ResponseWriter, r *http.Request, err error) {
		w.Header().Set("Connection", "close")
		answer(w, r, err)
	}
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			most := limit(r)
			if most <= MaxBody || safeMethod(r.Method) || r.ContentLength >= 0 && r.ContentLength <= MaxBody {
				next.ServeHTTP(w, r)
				return
			}
			if access := AccessOf(r.Context()); !access.Actor.SignedIn() {
				refuse(w, r, access.Refusal())
				return
			}
			n := r.ContentLength
			if n < 0 {
				n = most
			}
			if n > most {
				refuse(w, r, TooLarge(most))
				return
			}
			if !b.take(n) {
				refuse(w, r, busyUploads())
				return
			}
			defer b.give(n)
			next.ServeHTTP(w, r)
		})
	}
}

func busyUploads() error {
	return errs.New(errs.Unavailable, "upload.busy", "现在上传的人太多，服务器一时收不下这个文件，没有保存。请过一两分钟再传一次。")
}
