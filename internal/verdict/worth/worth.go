// Package worth says what matching is worth by the verdicts of brokers: how many
// of the first five were of use, and whether the bands promise what they hold.
package worth

import (
	"cmp"
	"slices"
	"strings"

	"hongniang/internal/catalog"
	"hongniang/internal/collection"
	"hongniang/internal/verdict"
)

// The lists of an answer.
const (
	Documents = "result" // results and patents
	People    = "expert" // experts and studios
)

const (
	first       = 5 // of a list count for precision
	usefulGrade = 2
)

// Report is what verdicts say of matching. Only the last word on a candidate
// counts, and only what says something of fit.
type Report struct {
	Said int // verdicts that stand
	// Aside counts those that say nothing of fit.
	Aside map[verdict.Code]int
	Lists []List
	// Precision is the mean over Lists, each weighing the same, with the interval
	// in which it lies in 95 of 100 cases; needs are what is drawn.
	Precision, Low, High float64
	Bands                []Band
	// Misplaced were called wrong for the need, and stood in 极高 or 高.
	Misplaced []verdict.Verdict
}

// List is one list of a need: how many of its first five were of use, among
// those that were judged.
type List struct {
	Need           string
	Kind           string // Documents or People
	Useful, Judged int
}

// Precision is the useful among the judged.
func (l List) Precision() float64 { return float64(l.Useful) / float64(l.Judged) }

// Band is what was said of candidates in one band, when they were judged.
type Band struct {
	Band           string
	Useful, Judged int
	Low, High      float64 // of the share of the useful, in 95 of 100 cases
	Promised       float64 // mean of the scores, 0 to 1
}

// bands are the bands in order, strongest first.
func bands() []string { return []string{"very_high", "high", "medium", "low", "insufficient"} }

// Of measures verdicts.
func Of(list []verdict.Opinion) Report {
	out := Report{Aside: map[verdict.Code]int{}}
	var fit []verdict.Verdict
	for _, v := range verdict.Standing(list) {
		out.Said++
		if _, ok := v.Code.Grade(); !ok {
			out.Aside[v.Code]++
			continue
		}
		fit = append(fit, v)
	}
	slices.SortFunc(fit, func(a, b verdict.Verdict) int {
		return cmp.Or(strings.Compare(a.Need, b.Need), strings.Compare(listOf(a.Kind), listOf(b.Kind)), cmp.Compare(a.Run.Rank, b.Run.Rank), strings.Compare(a.Candidate, b.Candidate))
	})
	out.lists(fit)
	out.bands(fit)
	for _, v := range fit {
		if v.Code == verdict.WrongField && (v.Run.Band == "very_high" || v.Run.Band == "high") {
			out.Misplaced = append(out.Misplaced, v)
		}
	}
	return out
}

func listOf(kind catalog.Kind) string {
	if kind == catalog.KindExpert || kind == catalog.KindStudio {
		return People
	}
	return Documents
}

func useful(v verdict.Verdict) bool {
	grade, _ := v.Code.Grade()
	return grade >= usefulGrade
}

// lists counts the first five of every list, in the order of needs.
func (r *Report) lists(fit []verdict.Verdict) {
	var groups [][]float64
	for _, v := range fit {
		if v.Run.Rank < 1 || v.Run.Rank > first {
			continue
		}
		last := len(r.Lists) - 1
		if last < 0 || r.Lists[last].Need != v.Need || r.Lists[last].Kind != listOf(v.Kind) {
			r.Lists = append(r.Lists, List{Need: v.Need, Kind: listOf(v.Kind)})
			last++
		}
		r.Lists[last].Judged++
		if useful(v) {
			r.Lists[last].Useful++
		}
	}
	for i, l := range r.Lists {
		if i == 0 || r.Lists[i-1].Need != l.Need {
			groups = append(groups, nil)
		}
		groups[len(groups)-1] = append(groups[len(groups)-1], l.Precision())
		r.Precision += l.Precision() / float64(len(r.Lists))
	}
	r.Low, r.High = collection.Bootstrap(groups)
}

func (r *Report) bands(fit []verdict.Verdict) {
	for _, name := range bands() {
		b := Band{Band: name}
		for _, v := range fit {
			if v.Run.Band != name {
				continue
			}
			b.Judged++
			b.Promised += v.Run.Score / 100
			if useful(v) {
				b.Useful++
			}
		}
		if b.Judged == 0 {
			continue
		}
		b.Promised /= float64(b.Judged)
		b.Low, b.High = collection.Wilson(b.Useful, b.Judged)
		r.Bands = append(r.Bands, b)
	}
}

// Judgements gives the grades of one list, by code of the need and of the candidate:
// what weights are learned from.
func Judgements(list []verdict.Opinion, kind string) collection.Judgements {
	out := collection.Judgements{}
	for _, v := range verdict.Standing(list) {
		grade, fit := v.Code.Grade()
		if !fit || listOf(v.Kind) != kind {
			continue
		}
		if out[v.Need] == nil {
			out[v.Need] = map[string]int{}
		}
		out[v.Need][v.Candidate] = grade
	}
	return out
}
