package api_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"hongniang/internal/brokering"
	"hongniang/internal/group"
)

const groups = "/api/v1/groups"

// A common need over the API: confirmed, changed, split, merged, introduced.
func TestCommonNeed(t *testing.T) {
	s := start(t)
	cast := s.cast()
	broker := cast["own broker"]
	needs := s.town(5)
	made := broker(http.MethodPost, groups, map[string]any{"title": "曲轴磨削烧伤的在线检测", "summary": "几家企业都想在线发现磨削烧伤。", "needs": needs[:4]})
	g := decode[group.Group](t, made)
	if made.status != 201 || g.Rev != 1 || len(g.Needs) != 4 || g.State != group.Open {
		t.Fatalf("%d %s", made.status, made.body)
	}
	at := groups + "/" + g.Code
	step := func(body map[string]any) group.Group {
		t.Helper()
		body["rev"] = g.Rev
		g = decode[group.Group](t, broker(http.MethodPost, at+"/steps", body))
		return g
	}
	step(map[string]any{"step": "rename", "title": "磨削烧伤在线检测", "summary": "在线发现烧伤"})
	step(map[string]any{"step": "add", "needs": needs[4:]})
	step(map[string]any{"step": "remove", "needs": needs[:1]})
	step(map[string]any{"step": "split", "needs": needs[1:3], "title": "轴颈烧伤的检测"})
	if len(g.Needs) != 2 || g.Rev != 5 || g.History[4].Other == "" {
		t.Fatalf("split: %+v", g)
	}
	lines := decode[struct{ Items []group.Line }](t, cast["own leader"](http.MethodGet, groups, nil))
	if len(lines.Items) != 2 || lines.Items[0].Needs != 2 || lines.Items[0].Firms != 1 {
		t.Errorf("the list: %+v", lines)
	}
	other := g.History[4].Other
	if step(map[string]any{"step": "merge", "other": other}); len(g.Needs) != 4 {
		t.Errorf("merged: %+v", g)
	}
	if gone := decode[group.Sight](t, broker(http.MethodGet, groups+"/"+other, nil)); gone.Group.State != group.Merged || gone.Group.Into != g.Code || len(gone.Steps) != 0 {
		t.Errorf("the other one: %+v", gone.Group)
	}
	in := decode[brokering.Introduction](t, broker(http.MethodPost, at+"/introductions", map[string]any{"targets": []any{map[string]any{"kind": "expert", "code": "ZJ-A"}}}))
	if in.Group != g.Code || len(in.Needs) != 4 || in.Stage != "proposed" {
		t.Errorf("the introduction: %+v", in)
	}
	if step(map[string]any{"step": "close", "note": "已合到别处"}); g.State != group.Closed {
		t.Errorf("closed: %+v", g)
	}
	if p := broker(http.MethodPost, at+"/steps", map[string]any{"step": "rename", "title": "晚了一步的改名", "rev": g.Rev}).problem(t); p.Code != "group.over" {
		t.Errorf("a closed one changes: %+v", p)
	}
}

// A member's firm learns how many firms there are, and nobody else learns that.
func TestWhoKnowsOfACommonNeed(t *testing.T) {
	s := start(t)
	cast := s.cast()
	needs := s.town(2)
	foreign := s.mustCreate(s.staff, "needs", with(samples["needs"], "title", "别家的曲轴难题", "enterprise_name", "泄密金丝雀机械厂", "union", people["own broker"].Org))
	codes := append(slices.Clone(needs), foreign[strings.LastIndexByte(foreign, '/')+1:])
	g := decode[group.Group](t, cast["own broker"](http.MethodPost, groups, map[string]any{"title": "磨削烧伤在线检测", "needs": codes}))
	at := "/api/v1/needs/" + needs[0].(string) + "/group"
	firm := cast["own firm"](http.MethodGet, at, nil)
	if b := decode[group.Belonging](t, firm); b != (group.Belonging{Firms: 2, Needs: 3}) {
		t.Errorf("the firm learns %+v", b)
	}
	if b := decode[group.Belonging](t, cast["own broker"](http.MethodGet, at, nil)); b.Code != g.Code || b.Title != g.Title {
		t.Errorf("the broker learns %+v", b)
	}
	for _, who := range strangers {
		send := cast[who]
		if got := send(http.MethodGet, at, nil); got.status == 200 {
			if b := decode[group.Belonging](t, got); b != (group.Belonging{}) {
				t.Errorf("%s learns %+v", who, b)
			}
		}
		for _, path := range []string{groups, groups + "/" + g.Code, "/api/v1/needs/" + needs[0].(string)} {
			if got := send(http.MethodGet, path, nil); got.status == 200 && strings.Contains(string(got.body), g.Code) || strings.Contains(string(got.body), canaries[0]) {
				t.Errorf("%s reads of it at %s: %s", who, path, got.body)
			}
		}
	}
	if got := firm.body; strings.Contains(string(got), canaries[0]) {
		t.Errorf("the firm reads whose the other need is: %s", got)
	}
}

