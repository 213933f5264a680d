package frontend

import (
	"net/http"
	"net/url"

	"github.com/gin-gonic/gin"

	"hongniang/frontend/view"
	"hongniang/frontend/wording"
	"hongniang/internal/account"
	"hongniang/internal/errs"
	"hongniang/internal/httpx"
)

// The switch of languages, and the cookie that remembers it for a year.
const (
	languageURL    = "/language"
	languageCookie = "lang"
	languageAge    = 365 * 24 * 3600 // seconds
)

func (s *Site) mountLanguage(pages routes) {
	pages.get(languageURL, account.CatalogueRead, s.setLanguage)
}

// openBook reads the phrases of every language.
func openBook() (*wording.Book, error) {
	book, err := wording.Open()
	if err != nil {
		return nil, errs.Wrap(err, errs.Internal, "frontend.wording", "页面的译文有误，请重新安装程序。")
	}
	return book, nil
}

// setLanguage is GET /language?to=en&back=/search.
func (s *Site) setLanguage(c *gin.Context) {
	l := wording.Parse(c.Query("to"))
	cookie := &http.Cookie{Name: languageCookie, Value: string(l), Path: "/", MaxAge: languageAge, HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: httpx.AccessOf(c.Request.Context()).TLS}
	if l == wording.Simplified {
		cookie.MaxAge = -1
	}
	http.SetCookie(c.Writer, cookie)
	c.Redirect(http.StatusSeeOther, view.LocalPath(c.Query("back")))
}

// languageOf is the language that the reader chose.
func languageOf(r *http.Request) wording.Language {
	cookie, err := r.Cookie(languageCookie)
	if err != nil {
		return wording.Simplified
	}
	return wording.Parse(cookie.Value)
}

// languages leads to the same page in each language.
func languages(r *http.Request) []view.Link {
	back := "/"
	if r.Method == http.MethodGet && len(r.URL.RequestURI()) < 1000 {
		back = r.URL.RequestURI()
	}
	var out []view.Link
	for _, l := range wording.Languages() {
		out = append(out, view.Link{Text: l.Name(), URL: languageURL + "?" + url.Values{"to": {string(l)}, "back": {back}}.Encode(), Current: l == languageOf(r)})
	}
	return out
}
