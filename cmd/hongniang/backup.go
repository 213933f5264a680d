package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"time"

	"github.com/spf13/cobra"

	"hongniang/internal/backup"
	"hongniang/internal/config"
	"hongniang/internal/errs"
	"hongniang/internal/sqlitestore"
)

// backupsDir is where backups lie in the data directory.
const backupsDir = "backups"

// snapshooter is a store that can be copied while it is used.
type snapshooter interface {
	Snapshot(ctx context.Context, path string) error
}

// newBackups keeps the backups of an installation; nil for MongoDB, which has tools
// of its own.
func newBackups(in *installation) *backup.Keeper {
	store, ok := in.store.(snapshooter)
	if !ok {
		return nil
	}
	k := keeperOf(in.dir.File(backupsDir), store.Snapshot)
	k.DB.Size = func() (int64, error) { return databaseBytes(in.dir.File("hongniang.db")) }
	k.Keep = in.cfg.Backups.Keep
	return k
}

// databaseBytes is how many bytes a database has, with its log.
func databaseBytes(path string) (int64, error) {
	info, err := os.Stat(path)
	if err != nil {
		return 0, err
	}
	size := info.Size()
	if log, err := os.Stat(path + "-wal"); err == nil { // there need not be one
		size += log.Size()
	}
	return size, nil
}

// backUpEvery is how often it is asked whether the backup of the day is due.
const backUpEvery = 10 * time.Minute

// backUp makes a backup a day by itself.
func (in *installation) backUp(ctx context.Context) {
	if in.backups == nil {
		return
	}
	started := time.Now()
	every(ctx, backUpEvery, func() {
		switch made, err := in.backups.Auto(ctx, started); {
		case err != nil && ctx.Err() == nil:
			in.log.Error("no backup of the day; it is tried again", "err", err)
		case made:
			in.log.Info("the backup of the day is made")
		}
	})
}

func keeperOf(dir string, snapshot func(context.Context, string) error) *backup.Keeper {
	return &backup.Keeper{Dir: dir, Now: time.Now, DB: backup.Database{Snapshot: snapshot, Verify: verifyBackup}}
}

func verifyBackup(ctx context.Context, path string) (string, error) {
	c, err := sqlitestore.Verify(ctx, path)
	return fmt.Sprintf("%d 条记录、%d 张对接单", c.Records, c.Introductions), err
}

// mongoBackup says what to run where there is MongoDB. The address may hold a
// password, and so is not printed.
func mongoBackup(cfg config.Config) string {
	return fmt.Sprintf("数据在 MongoDB 里，请用它自己的工具备份：mongodump --uri=\"$HONGNIANG_MONGODB_URI\" --db=%s --archive=hongniang.archive --gzip；恢复用 mongorestore --drop --archive=hongniang.archive --gzip，然后运行 hongniang reindex。", cfg.MongoDB.Database)
}

func newBackup(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "backup",
		Short: "备份单机数据（SQLite）：做一份、列出、检查、恢复",
		Args:  exactly(0),
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newBackupMake(a), newBackupList(a), newBackupCheck(a), newBackupRestore(a))
	return cmd
}

// forSQLite reads the settings, and refuses MongoDB.
func (a *app) forSQLite() (config.Config, error) {
	cfg, err := a.settings()
	if err == nil && cfg.MongoDB.URI.Reveal() != "" {
		err = errs.New(errs.Invalid, "backup.mongodb", mongoBackup(cfg))
	}
	return cfg, err
}

func newBackupMake(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "make",
		Short: "做一份备份，放在数据目录的 backups 里；服务在运行也可以",
		Args:  exactly(0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := a.forSQLite()
			if err != nil {
				return err
			}
			in, c, err := openExisting(cmd.Context(), cfg)
			if err != nil {
				return err
			}
			var b backup.Backup
			if c != nil {
				err = c.json(cmd.Context(), http.MethodPost, "/backups", nil, nil, &b)
			} else {
				defer in.close()
				b, err = in.backups.Make(cmd.Context())
			}
			if err != nil {
				return err
			}
			fmt.Fprintf(cmd.OutOrStdout(), "备份好了：%s（%d 字节，SHA-256 %s）。请再拷到另一台机器上。\n", b.Name, b.Bytes, b.Sum)
			return nil
		},
	}
}

// kept gives the backups of a data directory, for looking at.
func kept(cfg config.Config) *backup.Keeper { return keeperOf(cfg.Data.Dir+"/"+backupsDir, nil) }

func newBackupList(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "list",
		Short: "列出备份，新的在前",
		Args:  exactly(0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := a.forSQLite()
			if err != nil {
				return err
			}
			list, err := kept(cfg).List()
			if err != nil {
				return err
			}
			printBackups(cmd.OutOrStdout(), list)
			return nil
		},
	}
}

func printBackups(out io.Writer, list []backup.Backup) {
	if len(list) == 0 {
		fmt.Fprintln(out, "还没有备份。运行 hongniang backup make 做一份。")
	}
	for _, b := range list {
		how := ""
		if b.Auto {
			how = "  自动"
		}
		fmt.Fprintf(out, "%s  %s  %d 字节%s\n", b.Name, b.At.Local().Format("2006-01-02 15:04:05"), b.Bytes, how)
	}
}

func newBackupCheck(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "check NAME",
		Short: "读一遍备份，核对校验和，看看里面有什么",
		Args:  exactly(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			cfg, err := a.forSQLite()
			if err != nil {
				return err
			}
			says, err := kept(cfg).Check(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			fmt.Fprintf(cmd.OutOrStdout(), "%s 完好：%s。\n", args[0], says)
			return nil
		},
	}
}
