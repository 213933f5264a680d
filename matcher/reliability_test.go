package matcher_test

import (
	"context"
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hongniang/internal/collection"
	"hongniang/internal/search"
	"hongniang/matcher"
)

// matchingDocument holds a block of figures for each list, between the comments
// <!-- reliability: NAME --> and <!-- end -->; -update writes them anew.
const matchingDocument = "../docs/matching.md"

// allBands are the bands, strongest first.
var allBands = []string{string(matcher.VeryHigh), string(matcher.High), string(matcher.Medium), string(matcher.Low), string(matcher.Insufficient)}

func bandOf(chance float64) string { return string(matcher.BandOf(chance)) }

// calibrated is a list of the judged set with the strengths of all candidates.
type calibrated struct {
	list
	chance matcher.Chance
	run    collection.Run
	pairs  []collection.Pair
}

var calibratedLists = sync.OnceValues(func() ([]calibrated, error) {
	j, err := answered()
	if err != nil {
		return nil, err
	}
	w, err := demoWorld()
	if err != nil {
		return nil, err
	}
	weights := matcher.DefaultWeights()
	lists := []calibrated{{list: j.documents, chance: weights.DocumentChance}, {list: j.people, chance: weights.PersonChance}}
	for i := range lists {
		if err := lists[i].rank(w.matcher, j); err != nil {
			return nil, err
		}
	}
	return lists, nil
})

// rank ranks a list to its end for every need.
func (l *calibrated) rank(m *matcher.Matcher, j judged) error {
	const all = 100_000
	l.run = collection.Run{}
	var queries []collection.Query
	for _, n := range j.needs {
		r := requestOf(n)
		queries = append(queries, collection.Query{ID: n.ID, Title: r.Title, Text: r.Text})
		ranked, err := strengths(m, r, *l, all)
		if err != nil {
			return err
		}
		for _, hit := range ranked {
			_, code := search.SplitID(hit.ID)
			l.run[n.ID] = append(l.run[n.ID], collection.Ranked{ID: code, Score: hit.Score})
		}
	}
	l.pairs, _ = collection.Pairs(l.run, l.grades)
	collection.Part(l.pairs, queries, 5)
	return nil
}

func strengths(m *matcher.Matcher, r matcher.Request, l calibrated, top int) ([]search.Scored, error) {
	if l.name == "documents" {
		return m.RankDocuments(context.Background(), r, l.kinds, top)
	}
	var out []search.Scored
	for _, kind := range l.kinds {
		ranked, err := m.RankPeople(context.Background(), r, kind, top)
		if err != nil {
			return nil, err
		}
		out = append(out, ranked...)
	}
	return out, nil
}

func (l calibrated) reliability() []collection.BandLine {
	return collection.Reliability(collection.Forecasts(l.pairs, l.chance.Of), allBands, bandOf)
}

// A band means what it says: who is shown as very_high is worth a call in at
// least three cases of four, who is not shown in at most one of eight, and each
// band is worth more than the one below.
func TestBandsAreTrue(t *testing.T) {
	lists, err := calibratedLists()
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range lists {
		lines := l.reliability()
		for i, line := range lines {
			if line.N < 20 {
				t.Errorf("%s: only %d pairs are in band %s", l.name, line.N, line.Band)
			}
			if i > 0 && line.Useful >= lines[i-1].Useful {
				t.Errorf("%s: of %s %.3f are useful, of %s above it %.3f", l.name, line.Band, line.Useful, lines[i-1].Band, lines[i-1].Useful)
			}
		}
		if best, least := lines[0].Useful, lines[len(lines)-1].Useful; best < 0.75 || least > 0.12 {
			t.Errorf("%s: very_high %.3f useful, want at least 0.75; insufficient %.3f, want at most 0.12", l.name, best, least)
		}
	}
}

