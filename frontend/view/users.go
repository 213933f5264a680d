package view

import (
	"net/url"
	"strings"
	"time"

	"hongniang/internal/account"
	"hongniang/internal/catalog"
	"hongniang/internal/errs"
	"hongniang/internal/search"
)

// Addresses of an administrator's pages.
const (
	UsersURL    = "/users"
	NewUserURL  = "/users/new"
	NewUnionURL = "/users/union"
	PersonalURL = "/personal"
	// UsersShown is how many users stand on a page.
	UsersShown = 100
)

// UserURL is the page of one user.
func UserURL(code string) string { return UsersURL + "/" + code }

// UserQuery is what the list of users is filtered by.
type UserQuery struct {
	Text, Role, State, After string
}

// ParseUserQuery reads an address.
func ParseUserQuery(v url.Values) UserQuery {
	return UserQuery{Text: strings.TrimSpace(v.Get("q")), Role: v.Get("role"), State: v.Get("state"), After: v.Get("after")}
}

// Fits tells whether a user is asked for. Text is part of the name or login, or a
// whole mobile number or code of an organisation.
func (q UserQuery) Fits(u account.User) bool {
	text := strings.ToLower(q.Text)
	named := text == "" || strings.Contains(strings.ToLower(u.Name), text) || strings.Contains(u.Login, text) || u.Mobile == text || strings.EqualFold(u.Org, text)
	state := q.State == "" || q.State == "disabled" && u.Disabled || q.State == "active" && !u.Disabled || q.State == "new" && u.MustChangePassword
	return named && state && (q.Role == "" || string(u.Role) == q.Role)
}

func (q UserQuery) url(after string) string {
	v := url.Values{}
	for key, text := range map[string]string{"q": q.Text, "role": q.Role, "state": q.State, "after": after} {
		if text != "" {
			v.Set(key, text)
		}
	}
	return UsersURL + "?" + v.Encode()
}

// Users is the list.
type Users struct {
	Query  UserQuery
	Roles  []FormOption
	States []FormOption
	Rows   []UserRow
	More   string
}

// UserRow is one line of it.
type UserRow struct {
	URL, Name, Login, Mobile, Role, Org, Last string
	State                                     string
}

// BuildUsers makes the list; names are those of organisations, by code.
func BuildUsers(q UserQuery, users []account.User, names map[string]string, next string) Users {
	v := Users{Query: q, Roles: roleOptions(q.Role, "全部角色"), States: marked(q.State, "", "全部状态", "active", "在用", "new", "还没改一次性密码", "disabled", "已停用")}
	for _, u := range users {
		row := UserRow{URL: UserURL(u.Code), Name: u.Name, Login: u.Login, Mobile: account.MaskMobile(u.Mobile), Role: u.Role.Label(), Org: OrText(names[u.Org], u.Org), Last: "从未登录"}
		if !u.LastSignInAt.IsZero() {
			row.Last = minute(u.LastSignInAt) + " 登录"
		}
		row.State = userState(u)
		v.Rows = append(v.Rows, row)
	}
	if next != "" {
		v.More = q.url(next)
	}
	return v
}

func userState(u account.User) string {
	switch {
	case u.Disabled:
		return "已停用"
	case u.MustChangePassword:
		return "还没改一次性密码"
	}
	return ""
}

func roleOptions(chosen, none string) []FormOption {
	pairs := []string{"", none}
	for _, r := range account.Roles()[1:] {
		pairs = append(pairs, string(r), r.Label())
	}
	return marked(chosen, pairs...)
}

// marked makes options of pairs, one of them chosen.
func marked(chosen string, pairs ...string) []FormOption {
	var out []FormOption
	for i := 0; i+1 < len(pairs); i += 2 {
		out = append(out, FormOption{Value: pairs[i], Label: pairs[i+1], Chosen: pairs[i] == chosen})
	}
	return out
}

// OrganisationNamed asks for an organisation by its full name.
func OrganisationNamed(name string) search.Request {
	return search.Request{Query: `"` + strings.ReplaceAll(name, `"`, "") + `"`, Kinds: []catalog.Kind{catalog.KindOrganisation}, Page: 1, Size: 10}
}

// NewUser is the page on which a user is added.
type NewUser struct {
	Values   map[string]string
	Faults   map[string]string
	Problem  string // of the form Part
	Part     string // user or union
	Roles    []FormOption
	Levels   []catalog.Choice
	MayUnion bool
	Made     *Made
	Done     string
}

// Made is a user that was added, with the password that is shown once.
type Made struct {
	Name, Login, URL, OneTime string
}

// BuildMade names a new user.
func BuildMade(u account.User, oneTime string) *Made {
	return &Made{Name: u.Name, Login: u.Login, URL: UserURL(u.Code), OneTime: oneTime}
}

