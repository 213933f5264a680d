package httpx_test

import (
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"hongniang/internal/errs"
	"hongniang/internal/httpx"
)

func TestListenExplains(t *testing.T) {
	ln, err := httpx.Listen(t.Context(), "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	_, err = httpx.Listen(t.Context(), ln.Addr().String())
	if e := errs.As(err); e.Code != "server.port_taken" || !strings.Contains(e.Message, ln.Addr().String()) || !strings.Contains(e.Message, "--addr") {
		t.Errorf("a taken port gives %v", err)
	}
	for _, addr := range []string{"nonsense", "127.0.0.1:99999", "203.0.113.1:8080"} {
		if _, err := httpx.Listen(t.Context(), addr); errs.As(err).Code != "server.address" {
			t.Errorf("%s gives %v", addr, err)
		}
	}
}

func TestServeFinishesWhatIsUnderWay(t *testing.T) {
	ln, err := httpx.Listen(t.Context(), "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	started, release := make(chan struct{}), make(chan struct{})
	h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		close(started)
		<-release
		io.WriteString(w, "done")
	})
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- httpx.Serve(ctx, ln, h, slog.New(slog.DiscardHandler), time.Hour) }()
	answer := make(chan string, 1)
	go func() {
		resp, err := http.Get("http://" + ln.Addr().String())
		if err != nil {
			answer <- err.Error()
			return
		}
		defer resp.Body.Close()
		body, _ := io.ReadAll(resp.Body)
		answer <- string(body)
	}()
	<-started
	stop()
	for { // until it takes nobody else
		conn, err := net.Dial("tcp", ln.Addr().String())
		if err != nil {
			break
		}
		conn.Close()
	}
	close(release)
	if got := <-answer; got != "done" {
		t.Errorf("the request under way got %q", got)
	}
	if err := <-ended; err != nil {
		t.Errorf("Serve = %v", err)
	}
}

// A query of 10,000 characters is three to twelve times as many bytes in an
// address; it must reach a handler, which answers in Chinese.
func TestServeTakesLongAddresses(t *testing.T) {
	ln, err := httpx.Listen(t.Context(), "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, r.URL.Query().Get("q")) })
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- httpx.Serve(ctx, ln, h, slog.New(slog.DiscardHandler), time.Second) }()
	for _, character := range []string{"难", "😀"} {
		q := strings.Repeat(character, 10_000)
		resp, err := http.Get("http://" + ln.Addr().String() + "/search?q=" + url.QueryEscape(q))
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(resp.Body)
		resp.Body.Close()
		if err != nil || resp.StatusCode != http.StatusOK || string(body) != q {
			t.Errorf("10,000 times %s: %s, %d bytes, %v", character, resp.Status, len(body), err)
		}
	}
	stop()
	if err := <-ended; err != nil {
		t.Errorf("Serve = %v", err)
	}
}
