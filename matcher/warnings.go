package matcher

import (
	"fmt"
	"slices"

	"hongniang/internal/catalog"
	"hongniang/internal/search"
)

// deadStatuses are legal states in which a patent protects nothing.
var deadStatuses = map[string]bool{
	"rejected": true, "withdrawn": true, "deemed_withdrawn": true, "abandoned": true, "lapsed_fee": true, "expired": true, "invalidated": true,
}

// warnings says what speaks against a candidate who may be proposed.
func (m *Matcher) warnings(r request, f found, doc search.Document) []Warning {
	var out []Warning
	for _, w := range r.gate.need.Warns(f.party) {
		out = append(out, Warning{Code: w.Code, Message: w.Message})
	}
	told := slices.ContainsFunc(out, func(w Warning) bool { return w.Code == "far" })
	if !told && far(r.Region, doc.Region) {
		out = append(out, Warning{Code: "far", Message: fmt.Sprintf("不在同一省份（%s），上门要先商量路程。", catalog.PlaceName(doc.Region[:2]+"0000"))})
	}
	if deadStatuses[doc.LegalStatus] {
		out = append(out, Warning{Code: "legal_status", Message: fmt.Sprintf("专利法律状态为“%s”，可以参考技术内容，但不能转让或许可。", catalog.Vocab("legal_status").Label(doc.LegalStatus))})
	}
	return out
}

// far tells whether two known regions lie in different provinces.
func far(a, b string) bool {
	return len(a) == 6 && len(b) == 6 && a[:2] != b[:2]
}
