package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"

	"hongniang/api"
	"hongniang/internal/config"
	"hongniang/internal/datadir"
	"hongniang/internal/errs"
	"hongniang/internal/httpx"
)

// client talks to the server that has a data directory.
type client struct {
	base, token string
}

// openOrClient opens the data directory, or gives a client of the server that
// has it. Exactly one of the two is not nil, or the error is.
func openOrClient(ctx context.Context, cfg config.Config) (*installation, *client, error) {
	if c := clientOf(cfg.Data.Dir); c != nil {
		return nil, c, nil
	}
	in, err := open(ctx, cfg)
	if errs.Is(err, errs.Locked) { // it has started since
		if c := clientOf(cfg.Data.Dir); c != nil {
			return nil, c, nil
		}
	}
	return in, nil, err
}

// openExisting is openOrClient for who only reads: a directory that is not there
// is errs.NotFound, instead of a new empty one.
func openExisting(ctx context.Context, cfg config.Config) (*installation, *client, error) {
	if _, err := os.Stat(cfg.Data.Dir); errors.Is(err, os.ErrNotExist) {
		return nil, nil, errs.New(errs.NotFound, "data.none", fmt.Sprintf("没有数据目录“%s”。请检查 --data；第一次使用请先运行 hongniang serve --demo，或用 import 导入数据。", cfg.Data.Dir))
	}
	return openOrClient(ctx, cfg)
}

// clientOf is nil when no server that listens has the directory.
func clientOf(dir string) *client {
	server, running, err := datadir.Peek(dir)
	if err != nil || !running || server.Addr == "" {
		return nil
	}
	return &client{base: address(server.Addr) + api.Prefix, token: server.Token}
}

// call asks the server; a problem that it answers becomes the error that it was.
func (c *client) call(ctx context.Context, method, path string, query url.Values, body io.Reader, headers map[string]string) (*http.Response, error) {
	target := c.base + path
	if len(query) > 0 {
		target += "?" + query.Encode()
	}
	req, err := http.NewRequestWithContext(ctx, method, target, body)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Authorization", "Bearer "+c.token)
	for name, value := range headers {
		req.Header.Set(name, value)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, errs.Wrap(err, errs.Unavailable, "client.no_answer", "正在运行的服务没有回答，请查看它的日志，或停掉它再试。")
	}
	if res.StatusCode < 400 {
		return res, nil
	}
	defer res.Body.Close()
	return nil, problem(res.Body, res.StatusCode)
}

func problem(body io.Reader, status int) error {
	var p httpx.Problem
	if err := json.NewDecoder(body).Decode(&p); err != nil || p.Code == "" {
		return errs.New(errs.Internal, "client.answer", fmt.Sprintf("正在运行的服务回答了 %d，请查看它的日志。", status))
	}
	e := errs.New(kindOfStatus(status), p.Code, p.Detail)
	e.Fields = p.Errors
	return e
}

func kindOfStatus(status int) errs.Kind {
	kinds := map[int]errs.Kind{
		http.StatusBadRequest: errs.Invalid, http.StatusUnprocessableEntity: errs.Invalid, http.StatusNotFound: errs.NotFound,
		http.StatusConflict: errs.Conflict, http.StatusUnauthorized: errs.Denied, http.StatusForbidden: errs.Denied,
		http.StatusRequestEntityTooLarge: errs.TooLarge, http.StatusLocked: errs.Locked, http.StatusServiceUnavailable: errs.Unavailable,
	}
	if kind, ok := kinds[status]; ok {
		return kind
	}
	return errs.Internal
}

// json asks with a JSON body (nil: none) and decodes the answer.
func (c *client) json(ctx context.Context, method, path string, query url.Values, in, out any) error {
	var body io.Reader
	headers := map[string]string{"Accept": "application/json"}
	if in != nil {
		data, err := json.Marshal(in)
		if err != nil {
			return err
		}
		body, headers["Content-Type"] = bytes.NewReader(data), "application/json"
	}
	res, err := c.call(ctx, method, path, query, body, headers)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	return json.NewDecoder(res.Body).Decode(out)
}
