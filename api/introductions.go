package api

import (
	"context"
	"net/http"
	"reflect"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"hongniang/internal/account"
	"hongniang/internal/brokering"
	"hongniang/internal/campaign"
	"hongniang/internal/errs"
	"hongniang/internal/figures"
	"hongniang/internal/group"
	"hongniang/internal/httpx"
	"hongniang/internal/personal"
	"hongniang/internal/review"
)

// maxStepBytes is the largest body of a step.
const maxStepBytes = 256 << 10

func (a *API) mountIntroductions() {
	const one = "/introductions/{code}"
	op := func(id, method, path, summary string) huma.Operation {
		return huma.Operation{OperationID: id, Method: method, Path: path, Summary: summary, Tags: []string{"对接单"}}
	}
	create := op("create-introduction", http.MethodPost, "/introductions", "为需求和推荐对象开一张对接单")
	create.DefaultStatus = http.StatusCreated
	list := op("list-introductions", http.MethodGet, "/introductions", "列出与我有关的对接单；alarm 列出催办的")
	list.Parameters = introductionParams()
	read, step := account.IntroductionRead, account.IntroductionStep
	register(a, operation{Operation: create, action: account.IntroductionCreate, body: jsonBody(a.typeSchema(reflect.TypeFor[brokering.Proposal](), "IntroductionInput"))}, a.beginIntroduction)
	register(a, operation{Operation: list, action: read}, a.listIntroductions)
	register(a, operation{Operation: op("get-introduction", http.MethodGet, one, "读取对接单：各方只见向自己开放的内容"), action: read}, a.getIntroduction)
	register(a, operation{Operation: op("step-introduction", http.MethodPost, one+"/steps", "办一步：答复、考察、开放信息、合同、成效、留言等；留言可不带 rev"),
		action: step, body: jsonBody(a.typeSchema(reflect.TypeFor[stepBody](), "IntroductionStepInput"))}, a.stepIntroduction)
	register(a, operation{Operation: op("invitation-link", http.MethodGet, one+"/link", "取邀约的答复链接，由红娘转给对方"), action: step}, a.invitationLink)
	register(a, operation{Operation: op("hand-over-introductions", http.MethodPost, "/introductions/handover", "把一位红娘在办的对接单全部移交给另一位"),
		action: account.IntroductionHandover, body: jsonBody(a.typeSchema(reflect.TypeFor[handoverBody](), "HandoverInput"))}, a.handOver)
	register(a, operation{Operation: op("introduction-figures", http.MethodGet, "/reports/introductions", "成效阶梯、各阶段件数与劳模工匠助企行四项数字，附每一条依据"), action: account.ReportRead}, a.introductionFigures)
	a.mountIntroductionFiles()
	a.mountInvitations()
}

// typeSchema documents a Go type as a component of that name.
func (a *API) typeSchema(t reflect.Type, name string) *huma.Schema {
	return a.huma.OpenAPI().Components.Schemas.Schema(t, true, name)
}

// schemaName keeps the parts of introductions, campaigns and common needs apart
// from other types of the same name.
func schemaName(t reflect.Type, hint string) string {
	name := huma.DefaultSchemaNamer(t, hint)
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	for _, own := range []struct {
		of     reflect.Type
		prefix string
	}{{reflect.TypeFor[brokering.Introduction](), "Introduction"}, {reflect.TypeFor[campaign.Campaign](), "Campaign"}, {reflect.TypeFor[group.Group](), "CommonNeed"}, {reflect.TypeFor[figures.Number](), "Figure"}, {reflect.TypeFor[personal.Request](), "Erasure"}, {reflect.TypeFor[review.Call](), "Review"}} {
		if t.PkgPath() == own.of.PkgPath() && !strings.HasPrefix(name, own.prefix) {
			return own.prefix + name
		}
	}
	return name
}

