package wording_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// root is the module's, from here.
const root = "../.."

// Marks in the place of what templates and programs fill in.
const (
	filled = "\x01" // a value
	begin  = "\x02" // {{if}}, {{with}}, {{range}}
	other  = "\x03" // {{else}}
	finish = "\x04" // {{end}}
)

// wanted is a phrase as a program has it, with filled for what is filled in.
type wanted struct{ text, where string }

// templatePhrases lists the Chinese phrases of the page templates, as they reach
// Translate: text by text, attribute by attribute, with every choice taken.
func templatePhrases(t testing.TB) []wanted {
	t.Helper()
	var out []wanted
	eachFile(t, filepath.Join(root, "frontend/templates"), ".html", func(path, text string) {
		if filepath.Base(path) == "gallery.html" {
			return
		}
		text = actions.ReplaceAllStringFunc(text, actionMark)
		z := html.NewTokenizer(strings.NewReader(text))
		skip := ""
		for kind := z.Next(); kind != html.ErrorToken; kind = z.Next() {
			tok := z.Token()
			for _, a := range tok.Attr {
				if spoken[a.Key] {
					out = append(out, choices(a.Val, path)...)
				}
			}
			switch {
			case kind == html.StartTagToken && untouched[tok.Data]:
				skip = tok.Data
			case kind == html.EndTagToken && tok.Data == skip:
				skip = ""
			case kind == html.TextToken && skip == "":
				out = append(out, choices(tok.Data, path)...)
			}
		}
	})
	return out
}

var (
	actions   = regexp.MustCompile(`(?s)\{\{.*?\}\}`)
	spoken    = map[string]bool{"placeholder": true, "aria-label": true, "title": true, "alt": true}
	untouched = map[string]bool{"textarea": true, "script": true, "style": true, "code": true, "template": true}
	literal   = regexp.MustCompile(`"([^"]*)"`)
)

// actionMark stands for an action; texts that an action names come behind a break.
func actionMark(action string) string {
	word := strings.Trim(action, "{}- ")
	switch head, _, _ := strings.Cut(word, " "); {
	case head == "if" || head == "with" || head == "range" || head == "define" || head == "block":
		return begin
	case head == "else":
		return other
	case head == "end":
		return finish
	case strings.Contains(word, ":=") || strings.HasPrefix(word, "/*"):
		return ""
	}
	action = verbs.ReplaceAllString(action, filled)
	for _, m := range literal.FindAllStringSubmatch(action, -1) {
		if han(m[1]) {
			return "<i>" + m[1] + "</i>"
		}
	}
	if strings.HasPrefix(word, "template") {
		return "<i></i>"
	}
	return filled
}

// choices takes every choice of a text, at most 64 of them.
func choices(text, where string) []wanted {
	texts := expand(text, 0)
	var out []wanted
	for _, t := range texts {
		if t = strings.TrimSpace(t); han(t) {
			out = append(out, wanted{t, where})
		}
	}
	return out
}

func expand(text string, depth int) []string {
	at := strings.IndexAny(text, begin+other+finish)
	if at < 0 || depth > 6 {
		return []string{strings.NewReplacer(begin, "", other, "", finish, "").Replace(text)}
	}
	head, rest := text[:at], text[at+1:]
	if text[at:at+1] != begin { // the choice began in another element
		return append(expand(head, depth+1), expand(rest, depth+1)...)
	}
	yes, no, tail := parts(rest)
	var out []string
	for _, t := range []string{yes, no} {
		out = append(out, expand(head+t+tail, depth+1)...)
	}
	return out
}

// parts are what stands in both arms of a choice, and behind it.
func parts(text string) (yes, no, tail string) {
	level, mid := 0, -1
	for i := range len(text) {
		switch text[i : i+1] {
		case begin:
			level++
		case other:
			if level == 0 && mid < 0 {
				mid = i
			}
		case finish:
			if level--; level >= 0 {
				continue
			}
			if mid < 0 {
				return text[:i], "", text[i+1:]
			}
			return text[:mid], text[mid+1 : i], text[i+1:]
		}
	}
	if mid >= 0 {
		return text[:mid], text[mid+1:], ""
	}
	return text, "", ""
}

