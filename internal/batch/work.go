package batch

import (
	"context"
	"time"

	"hongniang/internal/account"
	"hongniang/internal/errs"
	"hongniang/internal/exchange"
)

// beatEvery is how often an import says how far it is.
const beatEvery = time.Second

// Work imports in the background until ctx ends: at once what a dead process left,
// then whatever comes, and every look what other processes gave up. Old files go.
func (s *Service) Work(ctx context.Context, look time.Duration) {
	tick := time.NewTicker(look)
	defer tick.Stop()
	for {
		if err := s.Pass(ctx); err != nil && ctx.Err() == nil {
			s.Log.Warn("files are imported later", "err", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		case <-s.wake:
		}
	}
}

// Pass imports every file that is due, one after another, and removes what is old.
// An import that fails for its own reasons says so in its batch.
func (s *Service) Pass(ctx context.Context) error {
	for {
		due, err := s.due(ctx)
		if err != nil || due == "" {
			return err
		}
		if err := s.work(ctx, due); err != nil {
			return err
		}
	}
}

// due finds a batch that nobody imports, and removes what is too old to matter.
func (s *Service) due(ctx context.Context) (string, error) {
	code := ""
	err := s.papers().Each(ctx, func(b *Batch, rev int64) (bool, error) {
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
	switch {
	case !b.Busy():
		return false
	case b.State == Queued:
		return true
	case b.Worker == s.Worker:
		s.mu.Lock()
		defer s.mu.Unlock()
		return !s.at[b.Code]
	}
	return s.now().Sub(b.Beat) >= s.Patience
}

// work takes a batch over and imports it.
func (s *Service) work(parent context.Context, code string) error {
	b, err := s.get(parent, code)
	if err != nil || !s.free(b) {
		return passing(err)
	}
	ctx, stop := context.WithCancel(parent)
	defer stop()
	s.holds(code, true)
	defer s.holds(code, false)
	b.State, b.Worker, b.Beat, b.Begun = Working, s.Worker, s.now(), b.Begun+1
	if err := s.put(ctx, b); err != nil {
		return passing(err)
	}
	report, err := s.bring(ctx, b, stop)
	return s.finish(parent, b, report, err)
}

func (s *Service) holds(code string, at bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if at {
		s.at[code] = true
		return
	}
	delete(s.at, code)
}

// passing drops errors that mean that somebody else was faster.
func passing(err error) error {
	if errs.Is(err, errs.Stale) || errs.Is(err, errs.NotFound) {
		return nil
	}
	return err
}

// bring imports the file for who brought it, as he is now. When the batch is no
// longer this process's, lost ends the import.
func (s *Service) bring(ctx context.Context, b *Batch, lost func()) (exchange.Report, error) {
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
		if err := s.put(ctx, b); err != nil {
			lost()
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
		b.State = Queued
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
		return passing(err)
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
