package main

import (
	"fmt"
	"strconv"
	"strings"

	"hongniang/internal/errs"
)

// parseFitSet reads the value of --set of eval fit.
func parseFitSet(text string) (fitFiles, error) {
	var out fitFiles
	out.measure.measuring.MinGrade = 1
	given := map[string]bool{}
	for _, part := range strings.Split(text, ",") {
		name, value, valued := strings.Cut(part, "=")
		if given[name] || !out.take(name, value, valued) {
			return out, badFitSet(text)
		}
		given[name] = true
	}
	if out.demo && !given["min-grade"] {
		out.measure.measuring.MinGrade = demoMinGrade
	}
	for _, name := range []string{"corpus", "queries", "judgements"} {
		if given[name] == out.demo {
			return out, badFitSet(text)
		}
	}
	if !given["kind"] || out.demo && given["papers"] {
		return out, badFitSet(text)
	}
	return out, nil
}

// take takes one part, and tells whether it is one.
func (f *fitFiles) take(name, value string, valued bool) bool {
	switch name {
	case "demo":
		f.demo = true
		return !valued
	case "condensed":
		f.measure.measuring.Condensed = true
		return !valued
	case "min-grade":
		n, err := strconv.Atoi(value)
		f.measure.measuring.MinGrade = n
		return err == nil
	}
	place := map[string]*string{
		"corpus": &f.files.corpus, "papers": &f.files.papers, "queries": &f.files.queries,
		"kind": &f.files.kind, "judgements": &f.measure.judgements,
	}[name]
	if place == nil || value == "" {
		return false
	}
	*place = value
	return true
}

func badFitSet(text string) error {
	return errs.New(errs.Invalid, "eval.set", fmt.Sprintf("--set 的写法“%s”不对，应为 corpus=语料,queries=查询,judgements=评判,kind=result 或 expert，"+
		"可加 papers=署名文献、condensed、min-grade=2；或 demo,kind=result。", text))
}
