package catalog

import (
	"context"
	"fmt"
	"maps"
	"reflect"

	"hongniang/internal/errs"
)

// Importer is a Store that another store's content can be moved into as it is:
// revisions, feed and counters included.
type Importer interface {
	Store
	// ImportRecords puts records with the Rev that they have, in place of what
	// is there under the same code; nothing is added to the feed.
	ImportRecords(ctx context.Context, recs []Record) error
	// ImportChanges appends lines of another feed, in order and with their own
	// Seq; a Seq that is there already is left alone.
	ImportChanges(ctx context.Context, changes []Change) error
	// Series gives the last number of every series.
	Series(ctx context.Context) (map[string]int64, error)
	// RaiseSeries lifts counters that are lower than the given numbers.
	RaiseSeries(ctx context.Context, series map[string]int64) error
}

// MigrateReport counts what a migration moved and then found equal.
type MigrateReport struct {
	Records int `json:"records" doc:"Records, removed ones too"`
	Removed int `json:"removed" doc:"Of these, removed"`
	Changes int `json:"changes" doc:"Lines of the change feed"`
	Series  int `json:"series" doc:"Counters"`
}

// migrateSlice is how many records or feed lines are moved at a time.
const migrateSlice = 50

// Migrate moves all of from into to, which must be empty or hold an earlier,
// interrupted run of the same migration, and then compares both. Sequence
// numbers stay, so that index checkpoints keep their meaning. progress (may be
// nil) is told how many records and feed lines are done. Nothing else may
// write to either store meanwhile.
//
// Errors: Conflict with code migrate.foreign when to holds anything that from
// does not; Internal with migrate.differs when the comparison fails.
func Migrate(ctx context.Context, from, to Store, progress func(done int)) (MigrateReport, error) {
	src, ok1 := from.(Importer)
	dst, ok2 := to.(Importer)
	if !ok1 || !ok2 {
		return MigrateReport{}, errs.New(errs.Internal, "migrate.unsupported", "这两种数据库之间不支持迁移。")
	}
	if progress == nil {
		progress = func(int) {}
	}
	m := &migration{src: src, dst: dst, progress: progress}
	for _, step := range []func(context.Context) error{m.target, m.changes, m.records, m.series, m.compare} {
		if err := step(ctx); err != nil {
			return m.report, err
		}
	}
	return m.report, nil
}

type migration struct {
	src, dst Importer
	progress func(int)
	done     int
	report   MigrateReport
}

