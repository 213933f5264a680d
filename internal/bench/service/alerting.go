package service

import (
	"context"
	"fmt"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"slices"
	"strings"
	"time"

	"hongniang/internal/bench"
	"hongniang/internal/errs"
)

// Alerting publishes new results, each of which fits an open need, and looks from
// the beginning of the save until the need's broker can read the alert. The needs
// are put under a union of its own with one broker, and stay there; the results
// are removed at the end.
type Alerting struct {
	Service *Service // with the token of staff
	Count   int      // results, 1 and up
	Now     bench.Clock
	// Pause waits until the next look; nil: ten milliseconds.
	Pause func()
	// Lost is after how long an alert is missing.
	Lost time.Duration
}

// Alerted is what became of an Alerting. Failed of Told is how many were missing.
type Alerted struct {
	Told  bench.Times // from the beginning of a save until the alert could be read
	Saved bench.Times // from the beginning of a save until its answer
	// Processor is how long the service's processors worked for one result, with
	// saving, indexing and being asked for notices.
	Processor time.Duration
}

// Run does it. Errors: those of the service; errs.Invalid (bench.no_needs) when no
// need is open.
func (a Alerting) Run(ctx context.Context) (Alerted, error) {
	run := &alertingRun{Alerting: a, told: &tally{}, saved: &tally{}}
	if err := run.settle(ctx); err != nil {
		return Alerted{}, err
	}
	begun, start := a.Service.worked(ctx), a.Now()
	for i := range a.Count {
		if err := run.publish(ctx, run.needs[i%len(run.needs)]); err != nil {
			return Alerted{}, err
		}
	}
	span := a.Now().Sub(start)
	return Alerted{run.told.times(span), run.saved.times(span), (a.Service.worked(ctx) - begun) / time.Duration(a.Count)}, run.tidy(ctx)
}

// worked is how long the processors have worked for the service.
func (s *Service) worked(ctx context.Context) time.Duration {
	text, err := s.metrics(ctx)
	if err != nil {
		return 0
	}
	return time.Duration(metric(text, "process_cpu_seconds_total") * float64(time.Second))
}

// alertingRun is an Alerting on its way.
type alertingRun struct {
	Alerting
	needs       []soughtNeed
	broker      *Service // signed in
	made        []string // codes of results
	told, saved *tally
}

// soughtNeed is an open need.
type soughtNeed struct {
	Code    string `json:"code"`
	Rev     int64  `json:"rev"`
	Status  string `json:"status"`
	Title   string `json:"title"`
	Summary string `json:"summary_public"`

	Visibility      string `json:"visibility"`
	Confidentiality string `json:"confidentiality"`
}

// raises tells whether alerts are raised for the need: it is open, and everybody
// may read something of it.
func (n soughtNeed) raises() bool {
	open := n.Status == "published" || n.Status == "matching"
	return open && n.Summary != "" && n.Visibility != "internal" && n.Confidentiality != "nda" && n.Confidentiality != "broker_only"
}

// settle makes the union and its broker, puts needs under it, and waits until the
// alerts of that are out: they are not what is measured.
func (r *alertingRun) settle(ctx context.Context) error {
	union := "GH-" + strings.ToUpper(marker())
	if err := r.Service.ask(ctx, post("/api/v1/organisations", map[string]any{"code": union, "name": "量速工会" + union, "organisation_kind": "union", "status": "published"}), nil); err != nil {
		return err
	}
	if err := r.hire(ctx, union); err != nil {
		return err
	}
	var page struct {
		Items []soughtNeed `json:"items"`
	}
	if err := r.Service.ask(ctx, get("/api/v1/needs?limit=500"), &page); err != nil {
		return err
	}
	fit := slices.DeleteFunc(page.Items, func(n soughtNeed) bool { return !n.raises() })
	for i := 0; i < len(fit) && len(r.needs) < r.Count; i += max(1, len(fit)/r.Count) {
		need := fit[i]
		need.Title = cut(need.Title, 40) + marker() // of all needs it is this one that the result fits best
		change := question{http.MethodPatch, "/api/v1/needs/" + url.PathEscape(need.Code), map[string]any{"rev": need.Rev, "union": union, "title": need.Title}}
		if err := r.Service.ask(ctx, change, nil); err != nil {
			return err
		}
		r.needs = append(r.needs, need)
	}
	if len(r.needs) == 0 {
		return errs.New(errs.Invalid, "bench.no_needs", "服务里没有在办的公开需求，新成果无从匹配。请先导入需求。")
	}
	return r.rest(ctx)
}

