package catalog

import (
	"fmt"
	"math"
	"net/mail"
	"net/url"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"hongniang/internal/errs"
	"hongniang/internal/zh"
)

// Clean brings the text of a record into the form in which it is kept: cleaned
// (zh.Clean), numbers of patents and organisations normalised, dates with
// hyphens, places and vocabulary values as keys. What cannot be read stays as
// it was, for Validate to name.
func Clean(rec Record) {
	m := rec.Base()
	m.OwnerOrg, m.Union = zh.CleanLine(m.OwnerOrg), zh.CleanLine(m.Union)
	region, _ := ParsePlace(zh.CleanLine(m.RegionCode)) // decides how other fields are read
	cleanFields(Schema(rec.Kind()), rec, region)
}

// Validate checks a cleaned record against its schema and the rules of its
// kind. The error is an *errs.Error of kind Invalid that lists every fault.
func Validate(rec Record) error {
	var f errs.Faults
	checkFields(Schema(rec.Kind()), rec, "", &f)
	m := rec.Base() // its fields without a label are filled in by other systems
	checkText(FieldInfo{Label: "所属单位编号", MaxRunes: 40}, m.OwnerOrg, "owner_org", &f)
	checkText(FieldInfo{Label: "主管工会编号", MaxRunes: 40}, m.Union, "union", &f)
	rec.check(&f)
	return f.Err()
}

// later tells whether one date is behind another. Dates may have the precision
// of a year or a month: they are compared as far as both go.
func later(a, b string) bool {
	n := min(len(a), len(b))
	return a[:n] > b[:n]
}

func cleanFields(fields []FieldInfo, of any, region string) {
	for _, f := range fields {
		v := f.Value(of)
		if f.List {
			cleanList(f, v, region)
			continue
		}
		cleanValue(f, v, region)
	}
}

// cleanList cleans each value and drops empty and repeated texts.
func cleanList(f FieldInfo, list reflect.Value, region string) {
	kept := reflect.MakeSlice(list.Type(), 0, list.Len())
	seen := map[string]bool{}
	for i := range list.Len() {
		v := list.Index(i)
		cleanValue(f, v, region)
		if v.Kind() == reflect.String {
			if v.String() == "" || seen[v.String()] {
				continue
			}
			seen[v.String()] = true
		}
		kept = reflect.Append(kept, v)
	}
	if kept.Len() == 0 {
		list.SetZero()
		return
	}
	list.Set(kept)
}

func cleanValue(f FieldInfo, v reflect.Value, region string) {
	switch {
	case v.Kind() == reflect.Pointer && v.IsNil():
	case f.Type == Group:
		if v.Kind() == reflect.Struct {
			v = v.Addr()
		}
		cleanFields(f.Items, v.Interface(), region)
	case v.Kind() == reflect.String:
		v.SetString(cleanText(f, v.String(), region))
	case v.Kind() == reflect.Float64 && f.Format == "wan":
		v.SetFloat(math.Round(v.Float()*1e6) / 1e6) // to the 分
	}
}

func cleanText(f FieldInfo, s, region string) string {
	if f.MaxRunes > 300 {
		s = zh.Clean(s)
	} else {
		s = zh.CleanLine(s)
	}
	if s == "" {
		return ""
	}
	parse := formatParsers[f.Format]
	if f.Vocab == "result_kind" {
		parse = func(s string) (string, bool) { return ParseResultKind(s, region) }
	} else if f.Vocab != "" {
		parse = Vocab(f.Vocab).Parse
	}
	if parse != nil {
		if out, ok := parse(s); ok {
			return out
		}
	}
	return s
}

// formatParsers normalise the formats that have several spellings.
var formatParsers = map[string]func(string) (string, bool){
	"region":         ParsePlace,
	"industry":       ParseIndustry,
	"date":           parseDate,
	"month":          parseMonth,
	"uscc":           dropError(ParseUSCC),
	"application_no": dropError(ParseApplicationNo),
	"ipc":            parseIPC,
}

func dropError(parse func(string) (string, error)) func(string) (string, bool) {
	return func(s string) (string, bool) {
		out, err := parse(s)
		return out, err == nil
	}
}

var (
	datePattern  = regexp.MustCompile(`^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ T].*)?$`)
	monthPattern = regexp.MustCompile(`^(\d{4})[-/.年](\d{1,2})月?$`)
	codePattern  = regexp.MustCompile(`^[\pL\pN][\pL\pN\-_.·:+()（）〔〕【】\[\]]*$`)
	ipcPattern   = regexp.MustCompile(`^[A-HY]\d{2}[A-Z](\d{1,4}/\d{2,6})?$`)
)

