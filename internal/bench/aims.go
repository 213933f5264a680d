package bench

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"regexp"
	"strconv"
	"strings"

	"hongniang/internal/errs"
)

// Measured is what several runs measured: their reports, and the ratios of Go benchmarks
// by name.
type Measured struct {
	Reports []Report
	Ratios  map[string]float64
}

// goRatio is a line of go test -bench with a ratio.
var goRatio = regexp.MustCompile(`^Benchmark(\w+?)(?:-\d+)?\s.*\s([\d.]+) ratio`)

// ReadMeasured reads what commands of bench printed, one after the other, and what go test
// -bench did; other lines are passed over. Error: errs.Invalid (bench.no_report) when there
// is neither.
func ReadMeasured(r io.Reader) (Measured, error) {
	out := Measured{Ratios: map[string]float64{}}
	lines := bufio.NewReader(r)
	for {
		line, err := lines.ReadString('\n')
		var report Report
		if strings.HasPrefix(line, "{") && json.Unmarshal([]byte(line), &report) == nil && report.Command != "" {
			out.Reports = append(out.Reports, report)
		}
		if m := goRatio.FindStringSubmatch(line); m != nil {
			if v, err := strconv.ParseFloat(m[2], 64); err == nil {
				out.Ratios[m[1]] = v
			}
		}
		if err == io.EOF {
			break
		}
		if err != nil {
			return out, errs.Wrap(err, errs.Invalid, "bench.unreadable", "文件读到一半读不下去，请检查磁盘和文件。")
		}
	}
	if len(out.Reports)+len(out.Ratios) == 0 {
		return out, errs.New(errs.Invalid, "bench.no_report", "里面没有 bench 的结果。请给出 hongniang bench match、search、serve、rebuild 等命令的输出。")
	}
	return out, nil
}

const (
	stock  = 200_000 // documents for which the aims are
	small  = 100_000
	large  = 1_000_000
	nearly = 0.1 // part by which a stock may differ
)

// of gives the last report of a command on about so many documents.
func (m Measured) of(command string, documents int) *Report {
	var out *Report
	for i, r := range m.Reports {
		if r.Command == command && math.Abs(float64(r.Documents-documents)) <= nearly*float64(documents) {
			out = &m.Reports[i]
		}
	}
	return out
}

// row gives a figure of a row of the last report that has it.
func (m Measured) row(command string, documents int, name string, figure func(Row) float64) float64 {
	if r := m.of(command, documents); r != nil {
		for _, row := range r.Rows {
			if row.Name == name {
				return figure(row)
			}
		}
	}
	return math.NaN()
}

// fact gives a fact of the last report.
func (m Measured) fact(command string, name string) float64 {
	if r := m.of(command, stock); r != nil {
		if v, ok := r.Value(name); ok {
			return v
		}
	}
	return math.NaN()
}

func (m Measured) resident(command string, documents int) float64 {
	if r := m.of(command, documents); r != nil && r.Memory != nil {
		return r.Memory.Resident
	}
	return math.NaN()
}

func p50(r Row) float64       { return r.P50 }
func p95(r Row) float64       { return r.P95 }
func longest(r Row) float64   { return r.Max }
func perSecond(r Row) float64 { return r.PerSecond }

// times50 and times95 are in parts of Lucene's.
func times50(r Row) float64 { return versus(r, p50, func(l Reading) float64 { return l.P50 }) }
func times95(r Row) float64 { return versus(r, p95, func(l Reading) float64 { return l.P95 }) }

func versus(r Row, ours func(Row) float64, theirs func(Reading) float64) float64 {
	if r.Lucene == nil {
		return math.NaN()
	}
	return ours(r) / theirs(*r.Lucene)
}

// aim is something that is to hold of a stock of 200,000 documents, where it does not say
// otherwise.
type aim struct {
	name, label, unit string
	least             bool // the bound is the least, not the most
	bound             float64
	measured          func(Measured) float64 // no number: it was not measured
}

// Rows that the commands of bench report, and the aims read.
const (
	RowMatch      = "完整匹配"
	RowSearch     = "检索"
	RowSearchFull = "检索，带分面和摘要"
	RowHTTPMatch  = "HTTP 完整匹配"
	RowFound      = "从保存到检索得到"
)

// RowRetrieval names the row of a retrieval of so many documents.
func RowRetrieval(top int) string { return fmt.Sprintf("检索前 %d 名", top) }

// RowOf says in a row's name how many ask at once.
func RowOf(name string, clients int) string {
	if clients == 1 {
		return name
	}
	return fmt.Sprintf("%s，%d 人同时", name, clients)
}

func eightfold(command, name string) func(Measured) float64 {
	return func(m Measured) float64 {
		return m.row(command, stock, RowOf(name, 8), perSecond) / m.row(command, stock, name, perSecond)
	}
}

func ofRow(command, name string, figure func(Row) float64) func(Measured) float64 {
	return func(m Measured) float64 { return m.row(command, stock, name, figure) }
}

func ofFact(command, name string) func(Measured) float64 {
	return func(m Measured) float64 { return m.fact(command, name) }
}

