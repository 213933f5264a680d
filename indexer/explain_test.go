package indexer

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"

	"hongniang/internal/catalog"
	"hongniang/internal/demo"
	"hongniang/internal/search"
	"hongniang/internal/zh"
)

// parts checks that an explanation is a partition of its score, and gives what
// its terms make together.
func parts(t *testing.T, id string, why search.Explanation) float64 {
	t.Helper()
	sum := 0.0
	for i, term := range why.Terms {
		sum += term.Score
		if term.Score <= 0 || i > 0 && term.Score > why.Terms[i-1].Score {
			t.Errorf("%s: piece %d is %+v", id, i, term)
		}
		if !term.Title && !term.Body {
			t.Errorf("%s: %q stands nowhere", id, term.Term)
		}
	}
	if math.Abs(sum+why.Rest-why.Score) > 1e-6*max(1, why.Score) {
		t.Errorf("%s: %d pieces make %v, the rest is %v, the score %v", id, len(why.Terms), sum, why.Rest, why.Score)
	}
	return sum
}

// cutOut puts characters that nobody uses in the place of the pieces.
func cutOut(text string, terms []search.TermScore) string {
	text = zh.Fold(text)
	gone := make([]bool, len(text))
	for _, term := range terms {
		first := []rune(term.Term)[0]
		for i := range text {
			if unicode.Is(unicode.Han, first) && strings.HasPrefix(text[i:], term.Term) {
				copy(gone[i:], trues(len(term.Term)))
			}
		}
		cuts := zh.Bigrams(text)
		if bareNumber(term.Term) {
			cuts = zh.Characters(text)
		}
		for _, cut := range cuts {
			if cut.Text == term.Term && !unicode.Is(unicode.Han, first) {
				copy(gone[cut.Start:], trues(len(term.Term)))
			}
		}
	}
	var out strings.Builder
	for i, r := range text {
		switch {
		case !gone[i]:
			out.WriteRune(r)
		case unicode.Is(unicode.Han, r):
			out.WriteRune('龘')
		default:
			out.WriteRune('ǂ')
		}
	}
	return out.String()
}

func trues(n int) []bool {
	out := make([]bool, n)
	for i := range out {
		out[i] = true
	}
	return out
}

// apart puts blanks around the numbers and Latin words of a sentence: a part of a
// run cut out leaves another run.
func apart(s string) string {
	for _, piece := range []string{"CNC", "T3.3-3650", "GB/T 4754", "φ0.02mm", "120目", "65%", "Ｍ８×１．２５"} {
		s = strings.ReplaceAll(s, piece, " "+piece+" ")
	}
	return s
}

// What is claimed for the pieces is what is lost without them, to the last
// digit: random texts are scored by the formula with the pieces cut out, their
// lengths as they were. Pairs and characters alone, for the words beside a gap
// are cut otherwise than before.
func TestExplainAgainstRemoval(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(3, 9))
	w := newWorld(t)
	var docs []search.Document
	for i := range 40 {
		kind := catalog.Kinds()[i%len(catalog.Kinds())]
		docs = append(docs, search.Document{ID: search.ID(kind, fmt.Sprint(i)), Kind: kind, Title: apart(sentence(random, 1+random.IntN(4))), Text: apart(sentence(random, random.IntN(40)))})
	}
	if err := w.index.AddDocuments(t.Context(), docs); err != nil {
		t.Fatal(err)
	}
	checked := 0
	for range 40 {
		req := randomRequest(random)
		req.Scoring.Words, req.Kinds, req.Name = 0, nil, random.IntN(3)
		req.Clauses[0].Text, req.Clauses[1].Text = apart(req.Clauses[0].Text), apart(req.Clauses[1].Text)
		for _, d := range docs {
			id := d.ID
			why, err := w.index.Explain(t.Context(), req, []string{id})
			if err != nil {
				t.Fatal(err)
			}
			claimed := parts(t, id, why[id])
			if len(why[id].Terms) == 0 {
				continue
			}
			checked++
			if lost := w.index.lost(t, req, d, why[id]); math.Abs(lost-claimed) > 1e-4*max(1, lost) {
				t.Errorf("%s claims %v for %+v, %v is lost:\n%s\n%s", id, claimed, why[id].Terms, lost, d.Title, d.Text)
			}
		}
	}
	if checked < 100 {
		t.Errorf("only %d explanations", checked)
	}
}