// parseDate reads 2024-06-01, 2024/6/1, 2024.6.1, 2024年6月1日, 20240601 and,
// with the precision of a month, what parseMonth reads.
func parseDate(s string) (string, bool) {
	s = zh.Fold(s)
	if len(s) == 8 && strings.Trim(s, "0123456789") == "" {
		s = s[:4] + "-" + s[4:6] + "-" + s[6:]
	}
	if m := datePattern.FindStringSubmatch(s); m != nil {
		d := fmt.Sprintf("%s-%02s-%02s", m[1], m[2], m[3])
		if _, err := time.Parse(time.DateOnly, d); err == nil {
			return d, true
		}
		return "", false
	}
	return parseMonth(s)
}

// parseMonth reads 2024-06, 2024/6, 2024年6月 and 2024.
func parseMonth(s string) (string, bool) {
	s = zh.Fold(s)
	if y, err := strconv.Atoi(strings.TrimSuffix(s, "年")); err == nil && y >= 1900 && y <= 2100 {
		return strconv.Itoa(y), true
	}
	if m := monthPattern.FindStringSubmatch(s); m != nil {
		d := fmt.Sprintf("%s-%02s", m[1], m[2])
		if _, err := time.Parse("2006-01", d); err == nil {
			return d, true
		}
	}
	if d, ok := strings.CutSuffix(s, " 00:00:00"); ok {
		return parseDate(d)
	}
	if m := datePattern.FindStringSubmatch(s); m != nil {
		return parseMonth(m[1] + "-" + m[2])
	}
	return "", false
}

func parseIPC(s string) (string, bool) {
	s = strings.ToUpper(foldKey(s))
	return s, ipcPattern.MatchString(s)
}

func checkFields(fields []FieldInfo, of any, prefix string, faults *errs.Faults) {
	for _, f := range fields {
		v := f.Value(of)
		name := prefix + f.Key
		if !f.List {
			checkValue(f, v, name, faults)
			continue
		}
		if f.MaxItems > 0 && v.Len() > f.MaxItems {
			faults.Add(name, "list.too_long", fmt.Sprintf("“%s”最多 %d 项，现有 %d 项，请删减。", f.Label, f.MaxItems, v.Len()), "")
		}
		for i := range v.Len() {
			checkValue(f, v.Index(i), index(name, i), faults)
		}
	}
}

func index(name string, i int) string { return name + "[" + strconv.Itoa(i) + "]" }

func checkValue(f FieldInfo, v reflect.Value, name string, faults *errs.Faults) {
	switch f.Type {
	case Group:
		if v.Kind() == reflect.Pointer && v.IsNil() {
			return
		}
		if v.Kind() == reflect.Struct {
			v = v.Addr()
		}
		checkFields(f.Items, v.Interface(), name+".", faults)
	case Text:
		checkText(f, v.String(), name, faults)
	case Whole:
		checkBounds(f, float64(v.Int()), name, faults)
	case Number:
		checkNumber(f, v.Float(), name, faults)
	}
}

func checkText(f FieldInfo, s, name string, faults *errs.Faults) {
	if s == "" {
		if f.Required {
			faults.Add(name, "text.required", fmt.Sprintf("请填写“%s”。", f.Label), "")
		}
		return
	}
	n := utf8.RuneCountInString(s)
	if f.MinRunes > 0 && n < f.MinRunes {
		faults.Add(name, "text.too_short", fmt.Sprintf("“%s”至少 %d 个字。", f.Label, f.MinRunes), s)
	}
	if f.MaxRunes > 0 && n > f.MaxRunes {
		faults.Add(name, "text.too_long", fmt.Sprintf("“%s”最多 %d 个字，现有 %d 个，请精简。", f.Label, f.MaxRunes, n), s)
	}
	if f.Vocab != "" && !Vocab(f.Vocab).Has(s) {
		faults.Add(name, unknownCode(f, s), unknownMessage(f, s), s)
	}
	if check := formatChecks[f.Format]; check != nil {
		if code, message := check(s); code != "" {
			faults.Add(name, code, message, s)
		}
	}
}

// unknownCode marks a classified secrecy grade: it is refused at entry.
func unknownCode(f FieldInfo, s string) string {
	if f.Vocab == "secrecy" && isClassified(s) {
		return "result.classified"
	}
	return "choice.unknown"
}

