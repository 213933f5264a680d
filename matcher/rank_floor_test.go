package matcher_test

import (
	"cmp"
	"flag"
	"fmt"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"hongniang/internal/collection"
	"hongniang/internal/demo"
)

var acceptDrop = flag.Bool("accept-drop", false, "with -update: lower the floor of the ranking too; say why in the commit")

const (
	floorFile = "testdata/rank_floor.tsv"
	// tolerated is how far a mean may fall below its floor.
	tolerated = 0.01
	// leastNeeds is how many needs a slice must have for its mean to be kept.
	leastNeeds = 10
	floorHead  = "scope\tlist\tneeds\tndcg\n"
)

// scope is what a floor is of: all needs, a slice, or a single need, which is
// told but not tested; and documents or people as they are shown, or _order, as
// they are ranked before the list is cut where the matches end.
type scope struct{ name, list string }

// floor is a mean nDCG@10 over needs.
type floor struct {
	needs int
	ndcg  float64
}

// floors are the means of scopes; single needs stand beside their slices.
type floors map[scope]floor

// scopes are the names of means, as reports order them.
func scopes() []string { return append([]string{"all"}, demo.Slices()...) }

// reached gives the floors that the ranking reaches now.
func reached(j judged) floors {
	out := floors{}
	for _, l := range j.lists() {
		out.add(j, l.name, l.scores)
		out.add(j, l.name+"_order", l.ordered)
	}
	return out
}

func (f floors) add(j judged, list string, scores map[string]collection.Scores) {
	for _, slice := range scopes() {
		counted := among(scores, j.of(slice))
		if slice == "all" || len(counted) >= leastNeeds {
			f[scope{slice, list}] = floor{len(counted), collection.Mean(counted).NDCG}
		}
	}
	for id, s := range scores {
		f[scope{id, list}] = floor{1, s.NDCG}
	}
}

// isNeed tells a single need from a mean that is tested.
func (s scope) isNeed() bool { return !slices.Contains(scopes(), s.name) }

// inOrder lists scopes: all, slices, needs.
func (f floors) inOrder() []scope {
	slicesFirst := func(s scope) int {
		if s.isNeed() {
			return len(scopes())
		}
		return slices.Index(scopes(), s.name)
	}
	return slices.SortedFunc(maps.Keys(f), func(a, b scope) int {
		return cmp.Or(slicesFirst(a)-slicesFirst(b), strings.Compare(a.name, b.name), strings.Compare(a.list, b.list))
	})
}

// raised is what -update keeps: the better of both, for scopes that are still
// there; with acceptDrop, what is reached now.
func (f floors) raised(now floors, acceptDrop bool) floors {
	out := maps.Clone(now)
	for s, n := range now {
		if before, known := f[s]; known && !acceptDrop && before.ndcg > n.ndcg {
			out[s] = floor{n.needs, before.ndcg}
		}
	}
	return out
}

// drops names the tested means that fell, and those without a floor.
func (f floors) drops(now floors) []string {
	var out []string
	for _, s := range now.inOrder() {
		before, known := f[s]
		switch {
		case s.isNeed():
		case !known:
			out = append(out, fmt.Sprintf("%s %s has no floor: -update adds it", s.name, s.list))
		case now[s].ndcg < before.ndcg-tolerated-1e-9:
			out = append(out, fmt.Sprintf("%s %s: mean nDCG@10 %.3f, %.3f below the floor %.3f", s.name, s.list, now[s].ndcg, before.ndcg-now[s].ndcg, before.ndcg))
		}
	}
	for _, s := range f.inOrder() {
		if _, there := now[s]; !there {
			out = append(out, fmt.Sprintf("%s %s has a floor, but is not measured any more: -update removes it", s.name, s.list))
		}
	}
	return out
}

// fallen lists the needs below their best, the deepest fall first.
func (f floors) fallen(now floors) []string {
	fall := func(s scope) float64 { return f[s].ndcg - now[s].ndcg }
	var needs []scope
	for _, s := range now.inOrder() {
		if s.isNeed() && fall(s) > 0.001 {
			needs = append(needs, s)
		}
	}
	slices.SortStableFunc(needs, func(a, b scope) int { return cmp.Compare(fall(b), fall(a)) })
	var out []string
	for _, s := range needs {
		out = append(out, fmt.Sprintf("%s %s: %.3f → %.3f", s.name, s.list, f[s].ndcg, now[s].ndcg))
	}
	return out
}

// String is the file of floors.
func (f floors) String() string {
	var b strings.Builder
	b.WriteString(floorHead)
	for _, s := range f.inOrder() {
		fmt.Fprintf(&b, "%s\t%s\t%d\t%.4f\n", s.name, s.list, f[s].needs, f[s].ndcg)
	}
	return b.String()
}

