package matcher

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"hongniang/internal/catalog"
	"hongniang/internal/constraint"
	"hongniang/internal/errs"
	"hongniang/internal/search"
	"hongniang/internal/zh"
)

// Matcher ranks candidates for needs over an engine.
type Matcher struct {
	Engine search.Engine
	Now    func() time.Time
	// Facts are what limits depend on beyond the index; nil where only the index
	// is at hand, as for measuring.
	Facts Facts
	// Weights of the ranking; nil means DefaultWeights.
	Weights *Weights
}

func (m *Matcher) weights() Weights {
	if m.Weights != nil {
		return *m.Weights
	}
	return DefaultWeights()
}

// FromNeed makes a request of a saved need. Without confidential, only its
// public view is used: what everybody may read decides what everybody is shown.
func FromNeed(need *catalog.Need, confidential bool) Request {
	if !confidential {
		view, public := catalog.PublicView(need)
		if !public {
			return Request{NeedCode: need.Code}
		}
		need = view.(*catalog.Need)
	}
	var targets []string
	for _, t := range need.Targets {
		targets = append(targets, t.Name+t.Unit)
	}
	return Request{
		Title: need.Title,
		Text: strings.TrimSpace(strings.Join([]string{
			need.SummaryPublic, need.Detail, need.Background, need.Constraints,
			strings.Join(targets, "；"), strings.Join(need.Keywords, "；"), strings.Join(need.Occupations, "；"),
		}, "\n")),
		NeedCode:   need.Code,
		Region:     need.RegionCode,
		Enterprise: firstOf(need.EnterpriseName, need.EnterpriseCode),
		Excluded:   need.ExcludedOrgs,
		Onsite:     constraint.Onsite(need.CooperationModes),
		Lead:       leadOf(need),

		EnterpriseCode: firstOf(need.EnterpriseCode, need.OwnerOrg),
		Confidential:   confidential,
	}
}

// Check fills the defaults of a request and refuses what cannot be matched.
// Errors: errs.Invalid with fields.
func (r Request) Check() (Request, []string, error) {
	var notes []string
	r.Title, r.Text = zh.CleanLine(r.Title), zh.Clean(r.Text)
	if utf8.RuneCountInString(r.Title) > maxTitleRunes {
		r.Title, r.Text = "", r.Title+"\n"+r.Text
	}
	if n := utf8.RuneCountInString(r.Text); n > MaxNeedRunes {
		r.Text = string([]rune(r.Text)[:MaxNeedRunes])
		notes = append(notes, fmt.Sprintf("难题太长，只用了前 %d 个字；请把最关键的现象、要求和指标写在前面。", MaxNeedRunes))
	}
	if r.Top == 0 {
		r.Top = 10
	}
	if len(r.Kinds) == 0 {
		r.Kinds = []catalog.Kind{catalog.KindResult, catalog.KindPatent, catalog.KindExpert, catalog.KindStudio}
	}
	return r, notes, r.faults().Err()
}

func (r Request) faults() errs.Faults {
	var f errs.Faults
	switch {
	case strings.TrimSpace(r.Title+r.Text) == "":
		f.Add("text", "need.empty", "请写下难题：什么设备或工艺、出了什么问题、想达到什么要求，几句话就行。", "")
	case isGarbage(r.Title + r.Text):
		f.Add("text", "need.unreadable", "没有读到文字。若内容来自文件，请打开文件把文字复制过来。", "")
	}
	if r.Top < 1 || r.Top > MaxTop {
		f.Add("top", "top.range", fmt.Sprintf("候选数应在 1 到 %d 之间。", MaxTop), fmt.Sprint(r.Top))
	}
	for _, k := range r.Kinds {
		if k != catalog.KindResult && k != catalog.KindPatent && k != catalog.KindExpert && k != catalog.KindStudio {
			f.Add("kinds", "kinds.unknown", "只能匹配 result（成果）、patent（专利）、expert（专家）和 studio（工作室）。", string(k))
		}
	}
	return f
}

// isGarbage tells text without any words, or binary data: more than a tenth of
// its characters are replacements for broken bytes.
func isGarbage(text string) bool {
	broken := strings.Count(text, "\uFFFD")
	return len(zh.Characters(text)) == 0 || broken*10 > utf8.RuneCountInString(text)
}

// Match ranks what and who can help with a need. Nobody below the band Low is
// among the matches. Errors: errs.Invalid for a request out of bounds,
// errs.Unavailable when the index cannot be read.
func (m *Matcher) Match(ctx context.Context, r Request) (Answer, error) {
	out, err := m.match(ctx, r)
	if m.Facts == nil || !errs.Is(err, errs.Unavailable) {
		return out, err
	}
	blind := *m // the database is gone, the index may be there
	blind.Facts = nil
	if out, err = blind.match(ctx, r); err == nil {
		out.Notes = append(out.Notes, "数据库暂时连不上：回避、授权和名额只按索引核对，请恢复后再匹配一次。")
	}
	return out, err
}

