package catalog

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"hongniang/internal/errs"
)

// Indexer is told of every save before it is answered, so that a person finds
// what was just saved. A failure is not the saver's: the index follows the
// change feed and catches up.
type Indexer interface {
	Apply(ctx context.Context, recs []Record) error
}

// Service is how records are changed: cleaned, validated, numbered, saved with
// who and when, and made searchable.
type Service struct {
	Store Store
	Index Indexer          // may be nil
	Now   func() time.Time // the clock
	Log   *slog.Logger
}

// Create saves a new record. An empty code gets the next one of the kind and
// year. Errors: Invalid with fields, Conflict, Unavailable.
func (s *Service) Create(ctx context.Context, by string, rec Record) error {
	m := rec.Base()
	m.Rev, m.DeletedAt = 0, nil
	m.CreatedBy, m.CreatedAt = by, s.now()
	return s.saveOne(ctx, by, Created, rec)
}

// Update replaces a record; rec.Rev names the revision that was read. Who made
// the record and when stays. Errors: Invalid, NotFound, Stale, Unavailable.
//
// A need's state changes only as a step would change it; see NeedRules.
func (s *Service) Update(ctx context.Context, by string, rec Record) error {
	return s.update(ctx, by, rec, func() {})
}

// update is Update; settle has the last word on what is kept of the old record.
func (s *Service) update(ctx context.Context, by string, rec Record, settle func()) error {
	m := rec.Base()
	if m.Rev <= 0 {
		return errs.New(errs.Invalid, "record.rev_missing", "更新时必须带上读到的版本号 rev，请重新打开记录再改。")
	}
	old, err := s.Store.Get(ctx, rec.Kind(), m.Code)
	if err != nil {
		return err
	}
	if old.Base().Deleted() {
		return gone(old)
	}
	if err := s.succeed(by, rec, old); err != nil {
		return err
	}
	settle()
	return s.saveOne(ctx, by, Updated, rec)
}

// succeed keeps what an update may not change, and looks at a need's state.
func (s *Service) succeed(by string, rec, old Record) error {
	inherit(rec, old)
	next, ok := rec.(*Need)
	before, was := old.(*Need)
	if !ok || !was {
		noteDecided(rec, old, s.now())
		return nil
	}
	return moveNeed(before, next, by, s.now())
}

// Delete removes a record softly; Restore brings it back. rev 0 means whatever
// is current.
func (s *Service) Delete(ctx context.Context, by string, kind Kind, code string, rev int64) (Record, error) {
	return s.mark(ctx, by, kind, code, rev, Deleted)
}

// Restore brings a removed record back.
func (s *Service) Restore(ctx context.Context, by string, kind Kind, code string, rev int64) (Record, error) {
	return s.mark(ctx, by, kind, code, rev, Restored)
}

func (s *Service) mark(ctx context.Context, by string, kind Kind, code string, rev int64, action Action) (Record, error) {
	rec, err := s.Store.Get(ctx, kind, code)
	if err != nil {
		return nil, err
	}
	m := rec.Base()
	if rev != 0 && rev != m.Rev {
		return nil, StaleError(rec, rev)
	}
	if m.Deleted() == (action == Deleted) {
		return rec, nil
	}
	m.DeletedAt = nil
	if action == Deleted {
		now := s.now()
		m.DeletedAt = &now
	}
	m.UpdatedBy, m.UpdatedAt = by, s.now()
	return rec, s.write(ctx, []Write{{Record: rec, Action: action, By: by, At: s.now()}})[0]
}

// Get reads a record that is not removed.
func (s *Service) Get(ctx context.Context, kind Kind, code string) (Record, error) {
	rec, err := s.Store.Get(ctx, kind, code)
	if err != nil {
		return nil, err
	}
	if rec.Base().Deleted() {
		return nil, gone(rec)
	}
	return rec, nil
}

func (s *Service) saveOne(ctx context.Context, by string, action Action, rec Record) error {
	out := []error{s.prepare(by, rec)}
	s.number(ctx, []Record{rec}, out)
	s.checkTree(ctx, []Record{rec}, out)
	if out[0] != nil {
		return out[0]
	}
	return s.write(ctx, []Write{{Record: rec, Action: action, By: by, At: s.now()}})[0]
}

// Overwrite saves a record over the revision that was read, without looking at
// it: for erasing a person, whose record need not be valid before or after.
func (s *Service) Overwrite(ctx context.Context, by string, rec Record) error {
	action := Updated
	if rec.Base().Deleted() {
		action = Deleted
	}
	rec.Base().UpdatedBy, rec.Base().UpdatedAt = by, s.now()
	return s.write(ctx, []Write{{Record: rec, Action: action, By: by, At: s.now()}})[0]
}

