package exchange

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode"

	"hongniang/internal/catalog"
	"hongniang/internal/errs"
	"hongniang/internal/zh"
)

// names finds the field that a header means.
type names struct {
	exact map[string]int // folded label or key → index into the schema
	loose map[string]int // without what stands in brackets; ambiguous ones left out
	wan   []bool         // the field counts in 万元
	byKey map[string]int // key → index into the schema
}

// hit is a field with the factor that the unit in the header asks for.
type hit struct {
	field  int
	factor float64
}

var allNames = sync.OnceValue(func() map[catalog.Kind]*names {
	out := map[catalog.Kind]*names{}
	for _, kind := range catalog.Kinds() {
		out[kind] = makeNames(kind)
	}
	return out
})

func namesOf(kind catalog.Kind) *names { return allNames()[kind] }

// headerAliases are what other forms call a field: kind, or "" for all, then
// header → key. A field that the kind lacks is passed over.
var headerAliases = map[catalog.Kind]map[string]string{
	"":                       {"代码": "code", "所在地": "region_code", "所在地区": "region_code", "行政区划": "region_code"},
	catalog.KindNeed:         {"名称": "title", "标题": "title", "难题名称": "title", "技术需求名称": "title", "企业": "enterprise_name", "单位名称": "enterprise_name", "关键字": "keywords", "技术领域": "tech_field", "行业": "industry_code"},
	catalog.KindResult:       {"名称": "title", "项目名称": "title", "创新成果名称": "title", "标题": "title", "完成人": "completers", "第一完成单位": "completing_orgs", "关键字": "keywords", "简介": "summary", "行业": "industry_code"},
	catalog.KindPatent:       {"名称": "title", "标题": "title", "发明名称": "title", "专利号": "application_no", "专利申请号": "application_no", "公开号": "publication_no", "公告号": "publication_no", "权利人": "current_owner", "专利权人": "current_owner", "行业": "industry_code"},
	catalog.KindExpert:       {"名称": "name", "单位": "employer_name", "所在单位": "employer_name", "行业": "industry_code", "联系人": "contact", "荣誉称号": "honours"},
	catalog.KindStudio:       {"名称": "name", "单位": "enterprise_name", "单位名称": "enterprise_name", "类别": "studio_kind", "联系方式": "contact", "所属行业": "industry_code"},
	catalog.KindOrganisation: {"名称": "name", "单位": "name", "企业名称": "name", "信用代码": "uscc", "社会信用代码": "uscc", "行业": "industry_code", "联系方式": "contact"},
}

func makeNames(kind catalog.Kind) *names {
	fields := catalog.Schema(kind)
	byKey := map[string]int{}
	n := &names{exact: map[string]int{}, loose: map[string]int{}, wan: make([]bool, len(fields)), byKey: byKey}
	seen := map[string]int{}
	for i, f := range fields {
		byKey[f.Key] = i
		n.exact[foldHeader(f.Key)], n.exact[foldHeader(f.Label)] = i, i
		n.wan[i] = f.Format == "wan"
		bare, _ := dropBrackets(foldHeader(f.Label))
		seen[bare]++
		n.loose[bare] = i
	}
	for bare, count := range seen {
		if count > 1 {
			delete(n.loose, bare)
		}
	}
	for _, which := range []catalog.Kind{kind, ""} {
		for header, key := range headerAliases[which] {
			if i, ok := byKey[key]; ok {
				setNew(n.exact, foldHeader(header), i)
			}
		}
	}
	return n
}

func setNew(m map[string]int, key string, value int) {
	if _, taken := m[key]; !taken {
		m[key] = value
	}
}

// find tells which field a header means.
func (n *names) find(header string) (hit, bool) {
	folded := foldHeader(header)
	if folded == "" || len(folded) > 200 {
		return hit{}, false
	}
	if i, ok := n.exact[folded]; ok {
		return hit{field: i, factor: 1}, true
	}
	bare, inside := dropBrackets(folded)
	for _, m := range []map[string]int{n.exact, n.loose} {
		if i, ok := m[bare]; ok && bare != "" {
			return hit{field: i, factor: n.factor(i, inside)}, true
		}
	}
	return hit{}, false
}

// factor converts the unit in a header's brackets to 万元.
func (n *names) factor(field int, unit string) float64 {
	if f, ok := moneyUnits[unit]; ok && n.wan[field] {
		return f
	}
	return 1
}

// unit gives the factor that the unit in the brackets of a header asks for.
func (n *names) unit(field int, header string) float64 {
	_, inside := dropBrackets(foldHeader(header))
	return n.factor(field, inside)
}

// decided turns the keys of a Layout into indexes of the schema, -1 for a column
// that is passed over; a key that the kind lacks is as if it were not there.
func (n *names) decided(keys map[string]string) map[string]int {
	out := map[string]int{}
	for column, key := range keys {
		if key == "" {
			out[column] = -1
		} else if i, ok := n.byKey[key]; ok {
			out[column] = i
		}
	}
	return out
}

// moneyUnits give the worth in 万元.
var moneyUnits = map[string]float64{"元": 1e-4, "千元": 0.1, "万元": 1, "万": 1, "百万元": 100, "亿元": 1e4, "亿": 1e4, "万元人民币": 1}