// target refuses a target that holds somebody else's data, before anything is
// written to it. Feed lines go first, so a record always has its line.
func (m *migration) target(ctx context.Context) error {
	err := eachChange(ctx, m.dst, func(got []Change) error {
		want, err := m.src.Changes(ctx, got[0].Seq-1, len(got))
		if err == nil && !sameChanges(want, got) {
			err = foreignTarget(got[0].Code)
		}
		return err
	})
	if err != nil {
		return err
	}
	return eachRecord(ctx, m.dst, func(got []Record) error {
		for _, rec := range got {
			want, err := m.src.Get(ctx, rec.Kind(), rec.Base().Code)
			if errs.Is(err, errs.NotFound) || err == nil && want.Base().Rev < rec.Base().Rev {
				return foreignTarget(rec.Base().Code)
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
}

func foreignTarget(code string) error {
	return errs.New(errs.Conflict, "migrate.foreign", fmt.Sprintf("目标数据库里已有别的数据（例如“%s”），没有动它。请换一个空的数据库，再迁移一次。", code))
}

func (m *migration) changes(ctx context.Context) error {
	return eachChange(ctx, m.src, func(lines []Change) error {
		m.report.Changes += len(lines)
		m.advance(len(lines))
		return m.dst.ImportChanges(ctx, lines)
	})
}

func (m *migration) records(ctx context.Context) error {
	return eachRecord(ctx, m.src, func(recs []Record) error {
		for _, rec := range recs {
			if rec.Base().Deleted() {
				m.report.Removed++
			}
		}
		m.report.Records += len(recs)
		m.advance(len(recs))
		return m.dst.ImportRecords(ctx, recs)
	})
}

func (m *migration) series(ctx context.Context) error {
	series, err := m.src.Series(ctx)
	if err != nil {
		return err
	}
	m.report.Series = len(series)
	return m.dst.RaiseSeries(ctx, series)
}

func (m *migration) advance(n int) {
	m.done += n
	m.progress(m.done)
}

// compare reads both stores again and answers an error at the first difference.
func (m *migration) compare(ctx context.Context) error {
	if err := m.compareChanges(ctx); err != nil {
		return err
	}
	for _, kind := range Kinds() {
		if err := m.compareKind(ctx, kind); err != nil {
			return err
		}
	}
	want, err := m.src.Series(ctx)
	if err != nil {
		return err
	}
	got, err := m.dst.Series(ctx)
	if err == nil && !maps.Equal(want, got) {
		err = differs("编号计数")
	}
	return err
}

func (m *migration) compareChanges(ctx context.Context) error {
	for after := int64(0); ; {
		want, err := m.src.Changes(ctx, after, migrateSlice)
		if err != nil {
			return err
		}
		got, err := m.dst.Changes(ctx, after, migrateSlice)
		if err != nil {
			return err
		}
		if !sameChanges(want, got) {
			return differs(fmt.Sprintf("第 %d 条之后的变更记录", after))
		}
		if len(want) == 0 {
			return nil
		}
		after = want[len(want)-1].Seq
	}
}

func (m *migration) compareKind(ctx context.Context, kind Kind) error {
	for after := ""; ; {
		want, err := m.src.Scan(ctx, kind, after, migrateSlice)
		if err != nil {
			return err
		}
		got, err := m.dst.Scan(ctx, kind, after, migrateSlice)
		if err != nil {
			return err
		}
		if len(want) != len(got) {
			return differs(fmt.Sprintf("%s在“%s”之后的条数", Vocab("kind").Label(string(kind)), after))
		}
		for i := range want {
			if !reflect.DeepEqual(want[i], got[i]) {
				return differs(fmt.Sprintf("%s“%s”", Vocab("kind").Label(string(kind)), want[i].Base().Code))
			}
		}
		if len(want) == 0 {
			return m.compareCount(ctx, kind)
		}
		after = want[len(want)-1].Base().Code
	}
}

func (m *migration) compareCount(ctx context.Context, kind Kind) error {
	want, err := m.src.Count(ctx, kind)
	if err != nil {
		return err
	}
	got, err := m.dst.Count(ctx, kind)
	if err == nil && want != got {
		err = differs(fmt.Sprintf("%s的总数（%d 与 %d）", Vocab("kind").Label(string(kind)), want, got))
	}
	return err
}

func differs(what string) error {
	return errs.New(errs.Internal, "migrate.differs", fmt.Sprintf("迁移之后核对，两边的%s不一致。请确认没有别的程序在写这两个数据库，再迁移一次。", what))
}

func sameChanges(a, b []Change) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		x, y := a[i], b[i]
		same := x.At.Equal(y.At)
		x.At = y.At
		if !same || x != y {
			return false
		}
	}
	return true
}

// eachChange reads a feed from its start in slices.
func eachChange(ctx context.Context, s Store, f func([]Change) error) error {
	for after := int64(0); ; {
		lines, err := s.Changes(ctx, after, migrateSlice)
		if err != nil || len(lines) == 0 {
			return err
		}
		if err := f(lines); err != nil {
			return err
		}
		after = lines[len(lines)-1].Seq
	}
}

// eachRecord reads all records of all kinds in slices, removed ones too.
func eachRecord(ctx context.Context, s Store, f func([]Record) error) error {
	for _, kind := range Kinds() {
		for after := ""; ; {
			recs, err := s.Scan(ctx, kind, after, migrateSlice)
			if err != nil {
				return err
			}
			if len(recs) == 0 {
				break
			}
			if err := f(recs); err != nil {
				return err
			}
			after = recs[len(recs)-1].Base().Code
		}
	}
	return nil
}