// hire adds a broker and signs in as he.
func (r *alertingRun) hire(ctx context.Context, union string) error {
	login := "bench-" + marker()
	var user struct {
		Password string `json:"one_time_password"`
	}
	if err := r.Service.ask(ctx, post("/api/v1/users", map[string]any{"login": login, "name": "量速红娘", "role": "broker", "org": union}), &user); err != nil {
		return err
	}
	jar, err := cookiejar.New(nil)
	if err != nil {
		return err
	}
	r.broker = &Service{base: r.Service.base, http: &http.Client{Transport: r.Service.http.Transport, Timeout: patience, Jar: jar}}
	if err := r.broker.ask(ctx, post("/api/v1/session", map[string]any{"name": login, "password": user.Password}), nil); err != nil {
		return err
	}
	return r.broker.ask(ctx, question{http.MethodPut, "/api/v1/me/password", map[string]any{"current": user.Password, "new": marker() + "-" + marker()}}, nil)
}

// rest waits until nothing new was told for a while.
func (r *alertingRun) rest(ctx context.Context) error {
	const quiet = 5 * time.Second
	count, since := -1, r.Now()
	for start := r.Now(); r.Now().Sub(since) < quiet && r.Now().Sub(start) < r.Lost*time.Duration(r.Count); r.pause() {
		told, err := r.alerts(ctx)
		if err != nil {
			return err
		}
		if len(told) != count {
			count, since = len(told), r.Now()
		}
	}
	return nil
}

// alerts gives the records that the broker was alerted of.
func (r *alertingRun) alerts(ctx context.Context) (map[string]bool, error) {
	var box struct {
		Notices []struct {
			Topic, Record string
		} `json:"notices"`
	}
	err := r.broker.ask(ctx, get("/api/v1/notices"), &box)
	out := map[string]bool{}
	for _, n := range box.Notices {
		if n.Topic == "match" {
			out[n.Record] = true
		}
	}
	return out, err
}

// publish saves a result that says what a need asks for, and waits for the alert.
func (r *alertingRun) publish(ctx context.Context, need soughtNeed) error {
	var made target
	body := map[string]any{"title": fmt.Sprintf("量速%d：%s", len(r.made), need.Title), "summary": need.Summary, "status": "published", "visibility": "public"}
	start := r.Now()
	if err := r.Service.ask(ctx, post("/api/v1/results", body), &made); err != nil {
		return err
	}
	r.saved.add(r.Now().Sub(start), nil)
	r.made = append(r.made, made.Code)
	for ; r.Now().Sub(start) < r.Lost; r.pause() {
		told, err := r.alerts(ctx)
		if err != nil {
			return err
		}
		if told["result/"+made.Code] {
			r.told.add(r.Now().Sub(start), nil)
			return nil
		}
	}
	r.told.add(0, errs.New(errs.Unavailable, "bench.not_told", "没有等到匹配提醒。"))
	return nil
}

// tidy removes the results.
func (r *alertingRun) tidy(ctx context.Context) error {
	for _, code := range r.made {
		remove := question{method: http.MethodDelete, path: "/api/v1/results/" + url.PathEscape(code)}
		if err := r.Service.ask(context.WithoutCancel(ctx), remove, nil); err != nil {
			return err
		}
	}
	return nil
}

func (r *alertingRun) pause() {
	if r.Pause != nil {
		r.Pause()
		return
	}
	time.Sleep(10 * time.Millisecond)
}

// cut gives the first n characters of a text.
func cut(text string, n int) string {
	runes := []rune(text)
	return string(runes[:min(n, len(runes))])
}
