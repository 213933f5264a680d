package view

import (
	"slices"
	"time"

	"hongniang/internal/catalog"
	"hongniang/internal/search"
)

// OwnRecords is the page of the results and patents that one looks after.
type OwnRecords struct {
	Done   string
	New    []Link
	Import string
	Lists  []WorkList
	Pager  Pager    // of the first list
	Mine   *Profile // how matching sees the viewer, where he is a person
}

// OwnRecordsFacts is what the page is made of.
type OwnRecordsFacts struct {
	Waiting []catalog.Record // drafts and what is being reviewed, as the desk has them
	Page    int              // of what waits, from 1
	Public  []OwnPublic
	Expert  *catalog.Expert
	Imports bool
	Done    string
	Now     time.Time
}

// OwnPublic is a record that everybody sees.
type OwnPublic struct {
	Kind        catalog.Kind
	Code, Title string
}

// BuildOwnRecords makes the page: what waits for the viewer first.
func BuildOwnRecords(f OwnRecordsFacts) OwnRecords {
	v := OwnRecords{Done: map[string]string{"withdrawn": "已撤回，公众看不到了。"}[f.Done]}
	for _, kind := range NewKinds() {
		v.New = append(v.New, Link{Text: "登记" + KindLabel(kind), URL: NewRecordURL(kind)})
	}
	if f.Imports {
		v.Import = ImportsURL
	}
	waiting := WorkList{ID: "waiting", Title: "草稿和在审核的", Empty: "没有草稿，也没有在审核的。", Total: len(f.Waiting)}
	shown, pager := paged(f.Waiting, f.Page, OwnRecordsURL)
	v.Pager = pager
	for _, rec := range shown {
		waiting.Items = append(waiting.Items, waitingLine(rec, f.Now))
	}
	v.Lists = append(v.Lists, waiting)
	if pager.Page == 1 {
		v.Lists = append(v.Lists, publicList(f.Public))
	}
	if f.Expert != nil {
		v.Mine = BuildProfile(f.Expert, f.Now)
	}
	return v
}

// waitingLine is a record that is not public, or of which other words wait for review.
func waitingLine(rec catalog.Record, now time.Time) WorkLine {
	m := rec.Base()
	line := WorkLine{URL: EditRecordURL(rec.Kind(), m.Code), Title: rec.Heading(), Kind: catalog.Vocab("record_status").Label(m.Status), Yours: m.Status == "returned" || m.Status == "draft", Facts: []string{KindLabel(rec.Kind()), m.Code, sinceText(m.UpdatedAt, now)}}
	switch {
	case m.Pending != nil && m.Pending.Returned != "":
		line.Kind, line.Yours, line.Note = "修改退回", true, "退回原因："+m.Pending.Returned
	case m.Pending != nil:
		line.Kind, line.Note = "修改待审核", "已经公开；公开文字的修改，红娘审核以后才换成新的。"
	case m.Status == "returned":
		line.Note = "红娘退回了，请补充以后再提交。"
	}
	return line
}

func publicList(records []OwnPublic) WorkList {
	out := WorkList{ID: "public", Title: "已经公开", Empty: "还没有公开的成果、专利和工作室。登记并提交，红娘审核以后就在这里。", Total: len(records)}
	for _, p := range records {
		out.Items = append(out.Items, WorkLine{URL: RecordURL(p.Kind, p.Code), Title: p.Title, Facts: []string{KindLabel(p.Kind), p.Code}})
	}
	return out
}

// OwnQuestions asks for the published results, patents and studios of a person or
// an organisation.
func OwnQuestions(rec catalog.Record) []RelatedQuestion {
	if o, ok := rec.(*catalog.Organisation); ok {
		return ofOrganisation(o)
	}
	return slices.DeleteFunc(RelatedQuestions(rec), func(q RelatedQuestion) bool {
		return len(q.Request.Kinds) != 1 || !slices.Contains(NewKinds(), q.Request.Kinds[0])
	})
}

func ofOrganisation(o *catalog.Organisation) []RelatedQuestion {
	var out []RelatedQuestion
	q := SearchQuery{Filters: map[search.Facet][]string{search.FacetOrganisation: {o.Name}}, Page: 1, Size: 50, Sort: search.ByDate}
	for _, kind := range NewKinds() {
		req := q.withKind(kind).Request()
		req.Facets, req.Snippets = false, false
		out = append(out, RelatedQuestion{Request: req})
	}
	return out
}

// Own gives the hits that really belong to whom the question asks for.
func (q RelatedQuestion) Own(res search.Response) []OwnPublic {
	var out []OwnPublic
	for _, h := range res.Hits {
		if q.person == "" || namesPerson(h.People, q.person) {
			out = append(out, OwnPublic{Kind: h.Kind, Code: h.Code, Title: h.Title})
		}
	}
	return out
}
