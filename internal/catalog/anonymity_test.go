package catalog_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"hongniang/internal/catalog"
	"hongniang/internal/errs"
)

// Whatever everybody may read of an anonymous need does not name the firm.
func TestAnonymousNeedsNameNoFirm(t *testing.T) {
	base := func() *catalog.Need {
		return &catalog.Need{
			Meta:  catalog.Meta{Status: "published", Visibility: "public"},
			Title: "某企业曲轴磨削烧伤", EnterpriseName: "威海金猫曲轴有限公司", Confidentiality: "summary_only",
		}
	}
	for name, c := range map[string]struct {
		change func(*catalog.Need)
		want   []string
	}{
		"nowhere":     {func(*catalog.Need) {}, nil},
		"title":       {func(n *catalog.Need) { n.Title = "威海金猫曲轴的磨削烧伤" }, []string{"title"}},
		"summary":     {func(n *catalog.Need) { n.SummaryPublic = "在威海 金猫曲轴的车间里" }, []string{"summary_public"}},
		"keywords":    {func(n *catalog.Need) { n.Keywords = []string{"曲轴", "威海金猫曲轴"} }, []string{"keywords"}},
		"occupations": {func(n *catalog.Need) { n.Occupations = []string{"威海金猫曲轴有限公司磨工"} }, []string{"occupations"}},
		"two words":   {func(n *catalog.Need) { n.Keywords = []string{"威海", "金猫曲轴"} }, nil},
		"public":      {func(n *catalog.Need) { n.Title, n.Confidentiality = "威海金猫曲轴的磨削烧伤", "public" }, nil},
		"no name":     {func(n *catalog.Need) { n.EnterpriseName = "（）" }, nil},
	} {
		n := base()
		c.change(n)
		var got []string
		if err := catalog.Validate(n); err != nil {
			for _, f := range errs.As(err).Fields {
				got = append(got, f.Field)
				if f.Code != "need.names_enterprise" {
					t.Errorf("%s: %+v", name, f)
				}
			}
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s: faults (-want +got):\n%s", name, diff)
		}
	}
}