// lost is by how much the score of a document falls without the terms, by the
// idf and the length that it has with them.
func (x *Index) lost(t *testing.T, req search.RankRequest, d search.Document, why search.Explanation) float64 {
	t.Helper()
	less := d
	less.Title, less.Text = cutOut(d.Title, why.Terms), cutOut(d.Text, why.Terms)
	out := 0.0
	err := x.state(t.Context(), func(st state) error {
		e, err := x.newExplainer(t.Context(), st, req)
		if err != nil {
			return err
		}
		internal, err := st.reader.InternalID(d.ID)
		if err != nil {
			return err
		}
		number := int(internal.Value())
		out = e.readDocument(d, number, nil).score - e.readDocument(less, number, nil).score
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// Every document of the demonstration data is explained as a partition, words
// and all, whether all pieces are named or a few; a few are no more than asked.
func TestExplainIsAPartition(t *testing.T) {
	t.Parallel()
	x := demonstration(t)
	recs, err := demo.Records(catalog.KindNeed)
	if err != nil {
		t.Fatal(err)
	}
	for i, rec := range recs {
		if i%5 > 0 {
			continue
		}
		req := wholeNeed(rec.(*catalog.Need))
		ranking, err := x.Rank(t.Context(), req)
		if err != nil {
			t.Fatal(err)
		}
		var ids []string
		for _, hit := range ranking.Hits {
			ids = append(ids, hit.ID)
		}
		for _, req.Name = range []int{0, 3} {
			why, err := x.Explain(t.Context(), req, ids)
			if err != nil {
				t.Fatal(err)
			}
			for id, w := range why {
				parts(t, id, w)
				if req.Name > 0 && len(w.Terms) > req.Name {
					t.Errorf("%s: %d pieces", id, len(w.Terms))
				}
			}
		}
	}
}

// Pieces that are worth a name, for a need and a document of the demonstration
// data that share all of the text.
func TestNaming(t *testing.T) {
	t.Parallel()
	x := demonstration(t)
	got := map[string]bool{}
	want := map[string]bool{
		"设备": false, "加工": false, "处理": false, "现场": false, "工艺": false, "小时": false, "车间": false, "老师傅": false, "怎么": false,
		"没人": false, "三台": false, "几百公里": false, "半天": false, "中间": false, "出来": false,
		"换流阀": true, "漆雾": true, "曲轴": true, "轴承": true, "磨削": true, "电主轴": true, "加工中心": true,
		"mm": false, "r/min": false, "8%": false, "0.06": false, "24": false, "3台": false,
		"fx2n": true, "t300-3k": true, "0.02mm": true, "304": true, "120目": true, "80ml/min": true,
	}
	for text := range want {
		err := x.state(t.Context(), func(st state) error {
			e, err := x.newExplainer(t.Context(), st, search.RankRequest{Clauses: []search.Clause{{Text: "，" + text + "，", Weight: 1}}, Scoring: searchScoring})
			if err != nil {
				return err
			}
			d := e.readDocument(search.Document{Title: text, Text: text}, 0, nil)
			got[text] = false
			for _, p := range d.pieces(e.ask) {
				tells, err := e.naming.tells(t.Context(), d, p)
				if err != nil {
					return err
				}
				got[text] = got[text] || tells && p.text == text
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// What the segmenter cuts otherwise in the request is named when the document
// has it between two words; a model number is named by the part that agrees.
func TestExplainNamesAcrossWords(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	doc := search.Document{ID: "result/1", Kind: catalog.KindResult, Title: "宽体辊道窑断面温差调节", Text: "换下 FX2N-32MR，304 不锈钢，量得 0.09mm。"}
	other := search.Document{ID: "result/2", Kind: catalog.KindResult, Title: "量规", Text: "公差 0.09mm 的量规"}
	if err := w.index.AddDocuments(t.Context(), []search.Document{doc, other}); err != nil {
		t.Fatal(err)
	}
	req := search.RankRequest{Name: 9, Clauses: []search.Clause{{Text: "双层辊道窑烧大岩板，FX2N-48MR 报警，304 管，差 0.09mm", Weight: 1}}}
	why, err := w.index.Explain(t.Context(), req, []string{"result/1", "result/2"})
	if err != nil {
		t.Fatal(err)
	}
	got := map[string][]bool{}
	for _, term := range why["result/1"].Terms {
		got[term.Term] = []bool{term.Title, term.Body}
	}
	want := map[string][]bool{"辊道窑": {true, false}, "fx2n": {false, true}, "304": {false, true}, "0.09mm": {false, true}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if len(why["result/2"].Terms) != 0 {
		t.Errorf("an amount alone is a reason: %+v", why["result/2"].Terms)
	}
}

// A reason is made of whole words of the document and says something of a trade;
// the rest is named only where nothing better is.
func TestExplainNamesWholeWords(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	docs := []search.Document{
		{ID: "expert/1", Kind: catalog.KindExpert, Title: "示例甲", Text: "数控车工，主轴和轴承都会修，会听声音。"},
		{ID: "expert/2", Kind: catalog.KindExpert, Title: "示例乙", Text: "细纱挡车工，接断头快，听声音判断。"},
		{ID: "expert/3", Kind: catalog.KindExpert, Title: "示例丙", Text: "会听声音。"},
	}
	if err := w.index.AddDocuments(t.Context(), docs); err != nil {
		t.Fatal(err)
	}
	req := search.RankRequest{Name: 9, Clauses: []search.Clause{{Text: "车工反映，主轴、轴承声音大，细纱断头多", Weight: 1}}}
	why, err := w.index.Explain(t.Context(), req, []string{"expert/1", "expert/2", "expert/3"})
	if err != nil {
		t.Fatal(err)
	}
	got := map[string][]string{}
	for id, e := range why {
		for _, term := range e.Terms {
			got[id] = append(got[id], term.Term)
		}
		slices.Sort(got[id])
	}
	want := map[string][]string{"expert/1": {"主轴", "轴承"}, "expert/2": {"断头", "细纱"}, "expert/3": {"声音"}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// Reasons are pieces that a person can read, the strongest first.
func TestExplainPieces(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	doc := search.Document{ID: "result/1", Kind: catalog.KindResult, Title: "曲轴连杆颈随动磨削", Text: "采用T3.3-3650机床，烧伤率降到0.5%。"}
	if err := w.index.AddDocuments(t.Context(), []search.Document{doc, {ID: "result/2", Kind: catalog.KindResult, Title: "换流阀"}}); err != nil {
		t.Fatal(err)
	}
	why, err := w.index.Explain(t.Context(), search.RankRequest{Clauses: []search.Clause{{Text: "我厂T3.3-3650上曲轴连杆颈常有烧伤", Weight: 1}}}, []string{"result/1"})
	if err != nil {
		t.Fatal(err)
	}
	title := map[string]bool{}
	for i, term := range why["result/1"].Terms {
		title[term.Term] = term.Title
		if i > 0 && term.Score > why["result/1"].Terms[i-1].Score {
			t.Errorf("not in order: %+v", why["result/1"].Terms)
		}
	}
	if inTitle, ok := title["曲轴连杆颈"]; !ok || !inTitle {
		t.Errorf("曲轴连杆颈 is missing or not of the title: %+v", why["result/1"].Terms)
	}
	if inTitle, ok := title["t3.3-3650"]; !ok || inTitle {
		t.Errorf("t3.3-3650 is missing or of the title: %+v", why["result/1"].Terms)
	}
}
