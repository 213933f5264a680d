package main_test

import (
	"testing"
)

// New results of the demonstration reach the broker over HTTP, none is missing.
func TestBenchAlertsOverHTTP(t *testing.T) {
	t.Parallel()
	r := benchReport(t, "alerts", must(t, "bench", "alerts", "--data", demoDir(t), "--count", "3"))
	if len(r.Rows) != 2 || r.Rows[1].Runs != 3 || value(t, r, "alerts_missing") != 0 || value(t, r, "alert_processor_ms") <= 0 {
		t.Errorf("%+v", r)
	}
	fails(t, run(t, "bench", "alerts"), 2, "command.usage")
	fails(t, run(t, "bench", "alerts", "--url", "http://127.0.0.1:1", "--count", "0"), 2, "bench.count")
	fails(t, run(t, "bench", "alerts", "--url", "http://127.0.0.1:1"), 5, "bench.no_answer")
}

// Of few needs the shortcut misses none, and judging one after the other, until
// many in a row do not fit, hardly any.
func TestBenchAlertsRecall(t *testing.T) {
	t.Parallel()
	corpus, _, _, _ := benchFiles(t)
	r := benchReport(t, "alerts", must(t, "bench", "alerts", "--corpus", corpus, "--sample", "20", "--top", "100"))
	if value(t, r, "needs") < 10 || value(t, r, "pairs") < 1 || value(t, r, "recall_100") < 95 || value(t, r, "recall_judged_100") < 90 || value(t, r, "p50_ms_100") <= 0 {
		t.Errorf("%+v", r.Facts)
	}
}
