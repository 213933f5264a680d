package api

import (
	"context"
	"io"
	"net/http"
	"reflect"

	"github.com/danielgtaylor/huma/v2"

	"hongniang/internal/account"
	"hongniang/internal/errs"
	"hongniang/internal/personal"
)

func (a *API) mountPersonal() {
	if a.deps.Personal == nil {
		return
	}
	op := func(id, method, path, summary string) huma.Operation {
		return huma.Operation{OperationID: id, Method: method, Path: path, Summary: summary, Tags: []string{"个人信息"}}
	}
	file := func(o huma.Operation) huma.Operation {
		o.Responses = map[string]*huma.Response{"200": {Description: "OK", Content: map[string]*huma.MediaType{"application/zip": {Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}}}}}
		return o
	}
	made := func(o huma.Operation) huma.Operation { o.DefaultStatus = http.StatusCreated; return o }
	register(a, operation{Operation: file(op("own-data", http.MethodGet, "/me/personal-data", "下载自己的个人信息（ZIP）")), action: account.AccountSelf}, a.ownData)
	register(a, operation{Operation: made(op("ask-erasure", http.MethodPost, "/me/erasure", "申请注销：由工会核实后办理")), action: account.AccountSelf,
		body: jsonBody(a.typeSchema(reflect.TypeFor[erasureWords](), "ErasureWords"))}, a.askErasure)
	register(a, operation{Operation: file(op("personal-data", http.MethodGet, "/personal/data", "下载一个人的个人信息（ZIP），只交给本人")), action: account.PersonalExport}, a.personalData)
	register(a, operation{Operation: op("list-erasures", http.MethodGet, "/erasures", "列出注销申请"), action: account.PersonalDelete}, a.erasures)
	register(a, operation{Operation: made(op("note-erasure", http.MethodPost, "/erasures", "登记别人提出的注销申请")), action: account.PersonalDelete,
		body: jsonBody(a.typeSchema(reflect.TypeFor[erasureNote](), "ErasureNote"))}, a.noteErasure)
	register(a, operation{Operation: op("decide-erasure", http.MethodPost, "/erasures/{code}", "办理或不同意注销申请；办理后不能恢复"), action: account.PersonalDelete,
		body: jsonBody(a.typeSchema(reflect.TypeFor[erasureAnswer](), "ErasureAnswer"))}, a.decideErasure)
}

type (
	erasureWords struct {
		Words string `json:"words,omitempty" doc:"想说明的"`
	}
	erasureNote struct {
		Of    string `json:"of" doc:"专家编号、账号名或手机号"`
		Words string `json:"words" doc:"谁、什么时候、怎样提出的"`
	}
	erasureAnswer struct {
		Answer string `json:"answer" doc:"carry_out 办理，refuse 不同意"`
		Reason string `json:"reason,omitempty" doc:"不同意的理由，本人会看到"`
	}
	erasureOut struct{ Body personal.Request }
)

// zipOf collects all that is kept of somebody.
func (a *API) zipOf(ctx context.Context, of personal.Subject) (*fileOut, error) {
	d, err := a.deps.Personal.Collect(ctx, of)
	if err != nil {
		return nil, err
	}
	return a.spooled("个人信息.zip", "application/zip", func(w io.Writer) error { return d.WriteZIP(ctx, w) })
}

func (a *API) ownData(ctx context.Context, _ *struct{}) (*fileOut, error) {
	if actorOf(ctx).User == "" {
		return nil, noAccount()
	}
	return a.zipOf(ctx, personal.Subject{User: actorOf(ctx).User})
}

func noAccount() error {
	return errs.New(errs.Denied, "access.no_account", "运维令牌没有自己的账号，请登录后再试。")
}

func (a *API) askErasure(ctx context.Context, in *Request) (*erasureOut, error) {
	if actorOf(ctx).User == "" {
		return nil, noAccount()
	}
	body, err := readInto[erasureWords](in, maxAccountBytes)
	if err != nil {
		return nil, err
	}
	r, err := a.deps.Personal.Ask(ctx, actorOf(ctx), personal.Subject{User: actorOf(ctx).User}, body.Words)
	return &erasureOut{Body: r}, err
}

type personIn struct {
	Of string `query:"of" doc:"Code of the expert, login or mobile number"`
}

func (a *API) personalData(ctx context.Context, in *personIn) (*fileOut, error) {
	of, err := a.deps.Personal.Named(ctx, actorOf(ctx), account.PersonalExport, in.Of)
	if err != nil {
		return nil, err
	}
	return a.zipOf(ctx, of)
}

type erasuresOut struct {
	Body struct {
		Items []personal.Request `json:"items"`
	} `nameHint:"Erasures"`
}

func (a *API) erasures(ctx context.Context, _ *struct{}) (*erasuresOut, error) {
	list, err := a.deps.Personal.Decided(ctx, actorOf(ctx))
	out := &erasuresOut{}
	out.Body.Items = append([]personal.Request{}, list...)
	return out, err
}

func (a *API) noteErasure(ctx context.Context, in *Request) (*erasureOut, error) {
	body, err := readInto[erasureNote](in, maxAccountBytes)
	if err != nil {
		return nil, err
	}
	of, err := a.deps.Personal.Named(ctx, actorOf(ctx), account.PersonalDelete, body.Of)
	if err != nil {
		return nil, err
	}
	r, err := a.deps.Personal.Ask(ctx, actorOf(ctx), of, body.Words)
	return &erasureOut{Body: r}, err
}

type erasureIn struct {
	Request
	Code string `path:"code" doc:"Code of the request"`
}

func (a *API) decideErasure(ctx context.Context, in *erasureIn) (*erasureOut, error) {
	body, err := readInto[erasureAnswer](&in.Request, maxAccountBytes)
	if err != nil {
		return nil, err
	}
	if body.Answer != "carry_out" && body.Answer != "refuse" {
		return nil, errs.New(errs.Invalid, "personal.answer", "answer 请填 carry_out（办理）或 refuse（不同意）。")
	}
	r, err := a.deps.Personal.Decide(ctx, actorOf(ctx), in.Code, body.Answer == "carry_out", body.Reason)
	return &erasureOut{Body: r}, err
}
