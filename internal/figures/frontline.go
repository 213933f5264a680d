package figures

import (
	"fmt"
	"slices"
	"strings"
)

func frontlineNumbers() []Number {
	n := func(key, term, counts string, unit Unit) Number {
		return Number{Key: key, Term: term, Counts: counts, Period: "登记入库的日期", Subtree: needUnion, Source: "成果、工作室与人员", Unit: unit}
	}
	return []Number{
		n("frontline.results", "职工创新成果", "已发布、填了类别的成果（高校院所科技成果、管理创新除外）", Items),
		n("frontline.subject", "一线工人为主体", "第一完成人是一线职工，或一半以上完成人是一线职工", Items),
		n("frontline.problem", "解决一线问题", "写明解决了什么问题，任务来源不是政府计划或横向委托", Items),
		n("frontline.used", "成果在一线转化", "应用情况为试用、本单位应用或已推广", Items),
		n("frontline.all", "三个一线", "上面三条都占的", Items),
		n("suspects.results", "职工身份存疑的成果", "政府计划项目、或没有一线职工的项目当作职工成果申报的；只是请人看一看的线索，不是结论", Items),
		n("suspects.studios", "职工身份存疑的工作室", "名称或领衔人像研发机构换牌的；只是请人看一看的线索，不是结论", Items),
	}
}

// Frontline is how far results are those of workers.
type Frontline struct {
	Results        int `json:"results" doc:"Of workers"`
	Subject        int `json:"subject"`
	Problem        int `json:"problem"`
	Used           int `json:"used"`
	All            int `json:"all" doc:"三个一线"`
	SuspectResults int `json:"suspect_results"`
	SuspectStudios int `json:"suspect_studios"`
}

// Frontline gives the three tests of 三个一线 over the results of a selection.
func (b *Book) Frontline(scope Scope, sel Selection) (Frontline, error) {
	l, done, err := b.look(scope, sel)
	if err != nil {
		return Frontline{}, err
	}
	defer done()
	return l.frontline(), nil
}

func (l *lens) frontline() Frontline {
	n := func(key string) int { return int(l.count(key, "")) }
	return Frontline{
		Results: n("frontline.results"), Subject: n("frontline.subject"), Problem: n("frontline.problem"), Used: n("frontline.used"), All: n("frontline.all"),
		SuspectResults: n("suspects.results"), SuspectStudios: n("suspects.studios"),
	}
}

func (l *lens) eachResult(visit func(*resultFact)) {
	if !l.looked[2] {
		l.looked[2] = true
		for i := range l.results.rows {
			if r := &l.results.rows[i]; r.counted && l.sel.Period.Holds(r.created) && l.wants(r.ties, r.industry) {
				l.resulted = append(l.resulted, r)
			}
		}
	}
	for _, r := range l.resulted {
		visit(r)
	}
}

func (l *lens) eachStudio(visit func(*studioFact)) {
	for i := range l.studios.rows {
		if s := &l.studios.rows[i]; s.counted && l.wants(s.ties, s.industry) && l.sel.Period.Holds(s.created) {
			visit(s)
		}
	}
}

// isFrontline tells whether a result of workers counts in one of the numbers.
func isFrontline(key string, r *resultFact) bool {
	switch key {
	case "frontline.results":
		return true
	case "frontline.subject":
		return r.subject
	case "frontline.problem":
		return r.problem
	case "frontline.used":
		return r.used
	case "frontline.all":
		return r.subject && r.problem && r.used
	}
	return r.suspicions != ""
}

func (l *lens) walkFrontline(key string, emit func(Entry)) {
	if key == "suspects.studios" {
		l.eachStudio(func(s *studioFact) {
			if why := l.suspectStudio(s); len(why) > 0 {
				emit(Entry{Kind: "studio", Code: s.code, Title: s.name, Note: strings.Join(why, "；"), on: s.created})
			}
		})
		return
	}
	l.eachResult(func(r *resultFact) {
		if !r.workers() || !isFrontline(key, r) {
			return
		}
		e := Entry{Kind: "result", Code: r.code, Title: r.title, Note: r.people, on: r.created}
		if key == "suspects.results" {
			e.Note = r.suspicions
		}
		emit(e)
	})
}

// suspectStudio adds to what its words tell who leads it.
func (l *lens) suspectStudio(s *studioFact) []string {
	leader := l.people.find(s.leader)
	if s.leader == "" || leader == nil || !leader.researcher || s.kind == "expert_station" {
		return s.suspicions
	}
	return append(slices.Clone(s.suspicions), "领衔人是教授或科研人员，不是一线职工")
}

// daysText writes minutes as days.
func daysText(minutes int32) string { return fmt.Sprintf("%.1f 天", float64(minutes)/(24*60)) }
