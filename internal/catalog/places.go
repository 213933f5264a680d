package catalog

import (
	"strings"
	"sync"
)

// Place is a province, city or county of GB/T 2260.
type Place struct {
	Code string // 6 digits
	Name string // official, such as 威海市
}

type gazetteer struct {
	names  map[string]string // code → name
	byName map[string]string // folded name, long or short → code
	order  []Place
}

// places reads configs/regions.tsv: code<TAB>name.
var places = sync.OnceValue(func() gazetteer {
	g := gazetteer{names: map[string]string{}, byName: map[string]string{}}
	for _, row := range table("regions.tsv") {
		code, name := row[0], row[1]
		g.names[code] = name
		g.order = append(g.order, Place{Code: code, Name: name})
		for _, n := range []string{name, shortPlace(name)} {
			if _, taken := g.byName[foldKey(n)]; !taken {
				g.byName[foldKey(n)] = code
			}
		}
	}
	return g
})

func shortPlace(name string) string {
	for _, end := range []string{"维吾尔自治区", "壮族自治区", "回族自治区", "自治区", "特别行政区", "省", "市", "区", "县"} {
		if s := strings.TrimSuffix(name, end); s != name && len([]rune(s)) >= 2 {
			return s
		}
	}
	return name
}

// Places lists every known place, provinces before their cities.
func Places() []Place { return places().order }

// PlaceName gives the name of a region code, "" when unknown.
func PlaceName(code string) string { return places().names[code] }

// PlacePath gives the names from the province down: 山东省 威海市 环翠区.
func PlacePath(code string) []string {
	var out []string
	if len(code) != 6 {
		return nil
	}
	for _, c := range []string{code[:2] + "0000", code[:4] + "00", code} {
		if name := PlaceName(c); name != "" && (len(out) == 0 || out[len(out)-1] != name) {
			out = append(out, name)
		}
	}
	return out
}

// ParsePlace reads a code or a name: 371000, 威海市, 威海, 山东省威海市.
func ParsePlace(text string) (code string, ok bool) {
	text = foldKey(text)
	if _, ok := places().names[text]; ok {
		return text, true
	}
	if code, ok := places().byName[text]; ok {
		return code, true
	}
	for cut := range text { // 山东省威海市, 山东威海: the part behind a known province
		head, tail := text[:cut], text[cut:]
		if parent, ok := places().byName[head]; ok {
			if code, ok := places().byName[tail]; ok && code[:2] == parent[:2] {
				return code, true
			}
		}
	}
	return "", false
}

// Industry is a section (letter) or division (2 digits) of GB/T 4754-2017.
type Industry struct {
	Code string
	Name string
}

var industries = sync.OnceValue(func() map[string]string {
	out := map[string]string{}
	for _, row := range table("industries.tsv") {
		out[row[0]] = row[1]
	}
	return out
})

// IndustryName gives the name of a GB/T 4754 code: of the code itself, or of
// the division that a longer code belongs to; "" when unknown.
func IndustryName(code string) string {
	digits := strings.TrimLeft(code, "ABCDEFGHIJKLMNOPQRST")
	for _, c := range []string{code, digits, firstRunes(digits, 2)} {
		if name, ok := industries()[c]; ok && c != "" {
			return name
		}
	}
	return ""
}

// ParseIndustry reads a code or a name: C34, 34, 345, 通用设备制造业.
func ParseIndustry(text string) (code string, ok bool) {
	folded := strings.ToUpper(foldKey(text))
	if IndustryName(folded) != "" {
		return folded, true
	}
	for code, name := range industries() {
		if foldKey(name) == foldKey(text) {
			return code, true
		}
	}
	return "", false
}

func firstRunes(s string, n int) string {
	if len(s) <= n {
		return s
	}
	return s[:n]
}
