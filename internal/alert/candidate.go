package alert

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"hongniang/internal/catalog"
	"hongniang/internal/errs"
	"hongniang/internal/notice"
	"hongniang/internal/search"
	"hongniang/matcher"
)

// fit is a need that a new record fits.
type fit struct {
	need      *catalog.Need
	title     string // that everybody may read
	candidate matcher.Candidate
	unions    []string // that manage the need
}

// newCandidate tells of a new result, patent, person or studio: the enterprises
// whose needs it fits, and their brokers.
func (s *Service) newCandidate(ctx context.Context, doc search.Document) error {
	fits, err := s.fits(ctx, doc)
	if err != nil || len(fits) == 0 {
		return err
	}
	people, err := s.Notices.Readers.People(ctx)
	if err != nil {
		return err
	}
	byBroker := map[string][]fit{}
	var brokers []string
	for _, f := range fits {
		if err := s.tellFirm(ctx, people, doc, f); err != nil {
			return err
		}
		for _, reader := range people.Brokers(f.unions) {
			if byBroker[reader] == nil {
				brokers = append(brokers, reader)
			}
			byBroker[reader] = append(byBroker[reader], f)
		}
	}
	for _, reader := range brokers {
		if err := s.tellBroker(ctx, reader, doc, byBroker[reader]); err != nil {
			return err
		}
	}
	return nil
}

// judged is a need with what a new record is worth for it.
type judged struct {
	need  *catalog.Need
	score float64
}

// fits gives the needs that a new record fits, the best first. Limits and reasons
// cost more than scores, and are asked for the best alone.
func (s *Service) fits(ctx context.Context, doc search.Document) ([]fit, error) {
	list, err := s.judge(ctx, doc)
	if err != nil {
		return nil, err
	}
	var out []fit
	for _, j := range list[:min(len(list), 2*mostFits)] {
		r := request(j.need)
		found, err := s.Matcher.Fit(ctx, r, []string{doc.ID}, s.least())
		if err != nil {
			return nil, err
		}
		if len(found) == 0 {
			continue // must not be proposed for it
		}
		held, err := catalog.HoldersOf(ctx, s.Feed, j.need)
		if err != nil {
			return nil, err
		}
		if out = append(out, fit{need: j.need, title: r.Title, candidate: found[0], unions: held.Unions}); len(out) == mostFits {
			break
		}
	}
	return out, nil
}

// judge goes through the needs that have most in common with a new record, and
// gives those that are open and that it fits, best first.
func (s *Service) judge(ctx context.Context, doc search.Document) ([]judged, error) {
	ids, err := s.Matcher.Wanting(ctx, doc, wantedNeeds)
	if err != nil {
		return nil, err
	}
	var out []judged
	tried, misses := 0, 0
	for _, id := range ids {
		if tried == triedNeeds || misses == MissesInARow {
			break
		}
		need, err := s.openNeed(ctx, id)
		if err != nil {
			return nil, err
		}
		if need == nil {
			continue
		}
		score, band, err := s.Matcher.Judge(ctx, request(need), doc.ID)
		if errs.Is(err, errs.Invalid) {
			continue // a need without words for everybody
		}
		if err != nil {
			return nil, err
		}
		tried, misses = tried+1, misses+1
		if band.Reaches(s.least()) {
			out, misses = append(out, judged{need, score}), 0
		}
	}
	slices.SortStableFunc(out, func(a, b judged) int { return cmp.Compare(b.score, a.score) })
	return out, nil
}

// openNeed reads a need; nil when nobody is sought for it.
func (s *Service) openNeed(ctx context.Context, id string) (*catalog.Need, error) {
	kind, code := search.SplitID(id)
	rec, err := s.Feed.Get(ctx, kind, code)
	if errs.Is(err, errs.NotFound) {
		return nil, nil
	}
	if need, ok := rec.(*catalog.Need); ok && err == nil && open(need) {
		return need, nil
	}
	return nil, err
}

// pair names a need and a candidate: a reader is told of it once.
func pair(need, candidate string) string { return "pair " + need + " " + candidate }

