package personal_test

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"strings"
	"testing"

	"hongniang/internal/account"
	"hongniang/internal/catalog"
	"hongniang/internal/errs"
	"hongniang/internal/personal"
)

// unzip gives the parts of an export.
func (w *town) unzip(of personal.Subject) map[string]string {
	w.t.Helper()
	d, err := w.person.Collect(w.t.Context(), of)
	w.must(err)
	var b bytes.Buffer
	w.must(d.WriteZIP(w.t.Context(), &b))
	z, err := zip.NewReader(bytes.NewReader(b.Bytes()), int64(b.Len()))
	w.must(err)
	out := map[string]string{}
	for _, f := range z.File {
		r, err := f.Open()
		w.must(err)
		data, err := io.ReadAll(r)
		w.must(err)
		out[f.Name] = string(data)
	}
	return out
}

// He is given everything of his, by account or by record, in both forms; and
// nothing of others or of what was not open to him.
func TestExport(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	need, err := w.records.Get(t.Context(), catalog.KindNeed, "XQ-1")
	w.must(err)
	need.(*catalog.Need).Detail = "机密的详情"
	w.must(w.records.Update(t.Context(), "企业", need))
	w.judge()
	for _, of := range []personal.Subject{{User: w.him.Code}, {Person: "ZJ-1"}} {
		parts := w.unzip(of)
		for _, want := range []string{hisName, hisPhone, hisMail, hisWords, "ouyang.jinque", "1980", "他的手机", "对接单已推荐", "我两天到厂", "我申报的理由", "我给的评语", "我提的异议", "他存的检索词", "成果.csv", "weekly@canary.example", "滚压工艺", "GZS-1", hisName + ".jpg"} {
			if !strings.Contains(parts["data.json"], want) {
				t.Errorf("%+v: data.json misses %s", of, want)
			}
			if !strings.Contains(parts["index.html"], want) {
				t.Errorf("%+v: index.html misses %s", of, want)
			}
		}
		if got := parts["files/"+w.code+"-F1-"+hisName+".jpg"]; got != hisFile {
			t.Errorf("%+v: the file is %q of %d parts", of, got, len(parts))
		}
		if got := parts["files/DR-2026-0001-成果.csv"]; !strings.Contains(got, hisTable) {
			t.Errorf("%+v: the file on its way in is %q", of, got)
		}
		for _, never := range []string{"别人给的评语", "别人申报的理由", "别人提的异议", "机密的详情", "曲轴厂", "他说话多", "argon2id", "password_hash", "nonce", "totp_secret"} {
			for name, text := range parts {
				if strings.Contains(text, never) {
					t.Errorf("%+v: %s has %s", of, name, never)
				}
			}
		}
	}
	parts := w.unzip(personal.Subject{User: w.broker.Code})
	if strings.Contains(parts["data.json"], hisPhone) || strings.Contains(parts["data.json"], hisWords) || !strings.Contains(parts["data.json"], "王红") {
		t.Errorf("a broker's own data: %s", parts["data.json"])
	}
	if _, err := w.person.Collect(t.Context(), personal.Subject{User: "U-nobody"}); !errs.Is(err, errs.NotFound) {
		t.Errorf("nobody: %v", err)
	}
}

// judge has him hand in, judge and object beside others, and set up things of his own.
func (w *town) judge() {
	w.t.Helper()
	his := fmt.Sprintf("%q", w.him.Code)
	for id, it := range map[string]account.Item{
		"PS-1/CG-1":          {Kind: account.KindEntry, Owner: "PS-1", Body: []byte(`{"call":"PS-1","subject":{"result":"CG-1","title":"滚压工艺"},"statement":"我申报的理由","applicant":{"expert":"ZJ-1"},"sheets":[{"juror":"U-x","note":"别人给的评语"}]}`)},
		"PS-1/CG-2":          {Kind: account.KindEntry, Owner: "PS-1", Body: []byte(`{"call":"PS-1","subject":{"result":"CG-2","title":"别的"},"statement":"别人申报的理由","applicant":{"user":"U-x"},"sheets":[{"juror":` + his + `,"points":[90],"note":"我给的评语"}]}`)},
		"YY-1":               {Kind: account.KindObjection, Owner: "PS-1", Body: []byte(`{"code":"YY-1","call":"PS-1","user":` + his + `,"text":"我提的异议"}`)},
		"YY-2":               {Kind: account.KindObjection, Owner: "PS-1", Body: []byte(`{"code":"YY-2","call":"PS-1","text":"别人提的异议"}`)},
		"S-1":                {Kind: "saved_search", Owner: w.him.Code, Body: []byte(`{"code":"S-1","name":"滚压","ask":{"query":"他存的检索词"}}`)},
		"user/" + w.him.Code: {Kind: "preference", Owner: "user/" + w.him.Code, Body: []byte(`{"mail":"weekly@canary.example"}`)},
	} {
		it.ID = id
		w.must(w.items.Insert(w.t.Context(), it))
	}
}
