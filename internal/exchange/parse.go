package exchange

import (
	"fmt"
	"math"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"time"

	"hongniang/internal/catalog"
	"hongniang/internal/zh"
)

// problem is what is wrong with a cell; nil when nothing is.
type problem struct{ code, message string }

// setCell reads a cell into the field of a record. Texts are stored as they
// are: catalog.Clean and catalog.Validate judge them.
func setCell(f catalog.FieldInfo, of any, c Cell) *problem {
	if p := checkCell(f, c); p != nil {
		return p
	}
	v := f.Value(of)
	text := c.Text
	if c.Type == CellNumber || c.Type == CellDate1904 {
		var p *problem
		if text, p = numberText(f, c); p != nil {
			return p
		}
	}
	if strings.TrimSpace(text) == "" {
		v.SetZero()
		return nil
	}
	if f.List {
		return setList(f, v, text)
	}
	return setValue(f, v, text, c.Factor)
}

func checkCell(f catalog.FieldInfo, c Cell) *problem {
	switch {
	case c.Type == CellError:
		return &problem{"cell.formula_error", fmt.Sprintf("“%s”里的公式出错（%s），请改成正确的内容或清空。", f.Label, cut(c.Text))}
	case c.Type == CellNoValue:
		return &problem{"cell.formula_no_value", fmt.Sprintf("“%s”里的公式没有保存结果，请用 Excel 打开并保存一次，或改成固定的内容。", f.Label)}
	case c.Type == CellTooLong:
		return &problem{"cell.too_long", fmt.Sprintf("“%s”一格超过 1 MB，请精简。", f.Label)}
	case strings.ContainsRune(c.Text, 0):
		return &problem{"cell.nul", fmt.Sprintf("“%s”里有不可见的 NUL 字符，多半是文件损坏，请重新填写这一格。", f.Label)}
	case strings.ContainsRune(c.Text, '\uFFFD'):
		return &problem{"cell.garbled", fmt.Sprintf("“%s”里有乱码（文字编码转换时丢了字），请重新填写这一格。", f.Label)}
	}
	return nil
}

func setList(f catalog.FieldInfo, list reflect.Value, text string) *problem {
	items := splitItems(f, text)
	out := reflect.MakeSlice(list.Type(), len(items), len(items))
	one := f
	one.List = false
	for i, item := range items {
		var p *problem
		if f.Type == catalog.Group {
			p = setGroup(one, out.Index(i), item)
		} else {
			p = setValue(one, out.Index(i), unescape(item), 1)
		}
		if p != nil {
			p.message = fmt.Sprintf("第 %d 项：%s", i+1, p.message)
			return p
		}
	}
	list.Set(out)
	return nil
}

func setValue(f catalog.FieldInfo, v reflect.Value, text string, factor float64) *problem {
	switch f.Type {
	case catalog.Group:
		return setGroup(f, v, text)
	case catalog.Number, catalog.Whole:
		return setNumber(f, v, text, factor)
	case catalog.YesNo:
		yes, ok := parseYesNo(text)
		if !ok {
			return &problem{"yes_no.malformed", fmt.Sprintf("“%s”请填 是 或 否。", f.Label)}
		}
		v.SetBool(yes)
	default:
		if f.Format == "date" || f.Format == "month" {
			text = dateText(f, text)
		}
		v.SetString(text)
	}
	return nil
}

// setGroup reads parts separated by | in the order of the group's items.
func setGroup(f catalog.FieldInfo, v reflect.Value, text string) *problem {
	if v.Kind() == reflect.Pointer {
		v.Set(reflect.New(v.Type().Elem()))
		v = v.Elem()
	}
	parts := split(text, partSeps)
	if len(parts) > len(f.Items) && strings.Trim(strings.Join(parts[len(f.Items):], ""), " \t\u3000") != "" {
		return &problem{"group.parts", fmt.Sprintf("“%s”一项最多 %d 段，依次为 %s，用 | 隔开；内容里本有 | 的，请写成 \\|。", f.Label, len(f.Items), partLabels(f))}
	}
	for i, item := range f.Items {
		if i >= len(parts) {
			break
		}
		part := strings.TrimSpace(unescape(parts[i]))
		if part == "" {
			continue
		}
		if p := setCell(item, v.Addr().Interface(), Cell{Text: part}); p != nil {
			p.message = fmt.Sprintf("%s（各段依次为 %s，用 | 隔开）", strings.TrimSuffix(p.message, "。"), partLabels(f)) + "。"
			return p
		}
	}
	return nil
}

func partLabels(f catalog.FieldInfo) string {
	out := make([]string, len(f.Items))
	for i, item := range f.Items {
		out[i] = item.Label
	}
	return strings.Join(out, "|")
}

func parseYesNo(s string) (yes, ok bool) {
	switch foldHeader(s) {
	case "是", "有", "对", "true", "yes", "y", "t", "1", "√", "✓", "✔", "☑", "on", "已", "1.0":
		return true, true
	case "否", "无", "不", "不是", "没有", "false", "no", "n", "f", "0", "x", "✗", "✘", "☐", "off", "未", "/", "-", "0.0":
		return false, true
	}
	return false, false
}

