package matcher_test

import (
	compare "cmp"
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hongniang/internal/catalog"
	"hongniang/internal/errs"
	"hongniang/internal/search"
	"hongniang/internal/zh"
	"hongniang/matcher"
)

// everyNeed are the codes of all needs of the demo data.
func everyNeed(t testing.TB, w *world) []string {
	t.Helper()
	recs, err := w.store.Scan(t.Context(), catalog.KindNeed, "", 1000)
	if err != nil || len(recs) < 80 {
		t.Fatalf("%d needs, %v", len(recs), err)
	}
	var out []string
	for _, rec := range recs {
		out = append(out, rec.Base().Code)
	}
	return out
}

var bands = []matcher.Band{matcher.VeryHigh, matcher.High, matcher.Medium, matcher.Low}

// Whatever the need: ranks, bands and scores fit together, evidence is true,
// and a need is never its own candidate.
func TestAnswersHold(t *testing.T) {
	w := demoData(t)
	for _, code := range everyNeed(t, w) {
		r := matcher.FromNeed(w.need(t, code), true)
		r.Top = 20
		a := w.match(t, r)
		if a.Summary == "" || len(a.Notes) != min(1, len(a.NotShown)) {
			t.Errorf("%s: summary %q, notes %q", code, a.Summary, a.Notes)
		}
		for _, list := range [][]matcher.Candidate{a.Documents, a.People} {
			ordered(t, code, list)
			for _, c := range list {
				supported(t, w, r, c)
			}
		}
	}
}

func ordered(t *testing.T, need string, list []matcher.Candidate) {
	t.Helper()
	seen := map[string]bool{need: true}
	for i, c := range list {
		if c.Rank != i+1 || seen[c.Code] || c.Score < 11.9 || c.Score > 100 || !slices.Contains(bands, c.Band) || c.BandLabel != c.Band.Label() {
			t.Errorf("%s: candidate %d is %+v", need, i+1, c)
		}
		seen[c.Code] = true
		if parts := strings.Split(c.Subtitle, " · "); len(slices.Compact(slices.Clone(parts))) != len(parts) {
			t.Errorf("%s: %s is %q", need, c.Code, c.Subtitle)
		}
		if i > 0 && (c.Score > list[i-1].Score || slices.Index(bands, c.Band) < slices.Index(bands, list[i-1].Band)) {
			t.Errorf("%s: %s %s %.1f stands below %s %.1f", need, c.Code, c.Band, c.Score, list[i-1].Band, list[i-1].Score)
		}
	}
}

// supported checks the reasons of a candidate against the documents.
func supported(t *testing.T, w *world, r matcher.Request, c matcher.Candidate) {
	t.Helper()
	if len(c.Reasons) == 0 || len(c.Evidence) == 0 {
		t.Errorf("%s: %s has no reason: %q %+v", r.NeedCode, c.Code, c.Reasons, c.Evidence)
	}
	need, sum := zh.Fold(r.Title+"\n"+r.Text), 0.0
	for _, e := range c.Evidence {
		id := search.ID(e.Kind, e.Code)
		docs, err := w.index.Documents(t.Context(), []string{id})
		if err != nil {
			t.Fatal(err)
		}
		doc := docs[id]
		title, body, inTitle := zh.Fold(doc.Title), zh.Fold(doc.Title+"\n"+doc.Text), false
		placed(t, r, e, doc)
		for _, term := range e.Terms {
			if !strings.Contains(body, term) || !strings.Contains(need, term) {
				t.Errorf("%s: %q stands in %s: %v, in the need: %v", r.NeedCode, term, id, strings.Contains(body, term), strings.Contains(need, term))
			}
			inTitle = inTitle || strings.Contains(title, term)
		}
		person := e.Kind == catalog.KindExpert || e.Kind == catalog.KindStudio
		if !person && strings.Contains(e.Place, "标题") != inTitle || len(e.Terms) == 0 || e.Title != doc.Title {
			t.Errorf("%s: %s says %q of %v, title %q", r.NeedCode, id, e.Place, e.Terms, doc.Title)
		}
		if e.Share < 0 || e.Share > 1 {
			t.Errorf("%s: %s has share %v", r.NeedCode, id, e.Share)
		}
		sum += e.Share
	}
	if sum > 1.02 {
		t.Errorf("%s: the shares of %s sum to %v", r.NeedCode, c.Code, sum)
	}
}