// aims are the speed that the service is to have on two processors.
var aims = []aim{
	{"retrieval_p50", "检索前 200 名，p50，Lucene 的几倍", "", false, .15, ofRow("match", RowRetrieval(200), times50)},
	{"retrieval_p95", "检索前 200 名，p95，Lucene 的几倍", "", false, .15, ofRow("match", RowRetrieval(200), times95)},
	{"overlap_at_10", "与逐篇计算的重合@10", "", true, 1, ofFact("match", "overlap_at_10")},
	{"overlap_at_200", "与逐篇计算的重合@200", "", true, .99, ofFact("match", "overlap_at_200")},
	{"search_p50", "按名称检索，p50，Lucene 的几倍", "", false, .8, ofRow("search", RowSearch, times50)},
	{"search_p95", "按名称检索，p95，Lucene 的几倍", "", false, .8, ofRow("search", RowSearch, times95)},
	{"search_full_p50", "检索，带分面和摘要，p50，Lucene 的几倍", "", false, 3, ofRow("search", RowSearchFull, times50)},
	{"search_full_p95", "检索，带分面和摘要，p95，Lucene 的几倍", "", false, 3, ofRow("search", RowSearchFull, times95)},
	{"match_p50", "经 HTTP 的完整匹配，p50", "毫秒", false, 30, ofRow("serve", RowHTTPMatch, p50)},
	{"match_p95", "经 HTTP 的完整匹配，p95", "毫秒", false, 80, ofRow("serve", RowHTTPMatch, p95)},
	{"growth", "从 10 万篇到 100 万篇，匹配的 p50 是几倍", "", false, 5, func(m Measured) float64 {
		return m.row("match", large, RowMatch, p50) / m.row("match", small, RowMatch, p50)
	}},
	{"eight_in_process", "8 人同时匹配，吞吐是 1 人的几倍", "", true, 1.7, eightfold("match", RowMatch)},
	{"eight_over_http", "8 人同时经 HTTP 匹配，吞吐是 1 人的几倍", "", true, 1.7, eightfold("serve", RowHTTPMatch)},
	{"writing_p95", "每秒改 50 条时匹配的 p95，平时的几倍", "", false, 1.5, ofFact("serve", "writing_p95_ratio")},
	{"found", "保存后多久检索得到，最慢一次", "毫秒", false, 1000, ofRow("serve", RowFound, longest)},
	{"load", "批量装入，是裸 bleve 的几倍", "", true, .6, func(m Measured) float64 {
		if v, ok := m.Ratios["Load"]; ok {
			return v
		}
		return math.NaN()
	}},
	{"rebuild_failed", "重建期间失败的请求", "次", false, 0, ofFact("rebuild", "failed_requests")},
	{"rebuild_p95", "重建期间检索的 p95，平时的几倍", "", false, 2, ofFact("rebuild", "rebuild_p95_ratio")},
	{"resident", "常驻内存", "MB", false, 800, func(m Measured) float64 { return m.resident("serve", stock) }},
	{"resident_million", "100 万篇时的常驻内存", "MB", false, 2500, func(m Measured) float64 { return m.resident("match", large) }},
	{"start", "从启动到第一次答复匹配", "毫秒", false, 2000, ofFact("serve", "start_milliseconds")},
}

// Outcome is an aim with what was measured.
type Outcome struct {
	Name     string   `json:"name"`
	Bound    float64  `json:"bound"`
	Least    bool     `json:"least,omitempty"` // the bound is the least, else the most
	Measured *float64 `json:"measured"`        // null: not measured
	Reached  bool     `json:"reached"`
}

// outcome holds an aim against what was measured.
func (a aim) outcome(m Measured) Outcome {
	out := Outcome{Name: a.name, Bound: a.bound, Least: a.least}
	if v := a.measured(m); !math.IsNaN(v) && !math.IsInf(v, 0) {
		out.Measured = &v
		out.Reached = a.least && v >= a.bound || !a.least && v <= a.bound
	}
	return out
}

// WriteAims prints every aim with what was measured: one JSON object on the first line,
// and a table below it.
func WriteAims(w io.Writer, m Measured) error {
	var table strings.Builder
	table.WriteString("\n| 目标 | 要求 | 量得 | |\n|---|---|---|---|\n")
	var outcomes []Outcome
	for _, a := range aims {
		o := a.outcome(m)
		outcomes = append(outcomes, o)
		bound, got, verdict := "≤ ", "–", "没有量"
		if a.least {
			bound = "≥ "
		}
		if o.Measured != nil {
			got, verdict = short(*o.Measured), map[bool]string{true: "达到", false: "未达到"}[o.Reached]
		}
		fmt.Fprintf(&table, "| %s | %s | %s | %s |\n", a.label, strings.TrimSpace(bound+short(a.bound)+" "+a.unit), got, verdict)
	}
	data, err := json.Marshal(map[string]any{"command": "aims", "aims": outcomes})
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(w, "%s\n%s", data, table.String())
	return err
}
