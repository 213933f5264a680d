package figures

func stockNumbers() []Number {
	n := func(key, term, counts string, unit Unit) Number {
		return Number{Key: "stock." + key, Term: term, Counts: "已发布的" + counts, Period: "登记入库的日期", Subtree: needUnion, Source: "成果、专利、人员、工作室", Unit: unit}
	}
	return []Number{
		n("results", "成果", "成果", Items),
		n("five_small", "五小成果", "小发明、小创造、小革新、小设计、小建议（含小节约、小品牌）", Items),
		n("innovations", "技术革新", "类别为技术革新、技术攻关的成果", Items),
		n("inventions", "发明创造", "类别为发明创造的成果", Items),
		n("suggestions", "合理化建议", "类别为合理化建议的成果", Items),
		n("methods", "先进操作法", "类别为先进操作（工作）法的成果", Items),
		n("skills", "绝招绝技绝活", "类别为绝招绝技绝活的成果", Items),
		n("patents", "专利", "专利", Items),
		n("people", "专家工匠", "专家、教授、劳模、工匠和高技能人才", People),
		n("studios", "创新工作室", "工作室", Items),
	}
}

// Stock is what is in the catalogue.
type Stock struct {
	Results     int `json:"results"`
	FiveSmall   int `json:"five_small"`
	Innovations int `json:"innovations"`
	Inventions  int `json:"inventions"`
	Suggestions int `json:"suggestions"`
	Methods     int `json:"methods"`
	Skills      int `json:"skills"`
	Patents     int `json:"patents"`
	People      int `json:"people"`
	Studios     int `json:"studios"`
}

// Stock counts what of a selection was entered in its period.
func (b *Book) Stock(scope Scope, sel Selection) (Stock, error) {
	l, done, err := b.look(scope, sel)
	if err != nil {
		return Stock{}, err
	}
	defer done()
	return l.stock(), nil
}

func (l *lens) stock() Stock {
	n := func(key string) int { return int(l.count("stock."+key, "")) }
	return Stock{
		Results: n("results"), FiveSmall: n("five_small"), Innovations: n("innovations"), Inventions: n("inventions"), Suggestions: n("suggestions"),
		Methods: n("methods"), Skills: n("skills"), Patents: n("patents"), People: n("people"), Studios: n("studios"),
	}
}

// stockIs tells whether a result counts in one of the numbers.
func stockIs(what string, r *resultFact) bool {
	switch what {
	case "results":
		return true
	case "five_small":
		return r.fiveSmall()
	case "innovations":
		return r.kind == "tech_innovation" || r.kind == "tech_breakthrough"
	case "inventions":
		return r.kind == "invention"
	case "suggestions":
		return r.kind == "rationalization"
	case "methods":
		return r.kind == "operation_method"
	}
	return what == "skills" && r.kind == "unique_skill"
}

func (l *lens) walkStock(what string, emit func(Entry)) {
	switch what {
	case "patents":
		for i := range l.patents.rows {
			if p := &l.patents.rows[i]; p.counted && l.wants(p.ties, p.industry) && l.sel.Period.Holds(p.created) {
				emit(Entry{Kind: "patent", Code: p.code, Title: p.title, on: p.created})
			}
		}
	case "people":
		l.eachPerson(func(p *personFact) {
			if l.sel.Period.Holds(p.created) {
				emit(Entry{Kind: "expert", Code: p.code, Title: p.name, Note: p.employer, on: p.created})
			}
		})
	case "studios":
		l.eachStudio(func(s *studioFact) {
			emit(Entry{Kind: "studio", Code: s.code, Title: s.name, Note: s.leaderName, on: s.created})
		})
	default:
		l.eachResult(func(r *resultFact) {
			if stockIs(what, r) {
				emit(Entry{Kind: "result", Code: r.code, Title: r.title, Note: r.people, on: r.created})
			}
		})
	}
}
