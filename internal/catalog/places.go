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
	names  map[string]string   // code → name
	byName map[string][]string // folded name, long, short or other → codes, provinces first
	order  []Place
}

// places reads configs/regions.tsv: code<TAB>name<TAB>other names.
var places = sync.OnceValue(func() gazetteer {
	g := gazetteer{names: map[string]string{}, byName: map[string][]string{}}
	for _, row := range table("regions.tsv") {
		code, name := row[0], row[1]
		g.names[code] = name
		g.order = append(g.order, Place{Code: code, Name: name})
		known := []string{name, shortPlace(name)}
		if len(row) > 2 {
			known = append(known, strings.Split(row[2], "；")...)
		}
		for _, n := range known {
			g.add(foldKey(n), code)
		}
	}
	return g
})

func (g gazetteer) add(name, code string) {
	for _, known := range g.byName[name] {
		if known == code {
			return
		}
	}
	g.byName[name] = append(g.byName[name], code)
}

// find gives the one place of that name inside a place; the higher level wins
// (朝阳 is the city in Liaoning, not the district of Beijing), and two places
// of one level make the name ambiguous (鼓楼区, 市中区): then it is not found.
func (g gazetteer) find(name, within string) (code string, ok bool) {
	for _, c := range g.byName[name] {
		if !strings.HasPrefix(c, within) {
			continue
		}
		switch {
		case code == "" || placeLevel(c) < placeLevel(code):
			code, ok = c, true
		case placeLevel(c) == placeLevel(code):
			ok = false
		}
	}
	return code, ok
}

// walk finds a path of names from the top down: 山东省济南市市中区.
func (g gazetteer) walk(path, within string) (code string, ok bool) {
	if code, ok := g.find(path, within); ok {
		return code, true
	}
	for cut := range path {
		if cut == 0 {
			continue
		}
		for _, parent := range g.byName[path[:cut]] {
			if strings.HasPrefix(parent, within) && placeLevel(parent) < 3 {
				if code, ok := g.walk(path[cut:], significant(parent)); ok {
					return code, true
				}
			}
		}
	}
	return "", false
}

// placeLevel is 1 for a province, 2 for a prefecture, 3 for a county.
func placeLevel(code string) int { return len(significant(code)) / 2 }

// significant cuts the pairs of zeros off the end of a code.
func significant(code string) string {
	for len(code) > 2 && strings.HasSuffix(code, "00") {
		code = code[:len(code)-2]
	}
	return code
}

// placeEnds are the words for a level, the longer before those that end them.
var placeEnds = []string{"维吾尔自治区", "壮族自治区", "回族自治区", "自治区", "特别行政区", "地区", "林区", "省", "市", "区", "县", "盟"}

func shortPlace(name string) string {
	for _, end := range placeEnds {
		if s := strings.TrimSuffix(name, end); s != name && len([]rune(s)) >= 2 {
			return s
		}
	}
	return name
}

// Places lists every known place, provinces before their cities.
func Places() []Place { return places().order }

// PlaceName gives the name of a region code: of the code itself, or of the
// prefecture that an unlisted county belongs to; "" when unknown.
func PlaceName(code string) string {
	if name := places().names[code]; name != "" || len(code) != 6 || strings.Trim(code, "0123456789") != "" {
		return name
	}
	return places().names[code[:4]+"00"]
}

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

// longestPath is more bytes than any province, prefecture and county have
// together.
const longestPath = 200

// ParsePlace reads a code or a name: 371000, 威海市, 威海, 山东省威海市. A name
// that several places of one level share needs the name of its city before it.
func ParsePlace(text string) (code string, ok bool) {
	text = foldKey(text)
	if PlaceName(text) != "" {
		return text, true
	}
	if len(text) > longestPath {
		return "", false
	}
	return places().walk(text, "")
}
