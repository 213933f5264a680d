package catalog

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"hongniang/internal/errs"
)

// Cleaning a record twice is cleaning it once, or importing a file again would
// change what it brought.
func TestCleanOnceForGood(t *testing.T) {
	t.Parallel()
	meta := Meta{Code: " ＣＧ－2026 ", ExternalID: "a\tb", RegionCode: " 山东省威海市 ", OwnerOrg: "ＤＷ１ ", Union: " 總工會 "}
	for _, rec := range []Record{
		&Need{Meta: meta, Title: "產(chǎn)業(yè)  升級", IndustryCode: "C34", NeedType: "技术攻关", Deadline: "2026年6月1日", BudgetMinWan: 0.1234567, Keywords: []string{" ", "轴", "轴 "}},
		&Result{Meta: meta, Title: "改装", ResultKind: "小改小革", Stage: "成熟应用阶段", StartMonth: "2024.6", Completers: []Completer{{Name: " 张 三 "}}},
		&Patent{Meta: meta, Title: "改装", ApplicationNo: "ZL 2022 1 1250898.9", IPC: []string{"b23q 1/70"}, ApplicationDate: "20221012"},
		&Expert{Meta: meta, Name: "张三", PersonKinds: []string{"劳模", "劳动模范"}, LastConfirmedAt: "2026/1/2 00:00:00"},
		&Studio{Meta: meta, Name: "张三创新工作室", Level: "市级", NamedAt: "2024年"},
		&Organisation{Meta: meta, Name: "示例　公司", USCC: "91350100m000100y43", Qualifications: []string{"高新技术企业"}},
	} {
		Clean(rec)
		once := Clone(rec)
		Clean(rec)
		if diff := cmp.Diff(once, rec); diff != "" {
			t.Errorf("%s (-once +twice):\n%s", rec.Kind(), diff)
		}
		if m := rec.Base(); m.RegionCode != "371000" || m.OwnerOrg != "DW1" || m.Union != "總工會" {
			t.Errorf("%s: %+v", rec.Kind(), m)
		}
	}
	local := &Result{Meta: Meta{RegionCode: "威海市"}, ResultKind: "小改小革"}
	Clean(local)
	if local.ResultKind != "small_innovation" {
		t.Errorf("小改小革 of 威海 is %q", local.ResultKind)
	}
}

// A date of a year or a month is neither before nor after a day in it.
func TestOrderOfDates(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		from, to string
		fault    bool
	}{
		{"2024-06", "2024", false}, {"2024-06-01", "2024-06", false}, {"2024", "2024-01", false}, {"2024-06", "2024-05", true}, {"2024", "2023-12", true}, {"2024-06-01", "2024-05", true},
		{"", "2024", false}, {"2024", "", false}, {"2024-06-01", "2024-06-01", false},
	} {
		for _, rec := range []Record{
			&Need{Title: "曲轴磨削烧伤", ValidFrom: c.from, ValidTo: c.to},
			&Result{Title: "曲轴磨削", StartMonth: month(c.from), EndMonth: month(c.to)},
			&Patent{Title: "曲轴磨削", ApplicationNo: "202211250898.9", ApplicationDate: c.from, GrantDate: c.to},
		} {
			if _, ok := rec.(*Result); ok && len(c.from) == len(c.to) && len(c.from) == 10 {
				continue
			}
			if err := Validate(rec); (err != nil) != c.fault {
				t.Errorf("%s from %q to %q: %v", rec.Kind(), c.from, c.to, err)
			}
		}
	}
}

func month(date string) string { return date[:min(len(date), 7)] }

// What has no label in forms is bounded all the same.
func TestOwnersAreBounded(t *testing.T) {
	t.Parallel()
	long := make([]byte, 41)
	for i := range long {
		long[i] = 'a'
	}
	err := Validate(&Organisation{Meta: Meta{OwnerOrg: string(long), Union: string(long)}, Name: "示例公司"})
	if e := errs.As(err); err == nil || len(e.Fields) != 2 || e.Fields[0].Field != "owner_org" || e.Fields[1].Field != "union" {
		t.Errorf("%v", err)
	}
}

// The managing union of an anonymous need may be that of the firm.
func TestAnonymousNeedHasNoOwner(t *testing.T) {
	t.Parallel()
	for confidentiality, want := range map[string]string{"summary_only": "", "public": "DW-1"} {
		view, ok := PublicView(&Need{Meta: Meta{Status: "published", OwnerOrg: "DW-1", Union: "DW-1"}, Title: "曲轴磨削烧伤", Confidentiality: confidentiality})
		if !ok || view.Base().OwnerOrg != want || view.Base().Union != want {
			t.Errorf("%s: %+v", confidentiality, view)
		}
	}
}
