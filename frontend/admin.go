package frontend

import (
	"context"
	"net/http"
	"slices"

	"github.com/gin-gonic/gin"

	"hongniang/frontend/view"
	"hongniang/internal/account"
	"hongniang/internal/backup"
	"hongniang/internal/errs"
	"hongniang/internal/httpx"
	"hongniang/internal/lexicon"
	"hongniang/internal/upkeep"
)

// Operation is what the pages stand on by which an installation is looked after.
type Operation struct {
	// Lexicon and Trial keep the word lists and try changes out.
	Lexicon *lexicon.Service
	Trial   *lexicon.Trial
	// Index tells how the index is; Rebuild makes it anew in the background.
	Index   func(ctx context.Context) (upkeep.Index, error)
	Rebuild *upkeep.Rebuild
	// Feed is the log of changes.
	Feed upkeep.Feed
	// Backups are copies of the database; nil where it has tools of its own, and
	// BackupsElsewhere says which, in Chinese.
	Backups          *backup.Keeper
	BackupsElsewhere string
	// SendTest sends a letter to an address; nil: there is no mail server.
	SendTest func(ctx context.Context, to string) error
}

// mountAdmin adds the pages by which an installation is looked after.
func (s *Site) mountAdmin(pages routes) {
	if s.deps.Operation == nil {
		return
	}
	pages.get(view.AdminURL, account.IndexRebuild, s.admin)
	pages.post(view.RebuildURL, account.IndexRebuild, s.askRebuild)
	pages.post(view.MailTestURL, account.MailTest, s.testMail)
	for _, list := range lexicon.Lists() {
		pages.get(view.LexiconURL(string(list)), account.LexiconEdit, s.lexicon(list))
		pages.post(view.LexiconURL(string(list)), account.LexiconEdit, s.changeLexicon(list))
	}
	pages.get(view.ChangesURL, account.FeedRead, s.changes)
	s.mountBackups(pages)
}

func adminStyles() []string { return []string{"introduction.css", "admin.css"} }

// adminTabs are the pages beside each other.
func (s *Site) adminTabs(current string) []view.Link {
	return view.AdminTabs(current, func(url string) bool { _, ok := s.actions[http.MethodGet+" "+url]; return ok })
}

// admin is GET /admin. Reading it again shows how far a rebuild has come; with
// JavaScript it reads itself again.
func (s *Site) admin(c *gin.Context) {
	s.renderAdmin(c, http.StatusOK, func(v *view.Admin) {
		if c.Query("done") == "mail" {
			v.Mail.Done = "已交给邮件服务器，请到收件箱查看；没有收到请看看垃圾箱。"
		}
	})
}

func (s *Site) renderAdmin(c *gin.Context, status int, change func(*view.Admin)) {
	ctx, op := c.Request.Context(), s.deps.Operation
	f := view.AdminFacts{Progress: op.Rebuild.State(), Now: s.deps.Now()}
	if f.Index, f.IndexErr = op.Index(ctx); f.IndexErr == nil {
		f.Behind, f.StoreErr = upkeep.Behind(ctx, op.Feed, f.Index.Checkpoint, view.MostBehind)
	}
	for _, err := range []error{f.IndexErr, f.StoreErr} {
		if err != nil {
			httpx.LogError(s.deps.Log, c.Request, err)
		}
	}
	v := view.BuildAdmin(f)
	v.Tabs = s.adminTabs(view.AdminURL)
	if op.SendTest == nil {
		v.Mail.Off = "没有设置邮件服务器（mail.host），本站不发邮件，通知只在页面里看。怎样设置见 docs/operations.md。"
	}
	change(&v)
	p := page{Title: "运行状态", NoIndex: true, Nav: "admin", Styles: adminStyles(), Body: v}
	if v.Rebuild.Running {
		p.Scripts = []string{"progress.js"}
	}
	s.render(c, status, "admin", p)
}

// askRebuild is POST /admin/rebuild.
func (s *Site) askRebuild(c *gin.Context) {
	if err := s.deps.Operation.Rebuild.Ask(actorOf(c).Signature()); err != nil {
		s.renderAdmin(c, httpx.Status(err), func(v *view.Admin) { v.Rebuild.Problem = sentence(err) })
		return
	}
	c.Redirect(http.StatusSeeOther, view.AdminURL+"#rebuild")
}

// testMail is POST /admin/mail.
func (s *Site) testMail(c *gin.Context) {
	form, err := readForm(c)
	if err != nil {
		s.fail(c, err)
		return
	}
	to := form.Get("to")
	if s.deps.Operation.SendTest == nil {
		err = errs.New(errs.Invalid, "mail.off", "没有设置邮件服务器，没有发出。")
	} else {
		err = s.deps.Operation.SendTest(c.Request.Context(), to)
	}
	if err == nil {
		c.Redirect(http.StatusSeeOther, view.AdminURL+"?done=mail#mail")
		return
	}
	httpx.LogError(s.deps.Log, c.Request, err)
	s.renderAdmin(c, httpx.Status(err), func(v *view.Admin) { v.Mail.To, v.Mail.Problem = to, sentence(err) })
}

