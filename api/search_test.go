package api_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hongniang/internal/search"
)

// seed makes the samples and answers the service.
func seed(t *testing.T) *service {
	t.Helper()
	s := start(t)
	for plural, body := range samples {
		if got := s.staff(http.MethodPost, "/api/v1/"+plural, body); got.status != 201 {
			t.Fatalf("%s: %d %s", plural, got.status, got.body)
		}
	}
	return s
}

func TestSearch(t *testing.T) {
	s := seed(t)
	find := func(query string) search.Response {
		return decode[search.Response](t, s.visitor(http.MethodGet, "/api/v1/search?"+query, nil))
	}
	ids := func(r search.Response) (out []string) {
		for _, h := range r.Hits {
			out = append(out, string(h.Kind))
		}
		slices.Sort(out)
		return out
	}
	word := "q=" + url.QueryEscape("曲轴")
	tests := []struct {
		query string
		want  []string
	}{
		{word, []string{"expert", "need", "organisation", "patent", "result", "studio"}},
		{word + "&kind=need", []string{"need"}},
		{word + "&kind=needs&kind=" + url.QueryEscape("专利"), []string{"need", "patent"}},
		{word + "&type=small_innovation", []string{"result"}},
		{word + "&type=small_innovation&type=invention", []string{"patent", "result"}},
		{word + "&region=371000", []string{"need"}},
		{word + "&field=manufacturing", []string{"need"}},
		{word + "&year=2025", []string{"result"}},
		{word + "&organisation=" + url.QueryEscape("示例曲轴厂") + "&kind=result", []string{"result"}},
		{"sort=date&size=2&page=3", nil},
		{"q=" + url.QueryEscape("完全无关的量子纠缠"), nil},
	}
	for _, tt := range tests {
		got := find(tt.query)
		if tt.want == nil && strings.HasPrefix(tt.query, "sort") {
			if len(got.Hits) != 2 || got.Total != 6 {
				t.Errorf("%s: %d of %d", tt.query, len(got.Hits), got.Total)
			}
			continue
		}
		if diff := cmp.Diff(tt.want, ids(got)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.query, diff)
		}
	}
	full := find(word + "&facets=true&snippets=true&size=1")
	if len(full.Facets[search.FacetKind]) != 6 || len(full.Hits) != 1 || len(full.Hits[0].TitleMarks)+len(full.Hits[0].Snippets) == 0 {
		t.Errorf("facets and snippets: %+v", full)
	}
	if plain := find(word); len(plain.Facets) != 0 {
		t.Errorf("facets came unasked: %+v", plain.Facets)
	}
}

func TestSearchBounds(t *testing.T) {
	s := seed(t)
	tests := []struct{ query, field, code string }{
		{"page=-1", "page", "page.range"},
		{"page=0", "page", "page.range"},
		{"page=x", "page", "page.range"},
		{"page=99999999999999999999", "page", "page.range"},
		{"size=10^9", "size", "size.range"},
		{"size=1000000000", "size", "size.range"},
		{"size=101", "size", "size.range"},
		{"page=101&size=100", "page", "page.too_deep"},
		{"sort=best", "sort", "sort.unknown"},
		{"kind=dragon", "kind", "kind.unknown"},
		{"facets=maybe", "facets", "facets.malformed"},
	}
	for _, tt := range tests {
		got := s.visitor(http.MethodGet, "/api/v1/search?q=x&"+tt.query, nil)
		p := got.problem(t)
		if got.status != 422 || len(p.Errors) != 1 || p.Errors[0].Field != tt.field || p.Errors[0].Code != tt.code || !hasChinese(p.Errors[0].Message) {
			t.Errorf("%s: %d %+v", tt.query, got.status, p)
		}
	}
	both := s.visitor(http.MethodGet, "/api/v1/search?page=-1&size=0", nil).problem(t)
	if len(both.Errors) != 2 {
		t.Errorf("two faults: %+v", both)
	}
}

func TestOddQueriesGetAnAnswer(t *testing.T) {
	s := seed(t)
	for name, q := range map[string]string{
		"long": strings.Repeat("曲轴磨削", 2_500), "quotes": `""""""`, "emoji": "😀🔧😀", "operators": `-"" kind: : ((`, "empty": "", "nul": "曲轴\x00", "not UTF-8": "\xff\xfe",
	} {
		got := s.visitor(http.MethodGet, "/api/v1/search?q="+url.QueryEscape(q), nil)
		if got.status != 200 {
			t.Errorf("%s: %d %.300s", name, got.status, got.body)
			continue
		}
		if r := decode[search.Response](t, got); name == "long" && (len(r.Notes) == 0 || r.Total == 0) {
			t.Errorf("a query of 10,000 characters: total %d, notes %v", r.Total, r.Notes)
		}
	}
}

func TestSuggest(t *testing.T) {
	s := seed(t)
	for _, typed := range []string{"曲轴", "quzhou", "qz"} {
		got := decode[struct{ Items []search.Suggestion }](t, s.visitor(http.MethodGet, "/api/v1/suggest?q="+url.QueryEscape(typed), nil))
		if len(got.Items) == 0 || !strings.Contains(got.Items[0].Text, "曲轴") {
			t.Errorf("%s suggests %+v", typed, got.Items)
		}
	}
	if got := decode[struct{ Items []search.Suggestion }](t, s.visitor(http.MethodGet, "/api/v1/suggest?q=", nil)); got.Items == nil {
		t.Error("no suggestions should be an empty list")
	}
	if p := s.visitor(http.MethodGet, "/api/v1/suggest?limit=0", nil).problem(t); p.Status != 422 {
		t.Errorf("limit=0: %+v", p)
	}
}
