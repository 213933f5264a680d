package matcher_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hongniang/internal/catalog"
	"hongniang/internal/search"
	"hongniang/matcher"
)

// one weighs every feature alike, far below the bounds.
func one() matcher.FeatureWeights {
	return matcher.FeatureWeights{Field: 0.01, Industry: 0.01, Trade: 0.01, IPC: 0.01, Stage: 0.01, Distance: 0.01, Solved: 0.01, Honours: 0.01}
}

func person(d search.Document) search.Document {
	d.Kind = catalog.KindExpert
	return d
}

func trades(text string) search.Document {
	return person(search.Document{Text: "擅长磨削\n" + text, Places: []string{"简介", "工种"}})
}

func kind(k catalog.Kind, d search.Document) search.Document {
	d.Kind = k
	return d
}

// agreements are pairs of a need and a document with what agrees, and how well.
var agreements = []struct {
	name   string
	lead   matcher.Lead
	doc    search.Document
	solved int
	want   string // code value
	says   string
}{
	{"field", matcher.Lead{Field: "materials"}, search.Document{Field: "materials"}, 0, "field 1", "技术领域一致：新材料"},
	{"another field", matcher.Lead{Field: "materials"}, search.Document{Field: "energy"}, 0, "", ""},
	{"no field on either side", matcher.Lead{}, search.Document{}, 0, "", ""},
	{"division", matcher.Lead{Industry: "C34"}, search.Document{Industry: "3463"}, 0, "industry 0.8", "同行业：通用设备制造业"},
	{"class", matcher.Lead{Industry: "3463"}, search.Document{Industry: "C3463"}, 0, "industry 1", "同行业"},
	{"section alone", matcher.Lead{Industry: "C"}, search.Document{Industry: "C"}, 0, "", ""},
	{"neighbour", matcher.Lead{Industry: "34"}, search.Document{Industry: "35"}, 0, "", ""},
	{"trade", matcher.Lead{Trades: []string{" 磨工 "}}, trades("磨工；车工"), 0, "trade 1", "工种对得上：磨工。"},
	{"wider trade", matcher.Lead{Trades: []string{"数控车工"}}, trades("车工"), 0, "trade 0.7", "数控车工"},
	{"one character is no trade", matcher.Lead{Trades: []string{"工"}}, trades("车工"), 0, "", ""},
	{"trade of a result", matcher.Lead{Trades: []string{"磨工"}}, kind(catalog.KindResult, trades("磨工")), 0, "", ""},
	{"main group", matcher.Lead{IPC: []string{"b23q 11/10"}}, kind(catalog.KindPatent, search.Document{Codes: []string{"ZL-1", "B23Q11/00"}}), 0, "ipc 1", "B23Q11/00"},
	{"subclass", matcher.Lead{IPC: []string{"B23Q"}}, kind(catalog.KindPatent, search.Document{Codes: []string{"B23Q11/00"}}), 0, "ipc 0.7", "专利分类接近"},
	{"class", matcher.Lead{IPC: []string{"B23"}}, kind(catalog.KindPatent, search.Document{Codes: []string{"B23Q11/00"}}), 0, "ipc 0.3", ""},
	{"no class", matcher.Lead{IPC: []string{"制造"}}, kind(catalog.KindPatent, search.Document{Codes: []string{"ZL2022", "制造"}}), 0, "", ""},
	{"mature and urgent", matcher.Lead{Urgency: "high"}, kind(catalog.KindResult, search.Document{Stage: "mature"}), 0, "stage 1", "成熟应用阶段，需求紧急"},
	{"early and urgent", matcher.Lead{Urgency: "high"}, kind(catalog.KindResult, search.Document{Stage: "early"}), 0, "", ""},
	{"skill of a person is no stage", matcher.Lead{Urgency: "high"}, person(search.Document{Stage: "mature"}), 0, "", ""},
	{"same prefecture", matcher.Lead{Region: "371002"}, person(search.Document{Region: "371000"}), 0, "distance 1", "就在威海市，上门方便"},
	{"far away", matcher.Lead{Region: "371002"}, person(search.Document{Region: "650100"}), 0, "", ""},
	{"province only", matcher.Lead{Region: "370000"}, person(search.Document{Region: "370000"}), 0, "", ""},
	{"solved", matcher.Lead{Field: "energy"}, person(search.Document{}), 2, "solved 0.5", "经对接办成过难题"},
	{"solved by a document", matcher.Lead{}, kind(catalog.KindResult, search.Document{}), 2, "", ""},
	{"honours", matcher.Lead{}, person(search.Document{Honours: []string{"municipal", "national", "?"}}), 0, "honours 1", "国家级荣誉"},
}

func TestFeatures(t *testing.T) {
	t.Parallel()
	for _, c := range agreements {
		got, says := "", ""
		for _, f := range one().Features(c.lead, c.doc, c.solved) {
			got, says = strings.TrimSpace(got+fmt.Sprintf(" %s %.2g", f.Code, f.Value)), says+f.Reason
		}
		if diff := cmp.Diff(c.want, got); diff != "" || !strings.Contains(says, c.says) {
			t.Errorf("%s: %q (-want +got):\n%s", c.name, says, diff)
		}
	}
}

// odd picks values that forms, files and damage bring forth.
func odd(r *rand.Rand, of ...string) string {
	return append(of, "", " ", "？", "\x00", "C", "zz")[r.IntN(len(of)+6)]
}