// spokenByScript is how a script asks for a phrase; see static/say.js.
var spokenByScript = regexp.MustCompile(`say\("([^"]+)"`)

// scriptPhrases lists the phrases that scripts put on pages.
func scriptPhrases(t testing.TB) []wanted {
	t.Helper()
	var out []wanted
	eachFile(t, filepath.Join(root, "frontend/static"), ".js", func(path, text string) {
		for _, m := range spokenByScript.FindAllStringSubmatch(text, -1) {
			out = append(out, wanted{m[1], path})
		}
	})
	return out
}

// goPhrases lists the Chinese literals of a folder's programs; what is added to
// them, or formatted into them, is a value.
func goPhrases(t testing.TB, folder string, skip *regexp.Regexp) []wanted {
	t.Helper()
	var out []wanted
	eachFile(t, filepath.Join(root, folder), ".go", func(path, text string) {
		if strings.HasSuffix(path, "_test.go") || skip != nil && skip.MatchString(filepath.ToSlash(path)) {
			return
		}
		f, err := parser.ParseFile(token.NewFileSet(), path, text, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(f, func(n ast.Node) bool {
			switch e := n.(type) {
			case *ast.BinaryExpr:
				if e.Op != token.ADD {
					return true
				}
				out = append(out, fragments(sum(e), path)...)
				for _, side := range []ast.Expr{e.X, e.Y} { // what is called within
					ast.Inspect(side, func(n ast.Node) bool {
						if c, ok := n.(*ast.CallExpr); ok {
							for _, a := range c.Args {
								out = append(out, fragments(sum(a), path)...)
							}
						}
						return true
					})
				}
				return false
			case *ast.Field:
				if e.Tag != nil {
					tag, _ := strconv.Unquote(e.Tag.Value)
					out = append(out, wanted{text: reflect.StructTag(tag).Get("zh"), where: path})
					e.Tag = nil
				}
			case *ast.BasicLit:
				out = append(out, fragments(sum(e), path)...)
			}
			return true
		})
	})
	kept := out[:0]
	for _, w := range out {
		if han(w.text) {
			kept = append(kept, w)
		}
	}
	return kept
}

// figures stand in the sentences of reports and are pages' own texts.
var figures = regexp.MustCompile(`\{-?[a-z][a-z0-9_./%-]+\}`)

func fragments(text, where string) []wanted {
	var out []wanted
	for _, part := range figures.Split(text, -1) {
		out = append(out, wanted{text: strings.TrimSpace(verbs.ReplaceAllString(part, filled)), where: where})
	}
	return out
}

var verbs = regexp.MustCompile(`%[-+# 0]*[\d.*]*(?:\[\d\])?[dsvqfwxtgc]`)

// sum is an expression of strings as one text.
func sum(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.BinaryExpr:
		return verbs.ReplaceAllString(strings.ReplaceAll(sum(e.X)+sum(e.Y), filled+filled, filled), filled)
	case *ast.ParenExpr:
		return sum(e.X)
	case *ast.BasicLit:
		if text, err := strconv.Unquote(e.Value); err == nil && e.Kind == token.STRING {
			return strings.ReplaceAll(text, "%%", "%")
		}
	}
	return filled
}

// labels lists the Chinese labels of the closed lists.
func labels(t testing.TB) []wanted {
	t.Helper()
	var out []wanted
	for file, column := range map[string]int{"vocabularies.tsv": 2, "industries.tsv": 1} {
		data, err := os.ReadFile(filepath.Join(root, "configs", file))
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(data)) {
			if cells := strings.Split(strings.TrimSpace(line), "\t"); !strings.HasPrefix(line, "#") && len(cells) > column {
				out = append(out, wanted{cells[column], file})
			}
		}
	}
	return out
}

func eachFile(t testing.TB, folder, ext string, do func(path, text string)) {
	t.Helper()
	err := filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(path) != ext || strings.Contains(path, "testdata") {
			return err
		}
		data, err := os.ReadFile(path)
		do(path, string(data))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