// placed checks that every place that is named says one of the terms, and that
// the parts make no more than the whole.
func placed(t *testing.T, r matcher.Request, e matcher.Evidence, doc search.Document) {
	t.Helper()
	text := map[string]string{"标题": doc.Title, "名称": doc.Title}
	for i, line := range strings.Split(doc.Text, "\n") {
		text[doc.Places[i]] += line + "\n"
	}
	for place := range strings.SplitSeq(e.Place, "、") {
		says := func(term string) bool { return strings.Contains(zh.Fold(text[place]), term) }
		if !slices.ContainsFunc(e.Terms, says) {
			t.Errorf("%s: %s %s does not say any of %q: %q", r.NeedCode, doc.ID, place, e.Terms, text[place])
		}
	}
	sum := 0.0
	for _, part := range e.Parts {
		sum += part
	}
	if len(e.Parts) != len(e.Terms) || sum <= 0 || sum > 1.000001 || !slices.IsSortedFunc(e.Parts, func(a, b float64) int { return -compare.Compare(a, b) }) {
		t.Errorf("%s: %s has the parts %v of %q", r.NeedCode, doc.ID, e.Parts, e.Terms)
	}
}

func TestSameAnswerTwice(t *testing.T) {
	w := demoData(t)
	for _, code := range []string{"XQ-2026-A001", "XQ-2026-B017", "XQ-2026-C002"} {
		if diff := cmp.Diff(w.answer(t, code), w.answer(t, code)); diff != "" {
			t.Errorf("%s (-first +second):\n%s", code, diff)
		}
	}
}

// A shorter list is the beginning of the longer one, and kinds that are not
// asked for are not there.
func TestTopAndKinds(t *testing.T) {
	w := demoData(t)
	r := matcher.FromNeed(w.need(t, "XQ-2026-B017"), true)
	r.NoLimits = true
	long := w.match(t, r)
	r.Top = 2
	short := w.match(t, r)
	if diff := cmp.Diff(long.Documents[:2], short.Documents); diff != "" {
		t.Errorf("documents (-long +short):\n%s", diff)
	}
	if diff := cmp.Diff(long.People[:2], short.People); diff != "" {
		t.Errorf("people (-long +short):\n%s", diff)
	}
	r.Top = 10
	for _, kind := range []catalog.Kind{catalog.KindResult, catalog.KindPatent, catalog.KindExpert, catalog.KindStudio} {
		r.Kinds = []catalog.Kind{kind}
		a := w.match(t, r)
		all := slices.Concat(a.Documents, a.People)
		if len(all) == 0 || slices.ContainsFunc(all, func(c matcher.Candidate) bool { return c.Kind != kind }) {
			t.Errorf("only %s: %v %v", kind, codes(a.Documents), codes(a.People))
		}
	}
}

func TestRequestCheck(t *testing.T) {
	long := strings.Repeat("磨削曲轴时轴颈表面出现烧伤。", 1<<20/42)
	for _, tt := range []struct {
		name string
		in   matcher.Request
		code string // of the fault, "" for none
	}{
		{"nothing", matcher.Request{}, "need.empty"},
		{"white space", matcher.Request{Title: "\u3000", Text: " \n\t"}, "need.empty"},
		{"signs only", matcher.Request{Text: "？！……"}, "need.unreadable"},
		{"emoji only", matcher.Request{Text: "😀😀"}, "need.unreadable"},
		{"binary", matcher.Request{Text: "PK\x03\x04\xff\xfe\xfd\xfc abc \xff\xff"}, "need.unreadable"},
		{"title alone", matcher.Request{Title: "曲轴磨削"}, ""},
		{"one character", matcher.Request{Text: "轴"}, ""},
		{"1 MB", matcher.Request{Text: long}, ""},
		{"top below", matcher.Request{Text: "轴", Top: -1}, "top.range"},
		{"top above", matcher.Request{Text: "轴", Top: matcher.MaxTop + 1}, "top.range"},
		{"top at its bound", matcher.Request{Text: "轴", Top: matcher.MaxTop}, ""},
		{"needs are no candidates", matcher.Request{Text: "轴", Kinds: []catalog.Kind{catalog.KindNeed}}, "kinds.unknown"},
		{"unknown kind", matcher.Request{Text: "轴", Kinds: []catalog.Kind{"dragon"}}, "kinds.unknown"},
	} {
		r, notes, err := tt.in.Check()
		if tt.code == "" {
			if err != nil || r.Top < 1 || len(r.Kinds) == 0 || len([]rune(r.Text)) > matcher.MaxNeedRunes || (len(notes) > 0) != (tt.name == "1 MB") {
				t.Errorf("%s: %v, notes %q, top %d, %d kinds", tt.name, err, notes, r.Top, len(r.Kinds))
			}
			continue
		}
		var e *errs.Error
		if !errors.As(err, &e) || e.Kind != errs.Invalid || len(e.Fields) == 0 || e.Fields[0].Code != tt.code {
			t.Errorf("%s: %v, want %s", tt.name, err, tt.code)
		}
	}
}

