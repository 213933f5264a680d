package main

import (
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"hongniang/internal/errs"
	"hongniang/internal/mail"
)

func newMail(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "mail",
		Short: "邮件：试发一封，看看哪些没发出去",
		Args:  exactly(0),
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newMailTest(a), newMailList(a))
	return cmd
}

// newMailTest sends one letter now, past the queue, and says what the server said.
func newMailTest(a *app) *cobra.Command {
	var to string
	cmd := &cobra.Command{
		Use:     "test --to ADDRESS",
		Short:   "按现在的设置试发一封邮件",
		Example: "  hongniang mail test --to wanghong@example.cn",
		Args:    exactly(0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := needFlags(cmd, "to"); err != nil {
				return err
			}
			cfg, err := a.settings()
			if err != nil {
				return err
			}
			post, err := newPost(&installation{cfg: cfg})
			if err != nil {
				return err
			}
			err = post.Send(cmd.Context(), testLetter(cfg, to, time.Now()))
			if err != nil {
				return err
			}
			fmt.Fprintf(cmd.OutOrStdout(), "已交给邮件服务器 %s，请到 %s 查收；没有收到请看看垃圾箱。\n", cfg.Mail.Host, to)
			return nil
		},
	}
	cmd.Flags().StringVar(&to, "to", "", "收件地址")
	return cmd
}

// newMailList says what waits and what was given up, and why. It reads the store
// alone, and so needs the service to be stopped, or MongoDB.
func newMailList(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "list",
		Short: "列出待发的和没有送到的邮件，以及原因（SQLite 时请先停服务）",
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
				return errs.New(errs.Locked, "mail.running", "服务正在运行：没有送到的邀约邮件会通知经办红娘；要看全部，请停下服务再运行这条命令。")
			}
			defer in.close()
			queue := &mail.Queue{Store: in.store.Accounts()}
			waiting, err := queue.Waiting(cmd.Context())
			if err != nil {
				return err
			}
			posted, err := queue.Posted(cmd.Context())
			if err != nil {
				return err
			}
			printLetters(cmd.OutOrStdout(), waiting, posted)
			return nil
		},
	}
}

func printLetters(out io.Writer, waiting []mail.Order, posted []mail.Posted) {
	count := map[mail.State]int{}
	for _, p := range posted {
		count[p.State]++
	}
	fmt.Fprintf(out, "待发 %d 封；近 90 天已发 %d 封，不必再发 %d 封，没有送到 %d 封。\n", len(waiting), count[mail.Sent], count[mail.Dropped], count[mail.GivenUp])
	for _, o := range waiting {
		if o.Tries > 0 {
			fmt.Fprintf(out, "待发  %s  第 %d 次没发出，%s 再试：%s\n", o.Reader, o.Tries, o.Due.Local().Format("01-02 15:04"), o.Why)
		}
	}
	for _, p := range posted {
		if p.State == mail.GivenUp {
			fmt.Fprintf(out, "没送到  %s  %s：%s\n", p.Reader, p.At.Local().Format("01-02 15:04"), p.Why)
		}
	}
}