func introductionParams() []*huma.Param {
	stages := []any{}
	for _, s := range brokering.Stages() {
		stages = append(stages, string(s))
	}
	return []*huma.Param{
		wholeParam("limit", "每页条数", 1, maxList, defaultList),
		{Name: "stage", In: "query", Description: "阶段，可给几个，以逗号分开", Schema: &huma.Schema{Type: huma.TypeString, Examples: stages}},
		yesParam("open", "只要在办的"),
		yesParam("mine", "只要下一步该我办的"),
		{Name: "alarm", In: "query", Description: "只要停滞的：reminder 提醒，broker 列入红娘清单，leader 列入领导清单（后者含前者之上各级）", Schema: &huma.Schema{Type: huma.TypeString, Enum: []any{"reminder", "broker", "leader"}}},
	}
}

func actorOf(ctx context.Context) account.Actor { return httpx.AccessOf(ctx).Actor }

type introductionOut struct {
	ETag     string `header:"ETag" doc:"The revision in quotes, for If-Match"`
	Location string `header:"Location"`
	Body     *brokering.Introduction
}

func answerIntroduction(in *brokering.Introduction) *introductionOut {
	return &introductionOut{ETag: etag(in.Rev), Location: Prefix + "/introductions/" + in.Code, Body: in}
}

func (a *API) beginIntroduction(ctx context.Context, in *Request) (*introductionOut, error) {
	p, err := readInto[brokering.Proposal](in, maxStepBytes)
	if err != nil {
		return nil, err
	}
	made, err := a.deps.Introductions.Begin(ctx, actorOf(ctx), p)
	if err != nil {
		return nil, err
	}
	return answerIntroduction(made), nil
}

type introductionsIn struct {
	Need   string `query:"need" doc:"Code of a need"`
	Target string `query:"target" doc:"Code of the current target, or of the expert behind it"`
	Broker string `query:"broker" doc:"Code of an account; me for the caller's own"`
	Region string `query:"region" doc:"GB/T 2260; for staff"`
	Stage  string `query:"stage"`
	Open   string `query:"open"`
	Mine   string `query:"mine"`
	Alarm  string `query:"alarm"`
	After  string `query:"after" doc:"Code behind which to go on: next of the page before"`
	Limit  string `query:"limit"`
}

// filter reads the parameters: a pure function.
func (in *introductionsIn) filter(me string) (brokering.Filter, error) {
	var f errs.Faults
	out := brokering.Filter{
		Need: in.Need, Target: in.Target, Broker: in.Broker, Region: in.Region, After: in.After,
		Open: yes(&f, "open", in.Open), Mine: yes(&f, "mine", in.Mine), Limit: number(&f, "limit", in.Limit, bounds{1, maxList, defaultList}),
	}
	if in.Broker == "me" {
		out.Broker = me
	}
	for _, name := range strings.FieldsFunc(in.Stage, func(r rune) bool { return r == ',' || r == '，' || r == ' ' }) {
		stage := brokering.Stage(name)
		if !stage.Known() {
			f.Add("stage", "stage.unknown", "没有这个阶段，可用的见接口说明，如 invited（已邀约）。", name)
		}
		out.Stages = append(out.Stages, stage)
	}
	switch in.Alarm {
	case "":
	case "reminder":
		out.Level = brokering.Remind
	case "broker":
		out.Level = brokering.OnBrokerList
	case "leader":
		out.Level = brokering.OnLeaderList
	default:
		f.Add("alarm", "alarm.unknown", "alarm 可填 reminder（提醒）、broker（红娘清单）或 leader（领导清单）。", in.Alarm)
	}
	return out, paramErr(f)
}

type introductionsOut struct{ Body brokering.Lines }

func (a *API) listIntroductions(ctx context.Context, in *introductionsIn) (*introductionsOut, error) {
	actor := actorOf(ctx)
	f, err := in.filter(actor.User)
	if err != nil {
		return nil, err
	}
	lines, err := a.deps.Introductions.List(ctx, actor, f)
	return &introductionsOut{Body: lines}, err
}

type introductionIn struct {
	Request
	Code string `path:"code" doc:"Code of the introduction"`
}

type sightOut struct {
	ETag string `header:"ETag" doc:"The revision in quotes, for If-Match"`
	Body brokering.Sight
}

