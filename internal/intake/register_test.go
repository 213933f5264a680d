package intake_test

import (
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"hongniang/internal/catalog"
	"hongniang/internal/coach"
	"hongniang/internal/intake"
	"hongniang/internal/sqlitestore"
)

// A place and a trade lead to a firm where few share both; a name that begins as no
// other does is its short name. What many share tells nothing.
func TestRegister(t *testing.T) {
	t.Parallel()
	store, err := sqlitestore.Open(t.Context(), filepath.Join(t.TempDir(), "records.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	now := time.Date(2026, 11, 20, 8, 0, 0, 0, time.UTC)
	clock := func() time.Time { return now }
	records := &catalog.Service{Store: store, Now: clock, Log: slog.New(slog.DiscardHandler)}
	enter := func(name, region, industry string) *catalog.Organisation {
		t.Helper()
		org := &catalog.Organisation{Meta: catalog.Meta{RegionCode: region}, Name: name, OrganisationKind: "enterprise", IndustryCode: industry}
		if err := records.Create(t.Context(), "test", org); err != nil {
			t.Fatal(err)
		}
		return org
	}
	own := enter("荣成泰祥冷冻食品有限公司", "371082", "13")
	for _, name := range []string{"海岳机械有限公司", "海岳船舶机械有限公司", "海岳渔业机械有限公司", "海岳精密机械有限公司"} {
		enter("荣成"+name, "371082", "34")
	}
	many := enter("荣成海岳通用机械有限公司", "371082", "34")
	register := &intake.Register{Store: store, Now: clock}
	for _, tt := range []struct {
		org  *catalog.Organisation
		text string
		want string
	}{
		{own, "荣成某冷冻食品厂的速冻机结霜", "summary.place_trade"},
		{own, "威海一家冷冻食品企业的速冻机结霜", "summary.place_trade"},
		{own, "泰祥的速冻机结霜", "summary.short_name"},
		{own, "荣成泰祥，做冷冻食品，速冻机结霜", "summary.place_trade"}, // whatever else leads there
		{own, "某冷冻食品厂的速冻机结霜", ""},
		{own, "荣成某厂的速冻机结霜", ""},
		{many, "荣成某机械厂的主轴发热", ""},
		{many, "海岳的主轴发热", ""},
	} {
		traces, err := register.Traces(t.Context(), tt.org)
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		for _, m := range coach.Read(&catalog.Need{Title: "设备难题", SummaryPublic: tt.text}, coach.Firm{Traces: traces}, now).Remarks {
			if m.Field == "summary_public" && got == "" { // the gravest stands first
				got = m.Code
			}
		}
		if got != tt.want {
			t.Errorf("%s of %s: %q, want %q (%+v)", tt.text, tt.org.Name, got, tt.want, traces)
		}
	}
	enter("荣成冰洋冷冻食品有限公司", "371082", "13")
	enter("荣成雪海冷冻食品有限公司", "371082", "13")
	enter("荣成蓝湾冷冻食品有限公司", "371082", "13")
	if traces, err := register.Traces(t.Context(), own); err != nil || peers(traces, "荣成") != 1 {
		t.Errorf("what was read a moment ago is read again: %+v %v", traces, err)
	}
	now = now.Add(time.Hour)
	if traces, err := register.Traces(t.Context(), own); err != nil || peers(traces, "荣成") != 4 {
		t.Errorf("an hour later: %+v %v", traces, err)
	}
}

func peers(traces []coach.Trace, place string) int {
	for _, t := range traces {
		if t.Place == place {
			return t.Peers
		}
	}
	return 0
}
