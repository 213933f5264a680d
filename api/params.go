package api

import (
	"fmt"
	"strconv"
	"strings"

	"hongniang/internal/errs"
)

// bounds are what a number in a query may be, and what it is when left out.
type bounds struct{ low, high, def int }

// number reads a whole number; faults have the code NAME.range.
func number(f *errs.Faults, name, text string, b bounds) int {
	if text == "" {
		return b.def
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < b.low || n > b.high {
		f.Add(name, name+".range", fmt.Sprintf("%s 应是 %d 到 %d 之间的整数。", name, b.low, b.high), text)
		return b.def
	}
	return n
}

// yes reads a yes or no; left out means no.
func yes(f *errs.Faults, name, text string) bool {
	switch strings.ToLower(text) {
	case "", "false", "0", "no":
		return false
	case "true", "1", "yes":
		return true
	}
	f.Add(name, name+".malformed", name+" 应是 true 或 false。", text)
	return false
}

// paramErr is nil without faults, else an Invalid error about the address.
func paramErr(f errs.Faults) error {
	if len(f) == 0 {
		return nil
	}
	e := errs.New(errs.Invalid, "params.invalid", "请求参数有误，请按提示改正："+f[0].Message)
	e.Fields = f
	return e
}

// parseRev reads a revision from an If-Match header, "3", W/"3" or 3, or from
// a query; 0 when the text is empty.
func parseRev(f *errs.Faults, name, text string) int64 {
	if text == "" {
		return 0
	}
	trimmed := strings.Trim(strings.TrimPrefix(strings.TrimSpace(text), "W/"), `"`)
	rev, err := strconv.ParseInt(trimmed, 10, 64)
	if err != nil || rev <= 0 {
		f.Add(name, "rev.malformed", name+" 应是读到的版本号，如 3（ETag 里的数字）。", text)
		return 0
	}
	return rev
}

// etag is the ETag of a revision.
func etag(rev int64) string { return `"` + strconv.FormatInt(rev, 10) + `"` }
