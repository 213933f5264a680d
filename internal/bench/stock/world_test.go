package stock

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"hongniang/internal/catalog"
	"hongniang/internal/collection"
	"hongniang/internal/demo"
	"hongniang/internal/errs"
	"hongniang/internal/search"
)

var update = flag.Bool("update", false, "write the golden files anew")

// written writes lines to a file and gives its path.
func written(t testing.TB, name string, write func(*Lines) error) string {
	t.Helper()
	var b bytes.Buffer
	lines := NewLines(&b, filepath.Ext(name) == ".gz")
	if err := write(lines); err != nil {
		t.Fatal(err)
	}
	if err := lines.Close(); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// poolOf reads a pool of entries from a file.
func poolOf(t testing.TB, entries ...collection.Entry) *Pool {
	t.Helper()
	path := written(t, "entries.jsonl.gz", func(l *Lines) error {
		for _, e := range entries {
			if err := l.Entry(e); err != nil {
				return err
			}
		}
		return nil
	})
	pool, err := ReadPool([]string{path})
	if err != nil {
		t.Fatal(err)
	}
	return pool
}

// demoPool is the public results, patents, experts and needs of the
// demonstration.
func demoPool(t testing.TB) *Pool {
	t.Helper()
	var entries []collection.Entry
	for _, kind := range []catalog.Kind{catalog.KindResult, catalog.KindPatent, catalog.KindExpert, catalog.KindNeed} {
		recs, err := demo.Records(kind)
		if err != nil {
			t.Fatal(err)
		}
		for _, rec := range recs {
			if d, public := search.FromRecord(rec); public {
				entries = append(entries, collection.Entry{ID: d.Code, Title: d.Title, Text: d.Text, Keywords: d.Keywords})
			}
		}
	}
	return poolOf(t, entries...)
}

// fewEntries are five documents on two subjects.
func fewEntries() []collection.Entry {
	return []collection.Entry{
		{ID: "d1", Title: "换流阀的清灰装置", Text: "带电清扫换流阀表面的积灰。喷嘴可调！全程不停电；一人可用。", Keywords: []string{"换流阀"}},
		{ID: "d2", Title: "换流站的带电检修", Text: "换流站设备多。检修窗口短。带电作业用绝缘斗臂车。"},
		{ID: "d3", Title: "曲轴与砂轮", Text: "磨削曲轴时轴颈烧伤。砂轮要修整。冷却液流量加大。", Keywords: []string{"曲轴", "磨削"}},
		{ID: "d4", Title: "曲轴的磨削裂纹", Text: "裂纹多在圆角处。降低进给。"},
		{ID: "d5", Title: "", Text: ""},
	}
}

// corpus gathers what a plan makes.
func corpus(t testing.TB, pool *Pool, p Plan) []collection.Entry {
	t.Helper()
	var out []collection.Entry
	if err := pool.Each(p, func(e collection.Entry) error { out = append(out, e); return nil }); err != nil {
		t.Fatal(err)
	}
	return out
}

func wantCode(t testing.TB, err error, kind errs.Kind, code string) {
	t.Helper()
	if e := errs.As(err); err == nil || e.Kind != kind || e.Code != code {
		t.Errorf("%v, want %s %s", err, kind, code)
	}
}
