package batch

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strings"
	"time"

	"hongniang/internal/account"
	"hongniang/internal/catalog"
	"hongniang/internal/errand"
	"hongniang/internal/errs"
	"hongniang/internal/exchange"
	"hongniang/internal/intake"
	"hongniang/internal/paper"
)

// Files keeps the bytes under a name of 64 hexadecimal digits; brokering.Store is one.
type Files interface {
	PutFile(ctx context.Context, name string, data []byte) error
	File(ctx context.Context, name string) ([]byte, error)
	DeleteFile(ctx context.Context, name string) error
}

// Deps is what a Service stands on.
type Deps struct {
	Items   account.Store
	Files   Files
	Catalog *catalog.Service
	// User gives who brought a file, as he is now.
	User func(ctx context.Context, code string) (account.User, error)
	Now  func() time.Time
	Log  *slog.Logger
	// Worker names this process; Patience is how long the work of another may be
	// silent before it is taken over.
	Worker   string
	Patience time.Duration
}

// Service is safe for concurrent use.
//
// Errors of all methods: errs.Unavailable; errs.NotFound (batch.not_found) for what is
// not there or not the caller's.
type Service struct {
	Deps
	errands *errand.Runner
}

// New gives a service; Work does what it is asked for.
func New(d Deps) *Service { return &Service{Deps: d, errands: errand.New(d.Worker, d.Patience, d.Now)} }

func (s *Service) papers() paper.Drawer[Batch] {
	return paper.Drawer[Batch]{Items: s.Items, Kind: KindBatch, Code: "batch", Name: "导入"}
}

func (s *Service) now() time.Time { return s.Now().UTC().Truncate(time.Millisecond) }

func (s *Service) get(ctx context.Context, code string) (*Batch, error) {
	b, rev, err := s.papers().Get(ctx, code)
	if err != nil {
		return nil, err
	}
	b.Rev = rev
	return b, nil
}

func (s *Service) put(ctx context.Context, b *Batch) error {
	rev, err := s.papers().Put(ctx, paper.Head{ID: b.Code, Owner: b.User, Rev: b.Rev}, b)
	if err == nil {
		b.Rev = rev
	}
	return err
}

// mostFiles is how many files somebody may have here at once: each is kept whole for
// a while.
const mostFiles = 50

// Receive takes a file in, with what the caller's organisation said of such columns
// before; nothing is imported. Errors: Denied (the kind is not his to enter),
// TooLarge, Invalid (no table at all), Conflict (batch.too_many).
func (s *Service) Receive(ctx context.Context, a account.Actor, kind catalog.Kind, src exchange.Source) (*Batch, error) {
	if a.User == "" {
		return nil, errs.New(errs.Denied, "access.no_account", "运维令牌没有自己的账号，请登录后再试；命令行请用 hongniang import。")
	}
	if !slices.Contains(Kinds(a), kind) {
		return nil, kindRefused(kind)
	}
	if src.Size > MaxFile {
		return nil, errs.New(errs.TooLarge, "file.too_large", fmt.Sprintf("文件最大 %d MB，请分成几个文件上传。", MaxFile>>20))
	}
	if kept, err := s.Items.Owned(ctx, KindBatch, a.User); err != nil || len(kept) >= mostFiles {
		return nil, cmp.Or(err, tooMany())
	}
	layout := exchange.Layout{Fields: s.remembered(ctx, a, kind)}
	if _, err := exchange.Examine(ctx, kind, src, layout); err != nil {
		return nil, err
	}
	data := make([]byte, src.Size)
	if _, err := io.ReadFull(io.NewSectionReader(src.Data, 0, src.Size), data); err != nil {
		return nil, errs.Wrap(err, errs.Invalid, "form.malformed", "文件没有传完，请重新上传。")
	}
	number, err := s.Catalog.Store.TakeNumbers(ctx, fmt.Sprintf("DR-%d", s.now().In(catalog.China()).Year()), 1)
	if err != nil {
		return nil, err
	}
	b := &Batch{Code: fmt.Sprintf("DR-%d-%04d", s.now().In(catalog.China()).Year(), number), User: a.User, Kind: kind, File: fileName(src.Name), Size: src.Size, At: s.now(), State: Received, Layout: layout}
	if err := s.put(ctx, b); err != nil { // bytes without a batch would stay for good
		return nil, err
	}
	if err := s.Files.PutFile(ctx, FileOf(b.Code), data); err != nil {
		return nil, errors.Join(err, s.papers().Delete(context.WithoutCancel(ctx), b.Code)) // also of who hung up
	}
	return b, nil
}

