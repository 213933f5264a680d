package figures

import (
	"slices"
	"strings"

	"hongniang/internal/catalog"
)

// resultFact is what numbers need of a result.
type resultFact struct {
	code, title string
	*ties
	*class
	people, orgs string // as ledgers print them
	suspicions   string // as well
	benefitWan   float64
	ended        string
	created      Day
	counted      bool
	subject      bool // 一线工人为主体
	problem      bool // 解决一线问题
	used         bool // 成果在一线转化
}

// class is what sort of result one is. A book keeps each once, as it does ties.
type class struct{ kind, source, applied, industry string }

func resultOf(r *catalog.Result) resultFact {
	f := resultFact{
		code: r.Code, title: r.Title, ties: tiesOf(&r.Meta, ""), class: &class{r.ResultKind, r.SourceProject, r.ApplicationStatus, r.IndustryCode},
		orgs: strings.Join(r.CompletingOrgs, "、"), ended: r.EndMonth, created: DayOf(r.CreatedAt), counted: countedRecord(&r.Meta),
	}
	var names []string
	for _, c := range r.Completers {
		names = append(names, c.Name)
	}
	f.people = strings.Join(names, "、")
	for _, b := range r.Benefits {
		f.benefitWan += b.AmountWan
	}
	f.subject, f.problem, f.used = byFrontline(r), ofFrontline(r), slices.Contains([]string{"trial", "in_unit", "promoted"}, r.ApplicationStatus)
	f.suspicions = strings.Join(suspectResult(r), "；")
	return f
}

// workers tells whether a result is one of workers, to which 三个一线 applies;
// research results of universities and management are not.
func (f *resultFact) workers() bool {
	return f.counted && f.kind != "" && f.kind != "sci_result" && f.kind != "mgmt_innovation"
}

// fiveSmall tells whether a result is one of the 五小.
func (f *resultFact) fiveSmall() bool { return strings.HasPrefix(f.kind, "small_") }

// byFrontline: the first completer, or at least half of them, work on the line.
func byFrontline(r *catalog.Result) bool {
	n := 0
	for _, c := range r.Completers {
		if c.IsFrontline {
			n++
		}
	}
	return n > 0 && (r.Completers[0].IsFrontline || 2*n >= len(r.Completers))
}

// ofFrontline: it says which problem it solved, and came from the workers, their
// firm or their union and not out of a plan of the government or an order.
func ofFrontline(r *catalog.Result) bool {
	return strings.TrimSpace(r.ProblemSolved) != "" && !planned(r.SourceProject) && r.SourceProject != "horizontal"
}

func planned(source string) bool {
	return slices.Contains([]string{"county", "city", "province", "national"}, source)
}

// suspectResult says why somebody should look whether a result of workers is one
// of a research department with another sign on the door. No verdict.
func suspectResult(r *catalog.Result) []string {
	if k := r.ResultKind; k == "" || k == "sci_result" || k == "mgmt_innovation" {
		return nil
	}
	var out []string
	if planned(r.SourceProject) {
		out = append(out, "任务来源是"+catalog.Vocab("source_project").Label(r.SourceProject))
	}
	if word := firstOf(r.Title+r.Summary, planWords()); word != "" {
		out = append(out, "写到“"+word+"”")
	}
	if len(r.Completers) > 0 && !slices.ContainsFunc(r.Completers, func(c catalog.Completer) bool { return c.IsFrontline }) {
		out = append(out, "完成人里没有一线职工")
	}
	return out
}

func planWords() []string {
	return []string{"重点研发计划", "重大专项", "自然科学基金", "863计划", "973计划", "科技支撑计划"}
}

// firstOf gives the first of some words that a text holds.
func firstOf(text string, words []string) string {
	for _, w := range words {
		if strings.Contains(text, w) {
			return w
		}
	}
	return ""
}

// studioFact is what numbers need of a studio.
type studioFact struct {
	code, name string
	*ties
	kind, level string
	leader      string // code of the leader
	leaderName  string
	industry    string
	created     Day
	counted     bool
	suspicions  []string // but for those that depend on the leader
}

func studioOf(s *catalog.Studio) studioFact {
	f := studioFact{
		code: s.Code, name: s.Name, ties: tiesOf(&s.Meta, s.EnterpriseCode), kind: s.StudioKind, level: s.Level, leader: s.LeaderCode, leaderName: s.LeaderName,
		industry: s.IndustryCode, created: DayOf(s.CreatedAt), counted: countedRecord(&s.Meta),
	}
	if word := firstOf(s.Name+s.NamedBy+s.Alliance, centreWords()); word != "" && s.StudioKind != "expert_station" {
		f.suspicions = append(f.suspicions, "名称里有“"+word+"”")
	}
	if word := firstOf(s.Specialties+s.Plan+s.Achievements, planWords()); word != "" {
		f.suspicions = append(f.suspicions, "写到“"+word+"”")
	}
	return f
}

func centreWords() []string {
	return []string{"研发中心", "技术中心", "重点实验室", "研究院", "研究所", "工程中心", "工程研究"}
}

// patentFact is what numbers need of a patent.
type patentFact struct {
	code, title string
	*ties
	industry string
	created  Day
	counted  bool
}
