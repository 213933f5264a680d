package bench_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"hongniang/internal/bench"
	"hongniang/internal/errs"
)

// clock goes on by a millisecond each time that it is read.
func clock() bench.Clock {
	var ms atomic.Int64
	return func() time.Time { return time.UnixMilli(ms.Add(1)) }
}

func TestTimesOf(t *testing.T) {
	t.Parallel()
	var took []time.Duration
	for i := range 200 {
		took = append(took, time.Duration(200-i)*time.Millisecond)
	}
	before := slices.Clone(took)
	want := bench.Times{Runs: 205, Failed: 5, Mean: 100.5, P50: 100, P95: 190, P99: 198, Max: 200, PerSecond: 100}
	if diff := cmp.Diff(want, bench.TimesOf(took, 5, 2*time.Second)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if !slices.Equal(before, took) {
		t.Error("the durations were put in another order")
	}
	one := bench.Times{Runs: 1, Mean: 3, P50: 3, P95: 3, P99: 3, Max: 3}
	if diff := cmp.Diff(one, bench.TimesOf([]time.Duration{3 * time.Millisecond}, 0, 0)); diff != "" {
		t.Errorf("one (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(bench.Times{Runs: 2, Failed: 2}, bench.TimesOf(nil, 2, time.Second)); diff != "" {
		t.Errorf("none (-want +got):\n%s", diff)
	}
}

// Every piece is done once, by all clients together; what fails is counted and
// not timed.
func TestLoadRuns(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	var done []int
	load := bench.Load{Clients: 4, Runs: 100, Now: clock(), Work: func(_ context.Context, i int) error {
		mu.Lock()
		defer mu.Unlock()
		done = append(done, i)
		if i%10 == 0 {
			return errors.New("fails")
		}
		return nil
	}}
	got, err := load.Run(t.Context())
	if err != nil || got.Runs != 100 || got.Failed != 10 || got.P50 <= 0 || got.PerSecond <= 0 {
		t.Errorf("%+v, %v", got, err)
	}
	slices.Sort(done)
	for i, n := range done {
		if i != n {
			t.Fatalf("piece %d was done twice or never", i)
		}
	}
}

func TestLoadUntil(t *testing.T) {
	t.Parallel()
	until := make(chan struct{})
	var once sync.Once
	load := bench.Load{Clients: 2, Until: until, Now: clock(), Work: func(_ context.Context, i int) error {
		if i == 50 {
			once.Do(func() { close(until) })
		}
		return nil
	}}
	got, err := load.Run(t.Context())
	if err != nil || got.Runs < 50 || got.Failed > 0 {
		t.Errorf("%+v, %v", got, err)
	}
}

// What lasted no longer than it took to begin is measured once all the same.
func TestLoadUntilWhatIsOver(t *testing.T) {
	t.Parallel()
	until := make(chan struct{})
	close(until)
	load := bench.Load{Clients: 3, Until: until, Now: clock(), Work: func(context.Context, int) error { return nil }}
	if got, err := load.Run(t.Context()); err != nil || got.Runs != 1 || got.Failed > 0 {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestLoadEndsWithItsContext(t *testing.T) {
	t.Parallel()
	ctx, end := context.WithCancel(t.Context())
	load := bench.Load{Clients: 3, Runs: 1_000_000, Now: clock(), Work: func(context.Context, int) error { end(); return nil }}
	if got, err := load.Run(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestMemoryAndMachine(t *testing.T) {
	t.Parallel()
	held := make([]byte, 40<<20)
	for i := range held {
		held[i] = byte(i)
	}
	m := bench.OwnMemory()
	if m.Heap < 40 || runtime.GOOS == "linux" && (m.Own < 40 || m.Resident < m.Own) {
		t.Errorf("40 MB are held: %+v", m)
	}
	runtime.KeepAlive(held)
	if got := bench.ThisMachine(); got.Cores < 1 || got.GOMAXPROCS < 1 || !strings.HasPrefix(got.Go, "go") || !strings.Contains(got.Platform, "/") || got.Load < 0 {
		t.Errorf("%+v", got)
	}
}

// The last round counts.
func TestReadYardstick(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write := func(text string) string {
		path := filepath.Join(dir, "lucene.txt")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	got, err := bench.ReadYardstick(write("indexed 200000 documents: 6300 docs/s, 131.0 MB\n" +
		"round 0  title       p50 9.10 ms  p95 20.00 ms\nround 0  whole need  p50 300.00 ms  p95 900.00 ms\n" +
		"round 1  title       p50 1.00 ms  p95 5.50 ms\nround 1  whole need  p50 80.00 ms  p95 233.00 ms\r\n"))
	want := bench.Yardstick{"title": {P50: 1, P95: 5.5}, "whole need": {P50: 80, P95: 233}}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
	for _, text := range []string{"", "Exception in thread main", "round 1 title p50 0.00 ms p95 0.00 ms", "round 1 title p50 1.2.3 ms p95 2 ms"} {
		if _, err := bench.ReadYardstick(write(text)); !errs.Is(err, errs.Invalid) || errs.As(err).Code != "bench.yardstick" {
			t.Errorf("%q: %v", text, err)
		}
	}
	if _, err := bench.ReadYardstick(filepath.Join(dir, "missing")); !errs.Is(err, errs.NotFound) {
		t.Error(err)
	}
}

func TestReport(t *testing.T) {
	t.Parallel()
	r := bench.Report{Command: "match", Machine: bench.Machine{Cores: 2, GOMAXPROCS: 2, Go: "go1", Platform: "linux/amd64", Load: 1.5}, Documents: 200_000, Memory: &bench.Memory{Resident: 700.4, Own: 420, Heap: 300}}
	y := bench.Yardstick{"whole need": {P50: 80, P95: 233}}
	r.Add("检索", bench.Times{Runs: 200, P50: 8, P95: 23.3, P99: 123.4, PerSecond: 99.94, Processor: 8.25}, y, "whole need")
	r.Add("匹配", bench.Times{Runs: 200, Failed: 1, P50: 0.125}, y, "")
	r.Fact("overlap_at_10", "重合@10", 1, "")
	var b bytes.Buffer
	if err := r.Write(&b); err != nil {
		t.Fatal(err)
	}
	first, table, _ := strings.Cut(b.String(), "\n")
	var again bench.Report
	if err := json.Unmarshal([]byte(first), &again); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(r, again); diff != "" {
		t.Errorf("JSON (-want +got):\n%s", diff)
	}
	const want = `
2 核（GOMAXPROCS 2），go1，linux/amd64，开始时系统负载 1.50，200000 篇文档

| 测什么 | 次数 | 失败 | p50 毫秒 | p95 毫秒 | p99 毫秒 | 每秒 | 处理器毫秒 | Lucene p50 / p95 | 倍数 p50 / p95 |
|---|---|---|---|---|---|---|---|---|---|
| 检索 | 200 | 0 | 8.00 | 23.3 | 123 | 99.9 | 8.25 | 80.0 / 233 | 0.10 / 0.10 |
| 匹配 | 200 | 1 | 0.12 | 0.00 | 0.00 | 0.00 | – | – | – |

重合@10：1.00
内存：常驻 700 MB（除映射的文件外 420 MB），堆 300 MB
`
	if diff := cmp.Diff(want, table); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if v, ok := r.Value("overlap_at_10"); !ok || v != 1 {
		t.Errorf("%f, %t", v, ok)
	}
	if v, ok := r.Value("none"); ok || v != 0 {
		t.Errorf("%f, %t", v, ok)
	}
}

// It grows while something is done.
func TestProcessorTime(t *testing.T) {
	if _, err := os.Stat("/proc/self/stat"); err != nil {
		t.Skip("this system does not tell")
	}
	before := bench.ProcessorTime()
	for n := 0; bench.ProcessorTime() <= before; n++ {
		if n > 1e7 {
			t.Fatal("it does not grow")
		}
	}
}
