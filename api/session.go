package api

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"hongniang/internal/account"
	"hongniang/internal/catalog"
	"hongniang/internal/errs"
	"hongniang/internal/httpx"
)

// maxAccountBytes is the largest body about an account.
const maxAccountBytes = 16 << 10

var (
	signInShape = shape{fields: []catalog.FieldInfo{
		{Key: "name", Label: "账号或手机号", Type: catalog.Text}, {Key: "password", Label: "密码", Type: catalog.Text}, {Key: "code", Label: "验证码", Type: catalog.Text},
	}}
	passwordShape = shape{fields: []catalog.FieldInfo{
		{Key: "current", Label: "现在的密码", Type: catalog.Text}, {Key: "new", Label: "新密码", Type: catalog.Text},
	}}
	tokenShape = shape{fields: []catalog.FieldInfo{
		{Key: "name", Label: "用途", Type: catalog.Text}, {Key: "grants", Label: "权限：read、write、admin", Type: catalog.Text, List: true}, {Key: "days", Label: "有效天数", Type: catalog.Whole},
	}}
)

func (a *API) mountSession() {
	op := func(id, method, path, summary string, status int) huma.Operation {
		return huma.Operation{OperationID: id, Method: method, Path: path, Summary: summary, Tags: []string{"账号"}, DefaultStatus: status}
	}
	self, tokens := account.AccountSelf, account.AccountTokens
	register(a, operation{Operation: op("sign-in", http.MethodPost, "/session", "登录：账号或手机号、密码；开启两步验证的再加验证码", http.StatusCreated),
		action: account.SessionCreate, body: jsonBody(a.shapeSchema("SignInInput", signInShape))}, a.signIn)
	register(a, operation{Operation: op("sign-out", http.MethodDelete, "/session", "退出", http.StatusNoContent), action: account.SessionCreate}, a.signOut)
	register(a, operation{Operation: op("me", http.MethodGet, "/me", "我是谁、能做什么", 0), action: account.AccountRead}, a.me)
	register(a, operation{Operation: op("change-password", http.MethodPut, "/me/password", "改密码；其他登录随即失效", http.StatusNoContent),
		action: self, body: jsonBody(a.shapeSchema("PasswordInput", passwordShape))}, a.changePassword)
	register(a, operation{Operation: op("list-sessions", http.MethodGet, "/me/sessions", "我在哪些设备上登录着", 0), action: self}, a.sessions)
	register(a, operation{Operation: op("sign-out-everywhere", http.MethodDelete, "/me/sessions", "在所有设备上退出", http.StatusNoContent), action: self}, a.signOutEverywhere)
	register(a, operation{Operation: op("end-session", http.MethodDelete, "/me/sessions/{ref}", "退出一处登录", http.StatusNoContent), action: self}, a.endSession)
	register(a, operation{Operation: op("list-tokens", http.MethodGet, "/me/tokens", "我的 API 令牌", 0), action: tokens}, a.tokens)
	register(a, operation{Operation: op("make-token", http.MethodPost, "/me/tokens", "生成 API 令牌：只显示这一次", http.StatusCreated),
		action: tokens, body: jsonBody(a.shapeSchema("TokenInput", tokenShape))}, a.makeToken)
	register(a, operation{Operation: op("delete-token", http.MethodDelete, "/me/tokens/{id}", "删除 API 令牌", http.StatusNoContent), action: tokens}, a.deleteToken)
}

// Me is who asks.
type Me struct {
	User    *account.Profile `json:"user,omitempty" doc:"Absent for the operator's token"`
	Role    account.Role     `json:"role" enum:"visitor,enterprise,provider,broker,leader,administrator"`
	Grants  []account.Grant  `json:"grants,omitempty" doc:"What the API token is limited to; absent: nothing"`
	Actions []account.Action `json:"actions" doc:"What the caller may do to something: docs/permissions.md"`
}

type meOut struct {
	SetCookie string `header:"Set-Cookie"`
	Body      Me
}

// noContent answers 204, perhaps with a cookie.
type noContent struct {
	SetCookie string `header:"Set-Cookie"`
}

func (a *API) signIn(ctx context.Context, in *Request) (*meOut, error) {
	access := httpx.AccessOf(ctx)
	if err := access.CheckOrigin(); err != nil {
		return nil, err
	}
	text, err := in.texts(signInShape)
	if err != nil {
		return nil, err
	}
	done, err := a.deps.Accounts.SignIn(ctx, account.Credentials{
		Name: text["name"], Password: text["password"], Code: text["code"], Addr: access.Addr, Agent: in.http.UserAgent(),
	})
	if err != nil {
		return nil, err
	}
	return &meOut{SetCookie: access.Cookie(done.Secret).String(), Body: meOf(done.User.Actor(), &done.User)}, nil
}

// texts reads a body of texts only.
func (r *Request) texts(s shape) (map[string]string, error) {
	body, err := r.readShape(s)
	if err != nil {
		return nil, err
	}
	out := map[string]string{}
	for key, v := range body {
		out[key], _ = v.(string)
	}
	return out, nil
}

func (r *Request) readShape(s shape) (object, error) {
	body, err := r.readObject(maxAccountBytes)
	if err != nil {
		return nil, err
	}
	var f errs.Faults
	s.check(body, "", &f)
	for i := range f { // what was typed may be a password in the wrong place
		f[i].Value = ""
	}
	return body, bodyErr(f)
}

func (a *API) signOut(ctx context.Context, _ *struct{}) (*noContent, error) {
	access := httpx.AccessOf(ctx)
	if err := access.CheckOrigin(); err != nil {
		return nil, err
	}
	if access.Session != nil {
		if err := a.deps.Accounts.SignOut(ctx, access.Secret()); err != nil {
			return nil, err
		}
	}
	return &noContent{SetCookie: access.Cookie("").String()}, nil
}

