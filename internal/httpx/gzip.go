package httpx

import (
	"compress/gzip"
	"io"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"sync"
)

// gzipFrom is the size in bytes below which compressing costs more than it saves.
const gzipFrom = 1024

// Gzip compresses text for clients that take it. What is already encoded, is
// not text or is small stays as it is.
func Gzip(next http.Handler) http.Handler {
	pool := &sync.Pool{New: func() any { return gzip.NewWriter(io.Discard) }}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Add("Vary", "Accept-Encoding")
		if r.Method == http.MethodHead || r.Header.Get("Range") != "" || !acceptsGzip(r.Header.Get("Accept-Encoding")) {
			next.ServeHTTP(w, r)
			return
		}
		gw := &gzipWriter{ResponseWriter: w, pool: pool}
		next.ServeHTTP(gw, r) // after a panic nothing held back is sent: Recover answers instead
		gw.close()
	})
}

// acceptsGzip reads an Accept-Encoding header: gzip or *, not with q=0.
func acceptsGzip(header string) bool {
	accepted := false
	for part := range strings.SplitSeq(header, ",") {
		name, params, _ := strings.Cut(part, ";")
		name = strings.ToLower(strings.TrimSpace(name))
		if name != "gzip" && name != "*" {
			continue
		}
		q := 1.0
		if v, ok := strings.CutPrefix(strings.ToLower(strings.TrimSpace(params)), "q="); ok {
			q, _ = strconv.ParseFloat(v, 64) // a bad weight counts as 0
		}
		if name == "gzip" {
			return q > 0
		}
		accepted = q > 0
	}
	return accepted
}

// gzipWriter holds the start of an answer back until it is known whether the
// whole is worth compressing.
type gzipWriter struct {
	http.ResponseWriter
	pool    *sync.Pool
	status  int
	held    []byte
	gz      *gzip.Writer
	decided bool
}

// WriteHeader keeps the status until the first bytes are sent.
func (w *gzipWriter) WriteHeader(status int) {
	if w.decided || status < 200 {
		w.ResponseWriter.WriteHeader(status)
		return
	}
	if w.status == 0 {
		w.status = status
	}
}

// Write holds back or sends.
func (w *gzipWriter) Write(p []byte) (int, error) {
	if !w.decided {
		w.held = append(w.held, p...)
		if len(w.held) < gzipFrom {
			return len(p), nil
		}
		return len(p), w.decide(true)
	}
	if w.gz != nil {
		return w.gz.Write(p)
	}
	return w.ResponseWriter.Write(p)
}

// decide sends the headers and what was held back.
func (w *gzipWriter) decide(large bool) error {
	w.decided = true
	h := w.Header()
	if h.Get("Content-Type") == "" && len(w.held) > 0 {
		h.Set("Content-Type", http.DetectContentType(w.held))
	}
	if large && h.Get("Content-Encoding") == "" && isText(h.Get("Content-Type")) {
		h.Set("Content-Encoding", "gzip")
		h.Del("Content-Length")
		w.gz, _ = w.pool.Get().(*gzip.Writer)
		w.gz.Reset(w.ResponseWriter)
	}
	if w.status != 0 {
		w.ResponseWriter.WriteHeader(w.status)
	}
	held := w.held
	w.held = nil
	if len(held) == 0 {
		return nil
	}
	_, err := w.Write(held)
	return err
}

// Flush sends what was written so far, compressed or not.
func (w *gzipWriter) Flush() {
	if !w.decided && w.decide(true) != nil {
		return
	}
	if w.gz != nil {
		_ = w.gz.Flush()
	}
	_ = http.NewResponseController(w.ResponseWriter).Flush()
}

// Unwrap lets http.ResponseController reach what is below.
func (w *gzipWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

func (w *gzipWriter) close() {
	if !w.decided {
		_ = w.decide(false)
	}
	if w.gz != nil {
		_ = w.gz.Close()
		w.gz.Reset(io.Discard)
		w.pool.Put(w.gz)
	}
}

func isText(contentType string) bool {
	media, _, err := mime.ParseMediaType(contentType)
	if err != nil || media == "text/event-stream" {
		return false
	}
	switch {
	case strings.HasPrefix(media, "text/"), strings.HasSuffix(media, "+json"), strings.HasSuffix(media, "+xml"), strings.HasSuffix(media, "+yaml"):
		return true
	}
	switch media {
	case "application/json", "application/javascript", "application/xml", "application/x-ndjson", "application/yaml":
		return true
	}
	return false
}
