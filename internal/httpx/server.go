package httpx

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"strings"
	"syscall"
	"time"

	"hongniang/internal/errs"
)

// Options are what Wrap needs beside the handler.
type Options struct {
	Gate  Gate
	Log   *slog.Logger
	Now   func() time.Time
	NewID func() string // makes request ids; nil: random
	// Answer writes an error page for a panic or a body above its limit; nil:
	// WriteProblem.
	Answer func(http.ResponseWriter, *http.Request, error)
	// BodyLimit gives the largest body of a request in bytes; nil: MaxUpload
	// below /api/v1/imports/ and for /import pages, MaxBody elsewhere.
	BodyLimit func(*http.Request) int64
	// Uploads bounds the large bodies that are on their way at once; nil: 128 MB.
	Uploads *UploadBudget
}

// Wrap puts everything that a request passes around the routes.
func Wrap(routes http.Handler, o Options) http.Handler {
	if o.BodyLimit == nil {
		o.BodyLimit = bodyLimit
	}
	if o.Uploads == nil {
		o.Uploads = NewUploadBudget(2 * MaxUpload)
	}
	h := o.Uploads.Limit(o.BodyLimit, o.Answer)(LimitBody(o.BodyLimit, o.Answer)(routes))
	h = Gzip(h)
	h = Recover(o.Log, o.Answer)(h) // outside of Gzip: what a panic leaves held back is dropped
	h = SafeHeaders(h)
	h = AccessLog(o.Log, o.Now)(h)
	h = o.Gate.Middleware(h)
	return hearOut(RequestIDs(o.NewID)(h))
}

func bodyLimit(r *http.Request) int64 {
	if strings.HasPrefix(r.URL.Path, "/api/v1/imports/") || strings.HasPrefix(r.URL.Path, "/import") {
		return MaxUpload
	}
	return MaxBody
}

// Listen opens the address. Errors: server.port_taken, server.port_denied and
// server.address, each with what to do.
func Listen(ctx context.Context, addr string) (net.Listener, error) {
	var lc net.ListenConfig
	ln, err := lc.Listen(ctx, "tcp", addr)
	switch {
	case err == nil:
		return ln, nil
	case errors.Is(err, syscall.EADDRINUSE):
		return nil, errs.Wrap(err, errs.Conflict, "server.port_taken", fmt.Sprintf("地址 %s 的端口已被别的程序占用。请停掉那个程序（也许红娘已经在运行，直接打开网页即可），或用 --addr 换一个端口，如 --addr localhost:8081。", addr))
	case errors.Is(err, os.ErrPermission):
		return nil, errs.Wrap(err, errs.Denied, "server.port_denied", fmt.Sprintf("没有权限使用地址 %s。1024 以下的端口需要管理员权限，请用 --addr 换一个端口，如 --addr localhost:8080。", addr))
	}
	return nil, errs.Wrap(err, errs.Invalid, "server.address", fmt.Sprintf("地址 %s 不能用。请按 主机:端口 的格式填写本机的地址，如 localhost:8080 或 0.0.0.0:8080。", addr))
}

// Timeouts of a connection. Uploads and exports over slow lines need minutes.
const (
	headerTimeout = 10 * time.Second
	readTimeout   = 5 * time.Minute
	writeTimeout  = 10 * time.Minute
	idleTimeout   = 2 * time.Minute
)

// Serve answers on ln until ctx ends, then finishes what is under way, for at
// most grace, and closes. A normal end gives nil.
func Serve(ctx context.Context, ln net.Listener, h http.Handler, log *slog.Logger, grace time.Duration) error {
	srv := &http.Server{
		Handler: h, ReadHeaderTimeout: headerTimeout, ReadTimeout: readTimeout, WriteTimeout: writeTimeout,
		IdleTimeout: idleTimeout, MaxHeaderBytes: MaxHeader, ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelDebug),
	}
	done := make(chan error, 1)
	go func() { done <- srv.Serve(ln) }()
	select {
	case err := <-done:
		return errs.Wrap(err, errs.Internal, "server.stopped", "网页服务意外停止，请查看日志后重新启动。")
	case <-ctx.Done():
	}
	stop, cancel := context.WithTimeout(context.WithoutCancel(ctx), grace)
	defer cancel()
	if err := srv.Shutdown(stop); err != nil {
		log.Warn("requests were still running and were cut off", "err", err)
		_ = srv.Close()
	}
	<-done
	return nil
}
