package coach

import (
	"fmt"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"hongniang/internal/contact"
	"hongniang/internal/zh"
)

// giveaways find in a public text what leads to the firm. They read squeezed
// text: folded, without blanks and invisible characters.
var giveaways = []struct {
	code, what, example string
	pattern             *regexp.Regexp
}{
	{"patent_no", "专利号", "改成“已有一项自有专利”。", regexp.MustCompile(`zl\d{8,13}|cn\d{7,9}[abcsuy]?|(?:19|20)\d{2}[12389]\d{7}\.?[\dx]`)},
	{"url", "网址", "删去网址，联系方式填在“联系人”里。", regexp.MustCompile(`(?:https?:|www\.)[a-z0-9./_-]*|[a-z0-9-]{2,}\.(?:com|cn|net|org|top|shop|vip)\b`)},
	{"email", "邮箱", "删去邮箱，填在“联系人”里。", regexp.MustCompile(`[a-z0-9._-]+@[a-z0-9-]+`)},
	{"phone", "电话", "删去电话，填在“联系人”里。", regexp.MustCompile(`1[3-9]\d{9}|0\d{2,3}-?\d{7,8}|400-?\d{3}-?\d{4}`)},
	{"account", "微信号或公众号", "删去微信号和公众号。", regexp.MustCompile(`(?:微信|公众号|qq)号?[:：]?[a-z0-9_-]{5,}`)},
	{"uscc", "统一社会信用代码", "删去信用代码。", regexp.MustCompile(`[159][1-9]\d{6}[0-9a-hj-npqrtuwxy]{10}`)},
	{"brand", "品牌", "改成“自有品牌产品”。", regexp.MustCompile(`[®™]|[\p{Han}a-z]{1,6}牌(?:[\p{Han}]|$)`)},
	{"company", "单位名称", "改成“某企业”。", regexp.MustCompile(`[\p{Han}]{2,20}?(?:股份有限公司|有限责任公司|有限公司|集团公司|股份公司)`)},
}

// harmless are words that end like a brand.
var harmless = []string{"车牌", "门牌", "名牌", "招牌", "铭牌", "标牌", "指示牌", "警示牌", "吊牌", "挂牌", "钢牌", "号牌", "奖牌", "看板牌", "工牌", "胸牌"}

// summary looks at what everybody will read.
func (r *reading) summary() {
	n := r.need
	if strings.TrimSpace(n.SummaryPublic) == "" {
		r.add(Remark{Code: "summary.missing", Level: Should, Field: "summary_public", Message: "没有写需求简介：公开页上只有标题，别人看不出能不能帮。",
			Example: "水帘喷漆房的漆泥黏、糊泵、发臭，想让它不黏、能浮起来打捞。"})
	}
	if n.Confidentiality == "public" {
		return // the firm wants to be known
	}
	for _, open := range []struct {
		field string
		texts []string
	}{{"title", []string{n.Title}}, {"summary_public", []string{n.SummaryPublic}}, {"keywords", n.Keywords}, {"occupations", n.Occupations}} {
		for _, text := range open.texts {
			r.public(open.field, text)
		}
	}
}

// public looks at one text.
func (r *reading) public(field, text string) {
	if utf8.RuneCountInString(text) > maxRead {
		text = string([]rune(text)[:maxRead])
	}
	squeezed := squeeze(text)
	named, told := r.namedIn(squeezed), map[string]bool{}
	if named != "" {
		r.add(Remark{Code: "summary.names_enterprise", Level: Must, Field: field, Found: named, Example: "改成“某企业”，或直接删去。",
			Message: fmt.Sprintf("公开的部分出现了企业的名称或简称“%s”，一看就知道是谁。", named)})
	}
	for _, g := range giveaways {
		at := g.pattern.FindString(squeezed)
		if at == "" || g.code == "brand" && firstIn(at, harmless) != "" || g.code == "company" && (named != "" || strings.HasPrefix(at, "某")) {
			continue
		}
		r.add(Remark{Code: "summary." + g.code, Level: Must, Field: field, Found: at, Example: g.example,
			Message: fmt.Sprintf("公开的部分出现了%s“%s”，顺着它就能查到企业。", g.what, at)})
		told[g.code] = true
	}
	r.contacts(field, text, told)
	if named == "" {
		r.traced(field, squeezed, r.begun(field, squeezed))
	}
}

// longBeginning is how many characters of a firm's name tell it from others: 威海某某曲轴
// of 威海某某曲轴锻造有限公司.
const longBeginning = 5

