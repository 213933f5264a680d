package view

import (
	"strconv"

	"hongniang/internal/errs"
	"hongniang/internal/personal"
)

// Addresses of personal data.
const (
	OwnDataURL    = "/account/data.zip"
	OwnErasureURL = "/account/erasure"
)

// Personal is the page of who looks after people's data.
type Personal struct {
	Of, Words string // typed
	Done      string
	Problem   string // of the form for a new request, or of the request At
	At        string // code of a request that was refused or not carried out
	Reason    string
	Items     []Erasure
}

// Erasure is one request.
type Erasure struct {
	Code, Name, URL, Asked, Words, State, Reason string
	Open                                         bool
	Problem, Typed                               string
	Facts                                        []string
	Kept                                         []string
}

var personalDone = map[string]string{
	"asked": "已登记，列在下面。核实本人的意愿后办理。", "running": "已开始删除，一般几分钟办完；服务重启也会接着办。", "refused": "已答复不同意，本人在“我的账号”里能看到理由。",
}

// Fault keeps what was typed and says what is wrong.
func (v *Personal) Fault(err error) {
	e := errs.As(err)
	v.Problem = e.Message
	if len(e.Fields) > 0 {
		v.Problem = e.Fields[0].Message
	}
}

// Complete puts fault and words in their places.
func (v *Personal) Complete() {
	v.Done = personalDone[v.Done]
	for i := range v.Items {
		if it := &v.Items[i]; v.At != "" && it.Code == v.At {
			it.Problem, it.Typed, v.Problem = v.Problem, v.Reason, ""
		}
	}
}

// BuildErasure shows a request.
func BuildErasure(r personal.Request) Erasure {
	it := Erasure{
		Code: r.Code, Name: OrText(r.Name, personal.Gone), URL: PersonalURL + "/" + r.Code, Asked: minute(r.AskedAt) + " 提出", Words: r.Words, State: r.State.Label(), Reason: r.Reason,
		Open: r.State == personal.Asked,
	}
	for _, code := range []string{r.Subject.Person, r.Subject.User} {
		if code != "" {
			it.Facts = append(it.Facts, code)
		}
	}
	if r.State == personal.Done {
		it.Facts = append(it.Facts, minute(r.Report.DoneAt)+" 办结", "改动记录 "+strconv.Itoa(r.Report.Records)+" 条、对接单 "+strconv.Itoa(r.Report.Introductions)+" 张，删除附件 "+strconv.Itoa(r.Report.Files)+" 个")
	}
	if r.State == personal.Done || r.State == personal.Running {
		it.Kept = r.Report.Kept
	}
	return it
}

// ErasureWords tell the one who asked how far it is; "" when he asked for nothing.
func ErasureWords(r personal.Request, asked bool) string {
	switch {
	case !asked:
		return ""
	case r.State == personal.Refused:
		return "您 " + minute(r.AskedAt) + " 提出的注销申请没有同意，理由：" + r.Reason
	}
	return "您 " + minute(r.AskedAt) + " 提出的注销申请已登记，工会核实后办理。"
}
