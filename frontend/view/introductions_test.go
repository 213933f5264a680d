package view

import (
	"maps"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"hongniang/internal/account"
	"hongniang/internal/brokering"
	"hongniang/internal/catalog"
)

func TestListQuery(t *testing.T) {
	broker, leader := account.Actor{User: "U1", Role: account.Broker}, account.Actor{User: "U2", Role: account.Leader}
	for _, c := range []struct {
		address string
		as      account.Actor
		want    brokering.Filter
		url     string
	}{
		{"", broker, brokering.Filter{Mine: true, Limit: todoSize}, "/introductions"},
		{"tab=mine&after=DJ-9", broker, brokering.Filter{Broker: "U1", Open: true, After: "DJ-9", Limit: listSize}, "/introductions?after=DJ-9&tab=mine"},
		{"tab=all&stage=invited&who=provider&late=broker&need=XQ-1", broker,
			brokering.Filter{Stages: []brokering.Stage{brokering.Invited}, Who: brokering.Provider, Level: brokering.OnBrokerList, Need: "XQ-1", Limit: listSize}, "/introductions?late=broker&need=XQ-1&stage=invited&tab=all&who=provider"},
		{"tab=x&stage=y&who=leader&late=z", broker, brokering.Filter{Mine: true, Limit: todoSize}, "/introductions"},
		{"late=reminder", leader, brokering.Filter{Level: brokering.OnLeaderList, Limit: todoSize}, "/introductions?late=reminder"},
	} {
		v, err := url.ParseQuery(c.address)
		if err != nil {
			t.Fatal(err)
		}
		q := ParseListQuery(v)
		if diff := cmp.Diff(c.want, q.Filter(c.as)); diff != "" || q.URL() != c.url {
			t.Errorf("%s: %s %s", c.address, q.URL(), diff)
		}
	}
}

// What is to do is sorted by its day; every state of emptiness says what to do.
func TestBuildIntroductions(t *testing.T) {
	line := func(code, due string) brokering.Line {
		return brokering.Line{Code: code, Part: brokering.Staff, Stage: brokering.Reviewed, Next: &brokering.NextAction{Who: brokering.Staff, What: "发", Due: due}, UpdatedAt: "2026-11-20T23:00:00Z"}
	}
	closed := brokering.Line{Code: "DJ-3", Stage: brokering.ClosedSuccess}
	lines := brokering.Lines{Items: []brokering.Line{closed, line("DJ-1", "2026-12-09"), line("DJ-2", "2026-12-01")}, Next: "DJ-3"}
	v := BuildIntroductions(ListQuery{Tab: "todo"}, lines, account.Actor{Role: account.Broker})
	if v.Items[0].Code != "DJ-2" || v.Items[2].Code != "DJ-3" || v.More != "" || !v.Items[0].Next.Yours || v.Items[0].Updated != "2026-11-21" || v.Items[2].Next.Closed != "成功办结" {
		t.Errorf("%+v", v.Items)
	}
	if v = BuildIntroductions(ListQuery{Tab: "all"}, lines, account.Actor{Role: account.Broker}); v.More != "/introductions?after=DJ-3&tab=all" || v.Items[0].Code != "DJ-3" {
		t.Errorf("%+v", v)
	}
	seen := map[string]bool{}
	for _, role := range []account.Role{account.Enterprise, account.Provider, account.Broker, account.Leader} {
		for _, tab := range []string{"todo", "mine", "all"} {
			text := BuildIntroductions(ListQuery{Tab: tab}, brokering.Lines{}, account.Actor{Role: role}).Empty
			if text == "" {
				t.Errorf("%s %s is empty without a word", role, tab)
			}
			seen[text] = true
		}
	}
	if len(seen) < 5 {
		t.Errorf("only %d ways of being empty", len(seen))
	}
}

func TestParseBegin(t *testing.T) {
	got := ParseBegin(url.Values{
		"need": {" XQ-1 "}, "target": {"ZJ-1"}, "band": {"high"}, "alternate": {"expert/ZJ-2|low", "expert/ZJ-1|high"}, "extra": {"GZS-1，ZJ-2"}, "next": {"打电话"}, "due": {"2026-12-01"},
	})
	want := BeginAsked{
		Proposal: brokering.Proposal{Needs: []string{"XQ-1"}, Targets: []brokering.Target{{Kind: "expert", Code: "ZJ-1", Band: "high"}, {Kind: "expert", Code: "ZJ-2", Band: "low"}, {Kind: "studio", Code: "GZS-1"}}},
		Next:     &brokering.NextAction{What: "打电话", Who: brokering.Staff, Due: "2026-12-01"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	for text, shown := range map[string]string{"expert/ZJ-1": "ZJ-1", "expert/7": "expert/7", "": ""} {
		if got := TargetText(TargetOf(text, "")); got != shown {
			t.Errorf("%q is shown as %q", text, got)
		}
	}
	now := time.Date(2026, 11, 20, 17, 0, 0, 0, time.UTC) // the 21st in China
	for due, ok := range map[string]bool{"2026-11-22": true, "2026-11-21": false, "": false} {
		if err := CheckNext(&brokering.NextAction{Due: due}, now); (err == nil) != ok {
			t.Errorf("%q: %v", due, err)
		}
	}
}

func TestBeginRequire(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		b    Begin
		want []string
	}{
		{Begin{Need: "XQ-1", Target: "ZJ-1", Problem: "没有编号为“XQ-1”的技术需求"}, nil},
		{Begin{Target: "ZJ-1", Problem: "没有编号为“”的技术需求"}, []string{"needs"}},
		{Begin{Problem: "没有编号为“”的技术需求"}, []string{"needs", "targets"}},
	} {
		b := c.b
		b.Require()
		if got := slices.Sorted(maps.Keys(b.Faults)); !slices.Equal(got, c.want) || strings.Contains(b.Problem, "“”") {
			t.Errorf("%+v: %q, %v", c.b, b.Problem, b.Faults)
		}
	}
}

// A telephone number has a line of its own: browsers break lines at its hyphen.
func TestContactItem(t *testing.T) {
	t.Parallel()
	got := contactItem("联系方式", &catalog.Contact{Name: "王建军", Phone: "0631-0000005"})
	if diff := cmp.Diff(Item{Label: "联系方式", Text: []string{"王建军", "0631-0000005"}}, got); diff != "" {
		t.Error(diff)
	}
	if contactItem("联系方式", nil).says() || contactItem("联系方式", &catalog.Contact{}).says() {
		t.Error("nobody to call, and still a line")
	}
}
