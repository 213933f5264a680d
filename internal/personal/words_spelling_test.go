package personal

import (
	"encoding/json"
	"testing"
)

// His number and his address go in whatever way they are written, and those of
// others stay.
func TestSpellings(t *testing.T) {
	t.Parallel()
	him := traits{Person: "ZJ-1"}
	him.phone("138 1234 5678")
	him.phone("0631-5550000")
	him.mail("Jin.Que@Canary.example")
	for in, want := range map[string]string{
		"13812345678": removed, "138.1234.5678": removed, "１３８　１２３４　５６７８": removed, "一三八一二三四五六七八": removed, "壹叁捌－壹贰叁肆－伍陆柒捌": removed,
		"王工，他的手机是幺三八，幺二三四，五六七八，晚上打":             "王工，他的手机是" + removed + "，晚上打",
		"打 +86 138-1234-5678 或 008613812345678": "打 " + removed + " 或 " + removed,
		"微信同号 138 1234 5678，QQ 123456789":       "微信同号 " + removed + "，QQ 123456789",
		"座机（0631）5550000":                       "座机（" + removed,
		"写到 jin.que艾特canary点example":            "写到 " + removed,
		"JIN.QUE＠CANARY．EXAMPLE":                removed,
		"jin.que (at) canary (dot) example 收":   removed + " 收",
		"李工 13912345678，li@canary.example":      "李工 13912345678，li@canary.example",
		"编号 8138123456789，专利 ZL201381234567.8":  "编号 8138123456789，专利 ZL201381234567.8",
		"电话 5550000": "电话 5550000", // of another town, for all that is known
	} {
		if got := rewritten(t, him, map[string]any{"text": in})["text"]; got != want {
			t.Errorf("%q became %q, want %q", in, got, want)
		}
	}
	about := rewritten(t, him, map[string]any{"text": "电话 5550000", "person": "ZJ-1"})["text"]
	if about != "电话 "+removed {
		t.Errorf("his number without its area became %q", about)
	}
}

// A request that an earlier version began holds plain digits.
func TestSpellingsOfBefore(t *testing.T) {
	t.Parallel()
	him := traits{Phones: []string{"06315550000"}}
	if got := rewritten(t, him, map[string]any{"text": "打0631 555 0000"})["text"]; got != "打"+removed {
		t.Errorf("%q", got)
	}
}

// rewritten gives a document without him.
func rewritten(t *testing.T, him traits, doc map[string]any) map[string]any {
	t.Helper()
	body, err := json.Marshal(doc)
	if err != nil {
		t.Fatal(err)
	}
	next, err := him.rewrite(body)
	if err != nil {
		t.Fatal(err)
	}
	if next == nil {
		return doc
	}
	var out map[string]any
	if err := json.Unmarshal(next, &out); err != nil {
		t.Fatal(err)
	}
	return out
}
