package view

import "hongniang/internal/catalog"

// Preview is what others will see of something that is being written.
type Preview struct {
	Title    string
	Sections []Section
	Hidden   string // why nobody sees it; "" when it is shown
	Note     string // what they do not see
}

// BuildPreview makes the public view of a record as it is typed; nothing is saved or
// changed. What is no public view is told instead.
func BuildPreview(rec catalog.Record) *Preview {
	typed := catalog.Clone(rec)
	catalog.Clean(typed)
	if typed.Base().Visibility == "" {
		typed.Base().Visibility = "public"
	}
	shown, ok := catalog.Preview(typed)
	if !ok {
		return &Preview{Hidden: HiddenBecause(typed)}
	}
	v := BuildRecord(shown, Names{})
	out := &Preview{Title: v.Title, Sections: v.Sections, Note: "联系方式等不公开的内容，别人看不到。"}
	if need, isNeed := shown.(*catalog.Need); isNeed {
		out.Note = "除此以外，企业名称、详情、指标、地址和联系人，别人都看不到。"
		if need.Confidentiality == "public" {
			out.Note = "您选了“公开”：企业名称、详情和指标也给大家看；联系人和地址仍不公开。"
		}
	}
	return out
}

// HiddenBecause says why nobody else sees a record, published or not, of which
// catalog.Preview has no public view.
func HiddenBecause(rec catalog.Record) string {
	switch r := rec.(type) {
	case *catalog.Need:
		if r.Confidentiality == "nda" {
			return "别人看不到这条：要先签保密协议，才由红娘拿给对方看。"
		}
	case *catalog.Expert:
		if r.Consent != nil && !r.Consent.ProfilePublic && r.Visibility != "internal" {
			return "别人看不到这条：本人没有同意公开简介。"
		}
	}
	return "别人看不到这条：只有经办的人看得到。"
}

// publicFields are the fields of the form of a need that everybody reads, as it is
// to be shown.
func publicFields(need *catalog.Need) map[string]bool {
	out := map[string]bool{}
	for _, f := range catalog.Schema(catalog.KindNeed) {
		switch need.Confidentiality {
		case "broker_only", "nda":
		case "public":
			out[f.Key] = f.Secret != "always"
		default:
			out[f.Key] = f.Secret == ""
		}
	}
	return out
}
