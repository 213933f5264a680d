package view

import (
	"html/template"
	"strings"
	"time"

	"hongniang/internal/account"
)

// LocalPath gives a path of this site to go on to after signing in, "/" for
// anything that might lead elsewhere.
func LocalPath(next string) string {
	if !strings.HasPrefix(next, "/") || strings.HasPrefix(next, "//") || strings.ContainsAny(next, "\\\r\n\t") || len(next) > 2000 {
		return "/"
	}
	if path, _, _ := strings.Cut(next, "?"); path == "/login" || path == "/logout" {
		return "/"
	}
	return next
}

// Who is the caller, as the header of every page names him.
type Who struct {
	Code   string // of the account, by which the browser keeps his drafts apart; "" for the operator's token
	Name   string
	Role   string
	Must   bool // the password must be changed first
	Unread int  // notices since he last looked
}

// BuildWho names an actor; nil for a visitor.
func BuildWho(a account.Actor) *Who {
	if !a.SignedIn() {
		return nil
	}
	return &Who{Code: a.User, Name: a.Signature(), Role: a.Role.Label(), Must: a.Restricted}
}

// AccountFacts is what the account page is made of.
type AccountFacts struct {
	User     account.User
	Sessions []account.Session
	Current  string // Ref of the session that asks
	Tokens   []account.Token
	Personal bool // he can be given his data
	Erasure  string
	MayErase bool
	Now      time.Time
}

// AccountNotice is what a step on the page led to.
type AccountNotice struct {
	Done      string // key of what was done
	Part      string // section that Problem, Enrolment or Token belongs to
	Problem   string
	Enrolment *Enrolment
	Token     string // a new token's secret, shown once
}

// Enrolment is a second factor to be put into an app.
type Enrolment struct {
	Picture template.URL
	Secret  string
}

// Account is the page of the own account.
type Account struct {
	Notice     string
	Problem    map[string]string // by section
	Must       bool
	Facts      []Item
	MinLength  int
	Sessions   []AccountSession
	MayTOTP    bool
	TOTP       bool
	Enrolment  *Enrolment
	Tokens     []AccountToken
	NewToken   string
	GrantsOpen []Grant
	Personal   bool
	Erasure    string // how far the request to erase his data is
	MayErase   bool
}

// AccountSession is one browser that is signed in.
type AccountSession struct {
	Ref, Agent, Since, Seen string
	Current                 bool
}

// AccountToken is one API token.
type AccountToken struct {
	ID, Name, Grants, Until string
}

// Grant is a choice for a new token.
type Grant struct{ Key, Label string }

// accountDone says what was done, by the key in the address.
var accountDone = map[string]string{
	"password":   "密码已改好，其他设备上的登录都已退出。",
	"registered": "注册成功。下面是您的账号名，请记下；单位信息由工会审核后公开。",
	"session":    "已退出那一处登录。",
	"totp":       "两步验证已开启：下次登录要填手机验证器里的验证码。",
	"totp-off":   "两步验证已关闭。",
	"token":      "令牌已删除。",
	"erasure":    "注销申请已登记，工会核实后办理。",
}

// BuildAccount makes the page.
func BuildAccount(f AccountFacts, n AccountNotice) Account {
	u := f.User
	v := Account{
		Notice: accountDone[n.Done], Problem: map[string]string{n.Part: n.Problem}, Must: u.MustChangePassword, MinLength: account.MinPassword,
		MayTOTP: u.Role.Staff(), TOTP: u.TOTPSecret != "", Enrolment: n.Enrolment, NewToken: n.Token,
		Personal: f.Personal, Erasure: f.Erasure, MayErase: f.MayErase,
	}
	for _, it := range [][2]string{
		{"账号", u.Login}, {"手机号", account.MaskMobile(u.Mobile)}, {"姓名", u.Name}, {"角色", u.Role.Label()}, {"单位编号", u.Org}, {"专家编号", u.Person}, {"上次登录", minute(u.LastSignInAt)},
	} {
		if it[1] != "" {
			v.Facts = append(v.Facts, Item{Label: it[0], Text: []string{it[1]}})
		}
	}
	for _, s := range f.Sessions {
		v.Sessions = append(v.Sessions, AccountSession{Ref: s.Ref(), Agent: browser(s.Agent), Since: minute(s.CreatedAt), Seen: minute(s.SeenAt), Current: s.Ref() == f.Current})
	}
	for _, t := range f.Tokens {
		v.Tokens = append(v.Tokens, AccountToken{ID: t.ID, Name: t.Name, Grants: grantLabels(t.Grants), Until: tokenEnd(t.ExpiresAt, f.Now)})
	}
	for _, g := range account.Grants() {
		v.GrantsOpen = append(v.GrantsOpen, Grant{Key: string(g), Label: g.Label()})
	}
	return v
}

func grantLabels(grants []account.Grant) string {
	labels := make([]string, len(grants))
	for i, g := range grants {
		labels[i] = g.Label()
	}
	return strings.Join(labels, "、")
}

func tokenEnd(at, now time.Time) string {
	if now.After(at) {
		return "已过期"
	}
	return day(at)
}

func minute(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.In(beijing).Format("2006-01-02 15:04")
}

// browser says in a few words what a User-Agent stands for; the first name
// that fits wins, since browsers call themselves each other's names.
func browser(agent string) string {
	name := "其他程序"
	for _, known := range [][2]string{
		{"MicroMessenger", "微信"}, {"Edg", "Edge"}, {"QQBrowser", "QQ 浏览器"}, {"Firefox", "Firefox"}, {"Chrome", "Chrome"}, {"Safari", "Safari"}, {"curl", "curl"},
	} {
		if strings.Contains(agent, known[0]) {
			name = known[1]
			break
		}
	}
	for _, known := range [][2]string{{"Android", "安卓"}, {"iPhone", "iPhone"}, {"iPad", "iPad"}, {"Windows", "Windows"}, {"Mac OS", "Mac"}, {"Linux", "Linux"}} {
		if strings.Contains(agent, known[0]) {
			return name + " · " + known[1]
		}
	}
	return name
}
