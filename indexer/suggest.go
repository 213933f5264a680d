package indexer

import (
	"context"
	syntax "regexp"
	"sort"
	"strings"
	"unicode/utf8"

	bsearch "github.com/blevesearch/bleve/v2/search"
	index "github.com/blevesearch/bleve_index_api"
	"github.com/blevesearch/vellum/regexp"

	"hongniang/internal/search"
	"hongniang/internal/zh"
)

// The suggest field holds keys of the form class + key + unitBreak + text +
// unitBreak + id: the key is what is typed, the text what is offered, the id
// the record (empty for a word). Completion is then a walk over the term
// dictionary from a prefix, always as fresh as the index.
const (
	byText     = "t"
	byPinyin   = "p"
	byInitials = "i"
	unitBreak  = "\x1f"
)

const (
	maxOfferRunes  = 40
	maxSuggestWalk = 4000
)

// suggestKeys lists the keys of a document: its title, its keywords, the words
// of its title and its people's names.
func suggestKeys(d search.Document, cutter zh.Cutter) []string {
	var out []string
	if n := utf8.RuneCountInString(d.Title); n > 0 {
		offer := []rune(d.Title)
		out = appendKeys(out, string(offer[:min(n, maxOfferRunes)]), d.ID)
	}
	for _, k := range d.Keywords {
		out = appendKeys(out, k, "")
	}
	for _, t := range zh.Words(d.Title, cutter) {
		if utf8.RuneCountInString(t.Text) >= 2 && utf8.RuneCountInString(t.Text) <= 12 {
			out = appendKeys(out, t.Text, "")
		}
	}
	return unique(out)
}

func appendKeys(keys []string, text, id string) []string {
	text = zh.CleanLine(text)
	folded := zh.Fold(text)
	if folded == "" {
		return keys
	}
	if id == "" {
		text = folded
	}
	offer := unitBreak + text + unitBreak + id
	keys = append(keys, byText+folded+offer)
	if full, initials := zh.Pinyin(text); full != folded && full != "" {
		keys = append(keys, byPinyin+full+offer, byInitials+initials+offer)
	}
	return keys
}

// offer is one candidate completion.
type offer struct {
	search.Suggestion
	id    string
	count uint64
	exact bool
}

// Suggest completes what is being typed. Letters are read as text, as pinyin
// and as initials.
func (x *Index) Suggest(ctx context.Context, typed string, limit int) ([]search.Suggestion, error) {
	key := strings.TrimSpace(zh.Fold(zh.CleanLine(typed)))
	if key == "" || limit <= 0 || utf8.RuneCountInString(key) > maxOfferRunes {
		return nil, nil
	}
	classes := []string{byText}
	if isASCII(key) {
		key = strings.ReplaceAll(key, " ", "")
		classes = append(classes, byPinyin, byInitials)
	}
	found := map[string]*offer{}
	err := x.read(func(r index.IndexReader) error {
		for _, class := range classes {
			if err := addOffers(ctx, r, walk{field: fieldSuggest, prefix: class + key, most: maxSuggestWalk}, found); err != nil {
				return err
			}
		}
		return nil
	})
	return bestOffers(found, limit), err
}

// addOffers adds the offers of a walk over the suggest field.
func addOffers(ctx context.Context, r index.IndexReader, w walk, found map[string]*offer) error {
	terms, err := w.terms(ctx, r)
	for term, count := range terms {
		if parts := strings.Split(term, unitBreak); len(parts) == 3 {
			noteOffer(found, parts, offer{count: count, exact: w.accept == nil && parts[0] == w.prefix})
		}
	}
	return err
}

// noteOffer adds one key, text and id. An offer that several records share, or
// that is a word too, leads to no record.
func noteOffer(found map[string]*offer, parts []string, o offer) {
	text, id := parts[1], parts[2]
	have := found[text]
	if have == nil {
		o.Text, o.id = text, id
		o.Kind, o.Code = search.SplitID(id)
		found[text] = &o
		return
	}
	if have.id != id {
		have.id, have.Kind, have.Code = "", "", ""
	}
	have.count = max(have.count, o.count)
	have.exact = have.exact || o.exact
}

// bestOffers puts exact readings first, then words that occur often, then
// shorter ones.
func bestOffers(found map[string]*offer, limit int) []search.Suggestion {
	all := make([]*offer, 0, len(found))
	for _, o := range found {
		all = append(all, o)
	}
	sort.Slice(all, func(i, j int) bool {
		a, b := all[i], all[j]
		if a.exact != b.exact {
			return a.exact
		}
		if a.count != b.count {
			return a.count > b.count
		}
		if la, lb := utf8.RuneCountInString(a.Text), utf8.RuneCountInString(b.Text); la != lb {
			return la < lb
		}
		return a.Text < b.Text
	})
	all = all[:min(limit, len(all))]
	out := make([]search.Suggestion, 0, len(all))
	for _, o := range all {
		out = append(out, o.Suggestion)
	}
	return out
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}

// didYouMean looks for a better spelling of a text that stands nowhere as it
// is: a known word or title that sounds the same, or, when nothing was found at
// all, one that differs in a character.
func (x *Index) didYouMean(ctx context.Context, text string, nothing bool) string {
	key := strings.Join(strings.Fields(zh.Fold(text)), "")
	if n := utf8.RuneCountInString(key); n < 2 || n > 20 {
		return ""
	}
	found := map[string]*offer{}
	err := x.read(func(r index.IndexReader) error {
		full, _ := zh.Pinyin(key)
		sameSound := walk{field: fieldSuggest, prefix: byPinyin + full + unitBreak, most: maxSuggestWalk}
		if err := addOffers(ctx, r, sameSound, found); err != nil || len(found) == 0 && !nothing {
			return err
		}
		known, err := stands(ctx, r, key)
		switch {
		case err != nil:
			return err
		case known:
			clear(found)
		case len(found) == 0:
			return addNear(ctx, r, key, found)
		}
		return nil
	})
	delete(found, key)
	if best := bestOffers(found, 1); err == nil && len(best) == 1 {
		return best[0].Text
	}
	return ""
}

// stands tells whether any document has all bigrams of a text.
func stands(ctx context.Context, r index.IndexReader, text string) (bool, error) {
	s, err := phraseQuery(fieldBigrams, text).Searcher(ctx, r, nil, bsearch.SearcherOptions{})
	if err != nil {
		return false, err
	}
	defer s.Close()
	pool := &bsearch.SearchContext{DocumentMatchPool: bsearch.NewDocumentMatchPool(s.DocumentMatchPoolSize(), 0)}
	hit, err := s.Next(pool)
	return hit != nil, err
}

// addNear adds the offers whose key differs from key in one character.
func addNear(ctx context.Context, r index.IndexReader, key string, found map[string]*offer) error {
	runes := []rune(key)
	for i := range runes {
		before, after := byText+string(runes[:i]), string(runes[i+1:])
		pattern, err := regexp.New(syntax.QuoteMeta(before) + "[^" + unitBreak + "]" + syntax.QuoteMeta(after) + unitBreak + ".*")
		if err != nil {
			return err
		}
		if err := addOffers(ctx, r, walk{field: fieldSuggest, prefix: before, accept: pattern, most: maxSuggestWalk}, found); err != nil {
			return err
		}
	}
	return nil
}