// prepare cleans, fills what the system knows and validates.
func (s *Service) prepare(by string, rec Record) error {
	Clean(rec)
	m := rec.Base()
	m.UpdatedBy, m.UpdatedAt = by, s.now()
	if m.Status == "" {
		m.Status = "published"
	}
	if m.Visibility == "" {
		m.Visibility = "public"
	}
	if n, ok := rec.(*Need); ok && n.Confidentiality == "" {
		n.Confidentiality = "summary_only"
	}
	return Validate(rec)
}

// codePrefixes are the pinyin initials that the field's forms number with.
var codePrefixes = map[Kind]string{
	KindNeed: "XQ", KindResult: "CG", KindPatent: "ZL", KindExpert: "ZJ", KindStudio: "GZS", KindOrganisation: "DW",
}

// number gives codes to the good records (those without an entry in out) that
// have none, taking the numbers of each series at once.
func (s *Service) number(ctx context.Context, recs []Record, out []error) {
	want, brought := map[Kind][]int{}, map[string]bool{}
	for i, rec := range recs {
		brought[rec.Base().Code] = true
		if out[i] == nil && rec.Base().Code == "" {
			want[rec.Kind()] = append(want[rec.Kind()], i)
		}
	}
	for kind, at := range want {
		codes, err := s.freeCodes(ctx, kind, len(at), brought)
		for j, i := range at {
			if out[i] = err; err == nil {
				recs[i].Base().Code = codes[j]
			}
		}
	}
}

// freeCodes takes the next n codes of a kind and year that no record has: an
// import may have brought some along, or bring them now.
func (s *Service) freeCodes(ctx context.Context, kind Kind, n int, brought map[string]bool) ([]string, error) {
	series := fmt.Sprintf("%s-%d", codePrefixes[kind], s.now().In(China()).Year())
	var out []string
	for len(out) < n {
		missing := n - len(out)
		first, err := s.Store.TakeNumbers(ctx, series, missing)
		if err != nil {
			return nil, err
		}
		for i := range missing {
			code := fmt.Sprintf("%s-%04d", series, first+int64(i))
			if brought[code] {
				continue
			}
			_, err := s.Store.Get(ctx, kind, code)
			switch {
			case errs.Is(err, errs.NotFound):
				out = append(out, code)
			case err != nil:
				return nil, err
			}
		}
	}
	return out, nil
}

func (s *Service) write(ctx context.Context, writes []Write) []error {
	if len(writes) == 0 {
		return nil
	}
	out := s.Store.Save(ctx, writes)
	var saved []Record
	for i, err := range out {
		if err == nil {
			saved = append(saved, writes[i].Record)
		}
	}
	if s.Index != nil && len(saved) > 0 {
		if err := s.Index.Apply(ctx, saved); err != nil && !errors.Is(err, context.Canceled) {
			s.Log.Error("index lags behind; it will catch up from the change feed", "err", err)
		}
	}
	return out
}

func (s *Service) now() time.Time { return s.Now().UTC().Truncate(time.Millisecond) }

// inherit keeps what an update may not change.
func inherit(rec, old Record) {
	m, o := rec.Base(), old.Base()
	m.CreatedBy, m.CreatedAt, m.DeletedAt = o.CreatedBy, o.CreatedAt, nil
	if m.Source == nil {
		m.Source = o.Source
	}
	m.Pending, m.Decided = o.Pending, o.Decided
	keepUnconfirmed(rec, old)
	if need, ok := rec.(*Need); ok {
		if before, ok := old.(*Need); ok {
			need.Steps = before.Steps
		}
	}
}

func gone(rec Record) error {
	return errs.New(errs.NotFound, "record.deleted", fmt.Sprintf("“%s”（%s）已被删除；需要时可以恢复。", rec.Heading(), rec.Base().Code))
}

// NotFoundError is what a Store answers for a missing record.
func NotFoundError(kind Kind, code string) error {
	return errs.New(errs.NotFound, "record.not_found", fmt.Sprintf("没有编号为“%s”的%s，请核对编号。", firstN(code, 60), Vocab("kind").Label(string(kind))))
}

// StaleError is what a Store answers when another revision is current; read is
// the revision that the caller had.
func StaleError(current Record, read int64) error {
	m := current.Base()
	return errs.New(errs.Stale, "record.stale", fmt.Sprintf("“%s”刚被%s改过（现为第 %d 版，您读到的是第 %d 版）。请重新打开，在新版上再改。", current.Heading(), someone(m.UpdatedBy), m.Rev, read))
}

func someone(name string) string {
	if name == "" {
		return "别人"
	}
	return "“" + name + "”"
}

// ConflictError is what a Store answers when a code or key is taken.
func ConflictError(rec Record) error {
	return errs.New(errs.Conflict, "record.exists", fmt.Sprintf("已有同样的记录“%s”（编号或名称与单位相同）。请更新原记录（若已删除，请先恢复）；确是另一条时，请填写不同的外部编号。", rec.Heading()))
}