// tellFirm tells the enterprise of a need.
func (s *Service) tellFirm(ctx context.Context, people *notice.People, doc search.Document, f fit) error {
	firm := notice.FirmOf(f.need)
	if firm == "" {
		return nil
	}
	what := kindLabel(doc.Kind)
	n := notice.Notice{
		ID: "alert/" + f.need.Code + "/" + doc.ID, Topic: notice.Matches, Record: doc.ID, Need: f.need.Code, Band: f.candidate.BandLabel, Why: mainReasons(f.candidate),
		Text: fmt.Sprintf("有一%s可能帮得上您的需求 %s《%s》：《%s》（匹配程度：%s）。", what, f.need.Code, f.title, doc.Title, f.candidate.BandLabel),
	}
	for _, reader := range people.Readers(notice.ToOrg(firm)) {
		if err := s.tell(ctx, reader, []string{pair(f.need.Code, doc.ID)}, s.PerWeek, n); err != nil {
			return err
		}
	}
	return nil
}

// toldReasons is how many reasons an alert gives, the strongest.
const toldReasons = 2

func mainReasons(c matcher.Candidate) []string {
	return c.Reasons[:min(len(c.Reasons), toldReasons, max(1, len(c.Evidence)))]
}

// tellBroker tells a broker of all needs that a new record fits, in one alert.
func (s *Service) tellBroker(ctx context.Context, reader string, doc search.Document, fits []fit) error {
	n := notice.Notice{
		ID: fmt.Sprintf("alert/%s/%d", doc.ID, doc.Rev), Topic: notice.Matches, Record: doc.ID,
		Band: fits[0].candidate.BandLabel,
	}
	var pairs, names []string
	for _, f := range fits[:min(len(fits), toldNeeds)] {
		pairs = append(pairs, pair(f.need.Code, doc.ID))
		names = append(names, fmt.Sprintf("%s《%s》（%s）", f.need.Code, f.title, f.candidate.BandLabel))
		if len(f.candidate.Reasons) > 0 {
			n.Why = append(n.Why, f.need.Code+"："+f.candidate.Reasons[0])
		}
	}
	if len(fits) == 1 {
		n.Need = fits[0].need.Code
	}
	n.Text = fmt.Sprintf("新发布的%s《%s》可能对得上%s项需求：%s。", kindName(doc.Kind), doc.Title, count(len(fits)), strings.Join(names, "、"))
	return s.tell(ctx, reader, pairs, staffTimes*s.PerWeek, n)
}

func count(n int) string {
	if n > toldNeeds {
		return fmt.Sprintf(" %d 项以上，最前面的 %d ", toldNeeds, toldNeeds)
	}
	return fmt.Sprintf(" %d ", n)
}

// tell gives one reader an alert, unless he was told of all its pairs before, has
// had enough this week, or turned alerts off. It is noted behind the notice, which
// is the same when told again: a kill between the two tells nothing twice.
func (s *Service) tell(ctx context.Context, reader string, pairs []string, most int, n notice.Notice) error {
	var fresh []string
	for _, p := range pairs {
		told, err := s.told(ctx, reader, p)
		if err != nil {
			return err
		}
		if !told {
			fresh = append(fresh, p)
		}
	}
	if len(fresh) == 0 {
		return nil
	}
	prefers, err := s.Notices.Preferences(ctx, reader)
	if err != nil || prefers.Mode(notice.Matches) == notice.Off {
		return err
	}
	lately, err := s.lately(ctx, reader, n.ID)
	if err != nil || lately >= most {
		return err
	}
	if err := s.Notices.Say(ctx, []string{reader}, n); err != nil {
		return err
	}
	if err := s.noteWeek(ctx, reader, n.ID); err != nil {
		return err
	}
	for _, p := range fresh {
		if err := s.note(ctx, reader, p); err != nil {
			return err
		}
	}
	return nil
}

func kindName(kind catalog.Kind) string { return catalog.Vocab("kind").Label(string(kind)) }

// kindLabel counts a kind: 项创新成果, 位专家工匠.
func kindLabel(kind catalog.Kind) string {
	measure := map[catalog.Kind]string{catalog.KindExpert: "位", catalog.KindStudio: "家"}[kind]
	if measure == "" {
		measure = "项"
	}
	return measure + kindName(kind)
}
