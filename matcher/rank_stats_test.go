package matcher_test

import (
	"flag"
	"fmt"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hongniang/internal/collection"
	"hongniang/internal/demo"
	"hongniang/matcher"
)

var update = flag.Bool("update", false, "write the golden files; a floor only when it rises")

const statsHead = `# What the matcher makes of the judged set (docs/judging.md). Written by: go test ./matcher -update
# Per slice, for what is shown: needs with an answer, mean nDCG@10 (of the whole order, not cut where the matches end),
# mean MRR@10, share of needs whose first candidate is of grade 2 or 3.
`

const needsHead = `
# Per need: the right answers (grade 2 or 3) with rank in their list, band, and score to the nearest 5; - means not shown.
# Last what stands first of documents | people.
`

// TestRankStats keeps how well each slice is matched and where its right answers
// stand, so that every change of the ranking shows as a difference of a file.
func TestRankStats(t *testing.T) {
	j := judgedAnswers(t)
	var b strings.Builder
	b.WriteString(statsHead)
	for _, slice := range scopes() {
		if slice == "no_answer" {
			continue
		}
		fmt.Fprintf(&b, "%-16s  %s  %s\n", slice, sliceStats(j.documents, j.of(slice)), sliceStats(j.people, j.of(slice)))
	}
	b.WriteString("\n# Needs that nobody can answer: share with nothing above low, and how many needs have which best band.\n")
	for _, l := range j.lists() {
		fmt.Fprintf(&b, "no_answer  %s\n", bandStats(l, j.of("no_answer"), func(id string) []matcher.Candidate { return l.shown[id] }))
	}
	b.WriteString("\n# Leave one out: needs with an answer, all candidates of grade 1 or better taken away; the same figures.\n")
	for _, l := range j.lists() {
		fmt.Fprintf(&b, "left_out   %s\n", bandStats(l, slices.Sorted(maps.Keys(l.scores)), l.without))
	}
	b.WriteString(needsHead)
	for _, n := range bySlice(j.needs) {
		b.WriteString(needLine(j, n))
	}
	golden(t, "rank_stats.txt", b.String())
}

// sliceStats is one list's part of the line of a slice.
func sliceStats(l list, needs []string) string {
	counted := among(l.scores, needs)
	ids := slices.Sorted(maps.Keys(counted))
	first := share(ids, func(id string) bool {
		return len(l.shown[id]) > 0 && useful.Relevant(l.grades[id][l.shown[id][0].Code])
	})
	mean, ordered := collection.Mean(counted), collection.Mean(among(l.ordered, needs))
	return fmt.Sprintf("%-9s n %3d  nDCG %.3f (%.3f)  MRR %.3f  first %.3f", l.name, len(ids), mean.NDCG, ordered.NDCG, mean.MRR, first)
}

// bandStats says how often a list is hopeless, and its best bands.
func bandStats(l list, needs []string, shown func(need string) []matcher.Candidate) string {
	counts := map[matcher.Band]int{}
	for _, id := range needs {
		counts[bestBand(shown(id))]++
	}
	line := fmt.Sprintf("%-9s n %3d  none above low %.3f ", l.name, len(needs), share(needs, func(id string) bool { return hopeless(shown(id)) }))
	for _, band := range []matcher.Band{matcher.VeryHigh, matcher.High, matcher.Medium, matcher.Low} {
		line += fmt.Sprintf(" %s %d", band, counts[band])
	}
	return line + fmt.Sprintf(" nothing %d", counts[matcher.Insufficient])
}

// bySlice sorts needs by slice, in the order of reports, then id.
func bySlice(needs []demo.JudgedNeed) []demo.JudgedNeed {
	order := demo.Slices()
	return slices.SortedStableFunc(slices.Values(needs), func(a, b demo.JudgedNeed) int {
		return slices.Index(order, a.Slice) - slices.Index(order, b.Slice)
	})
}

func needLine(j judged, n demo.JudgedNeed) string {
	var places []string
	for _, l := range j.lists() {
		for _, code := range rightAnswers(l.grades[n.ID]) {
			places = append(places, place(l.shown[n.ID], code))
		}
	}
	return fmt.Sprintf("%s %s: %s || %s | %s\n", n.Slice, n.ID, strings.Join(places, ", "), head(j.documents.shown[n.ID]), head(j.people.shown[n.ID]))
}

// rightAnswers lists the useful codes, best first.
func rightAnswers(grades map[string]int) []string {
	codes := slices.DeleteFunc(slices.Sorted(maps.Keys(grades)), func(code string) bool { return !useful.Relevant(grades[code]) })
	slices.SortStableFunc(codes, func(a, b string) int { return grades[b] - grades[a] })
	return codes
}

// place says rank, band and score to the nearest 5.
func place(candidates []matcher.Candidate, code string) string {
	i := slices.IndexFunc(candidates, func(c matcher.Candidate) bool { return c.Code == code })
	if i < 0 {
		return code + " -"
	}
	c := candidates[i]
	return fmt.Sprintf("%s #%d %s %.0f", code, c.Rank, c.Band, 5*math.Round(c.Score/5))
}

func head(candidates []matcher.Candidate) string {
	if len(candidates) == 0 {
		return "nothing"
	}
	return fmt.Sprintf("%s %s %.0f", candidates[0].Code, candidates[0].Band, 5*math.Round(candidates[0].Score/5))
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(got, "\n")); diff != "" {
		t.Errorf("%s (-want +got), -update writes it anew:\n%s", path, diff)
	}
}
