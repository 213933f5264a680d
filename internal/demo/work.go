package demo

import (
	"context"
	"time"

	"hongniang/internal/account"
	"hongniang/internal/campaign"
	"hongniang/internal/catalog"
	"hongniang/internal/errs"
	"hongniang/internal/group"
	"hongniang/internal/review"
)

// Work is by which the work of staff is shown beside introductions: common needs, a
// campaign, judgings of results.
type Work struct {
	Groups    *group.Service
	Campaigns *campaign.Service
	Reviews   *review.Service
	// Broker looks after the records of Weihai; Jurors are three accounts of others.
	Broker account.Actor
	Jurors []account.User
	Now    time.Time
}

// Do enters what is not there yet: each sort of work only where there is none of it,
// so that a load that was interrupted can be run again. The campaign is planned in
// the background by whoever serves.
func (w Work) Do(ctx context.Context) error {
	for _, do := range []func(context.Context) error{w.groups, w.campaign, w.calls} {
		if err := do(ctx); err != nil {
			return errs.Wrap(err, errs.Internal, "demo.work", "示例的共性需求、批量对接或成果评审没有装好："+errs.As(err).Message)
		}
	}
	return nil
}

func (w Work) groups(ctx context.Context) error {
	if lines, err := w.Groups.List(ctx, w.Broker); err != nil || len(lines) > 0 {
		return err
	}
	for _, d := range []group.Draft{
		{Title: "喷漆废气里的活性炭用不久、危废多", Summary: "示例：喷漆线的有机废气靠活性炭吸附，饱和快、更换勤，想找更省的治理路线。", Needs: []string{"XQ-2026-B007", "XQ-2026-B008"}},
		{Title: "老师傅的手艺怎样带出徒弟", Summary: "示例：青年职工多，老师傅快退休，想请名师结对带徒，带出能独立上岗的人。", Needs: []string{"XQ-2026-C024", "XQ-2026-C039"}},
	} {
		if _, err := w.Groups.Create(ctx, w.Broker, d); err != nil {
			return err
		}
	}
	return nil
}

func (w Work) campaign(ctx context.Context) error {
	if lines, err := w.Campaigns.List(ctx, w.Broker); err != nil || len(lines) > 0 {
		return err
	}
	c, err := w.Campaigns.Create(ctx, w.Broker, campaign.Settings{
		Name: "冬季海产与渔具专场（示例）", From: w.day(7), To: w.day(30), Quota: 2, Alternates: 2, Floor: .8,
		Needs: []string{"XQ-2026-C002", "XQ-2026-C011", "XQ-2026-C020", "XQ-2026-C027", "XQ-2026-C030", "XQ-2026-C031"},
	})
	if err != nil {
		return err
	}
	_, err = w.Campaigns.Take(ctx, w.Broker, c.Code, c.Rev, campaign.Step{Kind: campaign.MakePlan})
	return err
}

// day is so many days from now, as dates are written.
func (w Work) day(from int) string {
	return w.Now.In(catalog.China()).AddDate(0, 0, from).Format(time.DateOnly)
}

// application is a result that is handed in by the expert whose it is, with the
// points of the jurors in their order; no points where it is not judged yet.
type application struct {
	result, expert, why string
	points              []int
}

// calls are three judgings at three turns: the province's are posted, and being
// scored, the city's takes applications.
func (w Work) calls(ctx context.Context) error {
	if lines, err := w.Reviews.List(ctx, w.Broker); err != nil || len(lines) > 0 {
		return err
	}
	province := account.Actor{Name: "示例省总工会", Role: account.Broker, Org: "DW-2026-U001"}
	for i, c := range callDays() {
		c.by = []account.Actor{province, province, w.Broker}[i]
		if err := w.call(ctx, c); err != nil {
			return err
		}
	}
	return nil
}