// begun finds a name that is cut short, and gives it; "" for none.
func (r *reading) begun(field, squeezed string) string {
	for _, name := range append([]string{r.need.EnterpriseName}, r.firm.Names...) {
		core := []rune(NameCore(name))
		for n := len(core) - 1; n >= longBeginning; n-- {
			if strings.Contains(squeezed, string(core[:n])) {
				r.shortName(field, string(core[:n]))
				return string(core[:n])
			}
		}
	}
	return ""
}

func (r *reading) shortName(field, found string) {
	r.add(Remark{Code: "summary.short_name", Level: Should, Field: field, Found: found, Example: "改成“某企业”，或直接删去。",
		Message: fmt.Sprintf("公开的部分有“%s”，像是企业的简称；是的话请删去。", found)})
}

// mostPeers is with how many others, itself among them, an enterprise is not yet
// hidden by its place and trade.
const mostPeers = 3

// traced finds what leads to the firm without naming it: 荣成某冷冻食品厂 where the
// register has one such firm, and the short name that people call it by, unless it is
// part of the one that was told of.
func (r *reading) traced(field, squeezed, told string) {
	for _, t := range r.firm.Traces {
		place, trade := squeeze(t.Place), squeeze(t.Trade)
		switch {
		case t.Peers < 1 || t.Peers > mostPeers || utf8.RuneCountInString(trade) < shortest || !strings.Contains(squeezed, trade):
		case place == "" && (common[trade] || strings.Contains(told, trade)):
		case place == "":
			r.shortName(field, trade)
		case place != "" && strings.Contains(squeezed, place):
			r.add(Remark{Code: "summary.place_trade", Level: Must, Field: field, Found: place + trade, Example: "只写行业，或只写到市；地点由红娘告诉愿意来的人。",
				Message: fmt.Sprintf("公开的部分既有地名“%s”又有行业“%s”：登记的单位里这样的只有 %d 家，一看就猜得到。", place, trade, t.Peers)})
			return
		}
	}
}

// NameCore is an organisation's name, folded, without its legal form.
func NameCore(name string) string {
	core := squeeze(name)
	for _, form := range legalForms {
		core = strings.TrimSuffix(core, form)
	}
	return core
}

// contactCodes are the giveaways that package contact finds too, however they are
// written.
var contactCodes = map[contact.Kind]string{contact.Phone: "phone", contact.Mail: "email", contact.Account: "account"}

// contacts finds the ways to reach somebody that the patterns missed.
func (r *reading) contacts(field, text string, told map[string]bool) {
	for _, p := range contact.Find(text) {
		code, found := contactCodes[p.Kind], text[p.Start:p.End]
		for _, g := range giveaways {
			if g.code == code && !told[code] {
				r.add(Remark{Code: "summary." + code, Level: Must, Field: field, Found: found, Example: g.example,
					Message: fmt.Sprintf("公开的部分出现了%s“%s”，顺着它就能查到企业。", g.what, found)})
			}
		}
		told[code] = true
	}
}

// squeeze folds a text and takes out what people put between letters to hide
// them from programs.
func squeeze(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || unicode.Is(unicode.Cf, r) || r == '·' || r == '*' {
			return -1
		}
		return r
	}, zh.Fold(text))
}

// shortest is how many characters a name must have to be looked for: 广泰 is
// one, 鑫 is not.
const shortest = 2

// common are parts of names that many firms have.
var common = map[string]bool{"机械": true, "科技": true, "技术": true, "实业": true, "工业": true, "制造": true, "设备": true, "材料": true, "电子": true, "食品": true, "化工": true, "集团": true, "公司": true, "工厂": true}

// namedIn gives the name of the firm that a text holds.
func (r *reading) namedIn(squeezed string) string {
	for _, name := range append([]string{r.need.EnterpriseName}, r.firm.Names...) {
		for _, form := range forms(name) {
			if strings.Contains(squeezed, form) {
				return form
			}
		}
	}
	if code := strings.ToLower(r.firm.USCC); len(code) == 18 && strings.Contains(squeezed, code) {
		return code
	}
	return ""
}

// legalForms are the ends of names that people leave off.
var legalForms = []string{"股份有限公司", "有限责任公司", "集团有限公司", "有限公司", "集团公司", "股份公司", "集团", "公司"}

// forms gives a name and what people call it.
func forms(name string) []string {
	full := squeeze(name)
	out := []string{}
	for _, form := range append([]string{""}, legalForms...) {
		short, ok := strings.CutSuffix(full, form)
		if ok && utf8.RuneCountInString(short) >= shortest && !common[short] {
			out = append(out, short)
		}
	}
	return out
}
