package frontend

import (
	"net/http"
	"net/url"

	"github.com/gin-gonic/gin"

	"hongniang/frontend/view"
	"hongniang/internal/account"
	"hongniang/internal/errs"
	"hongniang/internal/httpx"
)

// mountSearches adds the page of saved searches.
func (s *Site) mountSearches(pages routes) {
	if s.deps.Searches == nil {
		return
	}
	pages.get(view.SearchesURL, account.SearchSave, s.searches)
	pages.post(view.SearchesURL, account.SearchSave, s.saveSearch)
	pages.post(view.SearchURL(":code"), account.SearchSave, s.changeSearch)
}

// searchesDone says what a step on the page led to.
var searchesDone = map[string]string{
	"saved": "已保存。有新的公开内容符合时，每天早上八点合成一条通知告诉您。", "name": "已改名。", "off": "已关掉提醒，检索还在这里。", "on": "已打开提醒，从现在起的新内容会告诉您。", "delete": "已删除。",
}

// searches is GET /searches.
func (s *Site) searches(c *gin.Context) {
	s.renderSearches(c, http.StatusOK, func(v *view.SavedSearches) { v.Done = searchesDone[c.Query("done")] })
}

func (s *Site) renderSearches(c *gin.Context, status int, change func(*view.SavedSearches)) {
	list, err := s.deps.Searches.Of(c.Request.Context(), self(c))
	if err != nil {
		s.fail(c, err)
		return
	}
	v := view.BuildSavedSearches(list)
	change(&v)
	s.render(c, status, "searches", page{Title: "保存的检索", NoIndex: true, Nav: "searches", Styles: caseStyles(), Body: v})
}

// owner is the caller's account; the operator's token has none to save for.
func owner(c *gin.Context) (string, error) {
	if user := self(c); user != "" {
		return user, nil
	}
	return "", errs.New(errs.Denied, "access.no_account", "运维令牌没有自己的账号，请登录后再试。")
}

// saveSearch is POST /searches, from the page of results.
func (s *Site) saveSearch(c *gin.Context) {
	form, err := readForm(c)
	if err != nil {
		s.fail(c, err)
		return
	}
	user, err := owner(c)
	if err == nil {
		asked, _ := url.ParseQuery(form.Get("ask")) // what cannot be read asks for nothing
		q, _ := view.ParseSearch(asked)
		_, err = s.deps.Searches.Save(c.Request.Context(), user, form.Get("name"), view.AskOf(q))
	}
	s.searchDone(c, form, "saved", err)
}

// changeSearch is POST /searches/:code: the button says what is done.
func (s *Site) changeSearch(c *gin.Context) {
	form, err := readForm(c)
	if err != nil {
		s.fail(c, err)
		return
	}
	ctx, code, do := c.Request.Context(), c.Param("code"), form.Get("do")
	user, err := owner(c)
	if err == nil {
		switch do {
		case "name":
			err = s.deps.Searches.Rename(ctx, user, code, form.Get("name"))
		case "off", "on":
			err = s.deps.Searches.Switch(ctx, user, code, do == "on")
		case "delete":
			err = s.deps.Searches.Delete(ctx, user, code)
		default:
			err = errs.New(errs.Invalid, "form.malformed", "表单没有传完整，请刷新页面再办。")
		}
	}
	s.searchDone(c, form, do, err)
}

func (s *Site) searchDone(c *gin.Context, form url.Values, done string, err error) {
	if err == nil {
		c.Redirect(http.StatusSeeOther, view.SearchesURL+"?done="+done)
		return
	}
	switch status := httpx.Status(err); {
	case status >= http.StatusInternalServerError, errs.Is(err, errs.NotFound), self(c) == "":
		s.fail(c, err)
	default:
		httpx.LogError(s.deps.Log, c.Request, err)
		s.renderSearches(c, status, func(v *view.SavedSearches) { v.Refuse(c.Param("code"), form.Get("name"), err) })
	}
}
