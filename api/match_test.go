package api_test

import (
	"net/http"
	"strings"
	"testing"

	"hongniang/matcher"
)

func TestMatch(t *testing.T) {
	s := seed(t)
	body := map[string]any{"title": "曲轴清洗夹具改造", "text": "曲轴清洗机换型慢，需要改造夹具。", "region": "威海市", "enterprise": "某厂", "kinds": []any{"result", "专利"}, "top": 5}
	got := decode[matcher.Answer](t, s.visitor(http.MethodPost, "/api/v1/match", body))
	if len(got.Documents) == 0 || got.Documents[0].Code != "CG-2026-0001" || len(got.Documents[0].Reasons) == 0 || len(got.People) != 0 || !hasChinese(got.Summary) {
		t.Errorf("match: %+v", got)
	}
	none := decode[matcher.Answer](t, s.visitor(http.MethodPost, "/api/v1/match", map[string]any{"text": "幼儿园绘本阅读的情绪引导"}))
	if len(none.Documents)+len(none.People) != 0 || !hasChinese(none.Summary) {
		t.Errorf("nobody fits, but: %+v", none)
	}
}

func TestMatchBadInput(t *testing.T) {
	s := seed(t)
	tests := []struct {
		name, body  string
		status      int
		field, code string
	}{
		{"nothing", `{}`, 422, "text", "need.empty"},
		{"spaces", `{"title":" ","text":"\n\n"}`, 422, "text", "need.empty"},
		{"signs only", `{"text":"？！……😀"}`, 422, "text", "need.empty"},
		{"binary", `{"text":"PK\u0003\u0004\u0014\u0000\u0006\u0000\u0008\u0000\u0001\u0002\u0005\u0007\u000eabc"}`, 422, "text", "need.binary"},
		{"top too large", `{"text":"曲轴","top":101}`, 422, "top", "top.range"},
		{"top as text", `{"text":"曲轴","top":"5"}`, 422, "top", "type.whole"},
		{"unknown kind", `{"text":"曲轴","kinds":["dragon"]}`, 422, "kinds", "kind.unknown"},
		{"unknown region", `{"text":"曲轴","region":"亚特兰蒂斯"}`, 422, "region", "region.unknown"},
		{"unknown field", `{"text":"曲轴","txt":"x"}`, 422, "txt", "field.unknown"},
		{"no JSON", `曲轴`, 400, "", "json.malformed"},
		{"bytes", "\x00\x01\x02\xff", 400, "", "json.malformed"},
		{"1 MB", `{"text":"` + strings.Repeat("a", 1<<20) + `"}`, 413, "", "body.too_large"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := s.visitor(http.MethodPost, "/api/v1/match", tt.body)
			p := got.problem(t)
			if got.status != tt.status || !hasChinese(p.Detail) {
				t.Fatalf("%d %+v", got.status, p)
			}
			if tt.field == "" && p.Code != tt.code || tt.field != "" && (len(p.Errors) != 1 || p.Errors[0].Field != tt.field || p.Errors[0].Code != tt.code) {
				t.Errorf("%+v", p)
			}
		})
	}
}

func TestMatchOfASavedNeed(t *testing.T) {
	s := seed(t)
	secret := with(samples["needs"], "title", "某工序的自动化改造", "summary_public", "希望提高效率。", "detail", "曲轴清洗机换型慢，夹具要手工拆装，想改造清洗机的夹具。")
	made := s.staff(http.MethodPost, "/api/v1/needs", secret)
	at := made.header.Get("Location") + "/match"
	whole := decode[matcher.Answer](t, s.staff(http.MethodPost, at+"?top=3", nil))
	if len(whole.Documents) == 0 || whole.Documents[0].Code != "CG-2026-0001" {
		t.Errorf("with the whole need: %+v", whole)
	}
	for role, send := range s.outsiders() {
		public := send(http.MethodPost, at, nil)
		for _, word := range []string{"清洗", "夹具"} {
			if a := decode[matcher.Answer](t, public); len(a.Documents) > 0 && strings.Contains(strings.Join(a.Documents[0].Reasons, ""), word) {
				t.Errorf("the %s's match speaks of %s, which is confidential: %s", role, word, public.body)
			}
		}
	}
	if p := s.visitor(http.MethodPost, "/api/v1/needs/XQ-1/match", nil).problem(t); p.Status != 404 {
		t.Errorf("an unknown need: %+v", p)
	}
	if p := s.visitor(http.MethodPost, at+"?top=0", nil).problem(t); p.Status != 422 || p.Errors[0].Code != "top.range" {
		t.Errorf("top=0: %+v", p)
	}
}
