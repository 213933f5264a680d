package exchange

import (
	"context"
	"fmt"
	"path/filepath"

	"hongniang/internal/catalog"
	"hongniang/internal/errs"
)

// Importer brings files into a service.
type Importer struct {
	Service *catalog.Service
}

// Options say how a file is imported.
type Options struct {
	DryRun     bool   // judge every row, save none
	By         string // who, for the audit line
	SourceKind string // source kind of new records; "import" when empty
	Layout     Layout // what a person decided about the table
	Limit      int    // how many rows at most; 0: all
	// Admit, when set, judges what a row makes of a record before it is validated:
	// old is the record that it means, nil for a new one. What it refuses is a fault of
	// the row; Unavailable ends the import.
	Admit func(ctx context.Context, old, rec catalog.Record) error
	// Look, when set, is told of every row that was judged.
	Look func(Judged)
	// Progress, when set, is told how many lines were dealt with and an
	// estimate of all (0: unknown).
	Progress func(done, total int)
}

// batchSize is how many records are saved at once; retries is how often a
// record is read again that somebody else saves at the same time.
const (
	batchSize = 200
	retries   = 4
)

// Import reads a file and creates or updates its records. A row means the
// record with its code, else with its external id, else with its natural key;
// fields without a column stay as they are, and a record that would not change
// is left alone, so that importing a file again changes nothing. Good rows go
// in whatever the others are; the report has the faults.
//
// Errors: those of Read; Unavailable when the store went away or ctx ended:
// then the report tells what was done, and the file can be imported again.
func Import(ctx context.Context, im Importer, kind catalog.Kind, src Source, o Options) (Report, error) {
	report := Report{Kind: kind, File: filepath.Base(src.Name), DryRun: o.DryRun}
	r, err := ReadAs(ctx, kind, src, o.Layout)
	if err != nil {
		return report, err
	}
	defer r.Close()
	report.Layout = o.Layout
	if o.SourceKind == "" {
		o.SourceKind = "import"
	}
	run := &importRun{
		service: im.Service, options: o, reader: r, report: &report,
		match: newMatcher(im.Service.Store, kind), seen: map[string]int{},
	}
	if o.Progress != nil {
		run.total = count(src, r.Format)
	}
	report.Format, report.Sheet, report.OtherSheets = r.Format, r.Sheet, r.OtherSheets
	err = run.all(ctx)
	report.Unknown = r.Unknown()
	report.sort()
	if err != nil {
		report.Stopped = errs.As(err).Message
	}
	return report, err
}

// importRun is one import under way.
type importRun struct {
	service *catalog.Service
	options Options
	reader  *Reader
	report  *Report
	match   *matcher
	seen    map[string]int // code or key → the row that has it
	batch   []candidate
	total   int
	done    int
}

// candidate is a row that is to be saved.
type candidate struct {
	row Row
	rec catalog.Record
	old catalog.Record // as it was read; nil for a new record
}

func (run *importRun) all(ctx context.Context) error {
	for row, err := range run.reader.Rows(ctx) {
		if err == nil {
			err = run.row(ctx, row)
		}
		if err != nil {
			return run.stop(ctx, err)
		}
		if len(run.batch) == batchSize {
			if err := run.flush(ctx); err != nil {
				return run.stop(ctx, err)
			}
		}
		if run.options.Limit > 0 && run.report.Rows == run.options.Limit {
			break
		}
	}
	if err := run.flush(ctx); err != nil {
		return run.stop(ctx, err)
	}
	run.progress(true)
	return nil
}

// stop saves what was read before the file broke off, and says how to go on.
func (run *importRun) stop(ctx context.Context, err error) error {
	e := errs.As(readError(err))
	if e.Kind != errs.Unavailable && ctx.Err() == nil {
		if flushErr := run.flush(ctx); flushErr != nil {
			e = errs.As(flushErr)
		}
	}
	if ctx.Err() != nil {
		return stopped(ctx.Err())
	}
	if e.Kind == errs.Unavailable {
		return errs.Wrap(err, errs.Unavailable, "import.unavailable", fmt.Sprintf("导入停在第 %d 条附近：%s恢复后可以重新导入同一文件，已导入的不会重复。", run.done, e.Message))
	}
	return e
}

func (run *importRun) row(ctx context.Context, row Row) error {
	run.report.Rows++
	run.done++
	if run.reader.Example(row) {
		run.report.Rows--
		run.report.Examples++
		run.look(row, Example, nil)
		return nil
	}
	c, fault, err := run.candidate(ctx, row)
	switch {
	case err != nil:
		return err
	case fault != nil:
		run.report.fail(fault...)
		run.look(row, Failed, fault)
	case c.rec == nil:
		run.report.Unchanged++
		run.look(row, Unchanged, nil)
	default:
		run.batch = append(run.batch, c)
		run.look(row, map[bool]Outcome{true: Created, false: Updated}[c.old == nil], nil)
	}
	run.progress(false)
	return nil
}

func (run *importRun) progress(end bool) {
	if run.options.Progress == nil || (!end && run.done%100 != 0) {
		return
	}
	if end || run.total > 0 && run.done > run.total {
		run.total = run.done
	}
	run.options.Progress(run.done, run.total)
}

