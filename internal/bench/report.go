package bench

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
)

// Report is what one run of a command measured.
type Report struct {
	Command   string  `json:"command"`
	Machine   Machine `json:"machine"`
	Documents int     `json:"documents"`
	Rows      []Row   `json:"rows"`
	Facts     []Fact  `json:"facts,omitempty"`
	Memory    *Memory `json:"memory,omitempty"`
}

// Row is a kind of work with its times.
type Row struct {
	Name string `json:"name"`
	Times
	// Lucene is the yardstick of the same queries; nil without.
	Lucene *Reading `json:"lucene,omitempty"`
}

// Fact is a figure that is not a row of times.
type Fact struct {
	Name  string  `json:"name"`
	Label string  `json:"label"` // Chinese
	Value float64 `json:"value"`
	Unit  string  `json:"unit,omitempty"`
}

// Add adds a row; of the yardstick it takes the reading of that name, "" none.
func (r *Report) Add(name string, t Times, y Yardstick, queries string) {
	row := Row{Name: name, Times: t}
	if reading, ok := y[queries]; ok {
		row.Lucene = &reading
	}
	r.Rows = append(r.Rows, row)
}

// Fact adds a figure.
func (r *Report) Fact(name, label string, value float64, unit string) {
	r.Facts = append(r.Facts, Fact{name, label, value, unit})
}

// Value gives a figure by its name, and whether there is one.
func (r *Report) Value(name string) (float64, bool) {
	for _, f := range r.Facts {
		if f.Name == name {
			return f.Value, true
		}
	}
	return 0, false
}

// Write prints the report: one JSON object on the first line, for programs, and
// a table below it, for people.
func (r *Report) Write(w io.Writer) error {
	data, err := json.Marshal(r)
	if err != nil {
		return err
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n\n%d 核（GOMAXPROCS %d），%s，%s，开始时系统负载 %s，%d 篇文档\n",
		data, r.Machine.Cores, r.Machine.GOMAXPROCS, r.Machine.Go, r.Machine.Platform, short(r.Machine.Load), r.Documents)
	r.table(&b)
	for _, f := range r.Facts {
		fmt.Fprintln(&b, strings.TrimSpace(f.Label+"："+short(f.Value)+" "+f.Unit))
	}
	if r.Memory != nil {
		fmt.Fprintf(&b, "内存：常驻 %.0f MB", r.Memory.Resident)
		if r.Memory.Own > 0 {
			fmt.Fprintf(&b, "（除映射的文件外 %.0f MB）", r.Memory.Own)
		}
		fmt.Fprintf(&b, "，堆 %.0f MB\n", r.Memory.Heap)
	}
	_, err = io.WriteString(w, b.String())
	return err
}

func (r *Report) table(b *strings.Builder) {
	if len(r.Rows) == 0 {
		return
	}
	b.WriteString("\n| 测什么 | 次数 | 失败 | p50 毫秒 | p95 毫秒 | p99 毫秒 | 每秒 | 处理器毫秒 | Lucene p50 / p95 | 倍数 p50 / p95 |\n|---|---|---|---|---|---|---|---|---|---|\n")
	for _, row := range r.Rows {
		lucene, ratio := "–", "–"
		if y := row.Lucene; y != nil {
			lucene = short(y.P50) + " / " + short(y.P95)
			ratio = fmt.Sprintf("%.2f / %.2f", row.P50/y.P50, row.P95/y.P95)
		}
		worked := "–"
		if row.Processor > 0 {
			worked = short(row.Processor)
		}
		fmt.Fprintf(b, "| %s | %d | %d | %s | %s | %s | %s | %s | %s | %s |\n", row.Name, row.Runs, row.Failed,
			short(row.P50), short(row.P95), short(row.P99), short(row.PerSecond), worked, lucene, ratio)
	}
	b.WriteString("\n")
}

// short writes a number with three digits or a little more.
func short(v float64) string {
	switch {
	case v >= 100:
		return fmt.Sprintf("%.0f", v)
	case v >= 10:
		return fmt.Sprintf("%.1f", v)
	}
	return fmt.Sprintf("%.2f", v)
}