// fileName takes the folders off a name, and what is too long off its stem.
func fileName(s string) string {
	s = strings.TrimSpace(s[strings.LastIndexAny(s, `/\`)+1:])
	if n := []rune(s); len(n) > 100 {
		s = string(n[:80]) + "…" + string(n[len(n)-10:])
	}
	return s
}

// Show gives a batch of the caller's.
func (s *Service) Show(ctx context.Context, a account.Actor, code string) (*Batch, error) {
	b, err := s.get(ctx, code)
	if err != nil {
		return nil, err
	}
	if a.User == "" || b.User != a.User {
		return nil, s.papers().NotFound(code)
	}
	return b, nil
}

// List gives the caller's batches, the last one first.
func (s *Service) List(ctx context.Context, a account.Actor) ([]*Batch, error) {
	if a.User == "" {
		return nil, nil
	}
	items, err := s.Items.Owned(ctx, KindBatch, a.User)
	if err != nil {
		return nil, err
	}
	var out []*Batch
	for _, it := range slices.Backward(items) {
		b, err := s.get(ctx, it.ID)
		if errs.Is(err, errs.NotFound) {
			continue // removed just now
		}
		if err != nil {
			return nil, err
		}
		out = append(out, b)
	}
	return out, nil
}

// Arrange keeps what the caller decided about the table. Errors: Stale, Conflict
// (it is being imported, or was), Invalid (the sheet or header line is not there).
func (s *Service) Arrange(ctx context.Context, a account.Actor, code string, rev int64, layout exchange.Layout) (*Batch, error) {
	b, err := s.open(ctx, a, code, rev)
	if err != nil {
		return nil, err
	}
	src, err := s.source(ctx, b)
	if err != nil {
		return nil, err
	}
	if _, err := exchange.Examine(ctx, b.Kind, src, layout); err != nil {
		return nil, err
	}
	b.Layout, b.At, b.State = layout, s.now(), Received
	return b, s.put(ctx, b)
}

// open reads a batch that may still be changed.
func (s *Service) open(ctx context.Context, a account.Actor, code string, rev int64) (*Batch, error) {
	b, err := s.Show(ctx, a, code)
	switch {
	case err != nil:
		return nil, err
	case b.Busy():
		return nil, busyError()
	case b.State == Done:
		return nil, doneError()
	case rev != 0 && rev != b.Rev:
		return nil, s.papers().Stale(code, b.Rev, rev)
	}
	return b, nil
}

// Start lets the background import the file, and remembers for the caller's
// organisation what its columns mean. Errors: those of Arrange; Invalid while a
// required column is missing.
func (s *Service) Start(ctx context.Context, a account.Actor, code string, rev int64) (*Batch, error) {
	b, err := s.open(ctx, a, code, rev)
	if err != nil {
		return nil, err
	}
	src, err := s.source(ctx, b)
	if err != nil {
		return nil, err
	}
	survey, err := exchange.Examine(ctx, b.Kind, src, b.Layout)
	if err == nil {
		err = survey.Fault
	}
	if err != nil {
		return nil, err
	}
	b.State, b.At, b.Fault, b.Rows, b.Report, b.Cut = Queued, s.now(), "", 0, nil, false
	b.Begun, b.Rests = 0, 0
	if err := s.put(ctx, b); err != nil {
		return nil, err
	}
	s.errands.Wake()
	s.remember(ctx, a, b.Kind, survey.Columns)
	return b, nil
}

// Discard removes a batch and its file; what was imported stays. Errors: Conflict
// while it is being imported.
func (s *Service) Discard(ctx context.Context, a account.Actor, code string) error {
	b, err := s.Show(ctx, a, code)
	if err != nil {
		return err
	}
	if b.Busy() {
		return busyError()
	}
	return s.remove(ctx, b)
}

// remove takes the file first: a batch without one is removed by the next look.
func (s *Service) remove(ctx context.Context, b *Batch) error {
	if err := s.Files.DeleteFile(ctx, FileOf(b.Code)); err != nil {
		return err
	}
	return s.papers().Delete(ctx, b.Code)
}

func (s *Service) source(ctx context.Context, b *Batch) (exchange.Source, error) {
	data, err := s.Files.File(ctx, FileOf(b.Code))
	if errs.Is(err, errs.NotFound) {
		return exchange.Source{}, errs.Wrap(err, errs.NotFound, "batch.no_file", "上传的文件已经清除，请重新上传。")
	}
	return exchange.FromBytes(b.File, data), err
}

// options are how an actor's file is imported: what he may not write is a fault of
// its row.
func (s *Service) options(a account.Actor, b *Batch) exchange.Options {
	gate := intake.NewGate(s.Catalog.Store, a)
	return exchange.Options{By: a.Signature(), Layout: b.Layout, Admit: gate.Admit}
}

func (s *Service) importer(a account.Actor) exchange.Importer {
	return exchange.Importer{Service: intake.Guard(s.Catalog, a)}
}