func (a *API) me(ctx context.Context, _ *struct{}) (*meOut, error) {
	actor := httpx.AccessOf(ctx).Actor
	if actor.User == "" {
		return &meOut{Body: meOf(actor, nil)}, nil
	}
	u, err := a.deps.Accounts.User(ctx, actor.User)
	if err != nil {
		return nil, err
	}
	return &meOut{Body: meOf(actor, &u)}, nil
}

func meOf(actor account.Actor, u *account.User) Me {
	me := Me{Role: actor.Role, Grants: actor.Grants, Actions: []account.Action{}}
	if u != nil {
		p := u.Profile()
		me.User = &p
	}
	for _, rule := range account.Rules() {
		if account.ScopeOf(actor, rule.Action) != account.None {
			me.Actions = append(me.Actions, rule.Action)
		}
	}
	return me
}

// self gives the code of the caller's own account; the operator has none.
func self(ctx context.Context) (string, error) {
	actor := httpx.AccessOf(ctx).Actor
	if !account.May(actor, account.AccountSelf, account.Target{User: actor.User}) {
		return "", errs.New(errs.Denied, "access.no_account", "运维令牌没有自己的账号，请登录后再试。")
	}
	return actor.User, nil
}

func (a *API) changePassword(ctx context.Context, in *Request) (*noContent, error) {
	user, err := self(ctx)
	if err != nil {
		return nil, err
	}
	text, err := in.texts(passwordShape)
	if err != nil {
		return nil, err
	}
	access := httpx.AccessOf(ctx)
	done, err := a.deps.Accounts.ChangePassword(ctx, account.PasswordChange{
		User: user, Current: text["current"], New: text["new"], Addr: access.Addr, Agent: in.http.UserAgent(),
	})
	if err != nil {
		return nil, err
	}
	return &noContent{SetCookie: access.Cookie(done.Secret).String()}, nil
}

// SessionInfo is one browser that is signed in.
type SessionInfo struct {
	Ref       string    `json:"ref"`
	Agent     string    `json:"agent" doc:"What the browser calls itself"`
	CreatedAt time.Time `json:"created_at"`
	SeenAt    time.Time `json:"seen_at"`
	Current   bool      `json:"current" doc:"The one that asks"`
}

type sessionsOut struct {
	Body struct {
		Items []SessionInfo `json:"items"`
	} `nameHint:"Sessions"`
}

func (a *API) sessions(ctx context.Context, _ *struct{}) (*sessionsOut, error) {
	user, err := self(ctx)
	if err != nil {
		return nil, err
	}
	list, err := a.deps.Accounts.Sessions(ctx, user)
	if err != nil {
		return nil, err
	}
	out, own := &sessionsOut{}, httpx.AccessOf(ctx).Session
	out.Body.Items = []SessionInfo{}
	for _, s := range list {
		out.Body.Items = append(out.Body.Items, SessionInfo{Ref: s.Ref(), Agent: s.Agent, CreatedAt: s.CreatedAt, SeenAt: s.SeenAt, Current: own != nil && own.ID == s.ID})
	}
	return out, nil
}

func (a *API) signOutEverywhere(ctx context.Context, _ *struct{}) (*noContent, error) {
	user, err := self(ctx)
	if err != nil {
		return nil, err
	}
	return &noContent{SetCookie: httpx.AccessOf(ctx).Cookie("").String()}, a.deps.Accounts.SignOutEverywhere(ctx, user)
}

type refIn struct {
	Ref string `path:"ref"`
}

func (a *API) endSession(ctx context.Context, in *refIn) (*struct{}, error) {
	user, err := self(ctx)
	if err != nil {
		return nil, err
	}
	return nil, a.deps.Accounts.EndSession(ctx, user, in.Ref)
}

type tokensOut struct {
	Body struct {
		Items []account.Token `json:"items"`
	} `nameHint:"Tokens"`
}

func (a *API) tokens(ctx context.Context, _ *struct{}) (*tokensOut, error) {
	user, err := self(ctx)
	if err != nil {
		return nil, err
	}
	list, err := a.deps.Accounts.Tokens(ctx, user)
	if err != nil {
		return nil, err
	}
	out := &tokensOut{}
	out.Body.Items = append([]account.Token{}, list...)
	return out, nil
}

type ownTokenOut struct {
	Body struct {
		account.Token
		Secret string `json:"secret" doc:"To be sent as Authorization: Bearer; shown now and never again"`
	} `nameHint:"NewToken"`
}

func (a *API) makeToken(ctx context.Context, in *Request) (*ownTokenOut, error) {
	if _, err := self(ctx); err != nil {
		return nil, err
	}
	body, err := in.readShape(tokenShape)
	if err != nil {
		return nil, err
	}
	want := account.NewToken{Days: 90}
	want.Name, _ = body["name"].(string)
	if n, ok := body["days"].(json.Number); ok {
		days, _ := n.Int64() // the shape was checked
		want.Days = int(days)
	}
	list, _ := body["grants"].([]any)
	for _, v := range list {
		grant, _ := v.(string)
		want.Grants = append(want.Grants, account.Grant(grant))
	}
	out := &ownTokenOut{}
	out.Body.Secret, out.Body.Token, err = a.deps.Accounts.MakeToken(ctx, httpx.AccessOf(ctx).Actor, want)
	return out, err
}

type ownTokenIn struct {
	ID string `path:"id"`
}

func (a *API) deleteToken(ctx context.Context, in *ownTokenIn) (*struct{}, error) {
	user, err := self(ctx)
	if err != nil {
		return nil, err
	}
	return nil, a.deps.Accounts.DeleteToken(ctx, user, in.ID)
}
