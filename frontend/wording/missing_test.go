package wording_test

import (
	"regexp"
	"strings"
	"testing"
	"unicode"

	"hongniang/frontend/wording"
)

// folders hold the programs whose words reach pages, each with the files whose
// words do not: the gallery, which is for us; what reads words instead of saying
// them; what is written into sheets, letters and logs.
var folders = []struct {
	name string
	skip *regexp.Regexp
}{
	{"frontend", regexp.MustCompile(`/gallery[a-z_]*\.go|/help\.go|/wording/|/browser/`)},
	{"matcher", nil},
	{"internal/brokering", nil}, {"internal/figures", nil}, {"internal/review", nil}, {"internal/coach", nil},
	{"internal/campaign", nil}, {"internal/group", nil}, {"internal/notice", nil}, {"internal/account", nil},
	{"internal/verdict", nil}, {"internal/watch", nil}, {"internal/alert", nil}, {"internal/constraint", nil},
	{"internal/personal", nil}, {"internal/intake", nil}, {"internal/lexicon", nil}, {"internal/httpx", nil},
	{"internal/catalog", nil}, {"internal/search", nil}, {"internal/errs", nil}, {"internal/contact", nil}, {"internal/backup", nil}, {"internal/mail", nil}, {"internal/sqlitestore", nil}, {"internal/mongostore", nil}, {"internal/paper", nil}, {"indexer", nil},
}

func allPhrases(t testing.TB) []wanted {
	t.Helper()
	out := append(templatePhrases(t), labels(t)...)
	for _, f := range folders {
		out = append(out, goPhrases(t, f.name, f.skip)...)
	}
	return out
}

// TestEveryPhraseIsEnglish: every phrase that a template or a program can put on a
// page is in en.tsv. What is missing is listed.
func TestEveryPhraseIsEnglish(t *testing.T) {
	t.Parallel()
	b := open(t)
	seen := map[string]bool{}
	for _, w := range allPhrases(t) {
		if !seen[w.text] && !said(b, w.text) {
			t.Errorf("%s\t%s", strings.ReplaceAll(strings.ReplaceAll(w.text, filled, "{}"), "\n", "\\n"), strings.TrimPrefix(w.where, root+"/"))
		}
		seen[w.text] = true
	}
}

// said says whether a phrase is English with something in its gaps.
func said(b *wording.Book, text string) bool {
	for _, value := range []string{"7", "Xy"} {
		if _, whole := b.Say(wording.English, strings.ReplaceAll(text, filled, value)); whole {
			return true
		}
	}
	return false
}

func han(text string) bool {
	return strings.ContainsFunc(text, func(r rune) bool { return unicode.Is(unicode.Han, r) })
}
