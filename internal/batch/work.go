package batch

import (
	"context"
	"time"

	"hongniang/internal/account"
	"hongniang/internal/errand"
	"hongniang/internal/errs"
	"hongniang/internal/exchange"
)

// beatEvery is how often an import says how far it is.
const beatEvery = time.Second

// mostBegun is how often the import of a file may end with the process, other than by
// a stop in order, before it is taken for what kills it.
const mostBegun = 5

// Work imports in the background until ctx ends; see errand.Runner. Old files go.
func (s *Service) Work(ctx context.Context, look time.Duration) {
	s.errands.Follow(ctx, look, s.Pass, func(err error) { s.Log.Warn("files are imported later", "err", err) })
}

// Pass imports every file that is due, one after another, and removes what is old.
// An import that fails for its own reasons says so in its batch.
func (s *Service) Pass(ctx context.Context) error { return errand.Pass(ctx, s.due, s.work) }

// due finds a batch that nobody imports, and removes what is too old to matter.
func (s *Service) due(ctx context.Context) (string, error) {
	code, papers := "", s.papers()
	papers.Unreadable = func(id string, err error) {
		s.Log.ErrorContext(ctx, "a file cannot be imported", "batch", id, "err", err)
	}
	err := papers.Each(ctx, func(b *Batch, rev int64) (bool, error) {
		b.Rev = rev
		switch {
		case s.free(b):
			code = b.Code
		case !b.Busy() && s.now().Sub(b.At) > Kept:
			return true, s.remove(ctx, b)
		}
		return code == "", nil
	})
	return code, err
}

// free tells whether nobody imports a batch that is to be imported.
func (s *Service) free(b *Batch) bool {
	return b.Busy() && s.errands.Free(b.Code, errand.Claim{Queued: b.State == Queued, Worker: b.Worker, Beat: b.Beat})
}

// work takes a batch over and imports it.
func (s *Service) work(parent context.Context, code string) error {
	b, err := s.get(parent, code)
	if err != nil || !s.free(b) {
		return errand.Passing(err)
	}
	if b.Begun-b.Rests >= mostBegun {
		return s.finish(parent, b, exchange.Report{}, deadly())
	}
	ctx, end := s.errands.Begin(parent, code)
	defer end()
	b.State, b.Worker, b.Beat, b.Begun = Working, s.Worker, s.now(), b.Begun+1
	if err := s.put(ctx, b); err != nil {
		return errand.Passing(err)
	}
	report, err := s.bring(ctx, b)
	return s.finish(parent, b, report, err)
}

// bring imports the file for who brought it, as he is now; it ends when the batch is
// no longer this process's.
func (s *Service) bring(ctx context.Context, b *Batch) (exchange.Report, error) {
	a, err := s.actor(ctx, b.User)
	if err != nil {
		return exchange.Report{}, err
	}
	src, err := s.source(ctx, b)
	if err != nil {
		return exchange.Report{}, err
	}
	o := s.options(a, b)
	o.Progress = func(done, total int) {
		b.Rows, b.Total = done, total
		if s.now().Sub(b.Beat) < beatEvery {
			return
		}
		b.Beat = s.now()
		if err := s.put(ctx, b); errand.Passing(err) != err {
			s.errands.Stop(b.Code) // it is somebody else's; that a beat is not kept is no reason to begin anew
		}
	}
	return exchange.Import(ctx, s.importer(a), b.Kind, src, o)
}

func (s *Service) actor(ctx context.Context, user string) (account.Actor, error) {
	u, err := s.User(ctx, user)
	if err != nil && !errs.Is(err, errs.NotFound) {
		return account.Actor{}, err
	}
	if err != nil || u.Disabled {
		return account.Actor{}, errs.New(errs.Denied, "batch.user_gone", "上传人的账号已停用，文件没有导入。")
	}
	a := u.Actor()
	if account.ScopeOf(a, account.FileImport) == account.None {
		return a, errs.New(errs.Denied, "access.denied", "您现在的角色不能导入文件，请联系管理员。")
	}
	return a, nil
}

// finish notes how an import ended. When this process stops, it waits for the next.
func (s *Service) finish(parent context.Context, b *Batch, report exchange.Report, err error) error {
	keep := context.WithoutCancel(parent)
	b.Beat, b.Worker = s.now(), ""
	switch {
	case parent.Err() != nil:
		b.State, b.Rests = Queued, b.Rests+1
	case err != nil && errs.As(err).Code == "import.stopped":
		return nil // it is somebody else's by now
	default:
		b.settle(report, err)
		b.At = s.now()
		if err != nil {
			s.Log.Warn("an import broke off", "batch", b.Code, "err", err)
		}
	}
	if err := s.put(keep, b); err != nil {
		return errand.Passing(err)
	}
	return parent.Err()
}

// settle notes what an import did.
func (b *Batch) settle(report exchange.Report, err error) {
	b.State = Done
	if err != nil {
		b.State, b.Fault = Broken, errs.As(err).Message
	}
	if report.Kind == "" {
		return // it did not begin
	}
	b.Rows, b.Total = report.Rows, report.Rows
	if b.Cut = len(report.Faults) > keptFaults; b.Cut {
		report.Faults = report.Faults[:keptFaults]
	}
	b.Report = &report
}
