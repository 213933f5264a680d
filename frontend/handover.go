package frontend

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/gin-gonic/gin"

	"hongniang/frontend/view"
	"hongniang/internal/account"
	"hongniang/internal/brokering"
	"hongniang/internal/errs"
	"hongniang/internal/httpx"
)

// handoverURL is where one broker's work is handed to another.
const handoverURL = "/handover"

// mountHandover adds that page.
func (s *Site) mountHandover(pages routes) {
	if s.deps.Introductions == nil {
		return
	}
	pages.get(handoverURL, account.IntroductionHandover, s.handover)
	pages.post(handoverURL, account.IntroductionHandover, s.handOver)
}

// handover is GET /handover: whose, and what would move.
func (s *Site) handover(c *gin.Context) {
	q := c.Request.URL.Query()
	if q.Get("from") == "" && !q.Has("from") {
		if u, err := s.deps.Accounts.User(c.Request.Context(), actorOf(c).User); err == nil && u.Role == account.Broker {
			q.Set("from", u.Login) // a broker who hands his own over
		}
	}
	s.renderHandover(c, http.StatusOK, q, nil, nil)
}

// renderHandover shows the page as it was typed, with what there is to move.
func (s *Site) renderHandover(c *gin.Context, status int, typed url.Values, moved *brokering.Moved, problem error) {
	ctx, actor := c.Request.Context(), actorOf(c)
	v := view.Handover{From: strings.TrimSpace(typed.Get("from")), To: typed.Get("to"), Note: typed.Get("note")}
	if problem != nil {
		v.Problem, v.Faults = view.FormFaults(problem)
	}
	if v.From != "" {
		user, err := s.brokerNamed(ctx, v.From)
		if err == nil {
			err = s.holding(ctx, actor, user, typed, &v)
		}
		if errs.Is(err, errs.NotFound) || errs.Is(err, errs.Invalid) {
			v.Problem, v.Faults, err = "", map[string]string{"from": errs.As(err).Message}, nil
			status = max(status, http.StatusUnprocessableEntity)
			if c.Request.Method == http.MethodGet {
				status = http.StatusOK
			}
		}
		if err != nil {
			s.fail(c, err)
			return
		}
	}
	if moved != nil {
		v.Moved, v.Done = len(moved.Codes), "done"
		for _, f := range moved.Failed {
			v.Failed = append(v.Failed, f.Code+"："+f.Message)
		}
	}
	s.render(c, status, "handover", page{Title: "移交", NoIndex: true, Nav: "handover", Styles: append(caseStyles(), "campaign.css"), Body: v})
}

// brokerNamed finds an account by login, mobile number or code; one that is
// disabled too, since that is mostly why work is handed over. Errors: errs.Invalid.
func (s *Site) brokerNamed(ctx context.Context, name string) (account.User, error) {
	u, err := s.deps.Accounts.ByLogin(ctx, name)
	if errs.Is(err, errs.NotFound) {
		u, err = s.deps.Accounts.User(ctx, strings.TrimSpace(name))
	}
	if errs.Is(err, errs.NotFound) || err == nil && u.Role != account.Broker && u.Role != account.Administrator {
		return u, errs.New(errs.Invalid, "introduction.broker_unknown", "没有这位红娘，请核对账号名或手机号。")
	}
	return u, err
}

// holding fills in what the broker has in hand.
func (s *Site) holding(ctx context.Context, actor account.Actor, user account.User, typed url.Values, v *view.Handover) error {
	held, err := s.deps.Introductions.Holding(ctx, actor, user.Code)
	if err != nil {
		return err
	}
	v.Asked, v.FromName, v.AlreadyDisabled, v.Hidden = true, user.Name, user.Disabled, held.Hidden
	v.Lines = view.BuildHandoverLines(held.Lines, typed["case"])
	if s.deps.Campaigns == nil {
		return nil
	}
	campaigns, err := s.deps.Campaigns.Held(ctx, actor, user.Code)
	for _, l := range campaigns {
		v.Campaigns = append(v.Campaigns, view.HandoverLine{
			Code: l.Code, Title: l.Name, URL: view.CampaignURL(l.Code), Stage: l.State.Label(), Chosen: len(typed["case"]) == 0 || slices.Contains(typed["case"], l.Code),
		})
	}
	return err
}

// handOver is POST /handover.
func (s *Site) handOver(c *gin.Context) {
	form, err := readForm(c)
	if err != nil {
		s.fail(c, err)
		return
	}
	moved, err := s.moveWork(c, form)
	if err != nil {
		httpx.LogError(s.deps.Log, c.Request, err)
		if httpx.Status(err) >= http.StatusInternalServerError {
			s.fail(c, err)
			return
		}
		s.renderHandover(c, httpx.Status(err), form, nil, err)
		return
	}
	form.Del("case")
	s.renderHandover(c, http.StatusOK, form, &moved, nil)
}

// moveWork hands the chosen cases and campaigns over.
func (s *Site) moveWork(c *gin.Context, form url.Values) (brokering.Moved, error) {
	ctx, actor := c.Request.Context(), actorOf(c)
	var f errs.Faults
	from, err := s.brokerNamed(ctx, form.Get("from"))
	if err != nil && !errs.Is(err, errs.Invalid) {
		return brokering.Moved{}, err
	}
	if err != nil {
		f.Add("from", "introduction.broker_unknown", errs.As(err).Message, form.Get("from"))
	}
	to, err := s.brokerNamed(ctx, form.Get("to"))
	if err != nil && !errs.Is(err, errs.Invalid) {
		return brokering.Moved{}, err
	}
	switch {
	case err != nil:
		f.Add("to", "introduction.broker_unknown", errs.As(err).Message, form.Get("to"))
	case to.Disabled:
		f.Add("to", "introduction.broker_unknown", "这个账号已停用，请交给另一位红娘。", form.Get("to"))
	case to.Code == from.Code:
		f.Add("to", "introduction.broker_unknown", "请交给另外一位红娘。", form.Get("to"))
	}
	if strings.TrimSpace(form.Get("note")) == "" {
		f.Add("note", "handover.note", "请写一句为什么移交，接手的人看得到。", "")
	}
	if len(form["case"]) == 0 {
		f.Add("case", "handover.none", "请勾选要移交的。", "")
	}
	if err := f.Err(); err != nil {
		return brokering.Moved{}, err
	}
	moved, err := s.deps.Introductions.HandOverSome(ctx, actor, brokering.Handing{From: from.Code, To: to.Code, Codes: form["case"], Note: form.Get("note")})
	if err != nil || s.deps.Campaigns == nil {
		return moved, err
	}
	held, err := s.deps.Campaigns.Held(ctx, actor, from.Code)
	for _, l := range held {
		if !slices.Contains(form["case"], l.Code) {
			continue
		}
		switch err := s.deps.Campaigns.HandOver(ctx, actor, l.Code, to, form.Get("note")); {
		case errs.Is(err, errs.Unavailable):
			return moved, err
		case err != nil:
			moved.Failed = append(moved.Failed, brokering.MoveFailure{Code: l.Code, Message: errs.As(err).Message})
		default:
			moved.Codes = append(moved.Codes, l.Code)
		}
	}
	return moved, err
}