func parseFloors(text string) (floors, error) {
	out := floors{}
	body, headed := strings.CutPrefix(text, floorHead)
	if !headed {
		return nil, fmt.Errorf("the first line is not %q", floorHead)
	}
	for line := range strings.Lines(body) {
		cells := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		if len(cells) != 4 {
			return nil, fmt.Errorf("%q has not four cells", line)
		}
		needs, err := strconv.Atoi(cells[2])
		if err != nil {
			return nil, err
		}
		ndcg, err := strconv.ParseFloat(cells[3], 64)
		if err != nil {
			return nil, err
		}
		out[scope{cells[0], cells[1]}] = floor{needs, ndcg}
	}
	return out, nil
}

// TestNoDrop keeps the ranking from getting worse by small steps: a mean may
// not fall more than 0.01 below the best that was reached, even when somebody
// writes the goldens anew. -update raises floors; only -accept-drop lowers them.
func TestNoDrop(t *testing.T) {
	now, before := reached(judgedAnswers(t)), floors{}
	if data, err := os.ReadFile(floorFile); err == nil {
		if before, err = parseFloors(string(data)); err != nil {
			t.Fatalf("%s: %v", floorFile, err)
		}
	} else if !*update {
		t.Fatal(err)
	}
	if *update {
		before = before.raised(now, *acceptDrop)
		if err := os.WriteFile(floorFile, []byte(before.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if drops := before.drops(now); len(drops) > 0 {
		fallen := before.fallen(now)
		t.Errorf("%s\nneeds below their best (%d):\n  %s\na drop that is wanted: -update -accept-drop, and the reason in the commit",
			strings.Join(drops, "\n"), len(fallen), strings.Join(fallen[:min(25, len(fallen))], "\n  "))
	}
}

func TestFloors(t *testing.T) {
	all, need := scope{"all", "people"}, scope{"PJ-1", "people"}
	other := scope{"PJ-2", "people"}
	before := floors{all: {2, 0.8}, need: {1, 0.9}, other: {1, 0.7}}
	for _, tt := range []struct {
		name          string
		now           floors
		drops, fallen int
		updated       floors // by -update
	}{
		{"the same", before, 0, 0, before},
		{"within tolerance", floors{all: {2, 0.79}, need: {1, 0.88}, other: {1, 0.7}}, 0, 1, before},
		{"a drop", floors{all: {2, 0.7899}, need: {1, 0.88}, other: {1, 0.6998}}, 1, 1, before},
		{"a rise", floors{all: {2, 0.85}, need: {1, 1}, other: {1, 0.7}}, 0, 0, floors{all: {2, 0.85}, need: {1, 1}, other: {1, 0.7}}},
		{"a need that is gone", floors{all: {1, 0.9}, need: {1, 0.9}}, 1, 0, floors{all: {1, 0.9}, need: {1, 0.9}}},
		{"a slice that is new", floors{all: {2, 0.8}, {"plain", "people"}: {10, 0.5}, need: {1, 0.9}, other: {1, 0.7}}, 1, 0,
			floors{all: {2, 0.8}, {"plain", "people"}: {10, 0.5}, need: {1, 0.9}, other: {1, 0.7}}},
	} {
		if got := before.drops(tt.now); len(got) != tt.drops {
			t.Errorf("%s: drops %q, want %d", tt.name, got, tt.drops)
		}
		if got := before.fallen(tt.now); len(got) != tt.fallen {
			t.Errorf("%s: fallen %q, want %d", tt.name, got, tt.fallen)
		}
		if diff := gocmp.Diff(tt.updated, before.raised(tt.now, false), gocmp.AllowUnexported(floor{}, scope{})); diff != "" {
			t.Errorf("%s: updated (-want +got):\n%s", tt.name, diff)
		}
		if diff := gocmp.Diff(tt.now, before.raised(tt.now, true), gocmp.AllowUnexported(floor{}, scope{})); diff != "" {
			t.Errorf("%s: accepted (-want +got):\n%s", tt.name, diff)
		}
	}
	again, err := parseFloors(before.String())
	if diff := gocmp.Diff(before, again, gocmp.AllowUnexported(floor{}, scope{})); diff != "" || err != nil {
		t.Errorf("written and read: %v\n%s", err, diff)
	}
	for _, bad := range []string{"", "all\tpeople\t1\t0.5\n", floorHead + "all\tpeople\t1\n", floorHead + "all\tpeople\tx\t0.5\n", floorHead + "all\tpeople\t1\tx\n"} {
		if got, err := parseFloors(bad); err == nil {
			t.Errorf("%q is read as %v", bad, got)
		}
	}
}
