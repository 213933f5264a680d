package matcher

import (
	"fmt"
	"strings"
	"time"

	"hongniang/internal/catalog"
	"hongniang/internal/search"
	"hongniang/internal/zh"
)

// deadStatuses are legal states in which a patent protects nothing.
var deadStatuses = map[string]bool{
	"rejected": true, "withdrawn": true, "deemed_withdrawn": true, "abandoned": true, "lapsed_fee": true, "expired": true, "invalidated": true,
}

// warnings says what speaks against a candidate.
func (m *Matcher) warnings(r request, doc search.Document) []Warning {
	var out []Warning
	warn := func(code, format string, args ...any) {
		out = append(out, Warning{Code: code, Message: fmt.Sprintf(format, args...)})
	}
	if org := namedOrg(doc, r.own); org != "" {
		warn("same_enterprise", "来自需求企业自己（%s）：先问企业是否已经找过。", org)
	}
	if org := namedOrg(doc, r.excluded); org != "" {
		warn("excluded", "属于企业要求回避的单位（%s）：未经企业同意不要联系。", org)
	}
	if months := staleMonths(doc.Confirmed, m.Now()); months > 12 {
		warn("stale", "资料已有 %d 个月没有确认，联系前请先核实。", months)
	}
	switch today := m.Now().Format(time.DateOnly); {
	case doc.Unavailable == "always":
		warn("unavailable", "目前不接受对接。")
	case doc.Unavailable >= today:
		warn("unavailable", "%s 之前没有时间。", doc.Unavailable)
	}
	if far(r.Region, doc.Region) {
		warn("far", "不在同一省份（%s），上门要先商量路程。", catalog.PlaceName(doc.Region[:2]+"0000"))
	}
	if deadStatuses[doc.LegalStatus] {
		warn("legal_status", "专利法律状态为“%s”，可以参考技术内容，但不能转让或许可。", catalog.Vocab("legal_status").Label(doc.LegalStatus))
	}
	return out
}

// namedOrg gives the organisation of a document that one of names means, "" when
// none does.
func namedOrg(doc search.Document, names []string) string {
	for _, name := range names {
		want := strings.Join(strings.Fields(zh.Fold(name)), "")
		if want == "" {
			continue
		}
		for _, org := range append(doc.Orgs, doc.OrgCodes...) {
			if strings.Join(strings.Fields(zh.Fold(org)), "") == want {
				return firstOf(first(doc.Orgs), org)
			}
		}
	}
	return ""
}

func first(list []string) string {
	if len(list) == 0 {
		return ""
	}
	return list[0]
}

// staleMonths counts the whole months since an ISO date or month, 0 when it is
// unknown.
func staleMonths(confirmed string, now time.Time) int {
	for _, layout := range []string{time.DateOnly, "2006-01", "2006"} {
		if t, err := time.Parse(layout, confirmed); err == nil {
			return (now.Year()-t.Year())*12 + int(now.Month()) - int(t.Month())
		}
	}
	return 0
}

// far tells whether two known regions lie in different provinces.
func far(a, b string) bool {
	return len(a) == 6 && len(b) == 6 && a[:2] != b[:2]
}
