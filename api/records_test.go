package api_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hongniang/internal/catalog"
	"hongniang/internal/errs"
)

// samples is one valid body of each kind, by the plural in the address.
var samples = map[string]map[string]any{
	"needs":         {"title": "曲轴磨削烧伤的在线检测", "summary_public": "磨削后曲轴轴颈表面出现烧伤，需要在线发现。", "need_type": "技术攻关", "region_code": "威海市", "tech_field": "manufacturing", "deadline": "2027年6月"},
	"results":       {"title": "曲轴清洗机夹具改造", "result_kind": "小革新", "summary": "改造夹具后换型时间减半。", "end_month": "2025-06", "completers": []any{map[string]any{"name": "王建国", "org": "示例曲轴厂"}}, "completing_orgs": []any{"示例曲轴厂"}},
	"patents":       {"title": "一种曲轴清洗装置", "application_no": "ZL202211250898.9", "patent_kind": "发明", "inventors": []any{"王建国"}},
	"experts":       {"name": "王建国", "person_kinds": []any{"工匠"}, "employer_name": "示例曲轴厂", "expertise": "曲轴磨削与烧伤检测"},
	"studios":       {"name": "王建国创新工作室", "studio_kind": "劳模创新工作室", "specialties": "曲轴加工", "members_count": 8},
	"organisations": {"name": "示例曲轴厂", "organisation_kind": "企业", "products": "曲轴"},
}

// with copies a body with some fields set.
func with(body map[string]any, pairs ...any) map[string]any {
	out := map[string]any{}
	for k, v := range body {
		out[k] = v
	}
	for i := 0; i+1 < len(pairs); i += 2 {
		out[pairs[i].(string)] = pairs[i+1]
	}
	return out
}

func TestLifeOfARecord(t *testing.T) {
	s := start(t)
	for plural, body := range samples {
		t.Run(plural, func(t *testing.T) {
			base := "/api/v1/" + plural
			made := s.staff(http.MethodPost, base, body)
			rec := decode[map[string]any](t, made)
			at, tag := made.header.Get("Location"), made.header.Get("ETag")
			if made.status != 201 || tag != `"1"` || at != base+"/"+rec["code"].(string) {
				t.Fatalf("create: status %d, ETag %s, Location %s", made.status, tag, at)
			}
			if got := s.visitor(http.MethodGet, at, nil); got.status != 200 || got.header.Get("ETag") != tag {
				t.Errorf("read: %d %s", got.status, got.body)
			}
			list := decode[struct{ Items []map[string]any }](t, s.visitor(http.MethodGet, base+"?limit=5", nil))
			if len(list.Items) != 1 || list.Items[0]["code"] != rec["code"] {
				t.Errorf("list: %v", list.Items)
			}
			key := "title"
			if _, ok := body["name"]; ok {
				key = "name"
			}
			changed := decode[map[string]any](t, s.staff(http.MethodPut, at, with(rec, key, body[key].(string)+"二"), "If-Match", tag))
			if changed["rev"] != 2.0 || changed[key] != body[key].(string)+"二" || changed["created_at"] == nil {
				t.Errorf("replace: %v", changed)
			}
			patched := decode[map[string]any](t, s.staff(http.MethodPatch, at, map[string]any{key: body[key], "region_code": "371000", "rev": 2}))
			if patched["rev"] != 3.0 || patched["region_code"] != "371000" {
				t.Errorf("patch: %v", patched)
			}
			if got := s.staff(http.MethodDelete, at+"?rev=3", nil); got.status != 204 || len(got.body) != 0 {
				t.Errorf("delete: %d %s", got.status, got.body)
			}
			if got := s.visitor(http.MethodGet, at, nil); got.status != 404 {
				t.Errorf("a removed record gives %d", got.status)
			}
			if got := s.staff(http.MethodPost, at+"/restore", nil); got.status != 200 || got.header.Get("ETag") != `"5"` {
				t.Errorf("restore: %d %s", got.status, got.body)
			}
			history := decode[struct{ Items []catalog.Change }](t, s.staff(http.MethodGet, at+"/history", nil))
			var actions []string
			for _, c := range history.Items {
				actions = append(actions, string(c.Action)+" "+c.By)
			}
			want := []string{"create 运维令牌", "update 运维令牌", "update 运维令牌", "delete 运维令牌", "restore 运维令牌"}
			if diff := cmp.Diff(want, actions); diff != "" {
				t.Errorf("history (-want +got):\n%s", diff)
			}
		})
	}
}

