package httpx_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"hongniang/internal/httpx"
)

// zeroes is a body of n bytes that needs no memory.
type zeroes struct{ n int64 }

func (z *zeroes) Read(p []byte) (int, error) {
	if z.n == 0 {
		return 0, io.EOF
	}
	n := min(int64(len(p)), z.n)
	clear(p[:n])
	z.n -= n
	return int(n), nil
}

// TestUploadsAreBounded sends 40 files of 8 MB at once to a service that holds
// what it receives: what fits the budget of 32 MB is taken, the rest told to come
// again, and memory stays near the budget.
func TestUploadsAreBounded(t *testing.T) {
	const size, budget, senders = 8 << 20, 32 << 20, 40
	hold, full := make(chan struct{}), make(chan struct{}, senders)
	var peak runtime.MemStats
	srv := httptest.NewServer(httpx.Wrap(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		data := make([]byte, size)
		if _, err := io.ReadFull(r.Body, data); err != nil {
			t.Error(err)
		}
		full <- struct{}{}
		<-hold // as if the store were slow
		runtime.KeepAlive(data)
		w.WriteHeader(http.StatusNoContent)
	}), httpx.Options{
		Gate: httpx.Gate{Token: "0123456789abcdef"}, Log: slog.New(slog.DiscardHandler), Now: time.Now,
		BodyLimit: func(*http.Request) int64 { return 10 << 20 }, Uploads: httpx.NewUploadBudget(budget),
	}))
	t.Cleanup(srv.Close)
	var mu sync.Mutex
	var running sync.WaitGroup
	taken, refused := 0, 0
	answered := make(chan struct{}, senders)
	for range senders {
		running.Go(func() {
			status, body := send(t, srv.URL, &zeroes{n: size}, size, "0123456789abcdef")
			mu.Lock()
			defer mu.Unlock()
			switch {
			case status == http.StatusNoContent:
				taken++
			case status == http.StatusServiceUnavailable && strings.Contains(body, "upload.busy"):
				refused++
			default:
				t.Errorf("%d %s", status, body)
			}
			answered <- struct{}{}
		})
	}
	for range budget / size {
		<-full
	}
	for range senders - budget/size {
		<-answered
	}
	runtime.GC()
	runtime.ReadMemStats(&peak)
	close(hold)
	running.Wait()
	if taken != budget/size || refused != senders-taken {
		t.Errorf("%d taken, %d told to come again", taken, refused)
	}
	t.Logf("heap with %d files of %d MB on their way and %d told to come again: %d MB", taken, size>>20, refused, peak.HeapAlloc>>20)
	if peak.HeapAlloc > 2*budget {
		t.Errorf("%d MB are held for a budget of %d MB", peak.HeapAlloc>>20, budget>>20)
	}
	if status, body := send(t, srv.URL, &zeroes{n: size}, size, "0123456789abcdef"); status != http.StatusNoContent {
		t.Errorf("afterwards: %d %s", status, body)
	}
}

// Who did not sign in, and who announces or sends more than the route takes, is
// refused before anything is read; small bodies need no budget.
func TestUploadsForWhom(t *testing.T) {
	srv := httptest.NewServer(httpx.Wrap(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, err := io.Copy(io.Discard, r.Body); err != nil {
			httpx.WriteProblem(w, r, err)
			return
		}
		w.WriteHeader(http.StatusNoContent)
	}), httpx.Options{
		Gate: httpx.Gate{Token: "0123456789abcdef"}, Log: slog.New(slog.DiscardHandler), Now: time.Now,
		BodyLimit: func(*http.Request) int64 { return 10 << 20 }, Uploads: httpx.NewUploadBudget(4 << 20),
	}))
	t.Cleanup(srv.Close)
	for name, tt := range map[string]struct {
		size, told int64
		token      string
		status     int
		code       string
	}{
		"a visitor":                {8 << 20, 8 << 20, "", 401, "access.sign_in"},
		"a visitor, small":         {1 << 20, 1 << 20, "", 204, ""},
		"a visitor, no length":     {8 << 20, -1, "", 401, "access.sign_in"},
		"alone above the budget":   {8 << 20, 8 << 20, "0123456789abcdef", 204, ""},
		"no length":                {8 << 20, -1, "0123456789abcdef", 204, ""},
		"announces too much":       {12 << 20, 12 << 20, "0123456789abcdef", 413, "body.too_large"},
		"sends too much, unlisted": {12 << 20, -1, "0123456789abcdef", 413, "body.too_large"},
	} {
		status, body := send(t, srv.URL, &zeroes{n: tt.size}, tt.told, tt.token)
		var p httpx.Problem
		if body != "" {
			if err := json.Unmarshal([]byte(body), &p); err != nil {
				t.Errorf("%s: %v in %s", name, err, body)
			}
		}
		if status != tt.status || p.Code != tt.code {
			t.Errorf("%s: %d %s", name, status, p.Code)
		}
	}
}

// Who sends all before reading the answer, as browsers do, reads it: the
// connection is not cut under a sender.
func TestRefusedBodiesAreHeardOut(t *testing.T) {
	t.Parallel()
	srv := httptest.NewServer(httpx.Wrap(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, err := io.Copy(io.Discard, r.Body); err != nil {
			httpx.WriteProblem(w, r, err)
		}
	}), httpx.Options{
		Gate: httpx.Gate{Token: "0123456789abcdef"}, Log: slog.New(slog.DiscardHandler), Now: time.Now,
		BodyLimit: func(*http.Request) int64 { return 10 << 20 }, Uploads: httpx.NewUploadBudget(4 << 20),
	}))
	t.Cleanup(srv.Close)
	const size = 30 << 20
	for _, head := range []string{fmt.Sprintf("Content-Length: %d", size), "Transfer-Encoding: chunked"} {
		conn, err := net.Dial("tcp", srv.Listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(conn, "POST / HTTP/1.1\r\nHost: x\r\n%s\r\n\r\n", head)
		var body io.Writer = conn
		if strings.HasPrefix(head, "T") {
			chunked := httputil.NewChunkedWriter(conn)
			defer chunked.Close()
			body = chunked
		}
		if n, err := io.CopyN(body, &zeroes{n: size}, size); err != nil {
			t.Errorf("%s: cut after %d bytes: %v", head, n, err)
		}
		if strings.HasPrefix(head, "T") {
			fmt.Fprint(conn, "0\r\n\r\n")
		}
		res, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if err != nil {
			t.Fatalf("%s: no answer: %v", head, err)
		}
		res.Body.Close()
		if res.StatusCode != http.StatusUnauthorized {
			t.Errorf("%s: %d", head, res.StatusCode)
		}
		conn.Close()
	}
}

// send posts a body whose length is told, or -1 for in pieces.
func send(t *testing.T, url string, body io.Reader, told int64, token string) (status int, text string) {
	req, err := http.NewRequestWithContext(context.WithoutCancel(t.Context()), http.MethodPost, url, io.NopCloser(body))
	if err != nil {
		t.Error(err)
		return 0, ""
	}
	req.ContentLength = told
	req.Header.Set("Expect", "100-continue") // an answer that comes first is read
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	client := http.Client{Transport: &http.Transport{ExpectContinueTimeout: time.Minute, DisableKeepAlives: true}}
	res, err := client.Do(req)
	if err != nil {
		t.Error(err)
		return 0, ""
	}
	defer res.Body.Close()
	data, err := io.ReadAll(res.Body)
	if err != nil {
		t.Error(err)
	}
	return res.StatusCode, string(data)
}