// foldHeader drops what differs between two writings of one header: width,
// case, script, white space, stars and punctuation at the border.
func foldHeader(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || strings.ContainsRune("*※★:\"'", r) {
			return -1
		}
		return r
	}, zh.Fold(s))
	for _, mark := range []string{"(必填)", "(选填)", "[必填]", "(必填项)", "【必填】"} {
		s = strings.ReplaceAll(s, mark, "")
	}
	return s
}

var brackets = regexp.MustCompile(`[(\[【][^()\[\]【】]*[)\]】]`)

// dropBrackets gives a folded header without its brackets, and what stood in
// the last of them.
func dropBrackets(s string) (bare, inside string) {
	if found := brackets.FindAllString(s, -1); found != nil {
		last := found[len(found)-1]
		inside = strings.Trim(last, "()[]【】")
		inside = strings.TrimPrefix(inside, "单位")
	}
	return brackets.ReplaceAllString(s, ""), inside
}

// The columns that exchange itself adds to a file.
const (
	faultColumn    = "错误说明"
	originColumn   = "原行号"
	overflowColumn = "长内容续"
)

// headerRow is a line read as the header of a table.
type headerRow struct {
	fields   []int // per column: index into the schema, or -1
	factors  []float64
	overflow []int // columns that continue long texts
	unknown  []string
	headers  []string
	columns  []string // names that tell the columns apart; see columnNames
	found    int      // fields that were recognised
	number   int      // line of the file; 0: none was recognised
}

func readHeader(n *names, l line, decided map[string]int) headerRow {
	h := headerRow{fields: make([]int, len(l.cells)), factors: make([]float64, len(l.cells)), headers: make([]string, len(l.cells)), columns: columnNames(l)}
	seen := map[int]bool{}
	for i, c := range l.cells { // what a person decided goes before what is guessed
		h.fields[i], h.headers[i] = -1, strings.TrimSpace(c.Text)
		if field, ok := decided[h.columns[i]]; ok && field >= 0 && !seen[field] {
			seen[field] = true
			h.take(i, hit{field: field, factor: n.unit(field, h.headers[i])})
		}
	}
	for i, text := range h.headers {
		if _, ok := decided[h.columns[i]]; ok {
			continue
		}
		found, ok := n.find(text)
		switch {
		case ok && !seen[found.field]:
			seen[found.field] = true
			h.take(i, found)
		case strings.HasPrefix(foldHeader(text), overflowColumn):
			h.overflow = append(h.overflow, i)
		case text != "" && foldHeader(text) != faultColumn && foldHeader(text) != originColumn:
			h.unknown = append(h.unknown, text)
		}
	}
	return h
}

func (h *headerRow) take(column int, f hit) {
	h.fields[column], h.factors[column] = f.field, f.factor
	h.found++
}

// headerDepth is how many lines from the top the header may be.
const headerDepth = 30

// findHeader takes the line that names most fields for the header, the first of
// several. There may be titles and notes above.
func findHeader(n *names, lines []line, o Layout) (at int, best headerRow) {
	decided := n.decided(o.Fields)
	for i, l := range lines {
		if o.Header != 0 && l.number != o.Header {
			continue
		}
		if h := readHeader(n, l, decided); h.found > best.found || l.number == o.Header {
			at, best = i, h
		}
	}
	return at, best
}

// checkHeader wants at least the columns that every record needs.
func checkHeader(kind catalog.Kind, h headerRow) error {
	fields := catalog.Schema(kind)
	label := catalog.Vocab("kind").Label(string(kind))
	if h.found == 0 {
		return errs.New(errs.Invalid, "header.missing", fmt.Sprintf("没有找到表头：前 %d 行里没有一列是“%s”的列名。表头应有“%s”等列，可先下载“%s”的导入模板对照。", headerDepth, label, strings.Join(requiredLabels(fields), "”“"), label))
	}
	lacks := missing(fields, h)
	if len(lacks) == 0 {
		return nil
	}
	return errs.New(errs.Invalid, "header.required", fmt.Sprintf("文件缺少必填的列：%s。请补上这些列（列名照写）再导入，或下载“%s”的导入模板。%s", strings.Join(lacks, "、"), label, unknownHint(h.unknown)))
}

// missing lists the labels of required fields without a column.
func missing(fields []catalog.FieldInfo, h headerRow) []string {
	var out []string
	for i, f := range fields {
		if f.Required && !slices.Contains(h.fields, i) {
			out = append(out, f.Label)
		}
	}
	return out
}

func requiredLabels(fields []catalog.FieldInfo) []string {
	var out []string
	for _, f := range fields {
		if f.Required {
			out = append(out, f.Label)
		}
	}
	return out
}

func unknownHint(unknown []string) string {
	if len(unknown) == 0 {
		return ""
	}
	return "不认识的列有：" + cut(strings.Join(unknown[:min(len(unknown), 8)], "、")) + "。"
}

// cut shortens a text to 80 characters.
func cut(s string) string {
	s = strings.ToValidUTF8(s, "\uFFFD")
	n := 0
	for i := range s {
		if n++; n > 80 {
			return s[:i] + "…"
		}
	}
	return s
}