func setNumber(f catalog.FieldInfo, v reflect.Value, text string, factor float64) *problem {
	x, ok := parseNumber(text, f.Format == "wan", factor)
	if !ok {
		return &problem{"number.malformed", fmt.Sprintf("“%s”应是一个数，如 %s。", f.Label, numberExample(f))}
	}
	if math.Abs(x) > 1e15 {
		return &problem{"number.range", fmt.Sprintf("“%s”这个数太大了，请核对。", f.Label)}
	}
	if f.Type == catalog.Number {
		v.SetFloat(x)
		return nil
	}
	if x != math.Trunc(x) {
		return &problem{"number.not_whole", fmt.Sprintf("“%s”应是整数。", f.Label)}
	}
	v.SetInt(int64(x))
	return nil
}

func numberExample(f catalog.FieldInfo) string {
	switch {
	case f.Format == "wan":
		return "12.5（以万元计）"
	case f.High > 0:
		return strconv.Itoa(f.High)
	case f.Type == catalog.Whole:
		return "12"
	}
	return "0.5"
}

var (
	numberPattern = regexp.MustCompile(`^([-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d{1,3})?)(\D*)$`)
	numberUnits   = map[string]float64{
		"": 1, "人": 1, "名": 1, "次": 1, "级": 1, "年": 1, "岁": 1, "个": 1, "项": 1, "件": 1, "位": 1, "家": 1, "公里": 1, "km": 1, "千米": 1, "%": 1,
		"万": 1e4, "万人": 1e4, "万次": 1e4, "亿": 1e8,
	}
)

// parseNumber reads a number as people write it: any width, thousands commas,
// a unit behind. money tells that it counts in 万元; factor is what a number
// without a unit is worth.
func parseNumber(s string, money bool, factor float64) (float64, bool) {
	s = strings.Map(func(r rune) rune {
		if r == ' ' || r == ',' || r == '\u00a0' || r == '¥' || r == '￥' || r == '\t' {
			return -1
		}
		return r
	}, strings.ReplaceAll(zh.Fold(s), "人民币", ""))
	s = strings.TrimPrefix(strings.TrimPrefix(s, "约"), "近")
	m := numberPattern.FindStringSubmatch(s)
	if m == nil {
		return 0, false
	}
	x, err := strconv.ParseFloat(m[1], 64)
	if err != nil {
		return 0, false
	}
	units := numberUnits
	if money {
		units = moneyUnits
	}
	unit, known := units[m[2]]
	if money && m[2] == "" {
		unit, known = factor, true
	}
	if !known {
		return 0, false
	}
	if unit == 0 || unit == 1 {
		return x, true
	}
	if unit < 1 {
		return x / math.Round(1/unit), true // 1/10000 is not a binary number
	}
	return x * unit, true
}

// numberText gives the text of a numeric cell as a person sees it.
func numberText(f catalog.FieldInfo, c Cell) (string, *problem) {
	x, err := strconv.ParseFloat(strings.TrimSpace(c.Text), 64)
	if err != nil || f.Type == catalog.Number || f.Type == catalog.Whole {
		return c.Text, nil
	}
	if f.Format == "date" || f.Format == "month" {
		return serialText(f, x, c.Type == CellDate1904)
	}
	if x == math.Trunc(x) && math.Abs(x) < 1e21 {
		return strconv.FormatFloat(x, 'f', 0, 64), nil
	}
	short, _ := strconv.ParseFloat(strconv.FormatFloat(x, 'g', 15, 64), 64) // as many digits as Excel shows
	return strconv.FormatFloat(short, 'f', -1, 64), nil
}

var monthTenths = regexp.MustCompile(`^\d{4}\.1$`)

// serialText reads a number in a date column: a day count, a year, 20240601 or
// 2024.06.
func serialText(f catalog.FieldInfo, x float64, date1904 bool) (string, *problem) {
	text := strconv.FormatFloat(x, 'f', -1, 64)
	if monthTenths.MatchString(text) {
		return "", &problem{"date.ambiguous", fmt.Sprintf("“%s”里的 %s 分不清是 1 月还是 10 月，请写成 %s-01 或 %s-10。", f.Label, text, text[:4], text[:4])}
	}
	if x < 10000 || x > 80000 {
		return text, nil
	}
	epoch := time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)
	if date1904 {
		epoch = time.Date(1904, 1, 1, 0, 0, 0, 0, time.UTC)
	}
	day := epoch.AddDate(0, 0, int(x))
	if f.Format == "month" {
		return day.Format("2006-01"), nil
	}
	return day.Format(time.DateOnly), nil
}

// dateText mends what Excel makes of dates when it saves a CSV file; the rest is
// left to catalog.
func dateText(f catalog.FieldInfo, s string) string {
	s = zh.Fold(zh.CleanLine(s))
	if x, err := strconv.ParseFloat(s, 64); err == nil && len(s) == 5 {
		if text, p := serialText(f, x, false); p == nil {
			return text
		}
	}
	for _, layout := range []string{"Jan-06", "2-Jan-06"} {
		if t, err := time.Parse(layout, s); err == nil && strings.ContainsAny(s, "abcdefghijklmnopqrstuvwxyz") {
			if strings.HasPrefix(layout, "2") {
				return t.Format(time.DateOnly)
			}
			return t.Format("2006-01")
		}
	}
	return s
}
