package group

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"hongniang/internal/catalog"
	"hongniang/internal/coach"
	"hongniang/internal/errs"
)

var (
	day  = time.Date(2026, 3, 2, 2, 0, 0, 0, time.UTC)
	wang = Person{User: "U-wang", Name: "红娘王"}
)

func three() Group {
	return Group{Code: "GX-1", State: Open, Title: "磨削烧伤的检测", Needs: []string{"XQ-1", "XQ-2", "XQ-3"}}
}

func TestApply(t *testing.T) {
	for _, tt := range []struct {
		name  string
		step  Step
		other string
		needs []string
		state State
	}{
		{"rename", Step{Kind: Rename, Title: " 在线检测 "}, "", []string{"XQ-1", "XQ-2", "XQ-3"}, Open},
		{"add, one twice", Step{Kind: Add, Needs: []string{"XQ-4", "XQ-1", "XQ-4"}}, "", []string{"XQ-1", "XQ-2", "XQ-3", "XQ-4"}, Open},
		{"remove", Step{Kind: Remove, Needs: []string{"XQ-2"}}, "", []string{"XQ-1", "XQ-3"}, Open},
		{"merged into another", Step{Kind: MergedIn}, "GX-2", []string{}, Merged},
		{"close", Step{Kind: Close, Note: "都解决了"}, "", []string{"XQ-1", "XQ-2", "XQ-3"}, Closed},
	} {
		g := three()
		next, err := g.apply(tt.step, tt.other, wang, day)
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		if diff := cmp.Diff(tt.needs, next.Needs); diff != "" || next.State != tt.state || len(next.History) != 1 || next.History[0].Other != tt.other {
			t.Errorf("%s: %s %+v", tt.name, diff, next)
		}
		if diff := cmp.Diff(three(), g); diff != "" {
			t.Errorf("%s changed what was there: %s", tt.name, diff)
		}
	}
}

func TestApplyRefuses(t *testing.T) {
	many := []string{}
	for i := range mostNeeds {
		many = append(many, fmt.Sprint("XQ-1", i))
	}
	for name, s := range map[string]Step{
		"nothing to add": {Kind: Add}, "too many": {Kind: Add, Needs: many}, "a stranger leaves": {Kind: Remove, Needs: []string{"XQ-9"}},
		"one stays": {Kind: Remove, Needs: []string{"XQ-1", "XQ-2"}}, "nobody leaves": {Kind: Split}, "no reason": {Kind: Close, Note: " "}, "an unknown step": {Kind: "dance"},
	} {
		if _, err := three().apply(s, "", wang, day); !errs.Is(err, errs.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, state := range []State{Merged, Closed} {
		g := three()
		g.State = state
		if _, err := g.apply(Step{Kind: Rename, Title: "改名"}, "", wang, day); !errs.Is(err, errs.Conflict) {
			t.Errorf("%s: %v", state, err)
		}
	}
}

// Public words lead to no firm of the group: names, short names, numbers.
func TestPublicWords(t *testing.T) {
	firms := []firm{{name: "威海天润曲轴有限公司", Firm: coach.Firm{Names: []string{"威海天润曲轴有限公司", "天润"}}}, {name: "文登海风机械厂"}}
	for _, ok := range [][2]string{{"曲轴磨削烧伤的检测", "几家企业都想在线发现烧伤。"}, {"磨削烧伤", ""}} {
		if err := checkPublic(ok[0], ok[1], firms, day); err != nil {
			t.Errorf("%v: %v", ok, err)
		}
	}
	for _, bad := range [][2]string{
		{"天润的磨削烧伤", ""}, {"磨削烧伤的检测", "文登海风机械厂等几家"}, {"磨削烧伤的检测", "电话 13812345678"}, {"磨削烧伤的检测", "见 www.tianrun.com"}, {"短", ""},
	} {
		if err := checkPublic(bad[0], bad[1], firms, day); !errs.Is(err, errs.Invalid) {
			t.Errorf("%v passes: %v", bad, err)
		}
	}
}

// What a group is matched by holds what is public of its needs, and keeps away
// from all whom a member avoids, the members' own firms among them.
func TestWish(t *testing.T) {
	meta := catalog.Meta{Code: "XQ-1", Status: "published", Visibility: "public", RegionCode: "371000"}
	v := Sight{Group: &Group{Title: "磨削烧伤"}, Members: []*catalog.Need{
		{Meta: meta, Title: "曲轴烧伤", SummaryPublic: "轴颈烧伤", Detail: "密文", EnterpriseCode: "DW-1", EnterpriseName: "天润", ExcludedOrgs: []string{"山寨厂"}},
		{Meta: catalog.Meta{Code: "XQ-2", Status: "published", Visibility: "internal"}, Title: "内部的密文", EnterpriseName: "海风"},
	}}
	wish := v.Wish()
	if wish.Detail != "曲轴烧伤\n轴颈烧伤" || wish.RegionCode != "371000" {
		t.Errorf("%+v", wish)
	}
	for _, org := range []string{"DW-1", "天润", "山寨厂", "海风"} {
		if !slices.Contains(wish.ExcludedOrgs, org) {
			t.Errorf("%s may be proposed: %v", org, wish.ExcludedOrgs)
		}
	}
	if got := firmsOf(v.Members); got != 2 {
		t.Errorf("%d firms", got)
	}
}
