package view

import (
	"encoding/json"
	"fmt"
	"net/url"
	"regexp"
	"strconv"
	"strings"

	"hongniang/internal/brokering"
	"hongniang/internal/catalog"
	"hongniang/internal/errs"
)

// ParseStep reads the form of a step. Errors: Invalid with fields, named as in
// the form, for numbers and amounts that are none; what is missing Apply says.
func ParseStep(v url.Values) (brokering.Step, error) {
	step := brokering.Step{Kind: brokering.StepKind(v.Get("step"))}
	var faults errs.Faults
	tree := map[string]any{}
	for _, f := range append([]stepField{may("need", "", inChoice), may("note", "", inText), may("release.consent", "", inText)}, stepFields[step.Kind]...) {
		f.into(tree, v, &faults)
	}
	if step.Kind != brokering.ReleaseStep {
		delete(tree, "release")
	}
	if err := faults.Err(); err != nil {
		return step, err
	}
	data, err := json.Marshal(tree)
	if err == nil {
		err = json.Unmarshal(data, &step)
	}
	if err != nil {
		return step, errs.Wrap(err, errs.Invalid, "form.malformed", "表单没有传完整，请回到上一页再提交一次。")
	}
	return step, nil
}

// into puts what was typed into the tree, whose object is there even when
// nothing was typed: so each missing field is told, not the object.
func (f stepField) into(tree map[string]any, v url.Values, faults *errs.Faults) {
	if f.kind == inUpload {
		return
	}
	head, rest, nested := strings.Cut(f.name, ".")
	if nested && tree[head] == nil {
		tree[head] = map[string]any{}
	}
	value, given := f.read(v, faults)
	if !given {
		return
	}
	if !nested {
		tree[head] = value
		return
	}
	inner, ok := tree[head].(map[string]any)
	for ok {
		head, rest, nested = strings.Cut(rest, ".")
		if !nested {
			inner[head] = value
			return
		}
		if inner[head] == nil {
			inner[head] = map[string]any{}
		}
		inner, ok = inner[head].(map[string]any)
	}
}

// read gives what was typed as the value that a step holds.
func (f stepField) read(v url.Values, faults *errs.Faults) (value any, given bool) {
	text := strings.TrimSpace(v.Get(f.name))
	switch f.kind {
	case inLines:
		return f.list(v)
	case inFiles:
		return v[f.name], len(v[f.name]) > 0
	}
	if text == "" {
		return nil, false
	}
	var err error
	switch f.kind {
	case inYes, inYesNo:
		return text == "yes", true
	case inWan:
		value, err = ParseFen(text, 6)
	case inYuan:
		value, err = ParseFen(text, 2)
	case inNumber:
		value, err = strconv.ParseFloat(plainDigits(text), 64)
	case inWhole:
		value, err = strconv.Atoi(plainDigits(text))
	case inChoice:
		if f.name == "benefit.reward.basis_points" || f.name == "rating.score" {
			value, err = strconv.Atoi(text)
			break
		}
		value = text
	default:
		value = text
	}
	if err != nil {
		faults.Add(f.name, "number.malformed", fmt.Sprintf("“%s”应填数字，如 12 或 3.5。", f.label), text)
		return nil, false
	}
	return value, true
}

func (f stepField) list(v url.Values) (any, bool) {
	var out []string
	for _, line := range strings.FieldsFunc(v.Get(f.name), func(r rune) bool { return strings.ContainsRune("\n\r;；、,，", r) }) {
		if line = strings.TrimSpace(line); line != "" {
			out = append(out, line)
		}
	}
	if f.name != "targets" {
		return out, len(out) > 0
	}
	var targets []brokering.Target
	for _, code := range out {
		targets = append(targets, TargetOf(code, ""))
	}
	return targets, len(targets) > 0
}

var kindsByPrefix = map[string]catalog.Kind{
	"ZJ": catalog.KindExpert, "GZS": catalog.KindStudio, "CG": catalog.KindResult, "ZL": catalog.KindPatent, "DW": catalog.KindOrganisation,
}

// TargetOf reads who is to be introduced: "expert/ZJ-2026-0001", or a code whose
// first letters tell the kind. An unknown kind is left to be refused.
func TargetOf(text, band string) brokering.Target {
	kind, code, ok := strings.Cut(text, "/")
	if !ok {
		prefix, _, _ := strings.Cut(text, "-")
		kind, code = string(kindsByPrefix[strings.ToUpper(prefix)]), text
	}
	return brokering.Target{Kind: kind, Code: code, Band: band}
}

// TargetText writes a target as a person would: its code, with the kind where the
// code does not tell it.
func TargetText(t brokering.Target) string {
	if t.Code == "" || TargetOf(t.Code, "").Kind == t.Kind {
		return t.Code
	}
	return t.Kind + "/" + t.Code
}

var amountPattern = regexp.MustCompile(`^(\d{1,12})(?:\.(\d*))?$`)

// ParseFen reads an amount in 分 of a unit that is 10 to the digits 分: 6 for
// 万元, 2 for 元. It is exact; more decimals than 分 are an error.
func ParseFen(text string, digits int) (int64, error) {
	m := amountPattern.FindStringSubmatch(plainDigits(text))
	if m == nil || len(strings.TrimRight(m[2], "0")) > digits {
		return 0, strconv.ErrSyntax
	}
	decimals := strings.TrimRight(m[2], "0")
	return strconv.ParseInt(m[1]+decimals+strings.Repeat("0", digits-len(decimals)), 10, 64)
}

// plainDigits gives full-width digits their plain form and takes separators off.
func plainDigits(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= '０' && r <= '９':
			return r - '０' + '0'
		case r == '．' || r == '。':
			return '.'
		case r == ',' || r == '，' || r == ' ':
			return -1
		}
		return r
	}, s)
}

// FenText writes an amount as it is typed: 0.5 for half a unit.
func FenText(fen int64, digits int) string {
	s := fmt.Sprintf("%0*d", digits+1, fen)
	at := len(s) - digits
	return strings.TrimRight(strings.TrimRight(s[:at]+"."+s[at:], "0"), ".")
}

// Wan writes an amount for reading: 1,234.5 万元.
func Wan(fen int64) string {
	whole, frac, ok := strings.Cut(FenText(fen, 6), ".")
	n, err := strconv.Atoi(whole)
	if err == nil {
		whole = Thousands(n)
	}
	if ok {
		whole += "." + frac
	}
	return whole + " 万元"
}
