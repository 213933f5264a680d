package bench

import (
	"fmt"
	"os"
	"regexp"
	"strconv"

	"hongniang/internal/errs"
)

// Yardstick is what Lucene took on the same tokens, by the name of the queries:
// "title" and "whole need".
type Yardstick map[string]Reading

// Reading is a median and a 95th percentile in milliseconds.
type Reading struct {
	P50 float64 `json:"p50_ms"`
	P95 float64 `json:"p95_ms"`
}

var yardstickLine = regexp.MustCompile(`(?m)^round \d+\s+(\S.*?)\s+p50 ([\d.]+) ms\s+p95 ([\d.]+) ms\s*$`)

// ReadYardstick reads what the Lucene program printed, lines such as
// "round 2  whole need  p50 80.10 ms  p95 233.00 ms"; of several rounds the last
// counts, since the first warm the machine up. Errors: errs.NotFound, errs.Invalid
// (bench.yardstick).
func ReadYardstick(path string) (Yardstick, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, errs.Wrap(err, errs.NotFound, "bench.yardstick_missing", fmt.Sprintf("打不开文件“%s”，请检查 --versus。", path))
	}
	out := Yardstick{}
	for _, m := range yardstickLine.FindAllStringSubmatch(string(data), -1) {
		p50, err50 := strconv.ParseFloat(m[2], 64)
		p95, err95 := strconv.ParseFloat(m[3], 64)
		if err50 == nil && err95 == nil && p50 > 0 && p95 > 0 {
			out[m[1]] = Reading{p50, p95}
		}
	}
	if len(out) == 0 {
		return nil, errs.New(errs.Invalid, "bench.yardstick", fmt.Sprintf("“%s”里没有 Lucene 的耗时（形如 round 2 whole need p50 80.10 ms p95 233.00 ms），请检查 --versus。", path))
	}
	return out, nil
}
