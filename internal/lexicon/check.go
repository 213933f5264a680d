package lexicon

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"hongniang/internal/errs"
	"hongniang/internal/zh"
)

// longestEntry is how many runes a member or a word has at most.
const longestEntry = 40

// Check looks at every line of a list. Error: errs.Invalid with a field "line.N"
// for each faulty one, N from 1, at most a hundred.
func Check(list List, text string) error {
	c := checker{seen: map[string]int{}}
	for i, line := range strings.Split(text, "\n") {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		c.line = i + 1
		if list == Words {
			c.word(line)
		} else {
			c.group(line)
		}
	}
	if len(c.faults) == 0 {
		return nil
	}
	e := errs.New(errs.Invalid, "lexicon.lines", fmt.Sprintf("有 %d 处写得不对，还没有保存；请按各行的提示改正。", len(c.faults)))
	e.Fields = c.faults
	return e
}

type checker struct {
	line   int
	seen   map[string]int // in which line
	faults errs.Faults
}

func (c *checker) fault(code, value, format string, args ...any) {
	c.faults.Add("line."+strconv.Itoa(c.line), "lexicon."+code, fmt.Sprintf(format, args...), value)
}

// group checks one line of synonyms: members that stand nowhere else.
func (c *checker) group(line string) {
	members := strings.FieldsFunc(line, func(r rune) bool { return r == '=' || r == ',' || r == '，' || r == '＝' })
	n := 0
	for _, m := range members {
		m = strings.TrimSpace(zh.Fold(m))
		if m == "" {
			continue
		}
		n++
		switch before := c.seen[m]; {
		case utf8.RuneCountInString(m) > longestEntry:
			c.fault("long", m, "“%s”太长，一个说法最多 %d 个字。", m, longestEntry)
		case before == c.line:
			c.fault("twice", m, "“%s”在这一行写了两次，请去掉一个。", m)
		case before > 0:
			c.fault("twice", m, "“%s”在第 %d 行已有；一个说法只能在一行里，请合成一行。", m, before)
		}
		c.seen[m] = c.line
	}
	if n < 2 {
		c.fault("lonely", line, "一行至少要有两个说法，用“=”隔开，如：数控机床=CNC。")
	}
}

// word checks one line of the user dictionary: 词 频率 词性.
func (c *checker) word(line string) {
	parts := strings.Fields(line)
	word := parts[0]
	switch before := c.seen[word]; {
	case before > 0:
		c.fault("twice", word, "“%s”在第 %d 行已有，请去掉一行。", word, before)
	case zh.Fold(word) != word || strings.IndexFunc(word, func(r rune) bool { return !unicode.Is(unicode.Han, r) }) >= 0:
		c.fault("not_han", word, "“%s”里有汉字以外的字符或繁体字；词典只收简体汉字的词，字母和数字不用登记。", word)
	case utf8.RuneCountInString(word) < 2:
		c.fault("short", word, "“%s”只有一个字，不用登记。", word)
	case utf8.RuneCountInString(word) > longestEntry:
		c.fault("long", word, "“%s”太长，一个词最多 %d 个字。", word, longestEntry)
	}
	c.seen[word] = c.line
	if len(parts) > 3 {
		c.fault("columns", line, "一行只有“词 频率 词性”三项，如：换流阀 5000 n。")
	}
	if len(parts) > 1 {
		if f, err := strconv.Atoi(parts[1]); err != nil || f < 1 || f > 1_000_000_000 {
			c.fault("frequency", parts[1], "频率“%s”要写成大于 0 的整数，如：换流阀 5000 n。", parts[1])
		}
	}
}

// Difference is what one text has that another has not, by lines, in order.
type Difference struct {
	Removed, Added []string
}

// Compare gives what changed from one text to another. A line that only moved
// did not change.
func Compare(from, to string) Difference {
	return Difference{Removed: missing(from, to), Added: missing(to, from)}
}

// missing gives the lines of a text that another has not.
func missing(of, in string) []string {
	have := map[string]int{}
	for line := range strings.Lines(in) {
		have[strings.TrimSpace(line)]++
	}
	var out []string
	for line := range strings.Lines(of) {
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		if have[line]--; have[line] < 0 {
			out = append(out, line)
		}
	}
	return out
}