func TestRolesOfWrites(t *testing.T) {
	s := start(t)
	made := s.staff(http.MethodPost, "/api/v1/needs", samples["needs"])
	at := made.header.Get("Location")
	for _, req := range [][2]string{
		{http.MethodPost, "/api/v1/needs"}, {http.MethodPut, at}, {http.MethodPatch, at}, {http.MethodDelete, at},
		{http.MethodPost, at + "/restore"}, {http.MethodGet, at + "/history"}, {http.MethodGet, "/api/v1/changes"},
	} {
		got := s.visitor(req[0], req[1], samples["needs"])
		if p := got.problem(t); got.status != 401 || p.Code != "access.sign_in" || got.header.Get("WWW-Authenticate") == "" {
			t.Errorf("%v by a visitor: %d %+v", req, got.status, p)
		}
		got = s.visitor(req[0], req[1], samples["needs"], "Authorization", "Bearer wrong")
		if p := got.problem(t); got.status != 401 || p.Code != "access.token_wrong" {
			t.Errorf("%v with a wrong token: %d %+v", req, got.status, p)
		}
		got = s.visitor(req[0], req[1], samples["needs"], "Origin", "http://evil.example")
		if got.status != 401 && got.status != 403 {
			t.Errorf("%v from another site: %d", req, got.status)
		}
	}
	if got := s.visitor(http.MethodGet, at, nil, "Authorization", "Bearer wrong"); got.status != 401 {
		t.Errorf("reading with a wrong token: %d", got.status)
	}
}

func TestBadBodies(t *testing.T) {
	s := start(t)
	tests := []struct {
		name, body   string
		status       int
		code         string
		field, fault string
	}{
		{"empty", "", 400, "json.empty", "", ""},
		{"spaces", " \n", 400, "json.empty", "", ""},
		{"broken", "{\n\"title\": \"夹具\",\n}", 400, "json.malformed", "", ""},
		{"cut off", `{"title":`, 400, "json.malformed", "", ""},
		{"two values", `{} {}`, 400, "json.malformed", "", ""},
		{"a list", `[]`, 400, "json.malformed", "", ""},
		{"null", `null`, 400, "json.malformed", "", ""},
		{"GBK", "{\"title\": \"\xc7\xfa\xd6\xe1\"}", 400, "json.malformed", "", ""},
		{"too large", `{"title":"` + strings.Repeat("长", 800_000) + `"}`, 413, "body.too_large", "", ""},
		{"unknown field", `{"title":"夹具改造","tittle":"x"}`, 422, "record.invalid", "tittle", "field.unknown"},
		{"Chinese field", `{"成果名称":"夹具改造"}`, 422, "record.invalid", "成果名称", "field.unknown"},
		{"other case", `{"Title":"夹具改造"}`, 422, "record.invalid", "Title", "field.unknown"},
		{"number for text", `{"title":12}`, 422, "record.invalid", "title", "type.text"},
		{"text for number", `{"title":"夹具改造","trl":"9"}`, 422, "record.invalid", "trl", "type.whole"},
		{"fraction for whole", `{"title":"夹具改造","trl":8.5}`, 422, "record.invalid", "trl", "type.whole"},
		{"huge number", `{"title":"夹具改造","trl":99999999999999999999}`, 422, "record.invalid", "trl", "type.whole"},
		{"infinite", `{"title":"夹具改造","asking_price_wan":1e999}`, 422, "record.invalid", "asking_price_wan", "type.number"},
		{"text for list", `{"title":"夹具改造","keywords":"曲轴"}`, 422, "record.invalid", "keywords", "type.list"},
		{"null in a list", `{"title":"夹具改造","keywords":[null]}`, 422, "record.invalid", "keywords[0]", "type.text"},
		{"text for object", `{"title":"夹具改造","contact":"张三"}`, 422, "record.invalid", "contact", "type.object"},
		{"unknown inside", `{"title":"夹具改造","completers":[{"name":"王","wage":1}]}`, 422, "record.invalid", "completers[0].wage", "field.unknown"},
		{"text for yes", `{"title":"夹具改造","price_negotiable":"是"}`, 422, "record.invalid", "price_negotiable", "type.yes_no"},
		{"missing title", `{"summary":"没有名称"}`, 422, "record.invalid", "title", "text.required"},
		{"unknown choice", `{"title":"夹具改造","result_kind":"大发明"}`, 422, "record.invalid", "result_kind", "choice.unknown"},
		{"classified", `{"title":"夹具改造","secrecy":"机密"}`, 422, "record.invalid", "secrecy", "result.classified"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := s.staff(http.MethodPost, "/api/v1/results", tt.body)
			p := got.problem(t)
			if got.status != tt.status || p.Code != tt.code || p.Status != got.status || p.RequestID == "" || !hasChinese(p.Detail) || !hasChinese(p.Title) {
				t.Fatalf("got %d %+v", got.status, p)
			}
			if tt.field == "" {
				return
			}
			found := false
			for _, f := range p.Errors {
				found = found || f.Field == tt.field && f.Code == tt.fault && hasChinese(f.Message)
			}
			if !found {
				t.Errorf("no fault %s of %s in %+v", tt.fault, tt.field, p.Errors)
			}
		})
	}
}