// changes is GET /admin/changes: newest first, page by page.
func (s *Site) changes(c *gin.Context) {
	const shown = 50
	ctx, values := c.Request.Context(), c.Request.URL.Query()
	wanted, err := view.ParseChanges(values)
	var found upkeep.Page
	status := http.StatusOK
	if err == nil {
		found, err = upkeep.Log(ctx, s.deps.Operation.Feed, wanted, shown)
		if err != nil {
			s.fail(c, err)
			return
		}
	} else {
		status = httpx.Status(err)
	}
	v := view.BuildChanges(values, found, err)
	v.Tabs = s.adminTabs(view.ChangesURL)
	s.render(c, status, "changes", page{Title: "修改记录", NoIndex: true, Nav: "admin", Styles: adminStyles(), Body: v})
}

// lexicon is GET /admin/lexicon/LIST; number loads an older revision into the box.
func (s *Site) lexicon(list lexicon.List) gin.HandlerFunc {
	return func(c *gin.Context) {
		done := ""
		if c.Query("done") == "saved" {
			done = "已保存，检索马上按新的同义词。"
			if list == lexicon.Words {
				done = "已保存。新词典要重建索引以后才起作用：请到“运行状态”页重建。"
			}
		}
		s.renderLexicon(c, list, http.StatusOK, func(v *view.Lexicon, _ lexicon.Revision, history []lexicon.Revision) {
			v.Done = done
			v.Load(c.Query("number"), history)
		})
	}
}

func (s *Site) renderLexicon(c *gin.Context, list lexicon.List, status int, change func(*view.Lexicon, lexicon.Revision, []lexicon.Revision)) {
	ctx, words := c.Request.Context(), s.deps.Operation.Lexicon
	now, err := words.Current(ctx, list)
	var history []lexicon.Revision
	if err == nil {
		history, err = words.History(ctx, list)
	}
	if err != nil {
		s.fail(c, err)
		return
	}
	v := view.BuildLexicon(now, history, words.Shipped[list])
	v.Tabs = s.adminTabs(v.URL)
	change(&v, now, history)
	s.render(c, status, "lexicon", page{Title: v.Label, NoIndex: true, Nav: "admin", Styles: adminStyles(), Scripts: []string{"draft.js"}, Body: v})
}

// changeLexicon is POST /admin/lexicon/LIST: the button says whether the text is
// saved or only tried out.
func (s *Site) changeLexicon(list lexicon.List) gin.HandlerFunc {
	return func(c *gin.Context) {
		form, err := readForm(c)
		if err != nil {
			s.fail(c, err)
			return
		}
		typed := view.ParseLexicon(form)
		if form.Get("do") == "save" {
			s.saveLexicon(c, list, typed)
			return
		}
		s.tryLexicon(c, list, typed)
	}
}

func (s *Site) saveLexicon(c *gin.Context, list lexicon.List, typed view.LexiconTyped) {
	_, err := s.deps.Operation.Lexicon.Save(c.Request.Context(), lexicon.Edit{List: list, Base: typed.Base, Text: typed.Text, By: actorOf(c).Signature(), Note: typed.Note})
	if err == nil {
		c.Redirect(http.StatusSeeOther, view.LexiconURL(string(list))+"?done=saved")
		return
	}
	s.refuseLexicon(c, list, typed, err)
}

// refuseLexicon shows what was typed again, and what somebody else saved.
func (s *Site) refuseLexicon(c *gin.Context, list lexicon.List, typed view.LexiconTyped, err error) {
	httpx.LogError(s.deps.Log, c.Request, err)
	s.renderLexicon(c, list, httpx.Status(err), func(v *view.Lexicon, now lexicon.Revision, history []lexicon.Revision) {
		base := s.deps.Operation.Lexicon.Shipped[list]
		if i := slices.IndexFunc(history, func(r lexicon.Revision) bool { return r.Number == typed.Base }); i >= 0 {
			base = history[i].Text
		}
		v.Keep(typed)
		v.Refuse(err, base, now)
	})
}

func (s *Site) tryLexicon(c *gin.Context, list lexicon.List, typed view.LexiconTyped) {
	ctx := c.Request.Context()
	now, err := s.deps.Operation.Lexicon.Current(ctx, list)
	asked := lexicon.Asked{List: list, Now: now.Text, New: typed.Text, Sample: typed.Sample, Examples: typed.Queries()}
	var out lexicon.Outcome
	if err == nil {
		out, err = s.deps.Operation.Trial.Run(ctx, asked)
	}
	if err != nil {
		s.refuseLexicon(c, list, typed, err)
		return
	}
	s.renderLexicon(c, list, http.StatusOK, func(v *view.Lexicon, now lexicon.Revision, _ []lexicon.Revision) {
		v.Keep(typed)
		v.Base = typed.Base
		v.Tried(asked, out)
	})
}
