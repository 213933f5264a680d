package intake

import (
	"context"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"hongniang/internal/catalog"
	"hongniang/internal/coach"
)

// Register knows how many enterprises of the catalogue are alike: by place and
// trade, and by what their names begin with. It reads them anew after a while, and
// is safe for concurrent use.
type Register struct {
	Store catalog.Store
	Now   func() time.Time

	mu    sync.Mutex
	read  time.Time
	firms []firm
}

// registerAge is how old what is known of the enterprises may be: a new one changes
// little of who is alike.
const registerAge = 10 * time.Minute

// firm is what of an enterprise others may share.
type firm struct {
	county, city string // GB/T 2260
	division     string // of GB/T 4754, two digits
	core         string // its name without place and legal form
}

// Traces tells coach what leads to an enterprise: pairs of place and trade, and what
// its name begins with, each with how many enterprises share it. Errors:
// Unavailable.
func (r *Register) Traces(ctx context.Context, org *catalog.Organisation) ([]coach.Trace, error) {
	firms, err := r.known(ctx)
	if err != nil {
		return nil, err
	}
	own := firmOf(org)
	var out []coach.Trace
	if short := firstRunes(own.core, 2); short != "" {
		out = append(out, coach.Trace{Trade: short, Peers: count(firms, func(f firm) bool { return strings.Contains(f.core, short) })})
	}
	for _, place := range placesOf(own) {
		here := func(f firm) bool { return f.county == place.code || f.city == place.code }
		for _, trade := range tradesOf(own) {
			peers := count(firms, func(f firm) bool {
				return here(f) && (own.division != "" && f.division == own.division || strings.Contains(f.core, trade))
			})
			out = append(out, coach.Trace{Place: place.word, Trade: trade, Peers: peers})
		}
	}
	return out, nil
}

func count(firms []firm, is func(firm) bool) int {
	n := 0
	for _, f := range firms {
		if is(f) {
			n++
		}
	}
	return n
}

// known gives the enterprises.
func (r *Register) known(ctx context.Context) ([]firm, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if now := r.Now(); r.firms == nil || now.Sub(r.read) > registerAge {
		firms := []firm{}
		for after := ""; ; {
			recs, err := r.Store.Scan(ctx, catalog.KindOrganisation, after, page)
			if err != nil {
				return nil, err
			}
			for _, rec := range recs {
				after = rec.Base().Code
				if org, ok := rec.(*catalog.Organisation); ok && !org.Deleted() && org.OrganisationKind != "union" {
					firms = append(firms, firmOf(org))
				}
			}
			if len(recs) < page {
				break
			}
		}
		r.firms, r.read = firms, now
	}
	return r.firms, nil
}

func firmOf(org *catalog.Organisation) firm {
	f := firm{county: org.RegionCode}
	if len(org.RegionCode) == 6 {
		f.city = org.RegionCode[:4] + "00"
	}
	if scope := catalog.IndustryScope(org.IndustryCode); len(scope) > 0 && len(scope[0]) >= 2 {
		f.division = scope[0][:2]
	}
	f.core = coach.NameCore(org.Name)
	for {
		cut := f.core
		for _, code := range []string{f.county, f.city, firstRunes(f.county, 2) + "0000"} {
			for _, word := range placeWords(catalog.PlaceName(code)) {
				cut = strings.TrimPrefix(cut, word)
			}
		}
		if cut == f.core || cut == "" {
			return f
		}
		f.core = cut
	}
}

// firstRunes gives the first n characters of a text; "" when it has no more than
// those.
func firstRunes(text string, n int) string {
	if utf8.RuneCountInString(text) <= n {
		return ""
	}
	return string([]rune(text)[:n])
}

// placed is a place by a word that people write for it.
type placed struct{ code, word string }

func placesOf(f firm) []placed {
	var out []placed
	for _, code := range []string{f.county, f.city} {
		words := placeWords(catalog.PlaceName(code))
		if len(words) > 0 && (len(out) == 0 || out[0].code != code) {
			out = append(out, placed{code, words[len(words)-1]}) // the short one stands in the long one too
		}
	}
	return out
}

// placeWords are 荣成市 and 荣成; the last is the shortest.
func placeWords(name string) []string {
	if name == "" {
		return nil
	}
	out := []string{name}
	for _, end := range []string{"自治区", "省", "市", "县", "区"} {
		if short, ok := strings.CutSuffix(name, end); ok && utf8.RuneCountInString(short) >= 2 {
			return append(out, short)
		}
	}
	return out
}

// tradesOf are the words for what an enterprise does: those of its industry, and
// what its name ends with.
func tradesOf(f firm) []string {
	var out []string
	for _, word := range strings.FieldsFunc(catalog.IndustryName(f.division), func(r rune) bool { return strings.ContainsRune("、和及，", r) }) {
		for _, end := range []string{"业", "制造", "加工", "修理", "生产", "供应", "服务"} {
			word = strings.TrimSuffix(word, end)
		}
		if utf8.RuneCountInString(word) >= 2 {
			out = append(out, word)
		}
	}
	if core := []rune(f.core); len(core) >= 4 { // 泰祥冷冻食品: behind the two characters that are its own
		out = append(out, string(core[2:]))
		if len(core) >= 6 {
			out = append(out, string(core[len(core)-2:]))
		}
	}
	return out
}
