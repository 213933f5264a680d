package view

import (
	"fmt"
	"net/url"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hongniang/internal/catalog"
)

// sentAsShown is what a browser sends of a form of a record that nobody touched.
func sentAsShown(v RecordForm) url.Values {
	form := url.Values{}
	for _, part := range v.Parts {
		for _, field := range part.Fields {
			send(form, field)
		}
	}
	return form
}

func send(form url.Values, f RecordField) {
	for _, row := range f.Rows {
		for _, cell := range row.Cells {
			send(form, cell)
		}
	}
	for _, o := range f.Options {
		if o.Chosen {
			form.Add(f.Name, o.Value)
		}
	}
	switch {
	case len(f.Rows) > 0, len(f.Options) > 0:
	case f.On:
		form.Set(f.Name, "yes")
	case f.Input != "check":
		form.Set(f.Name, f.Value)
	}
}

// Records that were imported have more rows than anybody types: none is lost by a
// save, and there is one more to fill in.
func TestRecordFormKeepsEveryRow(t *testing.T) {
	t.Parallel()
	result := &catalog.Result{Title: "滚压工装"}
	for i := range 30 {
		result.Completers = append(result.Completers, catalog.Completer{Name: fmt.Sprintf("示例%d", i)})
	}
	got, err := ReadRecordForm(sentAsShown(BuildRecordForm(RecordFormFacts{Record: result})), result)
	if err != nil {
		t.Fatal(err)
	}
	catalog.Clean(got)
	if diff := cmp.Diff(result, got, cmp.AllowUnexported(catalog.Meta{})); diff != "" {
		t.Errorf("-saved +read:\n%s", diff)
	}
	form := sentAsShown(BuildRecordForm(RecordFormFacts{Record: result}))
	form.Set("completers.31.name", "新来的")
	if got, err = ReadRecordForm(form, result); err != nil || len(got.(*catalog.Result).Completers) != 31 {
		t.Errorf("one more: %v, %+v", err, got)
	}
	form.Set("completers.999999999.name", "太远")
	if got, _ = ReadRecordForm(form, result); len(got.(*catalog.Result).Completers) != 31 {
		t.Error("a row that no form has is read")
	}
}
