package stock

import (
	"fmt"
	"regexp"
	"unicode/utf8"

	"hongniang/internal/catalog"
	"hongniang/internal/collection"
)

// Bounds of the records that are made, those of catalog.
const (
	maxNeedTitle = 60
	maxTitle     = 120
	maxSummary   = 300
	maxText      = 10_000
	maxKeywords  = 8
	maxKeyword   = 20
)

// Record makes an entry a record that everybody may see: an expert, a need, or
// else a result that names its people by their codes. The id is its external id
// too: titles come more than once, and an import would take them for one record.
func Record(e collection.Entry) catalog.Record {
	meta := catalog.Meta{Code: code(e.ID), ExternalID: shorten(e.ID, 80), Status: "published", Visibility: "public"}
	switch e.Kind {
	case catalog.KindExpert:
		return &catalog.Expert{Meta: meta, Name: shorten(e.Title, 40), Expertise: shorten(e.Text, maxText), Keywords: keywords(e)}
	case catalog.KindNeed:
		return &catalog.Need{
			Meta: meta, Title: longEnough(shorten(e.Title, maxNeedTitle), 4), SummaryPublic: shorten(e.Text, maxSummary), Detail: e.Text,
			Keywords: keywords(e), Confidentiality: "public",
		}
	}
	r := &catalog.Result{Meta: meta, Title: longEnough(shorten(e.Title, maxTitle), 2), Summary: shorten(e.Text, maxText), Keywords: keywords(e)}
	for _, id := range e.Experts {
		r.Completers = append(r.Completers, catalog.Completer{Name: id, ExpertCode: code(id)})
	}
	return r
}

var notCode = regexp.MustCompile(`[^\pL\pN\-_.]`)

// code is an id as a code of the catalog may be written, 40 characters at most.
func code(id string) string {
	out := shorten(notCode.ReplaceAllString(id, "-"), 40)
	if out == "" || out[0] == '-' || out[0] == '_' || out[0] == '.' {
		return shorten("x"+out, 40)
	}
	return out
}

// longEnough fills a title that the catalog would find too short.
func longEnough(title string, least int) string {
	if utf8.RuneCountInString(title) < least {
		return fmt.Sprintf("无题%s文档", title)
	}
	return title
}

func keywords(e collection.Entry) []string {
	var out []string
	seen := map[string]bool{"": true}
	for _, k := range e.Keywords {
		if k = shorten(k, maxKeyword); !seen[k] && len(out) < maxKeywords {
			seen[k] = true
			out = append(out, k)
		}
	}
	return out
}
