package view

import "hongniang/internal/catalog"

// SeenByOthers leads from a record that is shown whole to what others see of it.
func SeenByOthers(rec catalog.Record) *Link {
	return &Link{Text: "看看别人看到的样子", URL: AsVisitorURL(rec.Kind(), rec.Base().Code)}
}

// AsVisitorURL is where who may read a record whole sees what others see of it.
func AsVisitorURL(kind catalog.Kind, code string) string {
	return RecordURL(kind, code) + "?as=visitor"
}

// SeenWhole leads back to the whole.
func SeenWhole(rec catalog.Record) *Link {
	return &Link{Text: "回到全部内容", URL: RecordURL(rec.Kind(), rec.Base().Code)}
}

// StateOf is the state of a record that the public cannot open, whose page has no
// other line that says it; "" of what is published.
func StateOf(rec catalog.Record) string {
	if _, open := catalog.PublicView(rec); open || rec.Base().Status == "published" {
		return ""
	}
	if rec.Kind() == catalog.KindNeed {
		return catalog.Vocab("need_status").Label(rec.Base().Status)
	}
	return catalog.Vocab("record_status").Label(rec.Base().Status)
}

// Waits puts the true state of a record that is not published yet on its preview,
// which shows it as published.
func (v *Record) Waits(status string) {
	states := catalog.Vocab("need_status")
	if v.Kind != catalog.KindNeed { // says nothing of its state by itself
		v.State = catalog.Vocab("record_status").Label(status) + "（预览）"
		return
	}
	for i, fact := range v.Facts {
		if fact == states.Label("published") {
			v.Facts[i] = states.Label(status) + "（预览）"
		}
	}
}

// SeenNotice says what somebody looks at; open tells whether others can by now.
func SeenNotice(rec catalog.Record, open bool) string {
	what := "这一页的内容，除此以外都看不到。"
	if rec.Kind() == catalog.KindNeed {
		what = "这一页的内容；企业名称、联系人、地址、详情和指标都看不到。"
	}
	if open {
		return "别人看到的就是" + what
	}
	return "现在还没有公开，别人搜不到也打不开。审核发布以后，别人看到的是" + what
}
