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

// published is a need with the title that everybody may read.
type published struct {
	*catalog.Need
	title string
}

// newNeed tells of a need that was published: the people whom it fits, and the
// brokers of its union.
func (s *Service) newNeed(ctx context.Context, need *catalog.Need) error {
	r := request(need)
	r.Top = toldPeople
	answer, err := s.Matcher.Match(ctx, r)
	if errs.Is(err, errs.Invalid) {
		return nil // a need without words
	}
	if err != nil {
		return err
	}
	reaches := func(c matcher.Candidate) bool { return c.Band.Reaches(s.least()) }
	people := slices.DeleteFunc(answer.People, func(c matcher.Candidate) bool { return !reaches(c) })
	documents := slices.DeleteFunc(answer.Documents, func(c matcher.Candidate) bool { return !reaches(c) })
	if len(people)+len(documents) == 0 {
		return nil
	}
	accounts, err := s.Notices.Readers.People(ctx)
	if err != nil {
		return err
	}
	for _, c := range people {
		if err := s.tellPerson(ctx, accounts, published{need, r.Title}, c); err != nil {
			return err
		}
	}
	return s.tellBrokers(ctx, accounts, published{need, r.Title}, people, documents)
}

// tellPerson tells the person, or the leader of a studio, of a need that fits.
func (s *Service) tellPerson(ctx context.Context, people *notice.People, need published, c matcher.Candidate) error {
	person := c.Code
	if c.Kind == catalog.KindStudio {
		rec, err := s.Feed.Get(ctx, c.Kind, c.Code)
		if err != nil && !errs.Is(err, errs.NotFound) {
			return err
		}
		if studio, ok := rec.(*catalog.Studio); ok {
			person = studio.LeaderCode
		}
	}
	if person == "" || person == c.Code && c.Kind == catalog.KindStudio {
		return nil
	}
	n := notice.Notice{
		ID: "alert/" + need.Code, Topic: notice.Matches, Record: search.ID(catalog.KindNeed, need.Code), Need: need.Code, Band: c.BandLabel, Why: mainReasons(c),
		Text: fmt.Sprintf("有一项新需求可能适合您：%s《%s》（匹配程度：%s）。愿意看看的，请联系工会红娘。", need.Code, need.title, c.BandLabel),
	}
	for _, reader := range people.Readers(notice.ToPerson(person)) {
		if err := s.tell(ctx, reader, []string{pair(need.Code, "expert/"+person)}, s.PerWeek, n); err != nil {
			return err
		}
	}
	return nil
}

// namedFirst is how many candidates an alert of a new need names.
const namedFirst = 3

// tellBrokers tells the brokers of a need who and what fits it, in one alert.
func (s *Service) tellBrokers(ctx context.Context, accounts *notice.People, need published, people, documents []matcher.Candidate) error {
	held, err := catalog.HoldersOf(ctx, s.Feed, need.Need)
	if err != nil {
		return err
	}
	all := slices.Concat(people, documents)
	slices.SortStableFunc(all, func(a, b matcher.Candidate) int { return cmp.Compare(b.Score, a.Score) })
	n := notice.Notice{
		ID: "alert/" + need.Code, Topic: notice.Matches, Record: search.ID(catalog.KindNeed, need.Code), Need: need.Code, Band: all[0].BandLabel,
	}
	var names, pairs []string
	for _, c := range all { // whoever is told of them here is not told again when they change
		pairs = append(pairs, pair(need.Code, search.ID(c.Kind, c.Code)))
	}
	for _, c := range all[:min(len(all), namedFirst)] {
		names = append(names, fmt.Sprintf("%s（%s）", c.Title, c.BandLabel))
		if len(c.Reasons) > 0 {
			n.Why = append(n.Why, c.Title+"："+c.Reasons[0])
		}
	}
	n.Text = fmt.Sprintf("新发布的需求 %s《%s》匹配到 %s，最靠前的是%s。", need.Code, need.title, amounts(len(people), len(documents)), strings.Join(names, "、"))
	for _, reader := range accounts.Brokers(held.Unions) {
		if err := s.tell(ctx, reader, pairs, staffTimes*s.PerWeek, n); err != nil {
			return err
		}
	}
	return nil
}

// amounts counts what was found: 3 位（家）人选、2 项成果或专利.
func amounts(people, documents int) string {
	var out []string
	if people > 0 {
		out = append(out, fmt.Sprintf("%d 位（家）人选", people))
	}
	if documents > 0 {
		out = append(out, fmt.Sprintf("%d 项成果或专利", documents))
	}
	return strings.Join(out, "、")
}
