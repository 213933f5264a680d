package configs_test

import (
	"strconv"
	"strings"
	"testing"
	"unicode"

	"hongniang/configs"
	"hongniang/internal/zh"
)

// lines gives the lines of an embedded file that are neither empty nor comments.
func lines(t *testing.T, name string) []string {
	t.Helper()
	var out []string
	for line := range strings.Lines(configs.Text(name)) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			out = append(out, line)
		}
	}
	if len(out) == 0 {
		t.Fatalf("%s is empty or not embedded", name)
	}
	return out
}

// A member in two groups would make everything in both mean the same.
func TestSynonymsStandInOneGroup(t *testing.T) {
	t.Parallel()
	group := map[string]string{}
	for _, line := range lines(t, "synonyms.txt") {
		members := strings.FieldsFunc(line, func(r rune) bool { return r == '=' || r == ',' })
		if len(members) < 2 {
			t.Errorf("%q has one member", line)
		}
		for _, m := range members {
			m = zh.Fold(strings.TrimSpace(m))
			if len([]rune(m)) < 1 || group[m] != "" {
				t.Errorf("%q in %q: empty, or already in %q", m, line, group[m])
			}
			group[m] = line
		}
	}
	if n := zh.ParseSynonyms(configs.Text("synonyms.txt")).Len(); n < 200 {
		t.Errorf("%d groups of synonyms, want at least 200", n)
	}
}

func TestSynonymsAnswerShopFloorNames(t *testing.T) {
	t.Parallel()
	synonyms := zh.ParseSynonyms(configs.Text("synonyms.txt"))
	for _, pair := range [][2]string{
		{"数控机床", "cnc"}, {"线切割", "wedm"}, {"电焊", "焊条电弧焊"}, {"PLC", "可编程逻辑控制器"},
		{"VOCs", "挥发性有机物"}, {"氩弧焊", "tig焊"}, {"二保焊", "co2气体保护焊"},
	} {
		found := synonyms.Find(pair[0])
		if len(found) != 1 || !strings.Contains("\x00"+strings.Join(found[0].Others, "\x00")+"\x00", "\x00"+pair[1]+"\x00") {
			t.Errorf("%s does not lead to %s: %+v", pair[0], pair[1], found)
		}
	}
}

func TestUserDictionaryLines(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, line := range lines(t, "userdict.txt") {
		parts := strings.Fields(line)
		if len(parts) != 3 || seen[parts[0]] {
			t.Errorf("%q is not 词 频率 词性, or stands twice", line)
			continue
		}
		seen[parts[0]] = true
		if f, err := strconv.Atoi(parts[1]); err != nil || f < 1 {
			t.Errorf("%q: the frequency is not a positive number", line)
		}
		if strings.IndexFunc(parts[0], func(r rune) bool { return !unicode.Is(unicode.Han, r) }) >= 0 || zh.Fold(parts[0]) != parts[0] {
			t.Errorf("%q: a word is of folded Chinese characters only, for only those are segmented", line)
		}
	}
	if len(seen) < 300 {
		t.Errorf("%d words, want at least 300", len(seen))
	}
	for _, word := range []string{"电火花线切割", "五轴加工中心", "换流阀", "静电除雾器", "曲轴磨床", "激光熔覆", "微弧氧化", "先进操作法", "劳模创新工作室"} {
		if !seen[word] {
			t.Errorf("%s is missing", word)
		}
	}
}

func TestTextOfAnUnknownFile(t *testing.T) {
	t.Parallel()
	if got := configs.Text("nothing.txt"); got != "" {
		t.Errorf("Text of no file = %q", got)
	}
}
