package frontend

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/gin-gonic/gin"

	"hongniang/frontend/view"
	"hongniang/internal/account"
	"hongniang/internal/batch"
	"hongniang/internal/catalog"
	"hongniang/internal/errs"
	"hongniang/internal/exchange"
	"hongniang/internal/httpx"
)

// Batches brings files of records in; *batch.Service is one.
type Batches interface {
	Receive(ctx context.Context, a account.Actor, kind catalog.Kind, src exchange.Source) (*batch.Batch, error)
	Show(ctx context.Context, a account.Actor, code string) (*batch.Batch, error)
	List(ctx context.Context, a account.Actor) ([]*batch.Batch, error)
	Arrange(ctx context.Context, a account.Actor, code string, rev int64, layout exchange.Layout) (*batch.Batch, error)
	Try(ctx context.Context, a account.Actor, code string) (batch.Trial, error)
	Start(ctx context.Context, a account.Actor, code string, rev int64) (*batch.Batch, error)
	WriteFaults(ctx context.Context, a account.Actor, code string, w io.Writer) error
	Discard(ctx context.Context, a account.Actor, code string) error
}

var _ Batches = (*batch.Service)(nil)

// mountImports adds the pages by which files are brought in.
func (s *Site) mountImports(pages routes) {
	if s.deps.Batches == nil {
		return
	}
	action, one := account.FileImport, view.ImportURL(":code")
	pages.get(view.ImportsURL, action, s.imports)
	pages.post(view.ImportsURL, action, s.receiveImport)
	pages.get(one, action, s.importPage)
	pages.post(one+"/columns", action, s.arrangeImport)
	pages.post(one+"/start", action, s.startImport)
	pages.post(one+"/discard", action, s.discardImport)
	pages.get(one+"/errors.xlsx", action, s.importErrors)
}

func importStyles() []string { return []string{"introduction.css", "campaign.css", "import.css"} }

// imports is GET /imports.
func (s *Site) imports(c *gin.Context) {
	s.renderImports(c, http.StatusOK, importsFacts{Chosen: c.Query("kind"), Done: c.Query("done")})
}

func (s *Site) renderImports(c *gin.Context, status int, f importsFacts) {
	list, err := s.deps.Batches.List(c.Request.Context(), actorOf(c))
	if err != nil {
		s.fail(c, err)
		return
	}
	f.Kinds, f.Batches, f.Now = batch.Kinds(actorOf(c)), list, s.deps.Now()
	s.render(c, status, "imports", page{Title: "导入", NoIndex: true, Nav: "imports", Styles: importStyles(), Body: buildImports(f)})
}

// receiveImport is POST /imports: a file comes.
func (s *Site) receiveImport(c *gin.Context) {
	kind, src, err := readUpload(c)
	if err == nil {
		var b *batch.Batch
		if b, err = s.deps.Batches.Receive(c.Request.Context(), actorOf(c), kind, src); err == nil {
			c.Redirect(http.StatusSeeOther, view.ImportURL(b.Code))
			return
		}
	}
	httpx.LogError(s.deps.Log, c.Request, err)
	s.renderImports(c, httpx.Status(err), importsFacts{Chosen: string(kind), Err: err})
}

// readUpload reads the form with the file, which is bounded by the body's limit. The
// kind is read before the file, so that a form that broke off keeps it.
func readUpload(c *gin.Context) (kind catalog.Kind, src exchange.Source, err error) {
	parts, err := c.Request.MultipartReader()
	if err != nil {
		return "", src, errs.Wrap(err, errs.Invalid, "form.no_file", "没有收到文件：请先选择一个 XLSX 或 CSV 文件，再点上传。")
	}
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return kind, src, errs.New(errs.Invalid, "form.no_file", "没有收到文件：请先选择一个 XLSX 或 CSV 文件。")
		}
		if err != nil {
			return kind, src, uploadFault(err)
		}
		switch {
		case part.FormName() == "kind":
			text, err := io.ReadAll(io.LimitReader(part, 100))
			if err != nil {
				return kind, src, uploadFault(err)
			}
			kind = catalog.Kind(text)
		case part.FormName() == "file" && part.FileName() != "":
			data, err := io.ReadAll(io.LimitReader(part, batch.MaxFile+1))
			if err != nil {
				return kind, src, uploadFault(err)
			}
			return kind, exchange.FromBytes(part.FileName(), data), nil
		}
	}
}

