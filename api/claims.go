package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"hongniang/internal/account"
	"hongniang/internal/catalog"
	"hongniang/internal/errs"
	"hongniang/internal/httpx"
)

var (
	registerShape = shape{fields: []catalog.FieldInfo{
		{Key: "uscc", Label: "统一社会信用代码", Type: catalog.Text}, {Key: "enterprise", Label: "企业名称", Type: catalog.Text}, {Key: "region", Label: "所在地区", Type: catalog.Text},
		{Key: "name", Label: "联系人姓名", Type: catalog.Text}, {Key: "phone", Label: "联系电话", Type: catalog.Text}, {Key: "password", Label: "密码", Type: catalog.Text},
	}}
	claimShape = shape{fields: []catalog.FieldInfo{
		{Key: "name", Label: "姓名", Type: catalog.Text}, {Key: "phone", Label: "联系电话", Type: catalog.Text}, {Key: "words", Label: "说明", Type: catalog.Text},
	}}
	refusalShape = shape{fields: []catalog.FieldInfo{{Key: "reason", Label: "理由", Type: catalog.Text}}}
)

func (a *API) mountClaims() {
	op := func(id, method, path, summary string, status int) huma.Operation {
		return huma.Operation{OperationID: id, Method: method, Path: path, Summary: summary, Tags: []string{"注册与认领"}, DefaultStatus: status}
	}
	register(a, operation{Operation: op("register", http.MethodPost, "/registrations", "企业注册：一个统一社会信用代码一个单位，随即得到第一个账号", http.StatusCreated),
		action: account.Register, body: jsonBody(a.shapeSchema("RegistrationInput", registerShape))}, a.registerEnterprise)
	for _, kind := range []catalog.Kind{catalog.KindExpert, catalog.KindStudio} {
		register(a, operation{Operation: op("claim-"+string(kind), http.MethodPost, "/"+string(kind)+"s/{code}/claims", "认领：这位专家（或工作室的领衔人）是我", http.StatusAccepted),
			action: account.ClaimRequest, body: jsonBody(a.shapeSchema("ClaimInput", claimShape))}, a.claim(kind))
	}
	register(a, operation{Operation: op("list-claims", http.MethodGet, "/claims", "认领申请：自己工会管辖的", 0), action: account.ClaimDecide}, a.claims)
	register(a, operation{Operation: op("grant-claim", http.MethodPost, "/claims/{code}/grant", "同意认领；新账号的一次性密码只显示这一次，请打电话告诉本人", http.StatusCreated), action: account.ClaimDecide}, a.grantClaim)
	register(a, operation{Operation: op("refuse-claim", http.MethodPost, "/claims/{code}/refuse", "不同意认领，写明理由", 0),
		action: account.ClaimDecide, body: jsonBody(a.shapeSchema("RefusalInput", refusalShape))}, a.refuseClaim)
}

func (a *API) registerEnterprise(ctx context.Context, in *Request) (*meOut, error) {
	access := httpx.AccessOf(ctx)
	if err := access.CheckOrigin(); err != nil {
		return nil, err
	}
	text, err := in.texts(registerShape)
	if err != nil {
		return nil, err
	}
	done, err := a.deps.Accounts.Register(ctx, account.Registration{
		Login: catalog.LoginOfEnterprise(text["uscc"]), Name: text["name"], Password: text["password"], Addr: access.Addr, Agent: in.http.UserAgent(),
	}, func(ctx context.Context) (string, error) {
		org, err := a.deps.Catalog.RegisterEnterprise(ctx, text["name"], catalog.EnterpriseRegistration{
			USCC: text["uscc"], Name: text["enterprise"], Region: text["region"], ContactName: text["name"], Telephone: text["phone"],
		})
		if err != nil {
			return "", err
		}
		return org.Code, nil
	})
	if err != nil {
		return nil, err
	}
	return &meOut{SetCookie: access.Cookie(done.Secret).String(), Body: meOf(done.User.Actor(), &done.User)}, nil
}

type claimOut struct{ Body account.Claim }

func (a *API) claim(kind catalog.Kind) func(context.Context, *codeIn) (*claimOut, error) {
	return func(ctx context.Context, in *codeIn) (*claimOut, error) {
		access := httpx.AccessOf(ctx)
		if err := access.CheckOrigin(); err != nil {
			return nil, err
		}
		text, err := in.texts(claimShape)
		if err != nil {
			return nil, err
		}
		rec, err := a.deps.Catalog.Get(ctx, kind, in.Code)
		if err != nil {
			return nil, a.hideDeleted(ctx, kind, in.Code, err)
		}
		if _, ok, err := a.sightOf(ctx).view(ctx, rec); err != nil || !ok {
			return nil, orElse(err, catalog.NotFoundError(kind, in.Code))
		}
		c, err := a.deps.Accounts.RequestClaim(ctx, account.Claim{
			Kind: string(kind), Record: in.Code, Person: catalog.PersonOf(rec), User: access.Actor.User, Name: text["name"], Phone: text["phone"], Words: text["words"],
		}, access.Addr)
		return &claimOut{Body: c}, err
	}
}

type claimsOut struct {
	Body struct {
		Items []account.Claim `json:"items"`
	} `nameHint:"Claims"`
}

func (a *API) claims(ctx context.Context, _ *struct{}) (*claimsOut, error) {
	all, err := a.deps.Accounts.Claims(ctx)
	if err != nil {
		return nil, err
	}
	out, sight := &claimsOut{}, a.sightOf(ctx)
	out.Body.Items = []account.Claim{}
	for _, c := range all {
		ok, err := a.decides(ctx, sight, c)
		if err != nil {
			return nil, err
		}
		if ok {
			out.Body.Items = append(out.Body.Items, c)
		}
	}
	return out, nil
}

// decides tells whether the caller decides on a claim: its record must be his
// union's.
func (a *API) decides(ctx context.Context, s sight, c account.Claim) (bool, error) {
	rec, err := a.deps.Catalog.Store.Get(ctx, catalog.Kind(c.Kind), c.Record)
	if errs.Is(err, errs.NotFound) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	return s.may(ctx, account.ClaimDecide, rec)
}

// decidable reads a claim on which the caller decides; another is not found.
func (a *API) decidable(ctx context.Context, code string) error {
	c, err := a.deps.Accounts.Claim(ctx, code)
	if err != nil {
		return err
	}
	ok, err := a.decides(ctx, a.sightOf(ctx), c)
	if err == nil && !ok {
		err = errs.New(errs.NotFound, "claim.unknown", "没有这个认领申请，可能已过期。请刷新列表。")
	}
	return err
}

func (a *API) grantClaim(ctx context.Context, in *codeIn) (*userAddedOut, error) {
	if err := a.decidable(ctx, in.Code); err != nil {
		return nil, err
	}
	u, oneTime, err := a.deps.Accounts.GrantClaim(ctx, in.Code, httpx.AccessOf(ctx).Actor)
	return &userAddedOut{Body: UserAdded{User: u.Profile(), OneTimePassword: oneTime}}, err
}

func (a *API) refuseClaim(ctx context.Context, in *codeIn) (*claimOut, error) {
	text, err := in.texts(refusalShape)
	if err != nil {
		return nil, err
	}
	if err := a.decidable(ctx, in.Code); err != nil {
		return nil, err
	}
	c, err := a.deps.Accounts.RefuseClaim(ctx, in.Code, httpx.AccessOf(ctx).Actor, text["reason"])
	return &claimOut{Body: c}, err
}
