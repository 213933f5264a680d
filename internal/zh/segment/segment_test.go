package segment_test

import (
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"hongniang/configs"
	"hongniang/internal/zh"
	"hongniang/internal/zh/segment"
)

var _ zh.Cutter = (*segment.Segmenter)(nil)

var shipped = sync.OnceValue(func() *segment.Segmenter { return segment.New(configs.Text("userdict.txt")) })

func TestCut(t *testing.T) {
	t.Parallel()
	if err := shipped().Wait(); err != nil {
		t.Fatal(err)
	}
	for run, want := range map[string][]string{
		"电火花线切割": {"电火花线切割"},
		"换流阀漏水":  {"换流阀", "漏水"},
		"曲轴":     {"曲轴"},
		"轴":      {"轴"},
	} {
		if got := shipped().Cut(run); !slices.Equal(got, want) {
			t.Errorf("Cut(%s) = %v, want %v", run, got, want)
		}
	}
}

// Whatever the run, the words in turn are the run.
func TestCutLosesNothing(t *testing.T) {
	t.Parallel()
	for _, run := range []string{"大曲轴连杆颈磨出彩虹色不知砂轮啥时钝", "龘靐齉爩", strings.Repeat("磨", 500), "㐀㐁鿿", "的的的了了了"} {
		if got := strings.Join(shipped().Cut(run), ""); got != run {
			t.Errorf("Cut(%s) joins to %s", run, got)
		}
	}
}

func TestKnown(t *testing.T) {
	t.Parallel()
	for word, want := range map[string]bool{"曲轴": true, "换流阀": true, "轴磨": false, "": false} {
		if got := shipped().Known(word); got != want {
			t.Errorf("Known(%q) = %v", word, got)
		}
	}
}

// The operator's words count, with or without frequency and class; comments
// and empty lines do not.
func TestUserDictionary(t *testing.T) {
	t.Parallel()
	plain, own := segment.New(""), segment.New("# 注释\n\n珂罗缝纫 3000 n\n绞丝拧\n坏频率词 x n\n")
	if plain.Known("珂罗缝纫") || plain.Known("绞丝拧") {
		t.Error("the words are known without the dictionary")
	}
	for _, word := range []string{"珂罗缝纫", "绞丝拧", "坏频率词"} {
		if !own.Known(word) {
			t.Errorf("%s is not known", word)
		}
	}
	if own.Known("#") || own.Known("注释2") {
		t.Error("a comment was read as a word")
	}
	if got := own.Cut("会珂罗缝纫的人"); !slices.Contains(got, "珂罗缝纫") {
		t.Errorf("Cut = %v", got)
	}
	if err := own.Wait(); err != nil {
		t.Error(err)
	}
}

func TestConcurrentCuts(t *testing.T) {
	t.Parallel()
	want := shipped().Cut("数控机床主轴温升控制")
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for range 50 {
				if got := shipped().Cut("数控机床主轴温升控制"); !slices.Equal(got, want) {
					t.Errorf("%v, want %v", got, want)
					return
				}
			}
		})
	}
	all.Wait()
}

func Example() {
	s := segment.New("换流阀 1000 n")
	for _, term := range zh.Words("换流阀T3.3漏水", s) {
		fmt.Print(term.Text, " ")
	}
	// Output: 换流 换流阀 t3.3 3.3 漏水
}

// BenchmarkDictionary loads a segmenter; MB is what it takes of the heap.
func BenchmarkDictionary(b *testing.B) {
	var kept []*segment.Segmenter
	live := func() float64 {
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return float64(m.HeapAlloc) / 1e6
	}
	before := live()
	for b.Loop() {
		s := segment.New("")
		if err := s.Wait(); err != nil {
			b.Fatal(err)
		}
		kept = append(kept, s)
	}
	b.ReportMetric((live()-before)/float64(len(kept)), "MB")
}

// gse keeps its model in one place for the process: written by several dictionaries that
// are loaded at once, while words are cut, it ends the process.
func TestDictionariesLoadedAtOnce(t *testing.T) {
	t.Parallel()
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			s := segment.New("")
			for range 100 {
				if got := s.Cut("小舟山电主轴"); len(got) == 0 {
					t.Error("nothing is cut")
				}
			}
		})
	}
	all.Wait()
}
