package httpx

import (
	"fmt"
	"net/http"

	"hongniang/internal/errs"
)

// Limits of a request, in bytes.
const (
	MaxBody   = 2 << 20  // JSON and forms
	MaxUpload = 64 << 20 // files to be imported
	// MaxHeader has room for a query of 10,000 characters, 12 bytes each in an
	// address: above it net/http answers by itself, in English and without a code.
	MaxHeader = 256 << 10
)

// TooLarge is the error for a body above limit bytes.
func TooLarge(limit int64) error {
	size := fmt.Sprintf("%d KB", limit>>10)
	if limit >= 1<<20 {
		size = fmt.Sprintf("%d MB", limit>>20)
	}
	return errs.New(errs.TooLarge, "body.too_large", fmt.Sprintf("提交的内容超过 %s 的上限，请删减或分几次提交。", size))
}

// LimitBody refuses bodies above what limit answers for the request. A length
// that is announced is refused before it is read, any other while reading:
// the reader's error becomes a body.too_large problem. answer nil means
// WriteProblem.
func LimitBody(limit func(*http.Request) int64, answer func(http.ResponseWriter, *http.Request, error)) func(http.Handler) http.Handler {
	if answer == nil {
		answer = WriteProblem
	}
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			n := limit(r)
			if r.ContentLength > n {
				w.Header().Set("Connection", "close")
				answer(w, r, TooLarge(n))
				return
			}
			r.Body = http.MaxBytesReader(w, r.Body, n)
			next.ServeHTTP(w, r)
		})
	}
}
