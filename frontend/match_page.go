package frontend

import (
	"errors"
	"net/http"
	"net/url"
	"strconv"

	"github.com/gin-gonic/gin"

	"hongniang/frontend/view"
	"hongniang/internal/errs"
	"hongniang/internal/httpx"
)

// maxForm is the largest form in bytes.
const maxForm = 4 << 20

// matchForm is GET /match: the empty box, or one of our examples with its
// answer. A visitor's own text never comes by GET: it would stand in the
// address, the history and the logs.
func (s *Site) matchForm(c *gin.Context) {
	v := view.Match{Box: view.NewNeedBox("")}
	status := http.StatusOK
	n, _ := strconv.Atoi(c.Query("example")) // what is no number is no example
	if text, ok := view.ExampleNeed(n); ok {
		v, status = s.match(c, view.Pasted{Text: text}, nil)
	}
	s.renderMatch(c, status, v)
}

// matchPost is POST /match: the page for browsers without JavaScript.
func (s *Site) matchPost(c *gin.Context) {
	form, err := readForm(c)
	if err != nil {
		s.fail(c, err)
		return
	}
	p, err := view.ParseNeed(form)
	v, status := s.match(c, p, err)
	c.Header("Cache-Control", "no-store")
	s.renderMatch(c, status, v)
}

// matchFragment is POST /match/fragment: the answer alone, for live matching.
func (s *Site) matchFragment(c *gin.Context) {
	form, err := readForm(c)
	var p view.Pasted
	if err == nil {
		p, err = view.ParseNeed(form)
	}
	v, status := s.match(c, p, err)
	if v.Answer == nil {
		v.Answer = &view.Answer{Failed: v.Box.Problem}
	}
	body, err := s.views.component("answer", v.Answer)
	if err != nil {
		s.fail(c, err)
		return
	}
	c.Header("Cache-Control", "no-store")
	s.send(c.Writer, c.Request, status, body)
}

// match answers a need, or tells in the box what is wrong with it (bad, or what
// the matcher says).
func (s *Site) match(c *gin.Context, p view.Pasted, bad error) (view.Match, int) {
	v := view.Match{Box: view.NewNeedBox(p.Text)}
	v.Box.Title = p.Title
	if bad == nil {
		answer, err := s.deps.Matcher.Match(c.Request.Context(), p.Request())
		if err == nil {
			a := view.BuildAnswer(answer)
			if v.Answer = &a; brokers(c) {
				a.Offer("")
			}
			return v, http.StatusOK
		}
		bad = err
	}
	httpx.LogError(s.deps.Log, c.Request, bad)
	v.Box.Problem = sentence(bad)
	return v, httpx.Status(bad)
}

// sentence is what an error says to a person: that of its first faulty field
// where there is one, since the page has one field only.
func sentence(err error) string {
	e := errs.As(err)
	if len(e.Fields) > 0 {
		return e.Fields[0].Message
	}
	return e.Message
}

func (s *Site) renderMatch(c *gin.Context, status int, v view.Match) {
	s.render(c, status, "match", page{
		Title: "难题匹配", Description: "把企业的技术难题贴进来，马上看到能帮忙的人、成果和专利，以及为什么合适。", Path: "/match", Nav: "match",
		NoIndex: v.Box.Text != "", Scripts: []string{"suggest.js", "match.js"}, Body: v,
	})
}

// readForm reads a posted form of either encoding. Errors: TooLarge, Invalid.
func readForm(c *gin.Context) (url.Values, error) {
	c.Request.Body = http.MaxBytesReader(c.Writer, c.Request.Body, maxForm)
	err := c.Request.ParseForm() // ParseMultipartForm would swallow its error
	if err == nil {
		err = c.Request.ParseMultipartForm(maxForm)
	}
	var tooBig *http.MaxBytesError
	switch {
	case err == nil, errors.Is(err, http.ErrNotMultipart):
		return c.Request.PostForm, nil
	case errors.As(err, &tooBig):
		return nil, httpx.TooLarge(tooBig.Limit)
	}
	return nil, errs.Wrap(err, errs.Invalid, "form.malformed", "表单没有传完整，请回到上一页再提交一次。")
}
