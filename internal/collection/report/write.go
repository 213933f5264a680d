package report

import (
	_ "embed" // the templates
	"fmt"
	"html/template"
	"io"
	"path/filepath"
	"strings"
	texttemplate "text/template"

	"hongniang/internal/errs"
)

//go:embed report.html.tmpl
var htmlText string

//go:embed report.md.tmpl
var markdownText string

// A Writer writes a report in one format. Errors: those of w, errs.Internal when
// a template is broken.
type Writer func(w io.Writer, r Report) error

// WriterFor chooses by the extension of a file name: .html or .htm, .md; no name
// is Markdown. Errors: errs.Invalid (eval.format).
func WriterFor(path string) (Writer, error) {
	switch strings.ToLower(filepath.Ext(path)) {
	case ".html", ".htm":
		return WriteHTML, nil
	case ".md":
		return WriteMarkdown, nil
	}
	if path == "" {
		return WriteMarkdown, nil
	}
	return nil, errs.New(errs.Invalid, "eval.format", "报告是网页或 Markdown，--out 的文件名请以 .html 或 .md 结尾。")
}

// WriteHTML writes a page that needs nothing else.
func WriteHTML(w io.Writer, r Report) error {
	t, err := template.New("report").Funcs(template.FuncMap(words)).Parse(htmlText)
	if err != nil {
		return broken(err)
	}
	return t.Execute(w, r)
}

// WriteMarkdown writes Markdown; what comes from the files is escaped.
func WriteMarkdown(w io.Writer, r Report) error {
	t, err := texttemplate.New("report").Funcs(words).Parse(markdownText)
	if err != nil {
		return broken(err)
	}
	return t.Execute(w, r)
}

func broken(err error) error {
	return errs.Wrap(err, errs.Internal, "eval.template", "报告写不出来，请报告这个问题。")
}

// words are what both templates say with.
var words = texttemplate.FuncMap{
	"figure4": func(v float64) string { return fmt.Sprintf("%.4f", v) },
	"signed":  func(v float64) string { return fmt.Sprintf("%+.4f", v) },
	"short":   func(v float64) string { return fmt.Sprintf("%.2f", v) },
	"percent": func(v float64) string { return fmt.Sprintf("%.0f%%", 100*v) },
	"p":       chance,
	"place":   place,
	"heading": Need.heading,
	"first":   func(i, n int) bool { return i < n },
	"md":      escapeMarkdown,
}

// chance shows a p of ten thousand draws.
func chance(p float64) string {
	if p == 0 {
		return "p < 0.0001"
	}
	return fmt.Sprintf("p = %.4f", p)
}

// place shows the ranks of a document: in the run, and in the other.
func place(ranks []int) string {
	var out []string
	for i, rank := range ranks {
		text := "—"
		if rank > 0 {
			text = fmt.Sprint(rank)
		}
		if i > 0 {
			text = "对照 " + text
		}
		out = append(out, text)
	}
	return strings.Join(out, "，")
}

// escapeMarkdown keeps text from being read as Markdown or HTML.
func escapeMarkdown(text string) string {
	var b strings.Builder
	for _, r := range text {
		switch {
		case r == '<':
			b.WriteString("&lt;")
			continue
		case r == '&':
			b.WriteString("&amp;")
			continue
		case r == '\n' || r == '\r':
			r = ' '
		case strings.ContainsRune("\\`*_{}[]()#+-.!|~>", r):
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return b.String()
}
