package personal_test

import (
	"archive/zip"
	"bytes"
	"io"
	"strings"
	"testing"

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
	for _, of := range []personal.Subject{{User: w.him.Code}, {Person: "ZJ-1"}} {
		parts := w.unzip(of)
		for _, want := range []string{hisName, hisPhone, hisMail, hisWords, "ouyang.jinque", "1980", "他的手机", "对接单已推荐", "我两天到厂", "滚压工艺", "GZS-1", hisName + ".jpg"} {
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
		for _, never := range []string{"机密的详情", "曲轴厂", "他说话多", "argon2id", "password_hash", "nonce", "totp_secret"} {
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
