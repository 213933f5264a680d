package exchange

import (
	"strings"
	"testing"

	"hongniang/internal/catalog"
)

func keyOf(kind catalog.Kind, header string) (string, float64) {
	found, ok := namesOf(kind).find(header)
	if !ok {
		return "", 0
	}
	return catalog.Schema(kind)[found.field].Key, found.factor
}

func TestHeaders(t *testing.T) {
	tests := []struct {
		kind   catalog.Kind
		header string
		key    string
		factor float64
	}{
		{catalog.KindNeed, "需求名称", "title", 1},
		{catalog.KindNeed, "＊需求名称（必填）", "title", 1},
		{catalog.KindNeed, " 需 求\n名称：", "title", 1},
		{catalog.KindNeed, "title", "title", 1},
		{catalog.KindNeed, "ＴＩＴＬＥ", "title", 1},
		{catalog.KindNeed, "需求名稱", "title", 1},
		{catalog.KindNeed, "拟投入资金上限", "budget_max_wan", 1},
		{catalog.KindNeed, "拟投入资金上限（万元）*", "budget_max_wan", 1},
		{catalog.KindNeed, "拟投入资金上限(元)", "budget_max_wan", 1e-4},
		{catalog.KindNeed, "拟投入资金上限（单位：亿元）", "budget_max_wan", 1e4},
		{catalog.KindNeed, "budget_max_wan", "budget_max_wan", 1},
		{catalog.KindNeed, "期望解决时限（年月日）", "deadline", 1},
		{catalog.KindPatent, "公开（公告）号", "publication_no", 1},
		{catalog.KindPatent, "公开(公告)日", "publication_date", 1},
		{catalog.KindPatent, "专利号", "application_no", 1},
		{catalog.KindExpert, "荣誉称号", "honours", 1},
		{catalog.KindOrganisation, "企业名称", "name", 1},
		{catalog.KindOrganisation, "备注", "", 0},
		{catalog.KindOrganisation, "", "", 0},
		{catalog.KindOrganisation, "（元）", "", 0},
	}
	for _, tt := range tests {
		if key, factor := keyOf(tt.kind, tt.header); key != tt.key || factor != tt.factor {
			t.Errorf("%s %q = %q × %v, want %q × %v", tt.kind, tt.header, key, factor, tt.key, tt.factor)
		}
	}
}

// TestEveryLabelIsFound guards against two fields of a kind with one label.
func TestEveryLabelIsFound(t *testing.T) {
	for _, kind := range catalog.Kinds() {
		for _, f := range catalog.Schema(kind) {
			for _, header := range []string{f.Label, f.Key, "*" + f.Label, f.Label + "（说明）"} {
				if key, _ := keyOf(kind, header); key != f.Key {
					t.Errorf("%s: %q means %q, want %q", kind, header, key, f.Key)
				}
			}
		}
	}
}

// TestAliasesNameFields guards against aliases of fields that are gone.
func TestAliasesNameFields(t *testing.T) {
	for kind, aliases := range headerAliases {
		if kind == "" {
			continue
		}
		for header, key := range aliases {
			if got, _ := keyOf(kind, header); got != key {
				t.Errorf("%s: alias %q means %q, want %q", kind, header, got, key)
			}
		}
	}
}

func TestSecondColumnOfAFieldIsPassedOver(t *testing.T) {
	r, err := Read(t.Context(), catalog.KindOrganisation, FromBytes("a.csv", []byte("单位名称,企业名称\n甲厂,乙厂\n")))
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if len(r.Columns()) != 1 || r.Columns()[0].Header != "单位名称" || len(r.Unknown()) != 1 {
		t.Errorf("columns %v, unknown %v", r.Columns(), r.Unknown())
	}
}

func FuzzHeader(f *testing.F) {
	for _, s := range []string{"需求名称", "拟投入资金上限（元）", "((((", "】【", "*", "\xff（万元）"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, kind := range catalog.Kinds() {
			found, ok := namesOf(kind).find(s)
			if ok && (found.field < 0 || found.field >= len(catalog.Schema(kind)) || found.factor <= 0) {
				t.Fatalf("%q: %+v", s, found)
			}
			if again, stillOK := namesOf(kind).find(" *" + s + "\t"); ok && len(s) < 150 && (!stillOK || again != found) && !strings.ContainsRune(s, '\uFFFD') {
				t.Fatalf("%q is found, with a star it is not", s)
			}
		}
	})
}