func (a *API) getIntroduction(ctx context.Context, in *introductionIn) (*sightOut, error) {
	sight, err := a.deps.Introductions.Show(ctx, actorOf(ctx), in.Code)
	if err != nil {
		return nil, err
	}
	return &sightOut{ETag: etag(sight.Introduction.Rev), Body: sight}, nil
}

// stepBody is a step with the revision on which it is taken.
type stepBody struct {
	brokering.Step
	Rev int64 `json:"rev,omitempty" doc:"读到的版本号（或用 If-Match）；只有留言可以不带"`
}

type stepIn struct {
	Request
	Code    string `path:"code" doc:"Code of the introduction"`
	IfMatch string `header:"If-Match" doc:"The revision that was read, such as \"3\"; or rev in the body"`
}

func (a *API) stepIntroduction(ctx context.Context, in *stepIn) (*introductionOut, error) {
	body, err := readInto[stepBody](&in.Request, maxStepBytes)
	if err != nil {
		return nil, err
	}
	rev, err := stepRev(in.IfMatch, body)
	if err != nil {
		return nil, err
	}
	next, err := a.deps.Introductions.Take(ctx, actorOf(ctx), in.Code, rev, body.Step)
	if err != nil {
		return nil, a.introductionNow(ctx, in.Code, err)
	}
	return answerIntroduction(next), nil
}

// stepRev finds the revision. Words need none: they fit whatever is current.
func stepRev(ifMatch string, body stepBody) (int64, error) {
	var f errs.Faults
	rev := parseRev(&f, "If-Match", ifMatch)
	if err := paramErr(f); err != nil {
		return 0, err
	}
	if rev == 0 {
		rev = body.Rev
	}
	if rev <= 0 && body.Kind != brokering.Write {
		return 0, errs.New(errs.Invalid, "introduction.rev_missing", "请带上读到的版本号 rev（或 If-Match）：对接单可能刚被别人办过一步，请先重新打开看一眼。")
	}
	return max(rev, 0), nil
}

// introductionNow adds the current revision to a Stale error.
func (a *API) introductionNow(ctx context.Context, code string, err error) error {
	if !errs.Is(err, errs.Stale) {
		return err
	}
	sight, showErr := a.deps.Introductions.Show(ctx, actorOf(ctx), code)
	if showErr != nil {
		return err
	}
	e := *errs.As(err)
	e.Err = staleAt{rev: sight.Introduction.Rev, err: err}
	return &e
}

type handoverBody struct {
	From string `json:"from" doc:"账号编号：把谁的"`
	To   string `json:"to" doc:"账号编号：交给谁"`
	Note string `json:"note,omitempty" doc:"为什么"`
}

type movedOut struct{ Body brokering.Moved }

func (a *API) handOver(ctx context.Context, in *Request) (*movedOut, error) {
	body, err := readInto[handoverBody](in, maxStepBytes)
	if err != nil {
		return nil, err
	}
	moved, err := a.deps.Introductions.HandOver(ctx, actorOf(ctx), body.From, body.To, body.Note)
	return &movedOut{Body: moved}, err
}

type figuresIn struct {
	From   string `query:"from" doc:"First day, YYYY-MM-DD"`
	To     string `query:"to" doc:"Last day, YYYY-MM-DD"`
	Region string `query:"region" doc:"GB/T 2260"`
}

type figuresOut struct{ Body brokering.Figures }

func (a *API) introductionFigures(ctx context.Context, in *figuresIn) (*figuresOut, error) {
	var f errs.Faults
	for _, day := range []struct{ name, text string }{{"from", in.From}, {"to", in.To}} {
		if day.text != "" && !isDay(day.text) {
			f.Add(day.name, "date.malformed", day.name+" 应像 2026-06-01。", day.text)
		}
	}
	if err := paramErr(f); err != nil {
		return nil, err
	}
	figures, err := a.deps.Introductions.Figures(ctx, actorOf(ctx), brokering.Period{From: in.From, To: in.To}, in.Region)
	return &figuresOut{Body: figures}, err
}
