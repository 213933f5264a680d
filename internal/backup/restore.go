package backup

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"

	"hongniang/internal/errs"
)

// Restoring is a backup that takes the place of a database that nobody has open.
type Restoring struct {
	From   string // the backup
	To     string // the database
	Aside  string // where the database is kept as it was; must not be there
	Verify func(ctx context.Context, path string) (string, error)
	// Settle closes the database as a stop does, so that nothing of it lies beside
	// its file; it may fail for a damaged one.
	Settle func(ctx context.Context, path string) error
	// Amend, when set, does in the copy what must not be undone by it; while it fails
	// nothing is restored. old says whether there is a database that it can ask.
	Amend func(ctx context.Context, fresh string, old bool) error
}

// Run proves the backup, copies it beside the database, amends the copy, keeps the
// old file, and puts the copy in its place at once: a process that is killed leaves
// the old or the new. It says in Chinese what is in it. Errors: as Keeper.Check,
// those of Amend, and errs.Unavailable when nothing was changed for want of room or
// rights.
func (r Restoring) Run(ctx context.Context) (string, error) {
	sum := sumBeside(r.From)
	if _, err := checkFile(ctx, r.From, sum, r.Verify); err != nil {
		return "", err
	}
	fresh := r.To + ".restoring"
	clearAway(fresh) // what a killed one left: its log is none of the new copy's
	if err := copyFile(r.From, fresh); err != nil {
		clearAway(fresh)
		return "", errs.Wrap(err, errs.Unavailable, "backup.not_restored", "备份拷不到数据目录，没有恢复，原来的数据没有动。请检查磁盘空间和权限。")
	}
	says, err := checkFile(ctx, fresh, sum, r.Verify)
	if err == nil && r.Amend != nil {
		says, err = r.amend(ctx, fresh)
	}
	if err == nil {
		err = r.exchange(ctx, fresh)
	}
	if err != nil {
		clearAway(fresh)
		return "", err
	}
	return says, nil
}

// amend changes the copy, and proves it again.
func (r Restoring) amend(ctx context.Context, fresh string) (string, error) {
	if err := r.Amend(ctx, fresh, !missing(r.To)); err != nil {
		return "", err
	}
	return r.Verify(ctx, fresh)
}

// clearAway removes a copy and its log.
func clearAway(fresh string) {
	for _, end := range []string{"", "-wal", "-shm"} {
		_ = os.Remove(fresh + end) // there need not be any
	}
}

// exchange puts the fresh file in the place of the old one, which stays aside with
// its log. Where that fails the old one has its log again.
func (r Restoring) exchange(ctx context.Context, fresh string) (err error) {
	if !missing(r.To) {
		damaged := r.Settle(ctx, r.To)
		if err := os.Link(r.To, r.Aside); err != nil {
			if err := copyFile(r.To, r.Aside); err != nil {
				return notExchanged(err)
			}
		}
		for _, end := range []string{"-wal", "-shm"} {
			moved := os.Rename(r.To+end, r.Aside+end)
			if moved != nil && !errors.Is(moved, fs.ErrNotExist) {
				return notExchanged(errors.Join(moved, damaged))
			}
			defer func() {
				if err != nil && moved == nil {
					_ = os.Rename(r.Aside+end, r.To+end)
				}
			}()
		}
	}
	if err := os.Rename(fresh, r.To); err != nil {
		return notExchanged(err)
	}
	return nil
}

func notExchanged(err error) error {
	return errs.Wrap(err, errs.Unavailable, "backup.not_restored", "数据目录写不进去，没有恢复，原来的数据还在。请检查磁盘空间和权限。")
}

// copyFile copies durably.
func copyFile(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	if err == nil {
		err = out.Sync()
	}
	if closing := out.Close(); err == nil {
		err = closing
	}
	return err
}
