package frontend

import (
	"net/http"
	"net/url"

	"github.com/gin-gonic/gin"

	"hongniang/frontend/view"
	"hongniang/internal/account"
	"hongniang/internal/httpx"
)

// mountBackups adds the page of backups, which also says what to run where the data
// are in MongoDB.
func (s *Site) mountBackups(pages routes) {
	pages.get(view.BackupsURL, account.BackupMake, s.backups)
	if s.deps.Operation.Backups == nil {
		return
	}
	pages.post(view.BackupsURL, account.BackupMake, s.makeBackup)
	pages.get(view.BackupsURL+"/:name", account.BackupMake, s.downloadBackup)
	pages.post(view.BackupsURL+"/:name", account.BackupMake, s.checkBackup)
}

// backups is GET /admin/backups.
func (s *Site) backups(c *gin.Context) {
	s.renderBackups(c, http.StatusOK, func(v *view.Backups) {
		if c.Query("done") == "made" {
			v.Done = "备份好了，并已核对。请下载一份，放到另一台机器上。"
		}
	})
}

func (s *Site) renderBackups(c *gin.Context, status int, change func(*view.Backups)) {
	facts := view.BackupFacts{Now: s.deps.Now()}
	keeper := s.deps.Operation.Backups
	if keeper != nil {
		var err error
		if facts.List, err = keeper.List(); err != nil {
			s.fail(c, err)
			return
		}
		facts.Keep, facts.Failed = keeper.Keep, keeper.Failed()
	}
	v := view.BuildBackups(facts)
	if keeper == nil {
		v.Elsewhere = s.deps.Operation.BackupsElsewhere
	}
	v.Tabs = s.adminTabs(view.BackupsURL)
	change(&v)
	s.render(c, status, "backups", page{Title: "备份", NoIndex: true, Nav: "admin", Styles: adminStyles(), Body: v})
}

// makeBackup is POST /admin/backups.
func (s *Site) makeBackup(c *gin.Context) {
	if _, err := s.deps.Operation.Backups.Make(c.Request.Context()); err != nil {
		s.refuseBackup(c, err)
		return
	}
	c.Redirect(http.StatusSeeOther, view.BackupsURL+"?done=made")
}

func (s *Site) refuseBackup(c *gin.Context, err error) {
	httpx.LogError(s.deps.Log, c.Request, err)
	s.renderBackups(c, httpx.Status(err), func(v *view.Backups) { v.Problem = sentence(err) })
}

// checkBackup is POST /admin/backups/:name.
func (s *Site) checkBackup(c *gin.Context) {
	name := c.Param("name")
	says, err := s.deps.Operation.Backups.Check(c.Request.Context(), name)
	if err != nil {
		s.refuseBackup(c, err)
		return
	}
	s.renderBackups(c, http.StatusOK, func(v *view.Backups) { v.Done = name + " 完好：" + says + "。" })
}

// downloadBackup is GET /admin/backups/:name.
func (s *Site) downloadBackup(c *gin.Context) {
	f, b, err := s.deps.Operation.Backups.Open(c.Param("name"))
	if err != nil {
		s.fail(c, err)
		return
	}
	defer f.Close()
	h := c.Writer.Header()
	h.Set("Content-Disposition", "attachment; filename*=UTF-8''"+url.PathEscape(b.Name))
	h.Set("Content-Type", "application/octet-stream")
	h.Set("Cache-Control", "private, no-store")
	http.ServeContent(c.Writer, c.Request, "", b.At, f)
}
