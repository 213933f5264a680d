package wording_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"hongniang/frontend/wording"
)

// folders hold the programs whose words reach pages, each with the files whose
// words do not: the gallery, which is for those who make the pages; what reads
// words instead of saying them; what is written into files.
var folders = []struct {
	name string
	skip *regexp.Regexp
}{
	{"frontend", regexp.MustCompile(`/gallery[a-z_]*\.go|/wording/|/browser/`)},
	{"matcher", regexp.MustCompile(`/weights_`)},
	{"indexer", regexp.MustCompile(`/naming\.go`)},
	{"internal/catalog", regexp.MustCompile(`/places\.go`)},
	{"internal/personal", nil},
	{"internal/account", nil}, {"internal/alert", nil}, {"internal/backup", nil}, {"internal/brokering", nil}, {"internal/campaign", nil},
	{"internal/coach", nil}, {"internal/constraint", nil}, {"internal/errs", nil}, {"internal/figures", nil}, {"internal/group", nil},
	{"internal/httpx", nil}, {"internal/intake", nil}, {"internal/lexicon", nil}, {"internal/mail", nil}, {"internal/mongostore", nil},
	{"internal/notice", nil}, {"internal/paper", nil}, {"internal/review", nil}, {"internal/search", nil}, {"internal/sqlitestore", nil},
	{"internal/verdict", nil}, {"internal/watch", nil}, {"internal/batch", nil}, {"internal/offer", nil}, {"internal/exchange", regexp.MustCompile(`/(example|template)\.go`)},
}

func allPhrases(t testing.TB) []wanted {
	t.Helper()
	out := slices.Concat(templatePhrases(t), scriptPhrases(t), labels(t))
	for _, f := range folders {
		out = append(out, goPhrases(t, f.name, f.skip)...)
	}
	return out
}

// pattern is what a regular expression looks like.
var pattern = regexp.MustCompile(`\(\?:|\\[dp{]|\[\^`)

// TestEveryPhraseIsEnglish: every phrase that a template, a script or a program can
// put on a page is in en.tsv, but those that testdata/chinese.txt names: examples
// in Chinese, and words that a program looks for. What is missing is listed.
func TestEveryPhraseIsEnglish(t *testing.T) {
	t.Parallel()
	b, stays := open(t), chinese(t)
	met, seen := map[string]bool{}, map[string]bool{}
	for _, w := range allPhrases(t) {
		text := strings.NewReplacer(filled, "{}", "\n", `\n`).Replace(w.text)
		if stays[text] {
			met[text] = true
			continue
		}
		if !seen[text] && !pattern.MatchString(text) && !said(b, w.text) {
			t.Errorf("%s\t%s", text, strings.TrimPrefix(w.where, root+"/"))
		}
		seen[text] = true
	}
	for text := range stays {
		if !met[text] {
			t.Errorf("testdata/chinese.txt names what is nowhere: %s", text)
		}
	}
	t.Logf("%d phrases", len(seen))
}

// chinese reads which phrases stay.
func chinese(t testing.TB) map[string]bool {
	t.Helper()
	data, err := os.ReadFile("testdata/chinese.txt")
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]bool{}
	for line := range strings.Lines(string(data)) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			out[line] = true
		}
	}
	return out
}

// said says whether a phrase is English with something in its gaps.
func said(b *wording.Book, text string) bool {
	for _, value := range []string{"7", "Xy", "Xy。"} {
		if _, whole := b.Say(wording.English, strings.ReplaceAll(text, filled, value)); whole {
			return true
		}
	}
	return false
}

var gaps = regexp.MustCompile(`\{[a-z]*\}`)

// TestEveryKeyIsUsed: the words of every key, between its gaps, stand in templates,
// scripts, programs or lists, or come about when a gap of theirs is filled; what is
// left of a page that has changed is listed.
func TestEveryKeyIsUsed(t *testing.T) {
	t.Parallel()
	var all strings.Builder
	var shapes []*regexp.Regexp
	for _, w := range allPhrases(t) {
		all.WriteString(w.text + "\n")
		for _, part := range ends.Split(w.text, -1) {
			if part = strings.TrimSpace(part); strings.Contains(part, filled) && han(part) {
				shapes = append(shapes, regexp.MustCompile("^"+strings.ReplaceAll(regexp.QuoteMeta(numberless(part)), "#", ".*")+"$"))
			}
		}
	}
	corpus := numberless(all.String())
	for _, l := range []wording.Language{wording.English, wording.Traditional} {
		for _, key := range keys(t, l) {
			if !used(key, corpus, shapes) {
				t.Errorf("%s.tsv: nowhere: %s", l, key)
			}
		}
	}
}

// ends are the marks that end a part of a sentence.
var ends = regexp.MustCompile(`[。，；：]`)

func used(key, corpus string, shapes []*regexp.Regexp) bool {
	apart := func(part string) bool {
		part = strings.Trim(part, " 。，；：、（）《》“”")
		return han(part) && !strings.Contains(corpus, numberless(part))
	}
	if !slices.ContainsFunc(gaps.Split(key, -1), apart) {
		return true
	}
	for _, part := range ends.Split(key, -1) {
		part = numberless(gaps.ReplaceAllString(strings.TrimSpace(part), "#"))
		if han(part) && !slices.ContainsFunc(shapes, func(r *regexp.Regexp) bool { return r.MatchString(part) }) {
			return false
		}
	}
	return true
}

var digits = regexp.MustCompile(`\d[\d,]*(?:\.\d+)?|\x01`)

func numberless(text string) string { return digits.ReplaceAllString(text, "#") }

func keys(t testing.TB, l wording.Language) []string {
	t.Helper()
	data, err := os.ReadFile(string(l) + ".tsv")
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for line := range strings.Lines(string(data)) {
		if key, _, ok := strings.Cut(line, "\t"); ok && !strings.HasPrefix(line, "#") {
			out = append(out, strings.TrimPrefix(key, "~"))
		}
	}
	return out
}

// longText is how many characters a text has that nobody takes for a label.
const longText = 12

// TestWhatPeopleWroteStays: of thousands of texts of records no sentence is taken
// for one of ours, not even in part. A short one may be one: 天 as a unit.
func TestWhatPeopleWroteStays(t *testing.T) {
	t.Parallel()
	b, n := open(t), 0
	files, err := filepath.Glob(root + "/internal/demo/data/*.jsonl")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, f := range files {
		data, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(data)) {
			var record any
			if err := json.Unmarshal([]byte(line), &record); err != nil {
				t.Fatal(err)
			}
			for _, text := range textsOf(record) {
				n++
				if got, _ := b.Say(wording.English, text); got != text && utf8.RuneCountInString(text) > longText {
					t.Errorf("%s\nbecame %s", text, got)
				}
			}
		}
	}
	t.Logf("%d texts", n)
}

func textsOf(v any) []string {
	var out []string
	switch x := v.(type) {
	case string:
		return []string{x}
	case []any:
		for _, y := range x {
			out = append(out, textsOf(y)...)
		}
	case map[string]any:
		for _, y := range x {
			out = append(out, textsOf(y)...)
		}
	}
	return out
}

func han(text string) bool {
	return strings.ContainsFunc(text, func(r rune) bool { return unicode.Is(unicode.Han, r) })
}