func (m *Matcher) match(ctx context.Context, r Request) (Answer, error) {
	r, notes, err := r.Check()
	if err != nil {
		return Answer{}, err
	}
	out := Answer{Documents: []Candidate{}, People: []Candidate{}, Notes: notes}
	held, err := m.gate(ctx, r)
	if err != nil {
		return Answer{}, err
	}
	documents, err := m.retrieve(ctx, r)
	if err != nil {
		return Answer{}, err
	}
	people, err := m.people(ctx, r, documents)
	if err != nil {
		return Answer{}, err
	}
	listed, err := m.weigh(ctx, r, documents.found(r, m.weights().DocumentChance), r.Top)
	if err != nil {
		return Answer{}, err
	}
	asked := request{r, held, map[string]search.Explanation{}}
	if out.Documents, err = m.list(ctx, asked, listed, &out); err != nil {
		return Answer{}, err
	}
	if out.People, err = m.list(ctx, asked, people, &out); err != nil {
		return Answer{}, err
	}
	out.Summary = summary(r, out)
	if out.NotShown = held.notShown(); len(out.NotShown) > 0 {
		out.Notes = append(out.Notes, unseen(out.NotShown))
	}
	return out, nil
}

// list puts the matches of a ranked list into words; where there is none, the
// nearest few become hints of the answer.
func (m *Matcher) list(ctx context.Context, r request, ranked []found, out *Answer) ([]Candidate, error) {
	matching := above(ranked, bounds[len(bounds)-1].least)
	matches, err := m.present(ctx, r, matching)
	if err != nil || len(matches) > 0 {
		return matches, err
	}
	r.Top = min(r.Top, shownNearest)
	r.gate = r.gate.uncounted()
	nearest, err := m.present(ctx, r, above(ranked, leastNear)[len(matching):]) // of those before nothing can be told
	out.Nearest = append(out.Nearest, nearest...)
	return matches, err
}

const (
	shownNearest = 3
	// leastNear is the least chance of a hint.
	leastNear = 0.04
)

// request is a Request with the limits that hold for it.
type request struct {
	Request
	gate *gate
	// said are the explanations so far, by id: a result that is listed speaks for
	// its people too.
	said map[string]search.Explanation
}

// found is a candidate before it is put into words.
type found struct {
	id     string
	kind   catalog.Kind
	total  float64 // strength: profile and documents together
	chance float64 // that staff would call it strong or fairly strong
	own    float64 // part of the total that is the candidate's own text
	// lifted is the total with what is known beside the text, and features are
	// that; see features_weigh.go.
	lifted   float64
	features []Feature
	voices   []voice
	party    constraint.Party // set once he is found to be free
}

// found lists the results and patents that are asked for.
func (d retrieved) found(r Request, chance Chance) []found {
	out := make([]found, 0, len(d.ranking.Hits))
	for _, hit := range d.ranking.Hits {
		if kind, _ := search.SplitID(hit.ID); slices.Contains(r.Kinds, kind) {
			s := strength(hit.Score, d.ranking.Ideal)
			out = append(out, found{id: hit.ID, kind: kind, total: s, chance: chance.Of(s), own: s})
		}
	}
	return out
}

// people ranks experts and studios in one list.
func (m *Matcher) people(ctx context.Context, r Request, documents retrieved) ([]found, error) {
	kinds := r.asked(peopleKinds)
	if len(kinds) == 0 {
		return nil, nil
	}
	ranked, err := m.rankPeople(ctx, r, kinds, documents)
	if err != nil {
		return nil, err
	}
	out := make([]found, len(ranked))
	for i, p := range ranked {
		kind, _ := search.SplitID(p.id)
		out[i] = found{id: p.id, kind: kind, total: p.total, chance: m.weights().PersonChance.Of(p.total), own: p.profile, voices: p.voices}
	}
	return m.weigh(ctx, r, out, r.Top)
}

// asked keeps those of kinds that the request wants.
func (r Request) asked(kinds []catalog.Kind) []catalog.Kind {
	var out []catalog.Kind
	for _, k := range kinds {
		if slices.Contains(r.Kinds, k) {
			out = append(out, k)
		}
	}
	return out
}

// above cuts a ranked list where the chances fall below least.
func above(list []found, least float64) []found {
	for i, f := range list {
		if f.chance < least {
			return list[:i]
		}
	}
	return list
}

func firstOf(a, b string) string {
	if a != "" {
		return a
	}
	return b
}