// callDays are those judgings, the oldest first, without who holds them.
func callDays() []call {
	open := call{title: "威海市职工五小成果征集（示例）", ago: 10, deadline: 20, entries: []application{
		{"CG-2026-A011", "ZJ-2026-A005", "示例：分头夹头让普通车床也能车多头蜗杆，省下外协，班组天天在用。", nil},
		{"CG-2026-C006", "ZJ-2026-C001", "示例：两级清洗机用上以后，泥沙返工少了一多半，姐妹厂也来照着做。", nil},
	}}
	judging := call{title: "全省职工优秀五小成果评审（示例）", ago: 40, deadline: -12, until: judged, entries: []application{
		{"CG-2026-A017", "ZJ-2026-A009", "示例：爬行小车把人从罐里换出来，打磨又匀又快，已经在用。", []int{88}},
		{"CG-2026-B002", "ZJ-2026-B001", "示例：喷枪扇形重叠率几分钟标好，返喷少了，粉末也省了。", []int{84}},
		{"CG-2026-C022", "ZJ-2026-C008", "示例：旋转挂具加漆雾回收，一竿一面不漏喷，地沟不再堵。", nil},
	}}
	posted := call{title: "上一届全省五小成果评审（示例）", ago: 90, deadline: -60, until: shown, entries: []application{
		{"CG-2026-B003", "ZJ-2026-B002", "示例：六分段快速换色，换一次色由两小时减到四十分钟。", []int{92, 90, 91}},
		{"CG-2026-A016", "ZJ-2026-A008", "示例：回转间隙一卡就读数，出厂检验不再凭手感。", []int{86, 88, 84}},
		{"CG-2026-B036", "ZJ-2026-B027", "示例：堵管塞就位工装，炉膛里少待半天，安全也快。", []int{80, 79, 83}},
		{"CG-2026-C061", "ZJ-2026-C037", "示例：一张检测卡看住碱残留，布草少破，客诉也少了。", []int{72, 75, 70}},
	}}
	return []call{posted, judging, open}
}

// turn is how far a judging has come.
type turn int

const (
	taking turn = iota // applications
	judged             // jurors score
	shown              // the public notice
)

// call is one judging.
type call struct {
	by            account.Actor
	title         string
	ago, deadline int // days from now: it was drafted, applications end
	until         turn
	entries       []application
}

// call has a service of its own, whose clock it sets.
func (w Work) call(ctx context.Context, c call) error {
	at := w.Now.AddDate(0, 0, -c.ago)
	service := *w.Reviews
	service.Now = func() time.Time { return at }
	terms := review.DefaultTerms()
	terms.Title, terms.Year, terms.Deadline, terms.Issuer, terms.NoticeDays = c.title, w.Now.Year(), w.day(c.deadline), "示例总工会", 30
	terms.Text = "示例：面向一线职工征集小发明、小创造、小革新、小设计、小建议。请写明用在哪里、比原来好多少。"
	made, err := service.Create(ctx, c.by, terms)
	if err != nil {
		return err
	}
	step := func(s review.Step) (err error) {
		made, err = service.Take(ctx, c.by, made.Code, made.Rev, s)
		return err
	}
	if err := step(review.Step{Kind: review.Publish}); err != nil {
		return err
	}
	for _, e := range c.entries {
		who := account.Actor{Name: "示例申报人", Role: account.Provider, Person: e.expert}
		if _, err := service.Apply(ctx, who, made.Code, review.Application{Result: e.result, Statement: e.why, Declared: true}); err != nil {
			return err
		}
	}
	if c.until == taking {
		return nil
	}
	for i, u := range w.Jurors {
		if err := step(review.Step{Kind: review.Name, Juror: u.Code, Chair: i == 0}); err != nil {
			return err
		}
	}
	at = w.Now.AddDate(0, 0, c.deadline+1)
	if err := step(review.Step{Kind: review.Begin}); err != nil {
		return err
	}
	if err := w.score(ctx, &service, made.Code, c.entries); err != nil || c.until == judged {
		return err
	}
	for _, kind := range []review.StepKind{review.RankAll, review.Post} {
		at = w.Now.AddDate(0, 0, -5)
		if err := step(review.Step{Kind: kind}); err != nil {
			return err
		}
	}
	return nil
}

// score hands in a sheet for each of the points, all criteria alike.
func (w Work) score(ctx context.Context, service *review.Service, code string, entries []application) error {
	for _, e := range entries {
		for i, points := range e.points {
			marks := review.Marks{Points: []int{points, points, points, points}, Final: true}
			if _, err := service.Score(ctx, w.Jurors[i].Actor(), code, e.result, marks); err != nil {
				return err
			}
		}
	}
	return nil
}
