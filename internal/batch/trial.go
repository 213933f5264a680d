package batch

import (
	"context"
	"io"

	"hongniang/internal/account"
	"hongniang/internal/errs"
	"hongniang/internal/exchange"
)

// How much of a file is tried before it is imported.
const (
	shownRows = 20   // are given with their cells
	triedRows = 1000 // are judged
)

// Trial is a file as it would be imported by now. Nothing was saved.
type Trial struct {
	Survey exchange.Survey
	// Report is of the first rows; nil while the file cannot be imported at all.
	Report *exchange.Report
	Rows   []exchange.Judged // the first ones
	More   bool              // the file has more rows than were judged
}

// Try judges the first rows of a batch, as it is by now. A file that breaks off says
// so in Report.Stopped. Errors: NotFound (batch.no_file: its bytes are gone).
func (s *Service) Try(ctx context.Context, a account.Actor, code string) (Trial, error) {
	b, err := s.Show(ctx, a, code)
	if err != nil {
		return Trial{}, err
	}
	src, err := s.source(ctx, b)
	if err != nil {
		return Trial{}, err
	}
	var t Trial
	if t.Survey, err = exchange.Examine(ctx, b.Kind, src, b.Layout); err != nil || t.Survey.Fault != nil {
		return t, err
	}
	o := s.options(a, b)
	o.DryRun, o.Limit = true, triedRows
	o.Look = func(j exchange.Judged) {
		if len(t.Rows) < shownRows {
			t.Rows = append(t.Rows, j)
		}
	}
	report, err := exchange.Import(ctx, s.importer(a), b.Kind, src, o)
	if errs.Is(err, errs.Unavailable) || ctx.Err() != nil {
		return t, err
	}
	t.Report, t.More = &report, report.Rows == triedRows
	return t, nil
}

// WriteFaults writes the rows that were not imported as a workbook that can be mended
// and brought in again; see exchange.Report.WriteXLSX. Errors: Conflict before the
// import has ended.
func (s *Service) WriteFaults(ctx context.Context, a account.Actor, code string, w io.Writer) error {
	b, err := s.Show(ctx, a, code)
	if err != nil {
		return err
	}
	if b.Report == nil {
		return errs.New(errs.Conflict, "batch.no_report", "这个文件还没有导入，没有错误表。")
	}
	src, err := s.source(ctx, b)
	if err != nil {
		return err
	}
	report := *b.Report
	if b.Cut { // good rows are unchanged by now; the others are found again
		o := s.options(a, b)
		o.DryRun = true
		if report, err = exchange.Import(ctx, s.importer(a), b.Kind, src, o); errs.Is(err, errs.Unavailable) {
			return err
		}
	}
	report.Layout = b.Layout
	return report.WriteXLSX(ctx, src, w)
}
