package indexer

import (
	"strconv"
	"strings"

	"github.com/blevesearch/bleve/v2/document"
	index "github.com/blevesearch/bleve_index_api"

	"hongniang/indexer/analysis"
	"hongniang/internal/search"
	"hongniang/internal/zh"
)

// The fields of the index. The three text fields hold the same combined text
// (the title twice, then the rest), cut in three ways.
const (
	fieldWords      = "w"
	fieldBigrams    = "b"
	fieldCharacters = "c"
	fieldChunks     = "chunk"   // of the combined text, see zh.Chunks
	fieldTitle      = "title"   // bigrams of the title, for title:
	fieldStored     = "doc"     // the search.Document with its text, stored only
	fieldDate       = "date"    // for sorting
	fieldPerson     = "person"  // names and codes, whole
	fieldCode       = "code"    // codes without punctuation, folded
	fieldKeyword    = "keyword" // folded
	fieldTRL        = "trl"
	fieldSuggest    = "suggest" // see suggest.go
	fieldBacks      = "backs"   // ids of the experts and studios behind a document
)

var textFields = []string{fieldWords, fieldBigrams, fieldCharacters}

// fieldWriter makes index documents. Analyzers are passed by value of the
// field, so nothing is registered globally.
type fieldWriter struct {
	cutter zh.Cutter
}

func newFieldWriter(cutter zh.Cutter) *fieldWriter { return &fieldWriter{cutter: cutter} }

// document lays a search document out in fields. Text fields keep no term
// vectors: highlights are made from the stored text.
func (w *fieldWriter) document(d search.Document) (*document.Document, error) {
	doc := document.NewDocument(d.ID)
	combined := zh.FoldText(d.Title + "\n" + d.Title + "\n" + d.Text)
	words := recorder{Cutter: w.cutter}
	title := zh.FoldText(d.Title)
	n := len(combined.Runes)
	addTerms(doc, fieldWords, n, true, func(add func(zh.Term)) { combined.EachWord(&words, add) })
	addTerms(doc, fieldBigrams, n, true, combined.EachBigram)
	addTerms(doc, fieldCharacters, n, true, combined.EachCharacter)
	addTerms(doc, fieldChunks, n/8, false, combined.EachChunk)
	addTerms(doc, fieldTitle, len(title.Runes), false, title.EachBigram)
	w.addWhole(doc, string(search.FacetKind), string(d.Kind))
	w.addWhole(doc, string(search.FacetType), d.Types...)
	w.addWhole(doc, string(search.FacetRegion), regionValues(d.Region)...)
	w.addWhole(doc, string(search.FacetIndustry), search.IndustryDivision(d.Industry))
	w.addWhole(doc, string(search.FacetField), d.Field)
	w.addWhole(doc, string(search.FacetStage), d.Stage)
	w.addWhole(doc, string(search.FacetHonour), unique(d.Honours)...)
	w.addWhole(doc, string(search.FacetOrganisation), unique(d.Orgs)...)
	if d.Year > 0 {
		w.addWhole(doc, string(search.FacetYear), strconv.Itoa(d.Year))
	}
	if d.TRL > 0 {
		w.addWhole(doc, fieldTRL, strconv.Itoa(d.TRL))
	}
	w.addWhole(doc, fieldDate, d.Date)
	w.addWhole(doc, fieldPerson, personValues(d.People)...)
	w.addWhole(doc, fieldCode, codeValues(d.Codes)...)
	w.addWhole(doc, fieldKeyword, foldAll(d.Keywords)...)
	w.addValues(doc, fieldBacks, unique(d.Backs()))
	w.addValues(doc, fieldSuggest, suggestKeys(d, w.cutter))
	data, err := stored{Document: d, Text: d.Text, Places: d.Places, Cuts: words.cuts}.encode()
	if err != nil {
		return nil, err
	}
	doc.AddField(document.NewTextFieldCustom(fieldStored, nil, data, index.StoreField, nil))
	return doc, nil
}

// addTerms adds a text as its terms, about so many; a marked one has analysis.Everything too.
func addTerms(doc *document.Document, name string, about int, marked bool, each func(add func(zh.Term))) {
	text := analysis.NewText(name, about)
	if marked {
		text.Add(analysis.Everything)
	}
	each(func(t zh.Term) { text.Add(t.Text) })
	doc.AddField(text)
}

// addWhole adds exact values that can be filtered by, counted and sorted.
func (w *fieldWriter) addWhole(doc *document.Document, name string, values ...string) {
	for i, v := range values {
		if v != "" {
			doc.AddField(document.NewTextFieldCustom(name, []uint64{uint64(i)}, []byte(v), index.IndexField|index.DocValues|index.SkipFreqNorm, analysis.Whole{}))
		}
	}
}

// addValues adds exact values that are only looked up.
func (w *fieldWriter) addValues(doc *document.Document, name string, values []string) {
	for i, v := range values {
		doc.AddField(document.NewTextFieldCustom(name, []uint64{uint64(i)}, []byte(v), index.IndexField|index.SkipFreqNorm, analysis.Whole{}))
	}
}

// regionValues are the province, the city and the county of a region code, so
// that a filter by province finds its cities.
func regionValues(code string) []string {
	if len(code) != 6 {
		return nil
	}
	return unique([]string{code[:2] + "0000", code[:4] + "00", code})
}

func personValues(people []search.Person) []string {
	var out []string
	for _, p := range people {
		out = append(out, zh.Fold(p.Code), foldPerson(p.Name))
	}
	return unique(out)
}

// foldPerson drops a remark in brackets behind a name: 张三（示例）.
func foldPerson(name string) string {
	name = zh.Fold(name)
	if i := strings.IndexByte(name, '('); i > 0 {
		name = name[:i]
	}
	return strings.TrimSpace(name)
}

// codeValues fold codes and drop their punctuation, so that every spelling of a
// number is found.
func codeValues(codes []string) []string {
	var out []string
	for _, c := range codes {
		out = append(out, foldCode(c))
	}
	return unique(out)
}

func foldCode(code string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(" .-_/\t", r) {
			return -1
		}
		return r
	}, zh.Fold(code))
}

func foldAll(values []string) []string {
	var out []string
	for _, v := range values {
		out = append(out, zh.Fold(v))
	}
	return unique(out)
}

func unique(values []string) []string {
	var out []string
	seen := map[string]bool{"": true}
	for _, v := range values {
		if !seen[v] {
			seen[v] = true
			out = append(out, v)
		}
	}
	return out
}
