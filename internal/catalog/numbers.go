package catalog

import (
	"fmt"
	"regexp"
	"strings"

	"hongniang/internal/errs"
	"hongniang/internal/zh"
)

const usccAlphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"

// ParseUSCC normalises a unified social credit code (GB 32100-2015) to 18
// capital characters and proves its check digit: weights 3^i mod 31, check =
// (31 − Σ mod 31) mod 31.
func ParseUSCC(s string) (string, error) {
	code := strings.ToUpper(squeeze(s))
	if len(code) != 18 {
		return "", errs.New(errs.Invalid, "uscc.length", fmt.Sprintf("统一社会信用代码应为 18 位，这里是 %d 位，请核对营业执照。", len([]rune(code))))
	}
	sum, weight := 0, 1
	for i := range 17 {
		value := strings.IndexByte(usccAlphabet, code[i])
		if value < 0 {
			return "", errs.New(errs.Invalid, "uscc.character", fmt.Sprintf("统一社会信用代码第 %d 位“%c”不是允许的字符（不用 I、O、S、V、Z）。", i+1, code[i]))
		}
		sum += value * weight
		weight = weight * 3 % 31
	}
	if want := usccAlphabet[(31-sum%31)%31]; code[17] != want {
		return "", errs.New(errs.Invalid, "uscc.check_digit", "统一社会信用代码的校验位不对，多半是抄错了一位，请核对营业执照。")
	}
	return code, nil
}

var (
	newApplicationNo = regexp.MustCompile(`^(19|20)\d{2}[12389]\d{7}[0-9x]$`)
	oldApplicationNo = regexp.MustCompile(`^\d{2}[12389]\d{5}[0-9x]$`)
)

// ParseApplicationNo normalises a Chinese patent application number in any
// usual spelling (CN…, ZL…, full width, with or without the point, lower or
// upper X) to digits, a point and the check digit. Numbers filed since October
// 2003 have 12 digits before the point, older ones 8. The check digit is
// Σ digit·weight mod 11 with the weights 2…9,2…5, 10 written X.
func ParseApplicationNo(s string) (string, error) {
	no := strings.ReplaceAll(squeeze(s), ".", "")
	no = strings.TrimPrefix(strings.TrimPrefix(no, "zl"), "cn")
	if !newApplicationNo.MatchString(no) && !oldApplicationNo.MatchString(no) {
		return "", errs.New(errs.Invalid, "patent.number", "申请号格式不对：应像 202211250898.9（2003 年 10 月后）或 01123456.7，可带 CN 或 ZL。")
	}
	body, check := no[:len(no)-1], no[len(no)-1:]
	if want := applicationCheck(body); check != want {
		return "", errs.New(errs.Invalid, "patent.check_digit", "申请号的校验位不对，多半是抄错了一位，请对照受理通知书核对。")
	}
	return body + "." + strings.ToUpper(check), nil
}

func applicationCheck(body string) string {
	sum := 0
	for i := range len(body) {
		sum += int(body[i]-'0') * (i%8 + 2)
	}
	return string("0123456789x"[sum%11])
}

// kindOfApplicationNo tells the patent kind from the type digit of a
// normalised number, "" when it cannot.
func kindOfApplicationNo(no string) string {
	at := 4
	if len(no) == 10 {
		at = 2
	}
	if len(no) != 10 && len(no) != 14 {
		return ""
	}
	return map[byte]string{'1': "invention", '8': "invention", '2': "utility", '9': "utility", '3': "design"}[no[at]]
}

// squeeze folds width and case and drops white space and hyphens.
func squeeze(s string) string {
	return strings.Map(func(r rune) rune {
		if r == '-' {
			return -1
		}
		return r
	}, foldKey(s))
}

var identityNo = regexp.MustCompile(`(^|\D)\d{6}(19|20)\d{2}(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])\d{3}[0-9xX](\D|$)`)

// looksLikeIdentityNo finds a resident identity number, which must never be kept.
func looksLikeIdentityNo(s string) bool { return identityNo.MatchString(zh.Fold(s)) }
