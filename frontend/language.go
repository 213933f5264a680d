package frontend

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/url"
	"path"
	"regexp"
	"slices"

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

// saidByScript is how a script asks for a phrase; see static/say.js.
var saidByScript = regexp.MustCompile(`say\("([^"]+)"`)

// scriptPhrases lists what scripts say, in the order of the alphabet.
func scriptPhrases(files *static) []string {
	var out []string
	for name, data := range files.files {
		if path.Ext(name) != ".js" {
			continue
		}
		for _, m := range saidByScript.FindAllSubmatch(data, -1) {
			out = append(out, string(m[1]))
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// inLanguage gives a page, or a part of one, in a language; a page brings what its
// scripts say.
func (s *Site) inLanguage(l wording.Language, page []byte) []byte {
	if l == wording.Simplified {
		return page
	}
	phrases := map[string]string{}
	for _, text := range s.said {
		phrases[text], _ = s.book.Say(l, text)
	}
	data, err := json.Marshal(phrases)
	if err != nil { // strings always can
		return s.book.Translate(l, page)
	}
	const head = "</head>"
	block := `<script type="application/json" id="phrases">` + string(data) + "</script>\n"
	return bytes.Replace(s.book.Translate(l, page), []byte(head), []byte(block+head), 1)
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
