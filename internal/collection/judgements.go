package collection

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"hongniang/internal/errs"
)

// Judgements are the grades of documents by query and document id. Grade 0 is
// judged and found wrong; what is missing was not judged.
type Judgements map[string]map[string]int

// MaxGrade is the highest grade that is read.
const MaxGrade = 10

// ReadJudgements reads a file of query, document and grade with a header line,
// plain or gzipped; further columns are ignored. Errors: errs.NotFound
// (collection.open), errs.Invalid with the line (collection.no_header, .columns,
// .no_id, .grade, .twice for a pair with two grades, .line, .gzip).
func ReadJudgements(path string) (Judgements, error) {
	out := Judgements{}
	t := table{path: path, header: true, third: "等级"}
	err := t.read(func(p pair) error {
		grade, err := strconv.Atoi(strings.TrimSpace(p.value))
		if err != nil || grade < 0 || grade > MaxGrade {
			return t.fault(p.line, "collection.grade", fmt.Sprintf("的等级“%s”不是 0 到 %d 的整数", shorten(p.value), MaxGrade))
		}
		if before, judged := out[p.query][p.document]; judged && before != grade {
			return t.fault(p.line, "collection.twice", fmt.Sprintf("与前面矛盾：同一对先评 %d，后评 %d", before, grade))
		}
		out.add(p.query, p.document, grade)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

func (j Judgements) add(query, document string, grade int) {
	if j[query] == nil {
		j[query] = map[string]int{}
	}
	j[query][document] = grade
}

// Ranked is a document id with its score; higher is better.
type Ranked struct {
	ID    string
	Score float64
}

// Run is what a ranking answered, by query id, in any order.
type Run map[string][]Ranked

// ReadRun reads a file of query, document and score without a header, plain or
// gzipped, as `hongniang eval rank` writes it. Errors as for ReadJudgements, with
// collection.score for a score that is no finite number.
func ReadRun(path string) (Run, error) {
	out := Run{}
	t := table{path: path, third: "得分"}
	err := t.read(func(p pair) error {
		score, err := strconv.ParseFloat(strings.TrimSpace(p.value), 64)
		if err != nil || math.IsInf(score, 0) || math.IsNaN(score) {
			return t.fault(p.line, "collection.score", fmt.Sprintf("的得分“%s”不是数", shorten(p.value)))
		}
		out[p.query] = append(out[p.query], Ranked{ID: p.document, Score: score})
		return nil
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// NothingJudged is the error of judgements by which no query counts.
func NothingJudged(m Measuring) error {
	return errs.New(errs.Invalid, "collection.nothing_judged",
		fmt.Sprintf("没有一个查询有 %d 级以上的评判，无从衡量。请检查评判文件与查询文件的编号是否对得上，或调低 --min-grade。", m.least()))
}
