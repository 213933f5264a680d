package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"hongniang/internal/account"
	"hongniang/internal/catalog"
	"hongniang/internal/errs"
)

// userFields are what an administrator fills in of a user.
var userFields = []catalog.FieldInfo{
	{Key: "mobile", Label: "手机号", Type: catalog.Text}, {Key: "name", Label: "姓名", Type: catalog.Text},
	{Key: "role", Label: "角色：enterprise 企业成员、provider 服务方成员、broker 红娘、leader 工会领导、administrator 管理员", Type: catalog.Text},
	{Key: "org", Label: "单位编号；工会工作人员填工会编号", Type: catalog.Text}, {Key: "person", Label: "专家编号，服务方成员本人", Type: catalog.Text},
}

var (
	newUserShape    = shape{fields: append([]catalog.FieldInfo{{Key: "login", Label: "账号名", Type: catalog.Text}}, userFields...)}
	userChangeShape = shape{fields: append([]catalog.FieldInfo{{Key: "disabled", Label: "停用", Type: catalog.YesNo}}, userFields...)}
)

func (a *API) mountUsers() {
	op := func(id, method, path, summary string, status int) huma.Operation {
		return huma.Operation{OperationID: id, Method: method, Path: path, Summary: summary, Tags: []string{"账号管理"}, DefaultStatus: status}
	}
	list := op("list-users", http.MethodGet, "/users", "列出账号；手机号只显示首尾", 0)
	list.Parameters = []*huma.Param{wholeParam("limit", "每页条数", 1, maxList, defaultList)}
	register(a, operation{Operation: list, action: account.UserRead}, a.users)
	register(a, operation{Operation: op("add-user", http.MethodPost, "/users", "添加账号：一次性密码只显示这一次", http.StatusCreated),
		action: account.UserEdit, body: jsonBody(a.shapeSchema("UserInput", newUserShape))}, a.addUser)
	register(a, operation{Operation: op("change-user", http.MethodPatch, "/users/{code}", "修改或停用账号", 0),
		action: account.UserEdit, body: jsonBody(a.shapeSchema("UserChange", userChangeShape))}, a.changeUser)
	register(a, operation{Operation: op("reset-password", http.MethodPost, "/users/{code}/password", "重设密码：一次性密码只显示这一次；两步验证、登录和令牌随即失效", http.StatusCreated),
		action: account.UserEdit}, a.resetPassword)
}

type usersIn struct {
	Login string `query:"login" doc:"Only the user with this login or mobile number"`
	After string `query:"after" doc:"Code behind which to go on: next of the page before"`
	Limit string `query:"limit"`
}

type usersOut struct {
	Body struct {
		Items []account.Profile `json:"items"`
		Next  string            `json:"next,omitempty" doc:"To be sent as after for the next page; absent on the last"`
	} `nameHint:"Users"`
}

func (a *API) users(ctx context.Context, in *usersIn) (*usersOut, error) {
	var f errs.Faults
	limit := number(&f, "limit", in.Limit, bounds{1, maxList, defaultList})
	if err := paramErr(f); err != nil {
		return nil, err
	}
	out := &usersOut{}
	out.Body.Items = []account.Profile{}
	if in.Login != "" {
		u, err := a.deps.Accounts.ByLogin(ctx, in.Login)
		if errs.Is(err, errs.NotFound) {
			return out, nil
		}
		out.Body.Items = append(out.Body.Items, u.Profile())
		return out, err
	}
	users, err := a.deps.Accounts.Users(ctx, in.After, limit)
	if err != nil {
		return nil, err
	}
	for _, u := range users {
		out.Body.Items = append(out.Body.Items, u.Profile())
	}
	if len(users) == limit {
		out.Body.Next = users[limit-1].Code
	}
	return out, nil
}

// UserAdded is a user with the password that he is to be told.
type UserAdded struct {
	User            account.Profile `json:"user"`
	OneTimePassword string          `json:"one_time_password" doc:"Shown now and never again; must be changed at the first sign-in"`
}

type userAddedOut struct{ Body UserAdded }

func (a *API) addUser(ctx context.Context, in *Request) (*userAddedOut, error) {
	text, err := in.texts(newUserShape)
	if err != nil {
		return nil, err
	}
	u, oneTime, err := a.deps.Accounts.AddUser(ctx, account.NewUser{
		Login: text["login"], Mobile: text["mobile"], Name: text["name"], Role: account.Role(text["role"]), Org: text["org"], Person: text["person"],
	})
	if err != nil {
		return nil, err
	}
	return &userAddedOut{Body: UserAdded{User: u.Profile(), OneTimePassword: oneTime}}, nil
}

type userIn struct {
	Request
	Code string `path:"code" doc:"Code of the user"`
}

type userOut struct{ Body account.Profile }

func (a *API) changeUser(ctx context.Context, in *userIn) (*userOut, error) {
	body, err := in.readShape(userChangeShape)
	if err != nil {
		return nil, err
	}
	u, err := a.deps.Accounts.ChangeUser(ctx, in.Code, userChange(body))
	if err != nil {
		return nil, err
	}
	return &userOut{Body: u.Profile()}, nil
}

// userChange reads a checked body; null clears a text.
func userChange(body object) account.UserChange {
	var c account.UserChange
	for key, into := range map[string]**string{"mobile": &c.Mobile, "name": &c.Name, "org": &c.Org, "person": &c.Person} {
		if v, ok := body[key]; ok {
			text, _ := v.(string)
			*into = &text
		}
	}
	if v, ok := body["role"].(string); ok {
		role := account.Role(v)
		c.Role = &role
	}
	if v, ok := body["disabled"].(bool); ok {
		c.Disabled = &v
	}
	return c
}

type codeOfUser struct {
	Code string `path:"code" doc:"Code of the user"`
}

func (a *API) resetPassword(ctx context.Context, in *codeOfUser) (*userAddedOut, error) {
	oneTime, err := a.deps.Accounts.ResetPassword(ctx, in.Code)
	if err != nil {
		return nil, err
	}
	u, err := a.deps.Accounts.User(ctx, in.Code)
	if err != nil {
		return nil, err
	}
	return &userAddedOut{Body: UserAdded{User: u.Profile(), OneTimePassword: oneTime}}, nil
}