// Complete fills what every answer shows.
func (v *NewUser) Complete(mayUnion bool) {
	if v.Values == nil {
		v.Values = map[string]string{}
	}
	v.Roles, v.Levels, v.MayUnion = roleOptions(v.Values["role"], "请选择"), catalog.Vocab("union_level").Choices, mayUnion
	v.Done = map[string]string{"union": "工会已登记，编号 " + v.Values["org"] + " 已填在下面。"}[v.Done]
}

// NewUserFaults keeps what was typed into one of the page's forms.
func NewUserFaults(form url.Values, part string, err error) NewUser {
	v := NewUser{Values: map[string]string{}, Faults: map[string]string{}, Part: part}
	for key := range form {
		v.Values[key] = form.Get(key)
	}
	v.Problem = faultsOf(err, map[string]string{"region_code": "region", "parent_code": "parent"}, v.Faults)
	if v.Faults["role"] != "" && form.Get("role") == "" {
		v.Faults["role"] = "请选择角色。"
	}
	if part == "union" {
		v.Faults["union"] = OrText(v.Faults["union"], v.Faults["name"])
		delete(v.Faults, "name")
	}
	return v
}

// faultsOf puts faults beside their fields, some under another name, and gives the
// sentence above the form.
func faultsOf(err error, renamed, into map[string]string) string {
	e := errs.As(err)
	for _, f := range e.Fields {
		field := OrText(renamed[f.Field], f.Field)
		if into[field] == "" {
			into[field] = f.Message
		}
	}
	if len(e.Fields) > 0 {
		return "有几处需要改正，请看各栏下面的提示。"
	}
	return e.Message
}

// UserFacts is what the page of a user is made of.
type UserFacts struct {
	User      account.User
	OrgName   string
	Sessions  []account.Session
	OpenCases int
	Own       bool // the caller's own account
	MayChange bool
	Handover  bool // there is a page for handing cases over
	Personal  bool
	Now       time.Time
}

// UserNotice is what a step on the page led to.
type UserNotice struct {
	Done, OneTime string
	Err           error
	Typed         url.Values
}

// UserPage is the page of one user.
type UserPage struct {
	Code, Name, URL, Done, Problem, OneTime, State string
	Facts                                          []Item
	Values, Faults                                 map[string]string
	Roles                                          []FormOption
	Disabled, Own, MayChange                       bool
	Sessions                                       []AccountSession
	OpenCases                                      int
	Handover, Personal                             string // addresses
}

var userDone = map[string]string{
	"change": "已修改。角色、单位或本人有变动时，他的登录都已退出。", "sessions": "他在所有设备上的登录都已退出。", "disable": "账号已停用，登录都已退出。", "enable": "账号已恢复使用。",
}

// BuildUser makes the page.
func BuildUser(f UserFacts, n UserNotice) UserPage {
	u := f.User
	v := UserPage{
		Code: u.Code, Name: u.Name, URL: UserURL(u.Code), Done: userDone[n.Done], OneTime: n.OneTime, State: userState(u), Disabled: u.Disabled, Own: f.Own, MayChange: f.MayChange,
		Values: map[string]string{"name": u.Name, "role": string(u.Role), "org": u.Org, "person": u.Person}, Faults: map[string]string{}, OpenCases: f.OpenCases,
	}
	if n.Err != nil {
		for key := range n.Typed {
			v.Values[key] = n.Typed.Get(key)
		}
		if n.Typed.Get("do") != "change" {
			v.Values = map[string]string{"name": u.Name, "role": string(u.Role), "org": u.Org, "person": u.Person}
		}
		v.Problem = faultsOf(n.Err, nil, v.Faults)
	}
	v.Roles = roleOptions(v.Values["role"], "请选择")
	for _, it := range [][2]string{
		{"账号名", u.Login}, {"手机号", account.MaskMobile(u.Mobile)}, {"角色", u.Role.Label()}, {"单位", strings.TrimSpace(f.OrgName + " " + u.Org)}, {"专家编号", u.Person},
		{"建立", minute(u.CreatedAt)}, {"上次登录", minute(u.LastSignInAt)}, {"两步验证", map[bool]string{true: "已开启"}[u.TOTPSecret != ""]},
	} {
		if it[1] != "" {
			v.Facts = append(v.Facts, Item{Label: it[0], Text: []string{it[1]}})
		}
	}
	for _, s := range f.Sessions {
		v.Sessions = append(v.Sessions, AccountSession{Ref: s.Ref(), Agent: browser(s.Agent), Since: minute(s.CreatedAt), Seen: minute(s.SeenAt)})
	}
	if f.Handover && f.OpenCases > 0 {
		v.Handover = "/handover?from=" + url.QueryEscape(u.Code)
	}
	if f.Personal {
		v.Personal = PersonalURL + "?of=" + url.QueryEscape(u.Login)
	}
	return v
}