func hasChinese(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return r >= 0x4e00 && r <= 0x9fff })
}

func TestUnknownAddresses(t *testing.T) {
	s := start(t)
	tests := []struct {
		method, path string
		status       int
		code         string
	}{
		{http.MethodGet, "/api/v1/nothing", 404, "route.unknown"},
		{http.MethodGet, "/api/v1/needs/XQ-1999-0001", 404, "record.not_found"},
		{http.MethodGet, "/api/v1/needs/" + strings.Repeat("x", 3000), 404, "record.not_found"},
		{http.MethodDelete, "/api/v1/needs/XQ-1999-0001", 404, "record.not_found"},
		{http.MethodPost, "/api/v1/search", 405, "route.method"},
		{http.MethodDelete, "/api/v1/needs", 405, "route.method"},
	}
	for _, tt := range tests {
		got := s.staff(tt.method, tt.path, nil)
		if p := got.problem(t); got.status != tt.status || p.Code != tt.code || !hasChinese(p.Detail) {
			t.Errorf("%s %.40s: %d %+v", tt.method, tt.path, got.status, p)
		}
		if tt.status == 405 && got.header.Get("Allow") == "" {
			t.Errorf("%s %s: no Allow header", tt.method, tt.path)
		}
	}
}

func TestTwoPeopleSaveTheSameRecord(t *testing.T) {
	s := start(t)
	made := s.staff(http.MethodPost, "/api/v1/results", samples["results"])
	at := made.header.Get("Location")
	first := s.staff(http.MethodPut, at, with(samples["results"], "summary", "第一人写的"), "If-Match", `"1"`)
	if first.status != 200 {
		t.Fatalf("the first: %d %s", first.status, first.body)
	}
	for name, second := range map[string]answer{
		"header": s.staff(http.MethodPut, at, with(samples["results"], "summary", "第二人写的"), "If-Match", `W/"1"`),
		"body":   s.staff(http.MethodPut, at, with(samples["results"], "summary", "第二人写的", "rev", 1)),
		"patch":  s.staff(http.MethodPatch, at, map[string]any{"summary": "第二人写的", "rev": 1}),
		"delete": s.staff(http.MethodDelete, at+"?rev=1", nil),
	} {
		p := second.problem(t)
		if second.status != 409 || p.Code != "record.stale" || p.Rev != 2 || !strings.Contains(p.Detail, "运维令牌") || !strings.Contains(p.Detail, "重新打开") {
			t.Errorf("%s: %d %+v", name, second.status, p)
		}
	}
	p := s.staff(http.MethodPut, at, samples["results"]).problem(t)
	if p.Status != 422 || p.Code != "record.rev_missing" {
		t.Errorf("without a revision: %+v", p)
	}
	p = s.staff(http.MethodPut, at, with(samples["results"], "rev", 2), "If-Match", `"1"`).problem(t)
	if p.Status != 422 || p.Errors[0].Code != "rev.two" {
		t.Errorf("two revisions: %+v", p)
	}
	p = s.staff(http.MethodPost, "/api/v1/results", samples["results"]).problem(t)
	if p.Status != 409 || p.Code != "record.exists" {
		t.Errorf("the same record again: %+v", p)
	}
}

func TestManySavers(t *testing.T) {
	s := start(t)
	at := s.staff(http.MethodPost, "/api/v1/results", samples["results"]).header.Get("Location")
	const savers = 8
	statuses := make(chan int, savers)
	var all sync.WaitGroup
	for i := range savers {
		all.Go(func() {
			statuses <- s.staff(http.MethodPut, at, with(samples["results"], "summary", fmt.Sprintf("第 %d 人写的", i), "rev", 1)).status
		})
	}
	all.Wait()
	close(statuses)
	count := map[int]int{}
	for status := range statuses {
		count[status]++
	}
	if diff := cmp.Diff(map[int]int{200: 1, 409: savers - 1}, count); diff != "" {
		t.Errorf("exactly one wins (-want +got):\n%s", diff)
	}
}

