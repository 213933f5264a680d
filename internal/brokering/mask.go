package brokering

import (
	"hongniang/internal/catalog"
	"hongniang/internal/contact"
)

// masks are what stands in the place of contacts that are not open yet.
var masks = map[contact.Kind]string{contact.Phone: "［号码未开放］", contact.Mail: "［邮箱未开放］", contact.Account: "［账号未开放］"}

// MaskText replaces what looks like a way to reach somebody: telephone numbers,
// mail addresses, WeChat and QQ accounts, however they are written.
func MaskText(s string) string { return contact.Mask(s, masks) }

// MaskContact gives a contact as lists show it: 刘**, 138****5678, l***@x.cn.
func MaskContact(c *catalog.Contact) *catalog.Contact {
	if c == nil {
		return nil
	}
	out := &catalog.Contact{}
	if r := []rune(c.Name); len(r) > 0 {
		out.Name = string(r[0]) + "**"
	}
	if n := len(c.Phone); n >= 8 {
		out.Phone = c.Phone[:3] + "****" + c.Phone[n-2:]
	} else if n > 0 {
		out.Phone = "****"
	}
	if c.Email != "" {
		out.Email = c.Email[:1] + "***"
	}
	return out
}

// NeedFor gives the catalogue's need as a provider is shown it: the public view,
// and what was opened. Nothing gives the firms to avoid or the partners wished for.
func NeedFor(need *catalog.Need, o Opened) *catalog.Need {
	out := &catalog.Need{Meta: catalog.Meta{Code: need.Code}}
	if rec, ok := catalog.PublicView(need); ok {
		if public, isNeed := rec.(*catalog.Need); isNeed {
			out = public
		}
	}
	if o.Name {
		out.EnterpriseName, out.EnterpriseCode = need.EnterpriseName, need.EnterpriseCode
	}
	if o.Contact {
		out.Contact, out.SiteAddress = need.Contact, need.SiteAddress
	}
	if o.Detail {
		out.Title, out.SummaryPublic, out.Background, out.Detail = need.Title, need.SummaryPublic, need.Background, need.Detail
		out.Targets, out.Constraints, out.Attempts, out.ExpectedBenefit = need.Targets, need.Constraints, need.Attempts, need.ExpectedBenefit
	}
	return out
}