func unknownMessage(f FieldInfo, s string) string {
	if f.Vocab == "secrecy" && isClassified(s) {
		return "涉密成果不能录入本系统，请按保密规定处理。"
	}
	return fmt.Sprintf("“%s”没有“%s”这一项，可填：%s。", f.Label, firstN(s, 20), strings.Join(Vocab(f.Vocab).Labels(), "、"))
}

func isClassified(s string) bool {
	switch foldKey(s) {
	case "secret", "confidential", "秘密", "机密", "绝密", "涉密":
		return true
	}
	return false
}

func firstN(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n]) + "…"
	}
	return s
}

// formatChecks give code and message of a fault, or two empty strings.
var formatChecks = map[string]func(string) (code, message string){
	"region": func(s string) (string, string) {
		if PlaceName(s) == "" {
			return "region.unknown", "没有这个地区，或几个城市都有同名的区县，请填 6 位行政区划代码或带城市的名称，如 371000、威海市、南通市通州区。"
		}
		return "", ""
	},
	"industry": func(s string) (string, string) {
		if IndustryName(s) == "" {
			return "industry.unknown", "没有这个行业，请填国民经济行业代码或名称，如 34 或 通用设备制造业。"
		}
		return "", ""
	},
	// A code is part of addresses and file names: XQ-2026-0001, 鲁工（2026）12号.
	"code": func(s string) (string, string) {
		if !codePattern.MatchString(s) {
			return "code.malformed", "编号只能用汉字、字母、数字和 - _ . · : + 及括号，以汉字、字母或数字开头；原系统里带其他符号的编号请填在“外部编号”里。"
		}
		return "", ""
	},
	"date":  checkDate(parseDate, "date.malformed", "日期应像 2024-06-01、2024年6月1日 或 2024-06。"),
	"month": checkDate(parseMonth, "month.malformed", "年月应像 2024-06 或 2024年6月。"),
	"ipc": func(s string) (string, string) {
		if !ipcPattern.MatchString(s) {
			return "ipc.malformed", "IPC 分类号应像 B23Q 或 B23Q1/70。"
		}
		return "", ""
	},
	"uscc":           checkNumberOf(ParseUSCC),
	"application_no": checkNumberOf(ParseApplicationNo),
	"phone": func(s string) (string, string) {
		if strings.Trim(zh.Fold(s), "0123456789+-() /转") != "" || len(s) < 5 {
			return "phone.malformed", "电话只能有数字、空格和 + - ( )，如 0631-5230000。"
		}
		return "", ""
	},
	"email": func(s string) (string, string) {
		if a, err := mail.ParseAddress(s); err != nil || a.Address != s {
			return "email.malformed", "邮箱格式不对，应像 name@example.cn。"
		}
		return "", ""
	},
	"url": func(s string) (string, string) {
		if u, err := url.Parse(s); err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" {
			return "url.malformed", "网址应以 http:// 或 https:// 开头。"
		}
		return "", ""
	},
}

func checkDate(parse func(string) (string, bool), code, message string) func(string) (string, string) {
	return func(s string) (string, string) {
		if out, ok := parse(s); !ok || out != s {
			return code, message
		}
		return "", ""
	}
}

func checkNumberOf(parse func(string) (string, error)) func(string) (string, string) {
	return func(s string) (string, string) {
		if _, err := parse(s); err != nil {
			e := errs.As(err)
			return e.Code, e.Message
		}
		return "", ""
	}
}

func checkNumber(f FieldInfo, x float64, name string, faults *errs.Faults) {
	switch {
	case math.IsNaN(x) || math.IsInf(x, 0):
		faults.Add(name, "number.malformed", fmt.Sprintf("“%s”应是一个数。", f.Label), "")
	case f.Format == "wan" && (x < 0 || x > 1e8):
		faults.Add(name, "money.range", fmt.Sprintf("“%s”以万元计，应在 0 到 1 亿万元之间。", f.Label), strconv.FormatFloat(x, 'f', -1, 64))
	default:
		checkBounds(f, x, name, faults)
	}
}

func checkBounds(f FieldInfo, x float64, name string, faults *errs.Faults) {
	if (f.Low == 0 && f.High == 0) || x == 0 {
		return
	}
	if x < float64(f.Low) || x > float64(f.High) {
		faults.Add(name, "number.range", fmt.Sprintf("“%s”应在 %d 到 %d 之间。", f.Label, f.Low, f.High), strconv.FormatFloat(x, 'f', -1, 64))
	}
}