func TestReadOnlyFieldsAreIgnored(t *testing.T) {
	s := start(t)
	body := with(samples["studios"], "rev", 7, "created_by", "别人", "created_at", "1999-01-01T00:00:00Z", "deleted_at", "1999-01-01T00:00:00Z", "source", map[string]any{"kind": "x"})
	got := decode[map[string]any](t, s.staff(http.MethodPost, "/api/v1/studios", body))
	if got["rev"] != 1.0 || got["created_by"] != "运维令牌" || got["deleted_at"] != nil || got["source"].(map[string]any)["kind"] != "api" {
		t.Errorf("read-only fields were taken: %v", got)
	}
	p := s.staff(http.MethodPut, "/api/v1/studios/"+got["code"].(string), with(body, "code", "GZS-1", "rev", 1)).problem(t)
	if p.Errors[0].Code != "record.code_fixed" {
		t.Errorf("another code: %+v", p)
	}
}

func TestPagesOfAList(t *testing.T) {
	s := start(t)
	for i := range 7 {
		body := with(samples["organisations"], "name", fmt.Sprintf("示例厂%d", i))
		if i%2 == 1 {
			body["visibility"] = "internal"
		}
		s.staff(http.MethodPost, "/api/v1/organisations", body)
	}
	walk := func(send func(string, string, any, ...string) answer) (codes []string) {
		for after := ""; ; {
			page := decode[struct {
				Items []map[string]any
				Next  string
			}](t, send(http.MethodGet, "/api/v1/organisations?limit=2&after="+after, nil))
			for _, item := range page.Items {
				codes = append(codes, item["code"].(string))
			}
			if after = page.Next; after == "" {
				return codes
			}
		}
	}
	want := []string{"DW-2026-0001", "DW-2026-0002", "DW-2026-0003", "DW-2026-0004", "DW-2026-0005", "DW-2026-0006", "DW-2026-0007"}
	if diff := cmp.Diff(want, walk(s.staff)); diff != "" {
		t.Errorf("staff (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{want[0], want[2], want[4], want[6]}, walk(s.visitor)); diff != "" {
		t.Errorf("visitor (-want +got):\n%s", diff)
	}
	p := s.visitor(http.MethodGet, "/api/v1/organisations?limit=501", nil).problem(t)
	if p.Status != 422 || p.Errors[0].Code != "limit.range" {
		t.Errorf("limit=501: %+v", p)
	}
}

func TestStoreGone(t *testing.T) {
	s := start(t)
	made := s.staff(http.MethodPost, "/api/v1/results", samples["results"])
	at := made.header.Get("Location")
	if got := s.visitor(http.MethodGet, "/readyz", nil); got.status != 200 {
		t.Fatalf("readyz before: %d %s", got.status, got.body)
	}
	s.store.Close()
	for _, got := range []answer{
		s.staff(http.MethodPost, "/api/v1/results", with(samples["results"], "title", "另一项成果")),
		s.staff(http.MethodPut, at, with(samples["results"], "rev", 1)),
		s.staff(http.MethodDelete, at, nil),
		s.staff(http.MethodGet, at, nil),
	} {
		p := got.problem(t)
		if got.status != 503 || got.header.Get("Retry-After") == "" || !hasChinese(p.Detail) || strings.Contains(string(got.body), "sql") {
			t.Errorf("%s %s: %d %s", got.method, got.path, got.status, got.body)
		}
	}
	found := decode[struct{ Total int }](t, s.visitor(http.MethodGet, "/api/v1/search?q=曲轴", nil))
	if found.Total != 1 {
		t.Errorf("search without the store found %d", found.Total)
	}
	ready := s.visitor(http.MethodGet, "/readyz", nil)
	if ready.status != 503 || !strings.Contains(string(ready.body), `"store":"unavailable"`) || !strings.Contains(string(ready.body), "检索和匹配照常") {
		t.Errorf("readyz: %d %s", ready.status, ready.body)
	}
	if got := s.visitor(http.MethodGet, "/healthz", nil); got.status != 200 {
		t.Errorf("healthz: %d", got.status)
	}
	if got := s.visitor(http.MethodGet, "/metrics", nil); !strings.Contains(string(got.body), "hongniang_store_up 0") {
		t.Errorf("metrics: %s", got.body)
	}
}

func TestErrorKindOfAMissingRecordHidesRemovedTitles(t *testing.T) {
	s := start(t)
	at := s.staff(http.MethodPost, "/api/v1/needs", samples["needs"]).header.Get("Location")
	s.staff(http.MethodDelete, at, nil)
	if p := s.staff(http.MethodGet, at, nil).problem(t); p.Code != "record.deleted" || !strings.Contains(p.Detail, "曲轴") {
		t.Errorf("staff: %+v", p)
	}
	if p := s.visitor(http.MethodGet, at, nil).problem(t); p.Code != "record.not_found" || strings.Contains(p.Detail, "曲轴") {
		t.Errorf("visitor: %+v", p)
	}
	if errs.KindOf(catalog.NotFoundError(catalog.KindNeed, "x")) != errs.NotFound {
		t.Error("NotFoundError has another kind")
	}
}
