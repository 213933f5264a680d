package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/spf13/cobra"

	"hongniang/indexer"
	"hongniang/internal/account"
	"hongniang/internal/brokering"
	"hongniang/internal/catalog"
	"hongniang/internal/demo"
	"hongniang/internal/errs"
	"hongniang/internal/mongostore"
)

func newReindex(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "reindex",
		Short: "从数据库重建检索索引",
		Args:  exactly(0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := a.settings()
			if err != nil {
				return err
			}
			in, c, err := openExisting(cmd.Context(), cfg)
			if err != nil {
				return err
			}
			if c != nil {
				var done struct {
					Documents int `json:"documents"`
				}
				if err := c.json(cmd.Context(), http.MethodPost, "/reindex", nil, nil, &done); err != nil {
					return err
				}
				fmt.Fprintf(cmd.OutOrStdout(), "索引已重建：%d 条公开记录，期间检索没有中断。\n", done.Documents)
				if done.Documents >= indexer.EnoughToLearn {
					fmt.Fprintln(cmd.OutOrStdout(), "相关词随后在后台重新学习。")
					return nil
				}
				tooFewToLearn(cmd.OutOrStdout())
				return nil
			}
			defer in.close()
			return in.reindex(cmd.Context(), cmd.OutOrStdout())
		},
	}
}

func tooFewToLearn(out io.Writer) {
	fmt.Fprintf(out, "公开记录不足 %d 条，相关词用程序自带的。\n", indexer.EnoughToLearn)
}

// reindex makes the index anew, learns related words from it, and says so.
func (in *installation) reindex(ctx context.Context, out io.Writer) error {
	if err := in.index.Rebuild(ctx, in.store, nil); err != nil {
		return err
	}
	status, err := in.index.Status(ctx)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "索引已重建：%d 条公开记录。\n", status.Documents)
	if status.Documents < indexer.EnoughToLearn {
		tooFewToLearn(out)
		return nil
	}
	if err := in.index.LearnRelated(ctx); err != nil {
		return err
	}
	fmt.Fprintf(out, "相关词已重新学习：%d 个词有相关词。\n", in.index.Related().Words)
	return nil
}

func newDemo(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "demo",
		Short: "把示例数据装入数据目录（已有的不动）",
		Args:  exactly(0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := a.settings()
			if err != nil {
				return err
			}
			in, err := open(cmd.Context(), cfg)
			if err != nil {
				return err
			}
			defer in.close()
			n, err := demo.Load(cmd.Context(), in.service)
			fmt.Fprintf(cmd.OutOrStdout(), "装入了 %d 条示例记录。\n", n)
			return err
		},
	}
}

func newMigrate(a *app) *cobra.Command {
	var to string
	cmd := &cobra.Command{
		Use:   "migrate --to URI",
		Short: "把单机数据（SQLite）整体搬到 MongoDB，并逐条核对",
		Long: "把数据目录里的单机数据搬到 MongoDB：记录、修改历史、编号都原样保留，搬完逐条核对。\n" +
			"中断了可以再运行一次。核对无误后，设置 HONGNIANG_MONGODB_URI 再启动服务。",
		Example: "  hongniang migrate --to mongodb://localhost:27017/hongniang?replicaSet=rs0",
		Args:    exactly(0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := needFlags(cmd, "to"); err != nil {
				return err
			}
			cfg, err := a.settings()
			if err != nil {
				return err
			}
			cfg.MongoDB.URI = "" // from the embedded store, whatever the settings say
			in, err := open(cmd.Context(), cfg)
			if err != nil {
				return err
			}
			defer in.close()
			target, err := mongostore.Open(cmd.Context(), to, cfg.MongoDB.Database)
			if err != nil {
				return err
			}
			defer target.Close()
			bar := newBar(cmd.ErrOrStderr(), "搬移")
			report, err := catalog.Migrate(cmd.Context(), in.store, target, func(done int) { bar.set(done, 0) })
			bar.finish()
			if err != nil {
				return err
			}
			accounts, err := account.Copy(cmd.Context(), in.store.Accounts(), target.Accounts())
			if err != nil {
				return err
			}
			introductions, err := brokering.Copy(cmd.Context(), in.store.Introductions(), target.Introductions())
			if err != nil {
				return err
			}
			fmt.Fprintf(cmd.OutOrStdout(), "已搬完并逐条核对：%d 条记录（其中已删除 %d 条），%d 条修改历史；并搬了 %d 项账号数据（登录需重新进行）、%d 张对接单及其附件。\n现在设置 HONGNIANG_MONGODB_URI 再启动服务；旧数据目录请留作备份。\n", report.Records, report.Removed, report.Changes, accounts, introductions)
			return nil
		},
	}
	cmd.Flags().StringVar(&to, "to", "", "MongoDB 地址")
	return cmd
}

func newHealthcheck(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "healthcheck",
		Short: "服务是否就绪（容器健康检查用）",
		Args:  exactly(0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := a.settings()
			if err != nil {
				return err
			}
			client := &http.Client{Timeout: 5 * time.Second}
			req, err := http.NewRequestWithContext(cmd.Context(), http.MethodGet, address(cfg.Server.Addr)+"/readyz", nil)
			if err != nil {
				return err
			}
			res, err := client.Do(req)
			if err != nil {
				return errs.Wrap(err, errs.Unavailable, "health.no_answer", "服务没有回答。")
			}
			defer res.Body.Close()
			if res.StatusCode != http.StatusOK {
				return errs.New(errs.Unavailable, "health.not_ready", fmt.Sprintf("服务未就绪（%d）。", res.StatusCode))
			}
			return nil
		},
	}
}

func newVersion() *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "显示版本",
		Args:  exactly(0),
		Run:   func(cmd *cobra.Command, _ []string) { fmt.Fprintln(cmd.OutOrStdout(), "hongniang "+version()) },
	}
}