// candidate judges a row. A candidate without a record is one that changes
// nothing; an error means the store failed.
func (run *importRun) candidate(ctx context.Context, row Row) (candidate, []Fault, error) {
	fresh, err := catalog.New(run.reader.kind)
	if err != nil {
		return candidate{}, nil, err
	}
	faults := run.reader.Record(row, fresh)
	catalog.Clean(fresh)
	if faults != nil {
		return candidate{}, run.reader.moreFaults(row, fresh, faults), nil
	}
	old, problem, err := run.match.find(ctx, fresh)
	if err != nil || problem != nil {
		return candidate{}, rowFault(row, problem), err
	}
	rec := fresh
	if old != nil {
		rec = catalog.Clone(old)
		run.reader.Record(row, rec)
		keepIdentity(rec, old)
		catalog.Clean(rec)
	}
	if faults, err := run.admit(ctx, row, old, rec); faults != nil || err != nil {
		return candidate{}, faults, err
	}
	if err := catalog.Validate(rec); err != nil {
		return candidate{}, run.reader.faultsOf(row, err), nil
	}
	if fault := run.claim(row, rec); fault != nil {
		return candidate{}, []Fault{*fault}, nil
	}
	if old != nil && same(old, rec) {
		return candidate{}, nil, nil
	}
	run.mark(rec, old == nil)
	return candidate{row: row, rec: rec, old: old}, nil, nil
}

// admit asks whether the caller may make this of a record.
func (run *importRun) admit(ctx context.Context, row Row, old, rec catalog.Record) ([]Fault, error) {
	if run.options.Admit == nil {
		return nil, nil
	}
	err := run.options.Admit(ctx, old, rec)
	if err == nil {
		return nil, nil
	}
	if errs.Is(err, errs.Unavailable) || ctx.Err() != nil {
		return nil, err
	}
	return run.reader.faultsOf(row, err), nil
}

func (run *importRun) look(row Row, outcome Outcome, faults []Fault) {
	if run.options.Look != nil {
		run.options.Look(Judged{Row: row, Outcome: outcome, Faults: faults})
	}
}

// keepIdentity keeps the code of the record that was found: by its code the row
// agrees, by its key the row did not name one.
func keepIdentity(rec, old catalog.Record) {
	rec.Base().Code, rec.Base().Rev = old.Base().Code, old.Base().Rev
	catalog.KeepConsent(rec, old)
}

func (run *importRun) mark(rec catalog.Record, made bool) {
	m := rec.Base()
	if made || m.Source == nil {
		m.Source = &catalog.Source{Kind: run.options.SourceKind, Ref: run.report.File, ImportedAt: run.service.Now().UTC()}
	}
}

// claim notes that a row stands for a record; the second row that does so is
// at fault.
func (run *importRun) claim(row Row, rec catalog.Record) *Fault {
	keys := []string{"key:" + catalog.Key(rec)}
	if code := rec.Base().Code; code != "" {
		keys = append(keys, "code:"+code)
	}
	for _, key := range keys {
		if first, taken := run.seen[key]; taken {
			return &Fault{Row: row.Number, Value: cut(rec.Heading()), Code: "row.duplicate", Message: fmt.Sprintf("与第 %d 行是同一条记录（编号、外部编号或名称与单位相同），本行没有导入。请删去一行；确是两条时，请填写不同的外部编号。", first)}
		}
	}
	for _, key := range keys {
		run.seen[key] = row.Number
	}
	return nil
}

// same tells whether saving rec would change nothing.
func same(old, rec catalog.Record) bool {
	clean := catalog.Clone(old)
	catalog.Clean(clean)
	a, errA := catalog.Encode(clean)
	b, errB := catalog.Encode(rec)
	return errA == nil && errB == nil && string(a) == string(b)
}

// flush saves the batch.
func (run *importRun) flush(ctx context.Context) error {
	batch := run.batch
	run.batch = nil
	for try := 0; len(batch) > 0; try++ {
		again, err := run.save(ctx, batch, try == retries)
		if err != nil {
			return err
		}
		if batch, err = run.refresh(ctx, again); err != nil {
			return err
		}
	}
	return nil
}

// save saves a batch and answers those that somebody else was faster with.
func (run *importRun) save(ctx context.Context, batch []candidate, last bool) (again []candidate, err error) {
	if run.options.DryRun {
		for _, c := range batch {
			run.report.saved(c.old == nil)
		}
		return nil, nil
	}
	savings := make([]catalog.Saving, len(batch))
	for i, c := range batch {
		savings[i] = catalog.Saving{Record: c.rec, Old: c.old}
	}
	var gone error
	for i, err := range run.service.SaveEach(ctx, run.options.By, savings) {
		switch errs.KindOf(err) {
		case "":
			run.report.saved(batch[i].old == nil)
			run.match.note(batch[i].rec)
		case errs.Unavailable:
			gone = err
		case errs.Stale, errs.Conflict:
			if !last {
				again = append(again, batch[i])
				continue
			}
			run.report.fail(run.reader.faultsOf(batch[i].row, err)...)
		default:
			if ctx.Err() != nil {
				gone = err
				continue
			}
			run.report.fail(run.reader.faultsOf(batch[i].row, err)...)
		}
	}
	return again, gone
}

// refresh judges rows anew whose record was changed or created meanwhile.
func (run *importRun) refresh(ctx context.Context, rows []candidate) ([]candidate, error) {
	var out []candidate
	for _, c := range rows {
		for key, number := range run.seen {
			if number == c.row.Number {
				delete(run.seen, key)
			}
		}
		next, faults, err := run.candidate(ctx, c.row)
		switch {
		case err != nil:
			return nil, err
		case faults != nil:
			run.report.fail(faults...)
		case next.rec == nil:
			run.report.Unchanged++
		default:
			out = append(out, next)
		}
	}
	return out, nil
}
