package review

import (
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"hongniang/internal/catalog"
	"hongniang/internal/errs"
)

// clean trims what was typed and fills in what may be left out.
func (t Terms) clean() Terms {
	for _, s := range []*string{&t.Title, &t.Text, &t.From, &t.To, &t.Deadline, &t.Issuer} {
		*s = strings.TrimSpace(*s)
	}
	if len(t.Kinds) == 0 {
		t.Kinds = FiveSmalls()
	}
	criteria, prizes := t.Criteria, t.Prizes
	t.Criteria, t.Prizes = []Criterion{}, []Prize{}
	for _, c := range criteria {
		c.Name, c.Hint = strings.TrimSpace(c.Name), strings.TrimSpace(c.Hint)
		if c != (Criterion{}) {
			t.Criteria = append(t.Criteria, c)
		}
	}
	for _, p := range prizes {
		p.Name = strings.TrimSpace(p.Name)
		if p != (Prize{}) {
			t.Prizes = append(t.Prizes, p)
		}
	}
	return t
}

// check adds up what is wrong with the terms. Errors: errs.Invalid with fields.
func (t Terms) check() error {
	var f errs.Faults
	wrong := func(is bool, field, message, value string) {
		if is {
			f.Add(field, "review."+field, message, value)
		}
	}
	runes := utf8.RuneCountInString
	wrong(runes(t.Title) < 4 || runes(t.Title) > 45, "title", "名称应有 4 到 45 个字。", t.Title)
	wrong(runes(t.Text) > 5000, "text", "征集说明最多 5000 个字。", "")
	wrong(t.Year < 2000 || t.Year > 2100, "year", "请填写年度，如 2026。", fmt.Sprint(t.Year))
	wrong(!isMonth(t.From), "from", "请写年月，如 2025-01；不限就不填。", t.From)
	wrong(!isMonth(t.To) || t.To != "" && t.To < t.From, "to", "请写年月，如 2025-12，不能早于开始；不限就不填。", t.To)
	wrong(!isDay(t.Deadline), "deadline", "请填写申报截止日期。", t.Deadline)
	wrong(!catalog.Vocab("honour_level").Has(t.Level), "level", "请选奖项的级别。", t.Level)
	wrong(t.Issuer == "" || runes(t.Issuer) > 80, "issuer", "请填写颁奖单位，最多 80 个字。", t.Issuer)
	wrong(t.Floor < 0 || t.Floor > 100, "floor", "最低得分应在 0 到 100 之间。", fmt.Sprint(t.Floor))
	wrong(t.NoticeDays < 1 || t.NoticeDays > 60, "notice_days", "公示天数应在 1 到 60 之间。", fmt.Sprint(t.NoticeDays))
	for _, k := range t.Kinds {
		wrong(!catalog.Vocab("result_kind").Has(k), "kinds", "没有这种成果类别。", k)
	}
	t.checkCriteria(wrong)
	t.checkPrizes(wrong)
	return f.Err()
}

func (t Terms) checkCriteria(wrong func(is bool, field, message, value string)) {
	sum, seen := 0, map[string]bool{}
	for _, c := range t.Criteria {
		wrong(c.Name == "" || utf8.RuneCountInString(c.Name) > 20 || seen[c.Name], "criteria", "每条评分标准要有名称，最多 20 个字，不能重名。", c.Name)
		wrong(c.Weight < 1 || c.Weight > 100, "criteria", "权重应是 1 到 100 的整数。", fmt.Sprint(c.Weight))
		wrong(utf8.RuneCountInString(c.Hint) > 100, "criteria", "评分说明最多 100 个字。", "")
		seen[c.Name], sum = true, sum+c.Weight
	}
	wrong(len(t.Criteria) == 0 || len(t.Criteria) > 10, "criteria", "评分标准应有 1 到 10 条。", "")
	wrong(len(t.Criteria) > 0 && sum != 100, "criteria", fmt.Sprintf("权重加起来应是 100，现在是 %d。", sum), "")
}

func (t Terms) checkPrizes(wrong func(is bool, field, message, value string)) {
	seen := map[string]bool{}
	for _, p := range t.Prizes {
		wrong(p.Name == "" || utf8.RuneCountInString(p.Name) > 10 || seen[p.Name], "prizes", "每级奖要有名称，最多 10 个字，不能重名。", p.Name)
		wrong(p.Quota < 1 || p.Quota > 10000, "prizes", "名额应是 1 以上的整数。", fmt.Sprint(p.Quota))
		seen[p.Name] = true
	}
	wrong(len(t.Prizes) == 0 || len(t.Prizes) > 5, "prizes", "奖项应有 1 到 5 级。", "")
}

func isDay(s string) bool {
	_, err := time.Parse(time.DateOnly, s)
	return err == nil
}

// isMonth accepts no month too.
func isMonth(s string) bool {
	_, err := time.Parse("2006-01", s)
	return err == nil || s == ""
}