// A need of 1 MB is answered like its beginning, and says so.
func TestLongNeed(t *testing.T) {
	w := demoData(t)
	text := strings.Repeat("换流阀积灰清理又慢又怕伤元件。", matcher.MaxNeedRunes/15+1)
	a := w.match(t, matcher.Request{Text: strings.Repeat(text, 4)})
	if len(a.Notes) != 1 || len(a.Documents) == 0 || a.Documents[0].Code != "CG-2026-B018" {
		t.Errorf("notes %q, documents %v", a.Notes, codes(a.Documents))
	}
}

// What the public is shown of a need comes from public text alone.
func TestFromNeedKeepsSecrets(t *testing.T) {
	const canary = "机密金丝雀"
	need := &catalog.Need{
		Title: "细长轴车削振动", SummaryPublic: "求抑振办法", Detail: canary, Background: canary, Attempts: canary, Constraints: canary,
		Targets: []catalog.Target{{Name: canary, Value: 1}}, EnterpriseName: canary, EnterpriseCode: canary, ExcludedOrgs: []string{canary},
		PreferredPartners: []string{canary}, Confidentiality: "summary_only",
	}
	need.Code, need.Status, need.Visibility = "XQ-1", "published", "public"
	see := func(confidential bool) string {
		data, err := json.Marshal(matcher.FromNeed(need, confidential))
		if err != nil {
			t.Fatal(err)
		}
		return string(data)
	}
	if open := see(false); strings.Contains(open, canary) || !strings.Contains(open, "求抑振办法") {
		t.Errorf("public request %s", open)
	}
	if all := see(true); strings.Count(all, canary) < 5 {
		t.Errorf("the whole request lacks confidential text: %s", all)
	}
	need.Confidentiality = "public"
	if open := see(false); !strings.Contains(open, canary) {
		t.Errorf("a need that its firm made public: %s", open)
	}
	need.Confidentiality = "broker_only"
	if open := see(false); strings.Contains(open, "振") {
		t.Errorf("a need that only brokers may see: %s", open)
	}
}

// A warning about the need's own firm, or a firm to be avoided, would name the
// enterprise of an anonymous need.
func TestPublicAnswerHidesTheFirm(t *testing.T) {
	w := demoData(t)
	for _, code := range everyNeed(t, w) {
		need := w.need(t, code)
		r := matcher.FromNeed(need, false)
		if need.Confidentiality == "public" || r.Title == "" {
			continue
		}
		a := w.match(t, r)
		for _, c := range slices.Concat(a.Documents, a.People) {
			if got := warningsOf(c); slices.Contains(got, "same_enterprise") || slices.Contains(got, "excluded") {
				t.Errorf("%s: %s is marked %v", code, c.Code, got)
			}
		}
	}
}

// Nobody fits: the lists are empty, not nil, and the summary says so.
func TestNobodyFits(t *testing.T) {
	w := demoData(t)
	a := w.match(t, matcher.Request{Text: "幼儿园绘本阅读的情绪引导"})
	if a.Documents == nil || a.People == nil || len(a.Documents)+len(a.People) != 0 || !strings.Contains(a.Summary, "没有合适的人选") {
		t.Errorf("%+v", a)
	}
	only := w.match(t, matcher.Request{Text: "幼儿园绘本阅读的情绪引导", Kinds: []catalog.Kind{catalog.KindPatent}})
	if strings.Contains(only.Summary, "人选") || !strings.Contains(only.Summary, "没有单独对得上的成果或专利") {
		t.Errorf("patents alone: %s", only.Summary)
	}
}

func TestMatchFails(t *testing.T) {
	w := own(t)
	r := matcher.Request{Text: "曲轴磨削烧伤"}
	if a := w.match(t, r); len(a.Documents)+len(a.People) != 0 {
		t.Errorf("an empty index answers %+v", a)
	}
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := w.matcher.Match(cancelled, r); !errors.Is(err, context.Canceled) {
		t.Errorf("a cancelled context: %v", err)
	}
	if err := w.index.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := w.matcher.Match(t.Context(), r); !errs.Is(err, errs.Unavailable) {
		t.Errorf("a closed index: %v", err)
	}
	if _, err := w.matcher.Match(t.Context(), matcher.Request{}); !errs.Is(err, errs.Invalid) {
		t.Errorf("an empty need on a closed index: %v", err)
	}
}

// BenchmarkMatch500 matches a need of 500 characters on the demo data.
func BenchmarkMatch500(b *testing.B) {
	w := demoData(b)
	text := []rune(strings.Repeat(w.need(b, "XQ-2026-B005").Detail+w.need(b, "XQ-2026-A001").Detail+w.need(b, "XQ-2026-C021").Detail, 4))
	r := matcher.Request{Title: "换流阀积灰清理", Text: string(text[:500]), Region: "371000"}
	for b.Loop() {
		if _, err := w.matcher.Match(b.Context(), r); err != nil {
			b.Fatal(err)
		}
	}
}
