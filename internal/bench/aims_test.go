package bench_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"hongniang/internal/bench"
	"hongniang/internal/errs"
)

// report writes a report as its command prints it.
func report(t *testing.T, r bench.Report) string {
	t.Helper()
	var out bytes.Buffer
	if err := r.Write(&out); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func row(name string, p50, p95, perSecond float64, lucene *bench.Reading) bench.Row {
	return bench.Row{Name: name, Times: bench.Times{P50: p50, P95: p95, Max: p95 + 1, PerSecond: perSecond}, Lucene: lucene}
}

// Each aim reads its own figure, of the stock that it is for; at the bound it is reached.
func TestAims(t *testing.T) {
	t.Parallel()
	said := report(t, bench.Report{Command: "match", Documents: 200_000, Rows: []bench.Row{
		row(bench.RowRetrieval(200), 15, 31, 50, &bench.Reading{P50: 100, P95: 200}),
		row(bench.RowMatch, 20, 40, 10, nil), row(bench.RowOf(bench.RowMatch, 8), 80, 100, 17, nil),
	}, Facts: []bench.Fact{{Name: "overlap_at_10", Value: 1}, {Name: "overlap_at_200", Value: .98}}}) +
		report(t, bench.Report{Command: "match", Documents: 100_000, Rows: []bench.Row{row(bench.RowMatch, 10, 20, 10, nil)}}) +
		report(t, bench.Report{Command: "match", Documents: 1_000_000, Rows: []bench.Row{row(bench.RowMatch, 49, 90, 10, nil)}, Memory: &bench.Memory{Resident: 2600}}) +
		report(t, bench.Report{Command: "search", Documents: 200_000, Rows: []bench.Row{row(bench.RowSearch, 4, 7, 10, &bench.Reading{P50: 5, P95: 10}), row(bench.RowSearchFull, 16, 20, 10, &bench.Reading{P50: 5, P95: 10})}}) +
		report(t, bench.Report{Command: "serve", Documents: 199_981, Rows: []bench.Row{
			row(bench.RowHTTPMatch, 30, 81, 10, nil), row(bench.RowOf(bench.RowHTTPMatch, 8), 80, 100, 16, nil), row(bench.RowFound, 5, 900, 1, nil),
		}, Facts: []bench.Fact{{Name: "writing_p95_ratio", Value: 1.4}, {Name: "start_milliseconds", Value: 2100}}, Memory: &bench.Memory{Resident: 790}}) +
		"goos: linux\nBenchmarkLoad-2   \t       1\t19673197839 ns/op\t      1898 bare-docs/s\t      2191 docs/s\t         1.154 ratio\nPASS\n"
	measured, err := bench.ReadMeasured(strings.NewReader(said))
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := bench.WriteAims(&out, measured); err != nil {
		t.Fatal(err)
	}
	var printed struct{ Aims []bench.Outcome }
	first, table, _ := strings.Cut(out.String(), "\n")
	if err := json.Unmarshal([]byte(first), &printed); err != nil {
		t.Fatal(err)
	}
	want := map[string]string{ // 1 reached, 0 short, - not measured
		"retrieval_p50": "1", "retrieval_p95": "0", "overlap_at_10": "1", "overlap_at_200": "0", "search_p50": "1", "search_p95": "1", "search_full_p50": "0", "search_full_p95": "1",
		"match_p50": "1", "match_p95": "0", "growth": "1", "eight_in_process": "1", "eight_over_http": "0", "writing_p95": "1", "found": "1", "load": "1",
		"rebuild_failed": "-", "rebuild_p95": "-", "resident": "1", "resident_million": "0", "start": "0",
	}
	if len(printed.Aims) != len(want) {
		t.Errorf("%d aims, want %d", len(printed.Aims), len(want))
	}
	for _, o := range printed.Aims {
		got := map[bool]string{true: "1", false: "0"}[o.Reached]
		if o.Measured == nil {
			got = "-"
		}
		if got != want[o.Name] {
			t.Errorf("%s: %s, want %q (%+v)", o.Name, got, want[o.Name], o)
		}
	}
	for _, line := range []string{"| 经 HTTP 的完整匹配，p95 | ≤ 80.0 毫秒 | 81.0 | 未达到 |", "| 重建期间检索的 p95，平时的几倍 | ≤ 2.00 | – | 没有量 |", "| 批量装入，是裸 bleve 的几倍 | ≥ 0.60 | 1.15 | 达到 |"} {
		if !strings.Contains(table, line) {
			t.Errorf("%q is missing in\n%s", line, table)
		}
	}
}

// What is no output of bench is refused; the last of several runs counts.
func TestMeasured(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "{}\n", "{\"command\":\n", strings.Repeat("x", 10<<20)} {
		if _, err := bench.ReadMeasured(strings.NewReader(text)); errs.As(err).Code != "bench.no_report" {
			t.Errorf("%.20q: %v", text, err)
		}
	}
	serve := func(start float64) string {
		return report(t, bench.Report{Command: "serve", Documents: 200_000, Facts: []bench.Fact{{Name: "start_milliseconds", Value: start}}})
	}
	measured, err := bench.ReadMeasured(strings.NewReader(serve(3000) + serve(1500)))
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := bench.WriteAims(&out, measured); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(out.String(), "| 1500 | 达到 |") {
		t.Error(out.String())
	}
}
