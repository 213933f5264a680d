package verdict

import (
	"encoding/json"
	"slices"
	"strings"
	"unicode/utf8"

	"hongniang/internal/catalog"
	"hongniang/internal/contact"
	"hongniang/internal/zh"
)

const (
	// shortSecret is up to how many characters a confidential value counts as a
	// name, a number or an address, no part of which may be said whole.
	shortSecret = 20
	// leastSecret is the shortest that is looked for.
	leastSecret = 2
	// secretRun is how many characters in a row of a confidential text give it
	// away, when the public text does not have them.
	secretRun = 8
	// leastDigits is how long a number is without its area code.
	leastDigits = 7
)

// Reveals tells whether a sentence has something of a need that the public may
// not read: a name, a number, or a piece of its confidential text.
func Reveals(need *catalog.Need, sentence string) bool {
	var shown []string
	if view, ok := catalog.PublicView(need); ok {
		shown = texts(view)
	}
	whole := texts(need)
	said, open := plain(sentence), plain(strings.Join(shown, "\n"))
	for _, secret := range whole {
		if gives(plain(secret), said, open) {
			return true
		}
	}
	return reaches(sentence, whole, shown)
}

// reaches tells whether a sentence has a telephone number or an address of a need that
// is not open, however either is written, and be it without its area code.
func reaches(sentence string, whole, shown []string) bool {
	said, open := ways(sentence), ways(shown...)
	for _, secret := range ways(whole...) {
		if !slices.Contains(open, secret) && slices.ContainsFunc(said, func(one string) bool { return sameWay(one, secret) }) {
			return true
		}
	}
	return false
}

// sameWay tells whether two spellings by ways reach the same: one number may lack its
// area code.
func sameWay(a, b string) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	return a == b || len(a) >= leastDigits && strings.Trim(a, "0123456789") == "" && strings.HasSuffix(b, a)
}

// ways lists the telephone numbers, addresses and accounts in texts, in one spelling.
func ways(texts ...string) []string {
	var out []string
	for _, text := range texts {
		for _, place := range contact.Find(text) {
			out = append(out, place.Values...)
		}
	}
	return out
}

// gives tells whether what is said has a secret that is not open.
func gives(secret, said, open string) bool {
	n := utf8.RuneCountInString(secret)
	if n < leastSecret || strings.Contains(open, secret) {
		return false
	}
	if n <= shortSecret && strings.Contains(said, secret) {
		return true
	}
	runes := []rune(said)
	for i := 0; i+secretRun <= len(runes); i++ {
		piece := string(runes[i : i+secretRun])
		if strings.Contains(secret, piece) && !strings.Contains(open, piece) {
			return true
		}
	}
	return false
}

// plain is the form in which texts are compared: folded, without blanks.
func plain(s string) string { return strings.Join(strings.Fields(zh.Fold(s)), "") }

// texts lists every text of a record.
func texts(rec catalog.Record) []string {
	data, err := json.Marshal(rec)
	if err != nil {
		return nil
	}
	var tree any
	if err := json.Unmarshal(data, &tree); err != nil {
		return nil
	}
	return gather(nil, tree)
}

func gather(out []string, tree any) []string {
	switch v := tree.(type) {
	case string:
		return append(out, v)
	case []any:
		for _, item := range v {
			out = gather(out, item)
		}
	case map[string]any:
		for name, item := range v {
			if !keyed[name] {
				out = gather(out, item)
			}
		}
	}
	return out
}

// keyed are fields that hold keys and stamps, not words of the firm.
var keyed = map[string]bool{
	"status": true, "visibility": true, "confidentiality": true, "need_type": true, "tech_field": true, "industry_code": true, "collected_by": true, "urgency": true,
	"ip_ownership": true, "cooperation_modes": true, "region_code": true, "updated_at": true, "created_at": true, "updated_by": true, "created_by": true,
	"steps": true, "op": true, "unit": true, "source": true, "union": true, "deadline": true, "valid_from": true, "valid_to": true, "emerging_industry": true,
}