func randomLead(r *rand.Rand) matcher.Lead {
	return matcher.Lead{
		Field: odd(r, "materials", "energy"), Industry: odd(r, "34", "C3463", "3463", "35"), Trades: []string{odd(r, "磨工", "数控车工"), odd(r)},
		IPC: []string{odd(r, "B23Q11/10", "B23"), odd(r)}, Urgency: odd(r, "high", "medium", "low"), Region: odd(r, "371002", "110000", "370000"),
	}
}

func randomDocument(r *rand.Rand) search.Document {
	kinds := []catalog.Kind{catalog.KindResult, catalog.KindPatent, catalog.KindExpert, catalog.KindStudio}
	return search.Document{
		Kind: kinds[r.IntN(4)], Field: odd(r, "materials", "energy"), Industry: odd(r, "34", "C3463"), Text: odd(r, "磨工；车工"), Places: []string{"工种"},
		Codes: []string{odd(r, "B23Q11/00", "B23B1/00")}, Stage: odd(r, "mature", "middle"), Region: odd(r, "371000", "110101"), Honours: []string{odd(r, "national", "county")},
	}
}

// randomWeights are also beyond their bounds, and no numbers.
func randomWeights(r *rand.Rand) matcher.FeatureWeights {
	draw := func() float64 {
		switch r.IntN(12) {
		case 0:
			return math.NaN()
		case 1:
			return math.Inf(1)
		case 2:
			return -1
		}
		return r.Float64() * r.Float64()
	}
	return matcher.FeatureWeights{Field: draw(), Industry: draw(), Trade: draw(), IPC: draw(), Stage: draw(), Distance: draw(), Solved: draw(), Honours: draw()}
}

// Whatever the records and the weights: features give at most 15 % together and
// honours at most 5 %; a text score that is more than 15 % better is never
// overtaken; who has no text evidence gets nothing.
func TestFameNeverOutranksFit(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(5, 15))
	const pairs = 120_000
	moved := 0
	for range pairs {
		w, lead := randomWeights(r), randomLead(r)
		chance := []matcher.Chance{matcher.DefaultWeights().DocumentChance, matcher.DefaultWeights().PersonChance}[r.IntN(2)]
		plain, famous := r.ExpFloat64()*0.4, r.ExpFloat64()*0.4
		if r.IntN(20) == 0 {
			famous = 0
		}
		features := w.Features(lead, randomDocument(r), r.IntN(40)-3)
		lifted := matcher.Lift(chance, famous, bonusOf(t, features))
		if lifted < famous || math.IsNaN(lifted) || famous == 0 && lifted != 0 {
			t.Fatalf("%g was lifted to %g by %+v", famous, lifted, features)
		}
		if after, before := chance.Of(lifted), chance.Of(famous); lifted > famous*1.15+1e-12 || after > before*1.15+1e-12 {
			t.Fatalf("%g (%g) was lifted to %g (%g)", famous, before, lifted, after)
		}
		if better := chance.Of(plain) > 1.15*chance.Of(famous) || plain > 1.15*famous; better && lifted > plain {
			t.Fatalf("a text of %g was overtaken by one of %g", plain, famous)
		}
		if lifted > famous {
			moved++
		}
	}
	if moved < pairs/4 {
		t.Errorf("only %d of %d pairs were moved", moved, pairs)
	}
}

// bonusOf sums what features give, and holds each to its bounds.
func bonusOf(t *testing.T, features []matcher.Feature) float64 {
	t.Helper()
	bonus := 0.0
	for _, f := range features {
		if !(f.Value > 0 && f.Value <= 1) || !(f.Odds > 0) || f.Reason == "" || f.Code == "honours" && f.Odds > matcher.MostHonours {
			t.Fatalf("feature %+v", f)
		}
		bonus += f.Odds
	}
	if bonus > matcher.MostFeatures+1e-12 {
		t.Fatalf("%g together: %+v", bonus, features)
	}
	return bonus
}

// The order of a whole answer: who is listed behind somebody is never more than
// 15 % better by text, and each feature that moved a score is said in the reasons.
func TestFeaturesMoveALittle(t *testing.T) {
	t.Parallel()
	w, moved := demoData(t), 0
	for _, code := range []string{"XQ-2026-A001", "XQ-2026-B005", "XQ-2026-C001"} {
		r := matcher.FromNeed(w.need(t, code), true)
		r.Top, r.NoLimits = 30, true
		with := w.match(t, r)
		r.Lead = matcher.Lead{}
		text := scores(w.match(t, r))
		for _, list := range [][]matcher.Candidate{with.Documents, with.People} {
			for i, c := range list {
				for _, later := range list[i+1:] {
					if text[later.Code] > 1.16*text[c.Code] { // points are rounded
						t.Errorf("%s: %s with %.1f stands before %s with %.1f", code, c.Code, text[c.Code], later.Code, text[later.Code])
					}
				}
				for _, f := range c.Features {
					moved++
					if !slices.Contains(c.Reasons, f.Reason) {
						t.Errorf("%s: %s does not say %q", code, c.Code, f.Reason)
					}
				}
			}
		}
	}
	if moved == 0 {
		t.Error("nothing agrees in the demonstration data")
	}
}

func scores(a matcher.Answer) map[string]float64 {
	out := map[string]float64{}
	for _, c := range slices.Concat(a.Documents, a.People) {
		out[c.Code] = c.Score
	}
	return out
}
