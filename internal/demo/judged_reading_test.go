package demo

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hongniang/internal/catalog"
)

func TestReadNeedsRefuses(t *testing.T) {
	saved := map[string]*catalog.Need{"XQ-1": {}}
	for line, want := range map[string]string{
		`{"id":"PJ-1","slice":"hard","text":"x"}`:             `no slice is called "hard"`,
		`{"id":"PJ-1","slice":"plain"}`:                       "PJ-1: a need has its text here, or is a demonstration record",
		`{"id":"XQ-1","slice":"plain","text":"x"}`:            "XQ-1: a need has its text here, or is a demonstration record",
		`{"id":"XQ-2","slice":"plain"}`:                       "XQ-2: a need has its text here, or is a demonstration record",
		`{"id":"XQ-1","slice":"plain","grade":1}`:             "unknown field",
		"{\"id\":\"XQ-1\",\"slice\":\"plain\"}\n{\"id\":\"XQ": "after 1 needs",
	} {
		if got, err := readNeeds([]byte(line), saved); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, %v; want an error with %q", line, got, err, want)
		}
	}
}

func TestReadJudgementsRefuses(t *testing.T) {
	kinds := map[string]catalog.Kind{"CG-1": catalog.KindResult}
	const header = "need\tcode\tfirst\tsecond\tpool\n"
	for line, want := range map[string]string{
		"PJ-1\tCG-1\t1\t2":               "line 2: 4 cells",
		"PJ-1\tCG-2\t1\t2\twords":        "no demonstration record has the code CG-2",
		"PJ-1\tCG-1\t4\t2\twords":        `grade "4"`,
		"PJ-1\tCG-1\t1\t-1\twords":       `grade "-1"`,
		"PJ-1\tCG-1\t1\t\twords":         `grade ""`,
		"PJ-1\tCG-1\t1\t2\twords,random": "",
	} {
		got, err := readJudgements([]byte(header+line+"\n"), kinds)
		if want != "" {
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%q: %v, %v; want an error with %q", line, got, err, want)
			}
			continue
		}
		pair := []Judgement{{Need: "PJ-1", Code: "CG-1", Kind: catalog.KindResult, First: 1, Second: 2, Pool: []string{"words", "random"}}}
		if diff := cmp.Diff(pair, got); diff != "" || err != nil {
			t.Errorf("%q: %v (-want +got):\n%s", line, err, diff)
		}
	}
}
