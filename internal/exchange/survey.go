package exchange

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"hongniang/internal/catalog"
)

// Layout is what a person decided about a table; its zero value leaves everything
// to be found.
type Layout struct {
	Sheet  string `json:"sheet,omitempty"`  // of a workbook
	Header int    `json:"header,omitempty"` // line of the header, from 1, among the first 30 that are not blank
	// Fields gives the key of the field for a column's name (see SurveyColumn), or "" to
	// pass the column over. What a column that is not named means is guessed.
	Fields map[string]string `json:"fields,omitempty"`
}

// Survey is what a table looks like before anybody says what its columns mean.
type Survey struct {
	Format  Format
	Sheet   string   // of a workbook: the one that was looked at
	Sheets  []string // its visible ones
	Header  int      // line of the header; 0 when no line names a field
	Columns []SurveyColumn
	Missing []string // Chinese labels of required fields that no column gives
	Fault   error    // why the table cannot be imported like this; nil when it can
}

// SurveyColumn is one column of a table.
type SurveyColumn struct {
	Name    string   // the header, or its place where there is none; unique within the table
	Key     string   // of the field that it is taken for; "" for none
	Samples []string // up to three values from below the header, cut to 80 characters
}

// samples is how many values of a column are shown.
const samples = 3

// Examine reads the top of a file. A header that names nothing is no error here: the
// first line with several cells is taken for it. A file of JSON has no columns.
// Errors: those of Read about what is no table at all.
func Examine(ctx context.Context, kind catalog.Kind, src Source, o Layout) (Survey, error) {
	r, err := openReader(ctx, kind, src, o)
	if err != nil {
		return Survey{}, err
	}
	defer r.Close()
	s := Survey{Format: r.Format, Sheet: r.Sheet, Sheets: r.sheets}
	if r.json != nil {
		return s, nil
	}
	if r.header.number == 0 {
		r.header = readHeader(namesOf(kind), likelyHeader(r.top), namesOf(kind).decided(o.Fields))
		r.header.number = likelyHeader(r.top).number
	}
	s.Header = r.header.number
	if s.Columns, err = r.survey(); err != nil {
		return s, err
	}
	s.Fault = checkHeader(kind, r.header)
	s.Missing = missing(r.fields, r.header)
	return s, nil
}

// likelyHeader is the first line with several cells, else the first.
func likelyHeader(lines []line) line {
	for _, l := range lines {
		filled := 0
		for _, c := range l.cells {
			if strings.TrimSpace(c.Text) != "" {
				filled++
			}
		}
		if filled > 1 {
			return l
		}
	}
	return lines[0]
}

// survey lists the columns with values from below the header; columns without
// header and values are left out.
func (r *Reader) survey() ([]SurveyColumn, error) {
	below, err := r.below()
	if err != nil {
		return nil, err
	}
	var out []SurveyColumn
	for i, name := range r.header.columns {
		c := SurveyColumn{Name: name}
		for _, l := range below {
			if i < len(l.cells) && strings.TrimSpace(l.cells[i].Text) != "" && len(c.Samples) < samples {
				c.Samples = append(c.Samples, cut(strings.TrimSpace(l.cells[i].Text)))
			}
		}
		if r.header.fields[i] >= 0 {
			c.Key = r.fields[r.header.fields[i]].Key
		}
		ours := foldHeader(r.header.headers[i])
		if r.header.headers[i] == "" && c.Samples == nil || ours == faultColumn || ours == originColumn || strings.HasPrefix(ours, overflowColumn) {
			continue
		}
		out = append(out, c)
	}
	return out, nil
}

// below gives the lines behind the header that are at hand, and a few more.
func (r *Reader) below() ([]line, error) {
	var out []line
	for _, l := range r.top {
		if l.number > r.header.number {
			out = append(out, l)
		}
	}
	for len(out) < samples {
		l, err := r.lines.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		out = append(out, l)
	}
	return out, nil
}

// columnNames gives the header of every column, with its place where it has none or
// an earlier column has the same.
func columnNames(l line) []string {
	out, seen := make([]string, len(l.cells)), map[string]bool{}
	for i, c := range l.cells {
		name := cut(strings.Join(strings.Fields(c.Text), " "))
		switch {
		case name == "":
			name = fmt.Sprintf("第 %d 列", i+1)
		case seen[name]:
			name = fmt.Sprintf("%s（第 %d 列）", name, i+1)
		}
		out[i], seen[name] = name, true
	}
	return out
}

// Outcome is what an import makes of a row.
type Outcome string

// The outcomes.
const (
	Created   Outcome = "created"
	Updated   Outcome = "updated"
	Unchanged Outcome = "unchanged"
	Failed    Outcome = "failed"
	Example   Outcome = "example" // the example of a template, which is passed over
)

// Judged is a row with what an import makes of it. Its cells are in the order of
// catalog.Schema.
type Judged struct {
	Row     Row
	Outcome Outcome
	Faults  []Fault
}
