package frontend

import (
	"bytes"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"path"
	"strings"
	"sync"

	"github.com/gin-gonic/gin"

	"hongniang/frontend/view"
	"hongniang/internal/errs"
	"hongniang/internal/httpx"
)

// page is what the frame of every page needs, around the page's own view.
type page struct {
	Title       string // of the browser's tab, without the site's name
	Description string // for search engines and shared links
	Path        string // canonical path; "" gives none
	NoIndex     bool
	Nav         string // name of the current entry of the navigation
	Query       string // what stands in the search box of the header
	OwnSearch   bool   // the page brings its own search box; the header has none
	JSONLD      any
	Scripts     []string
	Styles      []string // beside site.css
	Body        any
	Unread      *int        // notices; counted by render, unless the page did already
	Who         *view.Who   // filled by render; nil for visitors
	Menu        []view.Link // filled by render: the row at the top
	Side        []view.Link // filled by render: the menu under the caller's name
	Languages   []view.Link // filled by render: the same page in each
	Base        string      // filled by render
	Version     string      // filled by render
}

// views is every page's template, with the frame and the components in it. A page is
// parsed when it is first shown: all of them together are 30 MB of small things, which
// every garbage collection looks at.
type views struct {
	components *template.Template
	pages      map[string]func() (*template.Template, error)
}

func parseViews(files *static) (*views, error) {
	shared, err := template.New("").Funcs(template.FuncMap{
		"asset": files.url, "thousands": view.Thousands, "unread": view.Unread, "shorten": view.Shorten, "searchBox": view.NewSearchBox,
	}).ParseFS(templateFS, "templates/*.html", "templates/components/*.html")
	if err != nil {
		return nil, templateError(err)
	}
	names, err := fs.Glob(templateFS, "templates/pages/*.html")
	if err != nil {
		return nil, templateError(err)
	}
	v := &views{pages: map[string]func() (*template.Template, error){}}
	if v.components, err = shared.Clone(); err != nil { // what was used once can be cloned no more
		return nil, templateError(err)
	}
	for _, name := range names {
		v.pages[strings.TrimSuffix(path.Base(name), ".html")] = sync.OnceValues(func() (*template.Template, error) {
			t, err := shared.Clone()
			if err != nil {
				return nil, err
			}
			return t.ParseFS(templateFS, name)
		})
	}
	return v, nil
}

func templateError(err error) error {
	return errs.Wrap(err, errs.Internal, "frontend.template", "页面模板有误，请重新安装程序。")
}

// component renders one named template without the frame.
func (v *views) component(name string, data any) ([]byte, error) {
	var b bytes.Buffer
	if err := v.components.ExecuteTemplate(&b, name, data); err != nil {
		return nil, templateError(err)
	}
	return b.Bytes(), nil
}

func (v *views) page(name string, p page) ([]byte, error) {
	parse, ok := v.pages[name]
	if !ok {
		return nil, templateError(fmt.Errorf("no page %q", name))
	}
	t, err := parse()
	if err != nil {
		return nil, templateError(err)
	}
	var b bytes.Buffer
	if err := t.ExecuteTemplate(&b, "layout", p); err != nil {
		return nil, templateError(err)
	}
	return b.Bytes(), nil
}

// render answers with a page.
func (s *Site) render(c *gin.Context, status int, name string, p page) {
	s.write(c.Writer, c.Request, status, name, p)
}

// write answers with a page. A page is complete before its first byte goes
// out: a fault in a template gives an error, never half a page.
func (s *Site) write(w http.ResponseWriter, r *http.Request, status int, name string, p page) {
	access := httpx.AccessOf(r.Context())
	p.Base, p.Version, p.Who = s.base(r), s.deps.Version, view.BuildWho(access.Actor)
	p.Menu, p.Side = s.menu(access, p.Nav)
	p.Languages = languages(r)
	if p.Who != nil {
		if p.Unread == nil {
			n := s.unread(r.Context())
			p.Unread = &n
		}
		p.Who.Unread = *p.Unread
		countUnread(p.Side, p.Who.Unread)
	}
	body, err := s.views.page(name, p)
	if err != nil {
		s.deps.Log.ErrorContext(r.Context(), "page not rendered", "page", name, "err", err)
		http.Error(w, "页面出了意外，请稍后再试。", http.StatusInternalServerError)
		return
	}
	s.send(w, r, status, body)
}

func (s *Site) send(w http.ResponseWriter, r *http.Request, status int, body []byte) {
	h := w.Header()
	if h.Get("Cache-Control") == "" {
		h.Set("Cache-Control", "no-cache")
	}
	h.Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		_, _ = w.Write(keepDays(s.inLanguage(languageOf(r), body))) // the reader is gone when this fails
	}
}
