package catalog

import (
	"regexp"
	"strings"
	"sync"
)

// Industry is a section (letter) or division (2 digits) of GB/T 4754-2017.
type Industry struct {
	Code string
	Name string
}

type industryList struct {
	order  []Industry
	names  map[string]string    // code → name
	byName map[string]string    // folded name → code
	spans  map[string][2]string // section → first and last division
}

// industries reads configs/industries.tsv. A division wins a name that its
// section has too (教育 is 83, not P).
var industries = sync.OnceValue(func() industryList {
	l := industryList{names: map[string]string{}, byName: map[string]string{}, spans: map[string][2]string{}}
	for _, row := range table("industries.tsv") {
		l.order = append(l.order, Industry{Code: row[0], Name: row[1]})
		l.names[row[0]] = row[1]
		l.byName[foldKey(row[1])] = row[0]
		if len(row) > 2 {
			first, last, _ := strings.Cut(row[2], "-")
			l.spans[row[0]] = [2]string{first, last}
		}
	}
	return l
})

// industryCode is a section, or a division, group or class with or without the
// letter of its section.
var industryCode = regexp.MustCompile(`^(?:([A-T])|[A-T]?(\d{2,4}))$`)

// Industries lists the sections, then the divisions.
func Industries() []Industry { return industries().order }

// IndustryName gives the name of a GB/T 4754 code: of the section or division
// itself, or of the division that a longer code belongs to; "" when unknown.
func IndustryName(code string) string {
	m := industryCode.FindStringSubmatch(code)
	switch {
	case m == nil:
		return ""
	case m[1] != "":
		return industries().names[m[1]]
	}
	return industries().names[m[2][:2]]
}

// IndustryScope gives the codes that asking for an industry means: a section
// and its divisions, else the division alone; none when unknown.
func IndustryScope(code string) []string {
	m := industryCode.FindStringSubmatch(code)
	if IndustryName(code) == "" {
		return nil
	}
	if m[1] == "" {
		return []string{m[2][:2]}
	}
	out := []string{code}
	span := industries().spans[code]
	for _, in := range industries().order {
		if len(in.Code) == 2 && span[0] <= in.Code && in.Code <= span[1] {
			out = append(out, in.Code)
		}
	}
	return out
}

// ParseIndustry reads a code or a name: C34, 34, 345, 通用设备制造业. The letter
// before digits is dropped, so that C34 and 34 are one value.
func ParseIndustry(text string) (code string, ok bool) {
	folded := strings.ToUpper(foldKey(text))
	if IndustryName(folded) != "" {
		if m := industryCode.FindStringSubmatch(folded); m[2] != "" {
			return m[2], true
		}
		return folded, true
	}
	code, ok = industries().byName[foldKey(text)]
	return code, ok
}
