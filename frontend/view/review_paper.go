package view

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"hongniang/internal/catalog"
	"hongniang/internal/errs"
	"hongniang/internal/review"
)

// ReviewApply is the form of an application.
type ReviewApply struct {
	URL, Call, Title, Problem, Result, Statement string
	Declared                                     bool
	Faults                                       map[string]string
	Findings                                     []string // why it may not be handed in
	Rules                                        []string
}

// BuildReviewApply fills the form with what was typed.
func BuildReviewApply(s review.Sight, form url.Values, err error) ReviewApply {
	page := BuildReviewPage(ReviewFacts{Sight: s})
	v := ReviewApply{URL: page.URL, Call: s.Code, Title: s.Terms.Title, Result: form.Get("result"), Statement: form.Get("statement"), Declared: form.Get("declared") != "", Rules: page.Rules}
	if err == nil {
		return v
	}
	v.Problem, v.Faults = FormFaults(err)
	for _, f := range errs.As(err).Fields {
		if f.Field == "result" {
			v.Findings = append(v.Findings, f.Message)
		}
	}
	return v
}

// ReviewPaper is an application as a juror judges it.
type ReviewPaper struct {
	review.Paper
	URL, Call, Kind, Problem, Note string
	People, Orgs                   string
	Rows                           []ScoreRow
	Faults                         map[string]string
	Final, Judging                 bool
	Aside                          bool // the form to step aside is open
}

// ScoreRow is a criterion with its points.
type ScoreRow struct {
	N                  int
	Name, Hint, Points string
	Weight             int
	Fault              string
}

// BuildReviewPaper makes the page; typed is a form that was not taken.
func BuildReviewPaper(p review.Paper, typed url.Values, err error) ReviewPaper {
	v := ReviewPaper{Paper: p, Call: ReviewPageURL(p.Code), URL: ReviewPageURL(p.Code) + "/entries/" + url.PathEscape(p.Subject.Result), Kind: catalog.Vocab("result_kind").Label(p.Subject.Kind), Judging: p.Stage == review.Judging}
	v.Orgs, v.Aside = strings.Join(p.Subject.OrgNames, "、"), typed.Has("kind")
	var people []string
	for _, a := range p.Subject.People {
		people = append(people, a.Name)
	}
	v.People = strings.Join(people, "、")
	if p.Sheet != nil {
		v.Final, v.Note = p.Sheet.Final, p.Sheet.Note
	}
	wrong := map[string]string{}
	if err != nil {
		v.Problem, v.Faults = FormFaults(err)
		for _, f := range errs.As(err).Fields {
			wrong[f.Field] = f.Message
		}
		v.Note = typed.Get("note")
	}
	for i, c := range p.Criteria {
		row := ScoreRow{N: i + 1, Name: c.Name, Hint: c.Hint, Weight: c.Weight, Fault: wrong[fmt.Sprintf("points[%d]", i)]}
		if p.Sheet != nil && i < len(p.Sheet.Points) {
			row.Points = strconv.Itoa(p.Sheet.Points[i])
		}
		if typed != nil {
			row.Points = nth(typed["points"], i)
		}
		v.Rows = append(v.Rows, row)
	}
	return v
}

// ParseMarks reads a sheet; points that are no number become -1.
func ParseMarks(form url.Values) review.Marks {
	m := review.Marks{Note: form.Get("note"), Final: form.Get("step") == string(review.HandIn)}
	for _, p := range form["points"] {
		m.Points = append(m.Points, formNumber(p))
	}
	return m
}

// RevText is a revision as a form carries it.
func RevText(rev int64) string { return strconv.FormatInt(rev, 10) }
