package exchange

import (
	"hongniang/internal/catalog"
	"hongniang/internal/errs"
)

func rowFault(row Row, p *problem) []Fault {
	if p == nil {
		return nil
	}
	return []Fault{{Row: row.Number, Code: p.code, Message: p.message}}
}

// faultsOf turns an error of a record into faults of its row.
func (r *Reader) faultsOf(row Row, err error) []Fault {
	e := errs.As(err)
	if len(e.Fields) == 0 {
		return []Fault{{Row: row.Number, Code: e.Code, Message: e.Message}}
	}
	out := make([]Fault, len(e.Fields))
	for i, field := range e.Fields {
		out[i] = Fault{Row: row.Number, Value: field.Value, Code: field.Code, Message: field.Message}
		for j, f := range r.fields {
			if f.Key == topKey(field.Field) {
				out[i].Key, out[i].Column = f.Key, f.Label
				if out[i].Value == "" && j < len(row.Cells) {
					out[i].Value = cut(row.Cells[j].Text)
				}
			}
		}
	}
	return out
}

// moreFaults adds what else is wrong with a row that has unreadable cells, so
// that a person can mend all of it at once.
func (r *Reader) moreFaults(row Row, rec catalog.Record, faults []Fault) []Fault {
	if row.Fault != nil {
		return faults
	}
	if err := catalog.Validate(rec); err != nil {
		unreadable := map[string]bool{}
		for _, f := range faults {
			unreadable[f.Key] = true
		}
		for _, f := range r.faultsOf(row, err) {
			if !unreadable[f.Key] {
				faults = append(faults, f)
			}
		}
	}
	return faults
}

// topKey gives the field that a path such as targets[0].value is in.
func topKey(path string) string {
	for i, r := range path {
		if r == '[' || r == '.' {
			return path[:i]
		}
	}
	return path
}
