package frontend

import (
	"net/http"
	"slices"

	"hongniang/frontend/view"
	"hongniang/internal/account"
	"hongniang/internal/httpx"
)

// menuEntry is one line of the menu. It is shown to the roles it names, once its
// page is mounted, and only to who may open it.
type menuEntry struct {
	path string
	text string
	nav  string // what a page's Nav is for this entry to be the current one
	// main are the roles in whose row at the top of every page it stands.
	main []account.Role
	// side are the roles in whose own menu, under the name, it stands.
	side []account.Role
}

// The roles by whom entries are shared.
var (
	everybody = account.Roles()
	signedIn  = []account.Role{account.Enterprise, account.Provider, account.Broker, account.Leader, account.Administrator}
	staff     = []account.Role{account.Broker, account.Leader, account.Administrator}
	carriers  = []account.Role{account.Broker, account.Administrator}
	public    = []account.Role{account.Visitor}
	outside   = []account.Role{account.Visitor, account.Enterprise, account.Provider}
	writers   = []account.Role{account.Enterprise, account.Provider, account.Broker, account.Administrator}
	providers = []account.Role{account.Provider}
	firms     = []account.Role{account.Enterprise}
	leaders   = []account.Role{account.Leader}
	operators = []account.Role{account.Administrator}
)

// menuTable says which pages whom the menu leads to, in its order. A page that
// nobody mounts is left out, so that an entry may be here before its page.
var menuTable = []menuEntry{
	{path: view.TodayURL, text: "工作台", nav: "today", main: signedIn},
	{path: "/search", text: "检索", nav: "search", main: everybody},
	{path: "/match", text: "难题匹配", nav: "match", main: []account.Role{account.Visitor, account.Broker, account.Leader}},
	{path: view.OpenNeedsURL, text: "揭榜", nav: "open", main: outside},
	{path: view.OwnNeedsURL, text: "我的需求", nav: "need", main: firms, side: carriers},
	{path: view.ReviewURL, text: "审核", nav: "review", main: carriers},
	{path: "/introductions", text: "对接单", nav: "introductions", main: signedIn},
	{path: "/leader", text: "成效", nav: "leader", main: leaders, side: carriers},
	{path: "/reports", text: "报表", nav: "reports", main: leaders, side: carriers},
	{path: "/users", text: "用户", nav: "users", main: operators},
	{path: view.AdminURL, text: "系统管理", nav: "admin", main: operators},
	{path: view.ReviewsURL, text: "成果评审", nav: "reviews", main: public, side: signedIn},
	{path: "/funnel", text: "对接成效", nav: "funnel", main: public, side: signedIn},
	{path: "/help", text: "使用帮助", nav: "help", main: public, side: signedIn},
	{path: "/notices", text: "通知", nav: "notices", side: signedIn},
	{path: view.SearchesURL, text: "保存的检索", nav: "searches", side: signedIn},
	{path: view.OwnRecordsURL, text: "我的成果", nav: "records", main: providers, side: firms},
	{path: view.ImportsURL, text: "从表格导入", nav: "imports", side: writers},
	{path: "/claims", text: "认领申请", nav: "claims", side: staff},
	{path: "/campaigns", text: "批量对接", nav: "campaigns", side: staff},
	{path: "/groups", text: "共性需求", nav: "groups", side: staff},
	{path: view.PersonalURL, text: "个人信息", nav: "personal", side: carriers},
	{path: "/handover", text: "移交", nav: "handover", side: carriers},
	{path: "/account", text: "我的账号", nav: "account", side: signedIn},
}

// menu gives what the caller's pages lead to: the row at the top, and the menu
// under his name.
func (s *Site) menu(access httpx.Access, current string) (main, side []view.Link) {
	role := access.Actor.Role
	if role == "" {
		role = account.Visitor
	}
	for _, e := range menuTable {
		action, mounted := s.actions[http.MethodGet+" "+e.path]
		if !mounted || access.Check(action) != nil {
			continue
		}
		link := view.Link{Text: e.text, URL: e.path, Current: current == e.nav}
		if slices.Contains(e.main, role) {
			main = append(main, link)
		}
		if slices.Contains(e.side, role) {
			side = append(side, link)
		}
	}
	return main, side
}

// countUnread puts the number of unread notices on their line.
func countUnread(side []view.Link, unread int) {
	for i := range side {
		if side[i].URL == "/notices" {
			side[i].Count = unread
		}
	}
}