// uploadFault tells a file over the limit from one that broke off.
func uploadFault(err error) error {
	var tooBig *http.MaxBytesError
	if errors.As(err, &tooBig) {
		return errs.Wrap(err, errs.TooLarge, "file.too_large", "文件最大 20 MB，请分成几个文件上传。")
	}
	return errs.Wrap(err, errs.Invalid, "form.malformed", "文件没有传完，请重新选择文件后再传。")
}

// importPage is GET /imports/:code.
func (s *Site) importPage(c *gin.Context) {
	s.renderImport(c, http.StatusOK, importFacts{Done: c.Query("done")})
}

func (s *Site) renderImport(c *gin.Context, status int, f importFacts) {
	ctx, actor, code := c.Request.Context(), actorOf(c), c.Param("code")
	var err error
	if f.Batch, err = s.deps.Batches.Show(ctx, actor, code); err != nil {
		s.fail(c, err)
		return
	}
	if f.Batch.State == batch.Received || f.Batch.State == batch.Broken {
		trial, err := s.deps.Batches.Try(ctx, actor, code)
		if err != nil {
			s.fail(c, err)
			return
		}
		f.Trial = &trial
	}
	f.Own = account.ScopeOf(actor, account.FileImport) == account.Own
	v := buildImport(f)
	p := page{Title: "导入 " + v.File, NoIndex: true, Nav: "imports", Styles: importStyles(), Body: v}
	if v.Job != nil {
		p.Scripts = []string{"campaign.js"}
	}
	s.render(c, status, "import", p)
}

// changeImport takes a step on a batch and shows it again.
func (s *Site) changeImport(c *gin.Context, done string, step func(form url.Values) error) {
	form, err := readForm(c)
	if err == nil {
		err = step(form)
	}
	if err == nil {
		c.Redirect(http.StatusSeeOther, view.ImportURL(c.Param("code"))+done)
		return
	}
	if errs.Is(err, errs.NotFound) || httpx.Status(err) >= http.StatusInternalServerError {
		s.fail(c, err)
		return
	}
	httpx.LogError(s.deps.Log, c.Request, err)
	s.renderImport(c, httpx.Status(err), importFacts{Err: err})
}

// arrangeImport is POST /imports/:code/columns.
func (s *Site) arrangeImport(c *gin.Context) {
	s.changeImport(c, "?done=arranged#preview", func(form url.Values) error {
		_, err := s.deps.Batches.Arrange(c.Request.Context(), actorOf(c), c.Param("code"), view.ReadRev(form.Get("rev")), readImportLayout(form))
		return err
	})
}

// startImport is POST /imports/:code/start.
func (s *Site) startImport(c *gin.Context) {
	s.changeImport(c, "", func(form url.Values) error {
		_, err := s.deps.Batches.Start(c.Request.Context(), actorOf(c), c.Param("code"), view.ReadRev(form.Get("rev")))
		return err
	})
}

// discardImport is POST /imports/:code/discard.
func (s *Site) discardImport(c *gin.Context) {
	if err := s.deps.Batches.Discard(c.Request.Context(), actorOf(c), c.Param("code")); err != nil {
		s.fail(c, err)
		return
	}
	c.Redirect(http.StatusSeeOther, view.ImportsURL+"?done=discarded")
}

// importErrors is GET /imports/:code/errors.xlsx. The file is whole before its first
// byte goes out.
func (s *Site) importErrors(c *gin.Context) {
	ctx, actor, code := c.Request.Context(), actorOf(c), c.Param("code")
	b, err := s.deps.Batches.Show(ctx, actor, code)
	var out bytes.Buffer
	if err == nil {
		err = s.deps.Batches.WriteFaults(ctx, actor, code, &out)
	}
	if err != nil {
		s.fail(c, err)
		return
	}
	name := "错误表-" + strings.TrimSuffix(strings.TrimSuffix(b.File, ".xlsx"), ".csv") + ".xlsx"
	h := c.Writer.Header()
	h.Set("Content-Disposition", "attachment; filename*=UTF-8''"+url.PathEscape(name))
	c.Data(http.StatusOK, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", out.Bytes())
}
