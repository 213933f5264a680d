package demo

import (
	"bufio"
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"hongniang/internal/catalog"
)

//go:embed judged/needs.jsonl
var judgedNeeds []byte

//go:embed judged/judgements.tsv
var judgements []byte

// JudgedNeed is a need for which candidates of the demonstration data were
// judged.
type JudgedNeed struct {
	ID    string `json:"id"`    // the code of a saved need, or PJ-… for one made for judging
	Slice string `json:"slice"` // one of Slices
	Title string `json:"title"` // empty when Saved is set
	Text  string `json:"text"`  // empty when Saved is set
	// Saved is the demonstration record that is the need; nil for PJ-… needs.
	Saved *catalog.Need `json:"-"`
}

// Judgement is what two judgings say of a candidate for a need: 3 solves it,
// 2 worth a call, 1 same field, 0 no help. docs/judging.md has the guidelines.
type Judgement struct {
	Need, Code    string
	Kind          catalog.Kind // of the candidate
	First, Second int          // 0..3
	Pool          []string     // which rankers proposed the pair
}

// Grade is the lower of the two: a wrong introduction costs more than a missed
// one.
func (j Judgement) Grade() int { return min(j.First, j.Second) }

// JudgedSet is the project's own judged collection over the demonstration data.
type JudgedSet struct {
	Needs      []JudgedNeed // by id
	Judgements []Judgement  // by need, then code; pooled pairs without use are there with 0
}

// Slices names the groups of judged needs, each a way in which matching fails,
// in the order of reports; plain are the rest.
func Slices() []string {
	return []string{
		"vocabulary_gap", "traditional", "model_numbers", "no_answer", "famous_but_wrong", "no_papers", "same_firm",
		"competitor", "near_duplicate", "stale", "unavailable", "plain",
	}
}

// Judged reads the judged set. An error is a fault of the embedded files.
func Judged() (JudgedSet, error) {
	kinds, saved, err := codes()
	if err != nil {
		return JudgedSet{}, err
	}
	needs, err := readNeeds(judgedNeeds, saved)
	if err != nil {
		return JudgedSet{}, fmt.Errorf("needs.jsonl: %w", err)
	}
	pairs, err := readJudgements(judgements, kinds)
	if err != nil {
		return JudgedSet{}, fmt.Errorf("judgements.tsv: %w", err)
	}
	return JudgedSet{Needs: needs, Judgements: pairs}, nil
}

// Grades gives need → code → grade of the candidates of the kinds.
func (s JudgedSet) Grades(kinds ...catalog.Kind) map[string]map[string]int {
	out := map[string]map[string]int{}
	for _, j := range s.Judgements {
		if !slices.Contains(kinds, j.Kind) {
			continue
		}
		if out[j.Need] == nil {
			out[j.Need] = map[string]int{}
		}
		out[j.Need][j.Code] = j.Grade()
	}
	return out
}

// codes gives the kind of every demonstration record, and its needs, by code.
func codes() (map[string]catalog.Kind, map[string]*catalog.Need, error) {
	kinds, needs := map[string]catalog.Kind{}, map[string]*catalog.Need{}
	for _, kind := range catalog.Kinds() {
		recs, err := Records(kind)
		if err != nil {
			return nil, nil, err
		}
		for _, rec := range recs {
			kinds[rec.Base().Code] = kind
			if need, ok := rec.(*catalog.Need); ok {
				needs[need.Code] = need
			}
		}
	}
	return kinds, needs, nil
}

func readNeeds(data []byte, saved map[string]*catalog.Need) ([]JudgedNeed, error) {
	var out []JudgedNeed
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.DisallowUnknownFields()
	for {
		var need JudgedNeed
		err := decoder.Decode(&need)
		if err == io.EOF {
			return out, nil
		}
		if err != nil {
			return nil, fmt.Errorf("after %d needs: %w", len(out), err)
		}
		need.Saved = saved[need.ID]
		switch {
		case !slices.Contains(Slices(), need.Slice):
			return nil, fmt.Errorf("%s: no slice is called %q", need.ID, need.Slice)
		case (need.Text == "") != (need.Saved != nil):
			return nil, fmt.Errorf("%s: a need has its text here, or is a demonstration record", need.ID)
		}
		out = append(out, need)
	}
}

func readJudgements(data []byte, kinds map[string]catalog.Kind) ([]Judgement, error) {
	var out []Judgement
	lines := bufio.NewScanner(bytes.NewReader(data))
	for n := 1; lines.Scan(); n++ {
		if n == 1 {
			continue // the names of the columns
		}
		j, err := parseJudgement(lines.Text(), kinds)
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", n, err)
		}
		out = append(out, j)
	}
	return out, lines.Err()
}

func parseJudgement(line string, kinds map[string]catalog.Kind) (Judgement, error) {
	cells := strings.Split(line, "\t")
	if len(cells) != 5 {
		return Judgement{}, fmt.Errorf("%d cells, want need, code, first, second, pool", len(cells))
	}
	j := Judgement{Need: cells[0], Code: cells[1], Kind: kinds[cells[1]], Pool: strings.Split(cells[4], ",")}
	if j.Kind == "" {
		return Judgement{}, fmt.Errorf("no demonstration record has the code %s", j.Code)
	}
	for i, grade := range []*int{&j.First, &j.Second} {
		value, err := strconv.Atoi(cells[2+i])
		if err != nil || value < 0 || value > 3 {
			return Judgement{}, fmt.Errorf("grade %q, want 0 to 3", cells[2+i])
		}
		*grade = value
	}
	return j, nil
}