// The figures of docs/matching.md for the judged set are those of the program.
func TestReliabilityDocument(t *testing.T) {
	lists, err := calibratedLists()
	if err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(matchingDocument)
	if err != nil {
		t.Fatal(err)
	}
	doc, blocks := string(data), map[string]string{"bounds": boundsTable(lists)}
	for _, l := range lists {
		blocks[l.name] = l.figures(t)
	}
	for name, figures := range blocks {
		block := regexp.MustCompile(`(?s)(<!-- reliability: ` + name + ` -->\n)(.*?)(<!-- end -->)`)
		found := block.FindStringSubmatch(doc)
		if found == nil {
			t.Fatalf("%s has no block %q", matchingDocument, name)
		}
		if *update {
			doc = strings.Replace(doc, found[0], found[1]+figures+found[3], 1)
			continue
		}
		if diff := cmp.Diff(strings.Split(found[2], "\n"), strings.Split(figures, "\n")); diff != "" {
			t.Errorf("%s, %s (-document +program), -update writes it anew:\n%s", matchingDocument, name, diff)
		}
	}
	if *update {
		if err := os.WriteFile(matchingDocument, []byte(doc), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// boundsTable gives the constants, and from which strength on a band is given.
func boundsTable(lists []calibrated) string {
	b := "| | a | b | p | 极高 from | 高 | 中 | 低 |\n|---|---|---|---|---|---|---|---|\n"
	for _, l := range lists {
		b += fmt.Sprintf("| %s | %.2f | %.2f | %g |", l.name, l.chance.Intercept, l.chance.Slope, l.chance.Power)
		for i := range allBands[:4] {
			low, high := 0.0, 2.0
			for range 40 {
				middle := (low + high) / 2
				if slices.Index(allBands, bandOf(l.chance.Of(middle))) <= i {
					high = middle
				} else {
					low = middle
				}
			}
			b += fmt.Sprintf(" %.2f |", high)
		}
		b += "\n"
	}
	return b
}

// figures are a list's block of the document.
func (l calibrated) figures(t *testing.T) string {
	t.Helper()
	grading, err := collection.Grade(l.pairs)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	b.WriteString("| band | pairs | mean chance | grade ≥ 2 | 95 % interval | grade 3 |\n|---|---|---|---|---|---|\n")
	for _, line := range l.reliability() {
		fmt.Fprintf(&b, "| %s | %d | %.2f | %.2f | %.2f–%.2f | %.2f |\n", matcher.Band(line.Band).Label(), line.N, line.Chance, line.Useful, line.Low, line.High, line.Strong)
	}
	fmt.Fprintf(&b, "\nExpected calibration error %.3f; 1/(1+MAE) %.3f on held-out needs, %.3f for always the same grade.\n\n",
		collection.CalibrationError(collection.Forecasts(l.pairs, l.chance.Of)), grading.Score, grading.Constant)
	b.WriteString("| best candidate | needs | 极高 | 高 | 中 | 低 | 不足 |\n|---|---|---|---|---|---|---|\n")
	needs := slices.Sorted(maps.Keys(l.grades))
	unanswered := slices.DeleteFunc(slices.Clone(needs), func(id string) bool { return useful.Counts(l.grades[id]) })
	b.WriteString(l.best("needs without an answer", unanswered, func(string, string) bool { return true }))
	b.WriteString(l.best("all needs, answers taken away", needs, func(id, code string) bool { return l.grades[id][code] == 0 }))
	return b.String()
}

// best is the line of the shares of needs by the band of their best candidate.
func (l calibrated) best(label string, needs []string, keep func(need, code string) bool) string {
	counts := map[string]int{}
	for _, strength := range collection.Best(l.run, needs, keep) {
		counts[bandOf(l.chance.Of(strength))]++
	}
	line := fmt.Sprintf("| %s | %d |", label, len(needs))
	for _, band := range allBands {
		line += fmt.Sprintf(" %.2f |", float64(counts[band])/float64(max(1, len(needs))))
	}
	return line + "\n"
}
