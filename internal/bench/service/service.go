// Package service asks a running service as its users do, over HTTP, and writes
// to it at a steady pace, so that both can be measured.
package service

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"hongniang/internal/bench"
	"hongniang/internal/collection"
	"hongniang/internal/errs"
)

// patience is how long one request may take.
const patience = 5 * time.Minute

// Service is a running service. It is safe for concurrent use.
type Service struct {
	base, token string
	http        *http.Client
}

// New names a service by its address, such as http://localhost:8080, and a token
// of staff, which may be empty for who only reads. Connections for so many
// clients are kept open. Error: errs.Invalid (bench.url).
func New(base, token string, clients int) (*Service, error) {
	u, err := url.Parse(base)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return nil, errs.New(errs.Invalid, "bench.url", "“"+base+"”不是服务的地址，应形如 http://localhost:8080 。请检查 --url。")
	}
	transport := &http.Transport{MaxIdleConns: 0, MaxIdleConnsPerHost: clients + 8}
	return &Service{base: strings.TrimSuffix(base, "/"), token: token, http: &http.Client{Transport: transport, Timeout: patience}}, nil
}

// Match asks for the complete match of a need and reads all of the answer.
func (s *Service) Match(ctx context.Context, need collection.Query) error {
	return s.ask(ctx, post("/api/v1/match", map[string]string{"title": need.Title, "text": need.Text}), nil)
}

// Search asks for a page of ten hits with facets and snippets, as the search page
// does.
func (s *Service) Search(ctx context.Context, typed string) error {
	return s.ask(ctx, get("/api/v1/search?"+url.Values{"q": {typed}, "size": {"10"}, "facets": {"true"}, "snippets": {"true"}}.Encode()), nil)
}

// Settled waits until the service has read every record for the desk and the figures,
// which it does after a start, beside the answers. Errors: those of ctx, and of a
// service that fails otherwise than by not being ready.
func (s *Service) Settled(ctx context.Context) error {
	look := time.NewTicker(settling)
	defer look.Stop()
	for {
		err := s.ask(ctx, get("/api/v1/funnel"), nil)
		if err == nil || errs.As(err).Code != "bench.not_yet" {
			return err
		}
		select {
		case <-look.C:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// settling is between two looks whether a service has read everything.
const settling = 100 * time.Millisecond

// Documents is how many public documents the service's index has.
func (s *Service) Documents(ctx context.Context) (int, error) {
	var status struct {
		Documents int `json:"documents"`
	}
	err := s.ask(ctx, get("/api/v1/status"), &status)
	return status.Documents, err
}

// Rebuild makes the index anew and answers when it is done. A service that does not wait
// so long goes on with it, and tells in its metrics whether it still does and whether it
// failed.
func (s *Service) Rebuild(ctx context.Context) error {
	patient := *s
	patient.http = &http.Client{Transport: s.http.Transport} // it takes as long as it takes
	before, err := patient.metrics(ctx)
	if err != nil {
		return err
	}
	answer := patient.ask(ctx, post("/api/v1/reindex", nil), nil)
	if answer == nil {
		return nil
	}
	for first := true; ; first = false {
		now, err := patient.metrics(ctx)
		if err != nil {
			return err
		}
		if metric(now, rebuildFailures) > metric(before, rebuildFailures) {
			return errs.Wrap(answer, errs.Unavailable, "bench.rebuild_failed", "索引没有重建成，服务的日志里写了原因。")
		}
		if metric(now, "hongniang_index_rebuilding") == 0 {
			if first {
				return answer
			}
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(settling):
		}
	}
}

const rebuildFailures = "hongniang_index_rebuild_failures_total"

// Memory reads what the service's process holds from /metrics.
func (s *Service) Memory(ctx context.Context) (bench.Memory, error) {
	text, err := s.metrics(ctx)
	return bench.Memory{Resident: metric(text, "process_resident_memory_bytes") / 1e6, Heap: metric(text, "go_memstats_heap_alloc_bytes") / 1e6}, err
}

func (s *Service) metrics(ctx context.Context) (string, error) {
	var text bytes.Buffer
	err := s.send(ctx, get("/metrics"), func(r io.Reader) error {
		_, err := io.Copy(&text, r)
		return err
	})
	return text.String(), err
}

// metric finds a figure without labels in the exposition format, 0 without.
func metric(text, name string) float64 {
	lines := bufio.NewScanner(strings.NewReader(text))
	for lines.Scan() {
		if value, ok := strings.CutPrefix(lines.Text(), name+" "); ok {
			v, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
			if err != nil {
				return 0
			}
			return v
		}
	}
	return 0
}

// question is what is asked of the service.
type question struct {
	method, path string
	in           any // sent as JSON; nil: nothing
}

func get(path string) question          { return question{method: http.MethodGet, path: path} }
func post(path string, in any) question { return question{http.MethodPost, path, in} }
func (q question) place() string {
	path, _, _ := strings.Cut(q.path, "?")
	return q.method + " " + path
}

// ask decodes the answer to a question (nil: reads it). Errors: errs.Unavailable
// bench.no_answer when there is none, and for an answer of failure bench.answer,
// errs.Denied when the caller may not.
func (s *Service) ask(ctx context.Context, q question, out any) error {
	return s.send(ctx, q, func(r io.Reader) error {
		if out == nil {
			_, err := io.Copy(io.Discard, r)
			return err
		}
		return json.NewDecoder(r).Decode(out)
	})
}

func (s *Service) send(ctx context.Context, q question, read func(io.Reader) error) error {
	var body []byte
	var err error
	if q.in != nil {
		if body, err = json.Marshal(q.in); err != nil {
			return err
		}
	}
	req, err := http.NewRequestWithContext(ctx, q.method, s.base+q.path, bytes.NewReader(body))
	if err != nil {
		return noAnswer(err, s.base)
	}
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	if s.token != "" {
		req.Header.Set("Authorization", "Bearer "+s.token)
	} else {
		req.Header.Set("Origin", s.base) // as a browser does, for who is signed in by a cookie
	}
	res, err := s.http.Do(req)
	if err != nil {
		return noAnswer(err, s.base)
	}
	defer res.Body.Close()
	if res.StatusCode >= 400 {
		_, _ = io.Copy(io.Discard, res.Body) // so that the connection can be used again
		return refused(q.place(), res.StatusCode)
	}
	if err := read(res.Body); err != nil {
		return noAnswer(err, s.base)
	}
	return nil
}

func noAnswer(err error, base string) error {
	return errs.Wrap(err, errs.Unavailable, "bench.no_answer", "“"+base+"”没有回答，请检查地址，看服务是否在运行。")
}

func refused(place string, status int) error {
	if status == http.StatusServiceUnavailable {
		return errs.New(errs.Unavailable, "bench.not_yet", fmt.Sprintf("服务还答不了 %s（503），请稍后再试，或查看它的日志。", place))
	}
	if status == http.StatusUnauthorized || status == http.StatusForbidden {
		return errs.New(errs.Denied, "bench.answer", fmt.Sprintf("服务不许 %s（%d）。请用 --token 给出工作人员令牌。", place, status))
	}
	return errs.New(errs.Unavailable, "bench.answer", fmt.Sprintf("服务对 %s 回答了 %d，请查看它的日志。", place, status))
}
