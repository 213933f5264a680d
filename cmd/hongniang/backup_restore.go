package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"time"

	"github.com/spf13/cobra"

	"hongniang/internal/backup"
	"hongniang/internal/catalog"
	"hongniang/internal/config"
	"hongniang/internal/datadir"
	"hongniang/internal/errs"
	"hongniang/internal/personal"
	"hongniang/internal/sqlitestore"
)

func newBackupRestore(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "restore FILE",
		Short: "用一份备份换下现在的数据（先停服务）；原来的数据留在旁边",
		Long: "核对校验和并读一遍备份，然后用它换下数据目录里的数据。旁边要有同名的 .sha256 文件。\n" +
			"备份以后办过的注销会先在备份的副本里再办一遍，办不成就不恢复。\n" +
			"原来的数据改名留在数据目录里；检索索引在下次启动时自动重做。",
		Example: "  hongniang backup restore data/backups/hongniang-20261120-090000.db",
		Args:    exactly(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			cfg, err := a.forSQLite()
			if err != nil {
				return err
			}
			if _, err := os.Stat(args[0]); err != nil {
				return errs.Wrap(err, errs.NotFound, "backup.not_found", "找不到文件“"+args[0]+"”，请检查路径。")
			}
			says, err := restore(cmd.Context(), cfg, args[0])
			if err == nil {
				fmt.Fprintln(cmd.OutOrStdout(), says)
			}
			return err
		},
	}
}

// restore puts a backup in the place of a database that nobody has open, and says
// what was done.
func restore(ctx context.Context, cfg config.Config, file string) (string, error) {
	dir, err := datadir.Open(cfg.Data.Dir)
	if err != nil {
		return "", err
	}
	defer dir.Close()
	aside := dir.File("hongniang.db.before-" + time.Now().UTC().Format("20060102-150405"))
	to, erased := dir.File("hongniang.db"), erasedSince{}
	says, err := backup.Restoring{
		From: file, To: to, Aside: aside, Verify: verifyBackup, Settle: settleStore,
		Amend: func(ctx context.Context, fresh string, old bool) error {
			if old {
				erased.read(ctx, to)
			}
			return erased.again(ctx, fresh)
		},
	}.Run(ctx)
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("已恢复：%s。原来的数据在 %s，确认无误后可以删去。%s现在可以启动服务。", says, aside, erased), nil
}

// erasedSince are the people who were erased from the database that is given up.
type erasedSince struct {
	known bool // the old database could be asked
	begun []personal.Request
	count int // who were in the backup still
}

// read asks the old database; a damaged one cannot tell.
func (e *erasedSince) read(ctx context.Context, path string) {
	err := withPersonal(ctx, path, func(s *personal.Service) (err error) {
		e.begun, err = s.Begun(ctx)
		return err
	})
	e.known = err == nil
}

// again erases them from the copy of the backup.
func (e *erasedSince) again(ctx context.Context, path string) error {
	err := withPersonal(ctx, path, func(s *personal.Service) (err error) {
		e.count, err = s.Again(ctx, e.begun)
		return err
	})
	if err != nil {
		return errs.Wrap(err, errs.Internal, "backup.erasures", "备份以后办过的注销在备份的副本里没有办成，没有恢复，原来的数据没有动。请再试一次；还不行，请换一份备份。")
	}
	return nil
}

// String says in Chinese what became of them.
func (e erasedSince) String() string {
	switch {
	case !e.known:
		return "原来的数据没有或读不出来：备份以后办过的注销，请在“个人信息”页再办一遍。"
	case e.count > 0:
		return fmt.Sprintf("备份以后办过的 %d 件注销已再办一遍。", e.count)
	}
	return ""
}

// withPersonal opens a database that nobody has open for its personal data; it has no index.
func withPersonal(ctx context.Context, path string, do func(*personal.Service) error) error {
	store, err := sqlitestore.Open(ctx, path)
	if err != nil {
		return err
	}
	log := slog.New(slog.DiscardHandler) // what fails is returned
	users, err := newUsers(store, log)
	if err == nil {
		err = do(&personal.Service{
			Catalog: &catalog.Service{Store: store, Now: time.Now, Log: log}, Accounts: users, Items: store.Accounts(), Cases: store.Introductions(), Now: time.Now, Log: log,
		})
	}
	if closing := store.Close(); err == nil {
		err = closing
	}
	return err
}

// settleStore closes a database as a stop does.
func settleStore(ctx context.Context, path string) error {
	store, err := sqlitestore.Open(ctx, path)
	if err != nil {
		return err
	}
	return store.Close()
}
