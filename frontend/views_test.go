package frontend

import (
	"errors"
	"html/template"
	"io"
	"regexp"
	"strings"
	"sync"
	"testing"

	"hongniang/internal/catalog"
)

// parsed gives the views of a service that has just begun.
func parsed(t *testing.T) *views {
	t.Helper()
	files, err := readStatic()
	if err != nil {
		t.Fatal(err)
	}
	v, err := parseViews(files)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// Pages are parsed, and what they say is escaped by its place, when they are first
// shown: here is where a fault in one shows. What a page makes of nothing is of no
// interest, how html/template reads it is.
func TestEveryPageParses(t *testing.T) {
	t.Parallel()
	v := parsed(t)
	if len(v.pages) < 50 {
		t.Errorf("only %d pages", len(v.pages))
	}
	for name, parse := range v.pages {
		page, err := parse()
		if err != nil || page.Lookup("layout") == nil || page.Lookup("body") == nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		var unsafe *template.Error
		if err := page.ExecuteTemplate(io.Discard, "layout", nil); errors.As(err, &unsafe) {
			t.Errorf("%s: %v", name, unsafe)
		}
	}
}

// Several people may be the first to see a page, while others see components.
func TestPagesAreParsedOnce(t *testing.T) {
	t.Parallel()
	v := parsed(t)
	const people = 4
	got := make([]map[string]*template.Template, people)
	var all sync.WaitGroup
	for i := range people {
		all.Go(func() {
			got[i] = map[string]*template.Template{}
			for name, parse := range v.pages {
				got[i][name], _ = parse()
			}
			if _, err := v.component("notice", "请稍候"); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	for name := range v.pages {
		for i := range people {
			if got[i][name] == nil || got[i][name] != got[0][name] {
				t.Errorf("%s is another template for the %d. who sees it", name, i+1)
			}
		}
	}
}

// Whoever writes a need sees beside every field whether others will read it: none that
// may become public lacks its mark, and none has that of another.
func TestEveryPublicFieldBearsItsMark(t *testing.T) {
	t.Parallel()
	source, err := templateFS.ReadFile("templates/pages/need-form.html")
	if err != nil {
		t.Fatal(err)
	}
	secret := map[string]string{}
	for _, f := range catalog.Schema(catalog.KindNeed) {
		secret[f.Key] = f.Secret
	}
	seen := 0
	for _, label := range regexp.MustCompile(`<label (?:class="check" )?for="(\w+)">.*?</label>`).FindAllStringSubmatch(string(source), -1) {
		level, known := secret[label[1]]
		if !known || label[1] == "confidentiality" { // says who reads, and is no text
			continue
		}
		seen++
		if marked := strings.Contains(label[0], "openmark"); marked != (level != "always") || marked && !strings.Contains(label[0], "$.Open."+label[1]+"}}") {
			t.Errorf("%s is secret %q, and is labelled %s", label[1], level, label[0])
		}
	}
	if seen < 15 {
		t.Errorf("only %d fields", seen)
	}
	for _, mark := range regexp.MustCompile(`Open\.(\w+)`).FindAllStringSubmatch(string(source), -1) {
		if _, known := secret[mark[1]]; !known {
			t.Errorf("a mark of %s, which no need has", mark[1])
		}
	}
}