func TestCommonNeedRefuses(t *testing.T) {
	s := start(t)
	cast := s.cast()
	needs := s.town(4)
	broker := cast["own broker"]
	decode[group.Group](t, broker(http.MethodPost, groups, map[string]any{"title": "磨削烧伤在线检测", "needs": needs[:2]}))
	for _, tt := range []struct {
		name, who string
		body      map[string]any
		status    int
		field     string
	}{
		{"one need", "own broker", map[string]any{"title": "磨削烧伤", "needs": needs[2:3]}, 422, "group.needs"},
		{"a short title", "own broker", map[string]any{"title": "磨", "needs": needs[2:]}, 422, "group.title"},
		{"a title that names the firm", "own broker", map[string]any{"title": "单位QY-1的磨削烧伤", "needs": needs[2:]}, 422, "summary.names_enterprise"},
		{"a summary with a telephone number", "own broker", map[string]any{"title": "磨削烧伤检测", "summary": "请打 13812345678", "needs": needs[2:]}, 422, "summary.phone"},
		{"a need of another group", "own broker", map[string]any{"title": "磨削烧伤检测", "needs": needs[1:]}, 409, ""},
		{"another union's needs", "other broker", map[string]any{"title": "磨削烧伤检测", "needs": needs[2:]}, 422, "group.need_unknown"},
		{"a leader", "own leader", map[string]any{"title": "磨削烧伤检测", "needs": needs[2:]}, 403, ""},
	} {
		got := cast[tt.who](http.MethodPost, groups, tt.body)
		p := got.problem(t)
		if p.Status != tt.status || tt.field != "" && (len(p.Errors) == 0 || p.Errors[0].Code != tt.field) {
			t.Errorf("%s: %d %s", tt.name, got.status, got.body)
		}
	}
}

// Who works for two unions does not bring the needs of one under the eyes of the
// other by merging.
func TestMergeStaysWithinTheUnion(t *testing.T) {
	s := start(t)
	cast := s.cast()
	needs := s.town(2)
	ours := decode[group.Group](t, cast["own broker"](http.MethodPost, groups, map[string]any{"title": "磨削烧伤在线检测", "needs": needs}))
	var foreign []any
	for _, title := range []string{"邻市的曲轴难题", "邻市的轴颈难题"} {
		at := s.mustCreate(s.staff, "needs", with(samples["needs"], "title", title, "enterprise_name", "泄密金丝雀机械厂", "union", people["other broker"].Org))
		foreign = append(foreign, at[strings.LastIndexByte(at, '/')+1:])
	}
	theirs := decode[group.Group](t, cast["other broker"](http.MethodPost, groups, map[string]any{"title": "轴颈磨削的在线检测", "needs": foreign}))
	p := cast["administrator"](http.MethodPost, groups+"/"+ours.Code+"/steps", map[string]any{"step": "merge", "other": theirs.Code, "rev": ours.Rev}).problem(t)
	if p.Status != 422 || p.Code != "group.need_unknown" && (len(p.Errors) == 0 || p.Errors[0].Code != "group.need_unknown") {
		t.Errorf("%+v", p)
	}
	if seen := decode[group.Sight](t, cast["own broker"](http.MethodGet, groups+"/"+ours.Code, nil)); len(seen.Members) != 2 {
		t.Errorf("%d members are seen", len(seen.Members))
	}
}
