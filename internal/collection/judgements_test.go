package collection_test

import (
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hongniang/internal/collection"
	"hongniang/internal/errs"
)

// Whatever the line ends, the packing and the further columns: the same.
func TestReadJudgements(t *testing.T) {
	t.Parallel()
	const plain = "query_id\tdoc_id\tgrade\nq1\td1\t2\nq1\td2\t0\nq2\td1\t1\n"
	const wide = "need\tcode\tfirst\tsecond\tpool\nq1\td1\t2\t3\twords\nq1\td2\t0\t\t\nq2\td1\t1\t1\tx\n"
	want := collection.Judgements{"q1": {"d1": 2, "d2": 0}, "q2": {"d1": 1}}
	for name, data := range map[string][]byte{
		"plain": []byte(plain), "wide": []byte(wide), "packed": gzipped(t, plain), "Windows": []byte("\uFEFF" + strings.ReplaceAll(plain, "\n", "\r\n")),
		"empty lines": []byte(strings.ReplaceAll(plain, "\n", "\n\n")), "no last line break": []byte(strings.TrimSpace(plain)), "the same twice": []byte(plain + "q1\td1\t2\n"),
	} {
		got, err := collection.ReadJudgements(file(t, "j.tsv", data))
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("%s: %v (-want +got):\n%s", name, err, diff)
		}
	}
	if got, err := collection.ReadJudgements(file(t, "j.tsv", []byte("query\tdocument\tgrade\n"))); err != nil || got == nil || len(got) != 0 {
		t.Errorf("a header alone: %v, %v", got, err)
	}
}

func TestReadRun(t *testing.T) {
	t.Parallel()
	const text = "q1\td1\t2.5\nq2\td1\t-1e3\nq1\td2\t3\n"
	want := collection.Run{"q1": {{ID: "d1", Score: 2.5}, {ID: "d2", Score: 3}}, "q2": {{ID: "d1", Score: -1000}}}
	for name, data := range map[string][]byte{"plain": []byte(text), "packed": gzipped(t, text)} {
		got, err := collection.ReadRun(file(t, "r.tsv", data))
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("%s: %v (-want +got):\n%s", name, err, diff)
		}
	}
	if got, err := collection.ReadRun(file(t, "r.tsv", nil)); err != nil || got == nil || len(got) != 0 {
		t.Errorf("an empty run: %v, %v", got, err)
	}
}

// What is wrong is said with the line, in Chinese, by a stable code.
func TestBadTables(t *testing.T) {
	t.Parallel()
	judgements := func(path string) error { _, err := collection.ReadJudgements(path); return err }
	run := func(path string) error { _, err := collection.ReadRun(path); return err }
	const header = "query\tdocument\tgrade\n"
	whole := gzipped(t, header+strings.Repeat("q\td\t1\n", 5000))
	for _, tt := range []struct {
		name string
		read func(string) error
		data []byte
		code string
		says string
	}{
		{"empty", judgements, nil, "collection.no_header", "第一行为表头"},
		{"no header", judgements, []byte("q\td\t1\n"), "collection.no_header", "第 1 行没有表头"},
		{"two columns", judgements, []byte(header + "q\td\n"), "collection.columns", "第 2 行只有 2 列"},
		{"commas", judgements, []byte("query,document,grade\n"), "collection.columns", "制表符"},
		{"no query", judgements, []byte(header + "\td\t1\n"), "collection.no_id", "第 2 行"},
		{"no document", run, []byte("q\t\t1\n"), "collection.no_id", "第 1 行"},
		{"a word for a grade", judgements, []byte(header + "q\td\t好\n"), "collection.grade", "“好”"},
		{"a grade below 0", judgements, []byte(header + "q\td\t-1\n"), "collection.grade", "0 到 10"},
		{"a grade of eleven", judgements, []byte(header + "q\td\t11\n"), "collection.grade", "0 到 10"},
		{"two grades", judgements, []byte(header + "q\td\t1\nq\td\t2\n"), "collection.twice", "第 3 行与前面矛盾"},
		{"a run with a header", run, []byte("query\tdocument\tscore\n"), "collection.score", "没有表头"},
		{"a score that is none", run, []byte("q\td\t1\nq\te\tNaN\n"), "collection.score", "第 2 行"},
		{"an endless score", run, []byte("q\td\t1e999\n"), "collection.score", "1e999"},
		{"a flood", run, []byte(strings.Repeat("x", 2<<20)), "collection.line", "第 1 行太长"},
		{"a long grade", judgements, []byte(header + "q\td\t" + strings.Repeat("长", 1000) + "\n"), "collection.grade", "长…”"},
		{"broken gzip header", run, append([]byte{0x1f, 0x8b}, "xxxxxxxxxxxx"...), "collection.gzip", "gzip"},
		{"half a gzip file", judgements, whole[:len(whole)/2], "collection.gzip", "gzip"},
	} {
		err := tt.read(file(t, "x", tt.data))
		var e *errs.Error
		if !errors.As(err, &e) || e.Kind != errs.Invalid || e.Code != tt.code || !strings.Contains(e.Message, tt.says) || len(e.Message) > 1000 {
			t.Errorf("%s: %v", tt.name, err)
		}
	}
	for _, read := range []func(string) error{judgements, run} {
		if err := read(filepath.Join(t.TempDir(), "missing")); !errs.Is(err, errs.NotFound) {
			t.Errorf("a missing file: %v", err)
		}
	}
}

// Whatever is in a file, reading it ends in a table or a fault of the input.
func FuzzReadTables(f *testing.F) {
	for _, seed := range []string{"", "query\tdocument\tgrade\nq\td\t1\n", "q\td\t1.5\n", "\x1f\x8b\x08", "\uFEFFa\tb\tc", "a\tb\tc\n\r\n\t\t\n"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		path := file(t, "x", data)
		judged, err := collection.ReadJudgements(path)
		if (err == nil) != (judged != nil) || err != nil && !errs.Is(err, errs.Invalid) {
			t.Errorf("judgements: %v, %v", judged, err)
		}
		for q, documents := range judged {
			for d, grade := range documents {
				if q == "" || d == "" || grade < 0 || grade > collection.MaxGrade {
					t.Errorf("%q %q %d", q, d, grade)
				}
			}
		}
		if run, err := collection.ReadRun(path); (err == nil) != (run != nil) || err != nil && !errs.Is(err, errs.Invalid) {
			t.Errorf("run: %v, %v", run, err)
		}
	})
}

func TestNothingJudged(t *testing.T) {
	t.Parallel()
	if e := errs.As(collection.NothingJudged(collection.Measuring{MinGrade: 2})); e.Code != "collection.nothing_judged" || !strings.Contains(e.Message, "2 级以上") {
		t.Errorf("%v", e)
	}
}
