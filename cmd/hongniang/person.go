package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"time"

	"github.com/spf13/cobra"

	"hongniang/internal/account"
	"hongniang/internal/personal"
)

// eraseEvery is how often it is looked whether somebody is to be forgotten.
const eraseEvery = 5 * time.Second

// newPersonal gives the personal data of an installation.
func newPersonal(in *installation) *personal.Service {
	return &personal.Service{
		Catalog: in.service, Accounts: in.users, Items: in.store.Accounts(), Cases: in.store.Introductions(), Rebuild: func(ctx context.Context) error { return in.rebuild(ctx, nil) }, Now: time.Now, Log: in.log,
	}
}

// erasePeople carries on what was begun, here or by a process that was killed.
func (in *installation) erasePeople(ctx context.Context) {
	every(ctx, eraseEvery, func() {
		if err := in.people.Go(ctx); err != nil && ctx.Err() == nil {
			in.log.Warn("an erasure goes on later", "err", err)
		}
	})
}

func newPerson(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "person",
		Short: "个人信息：导出给本人，按本人要求删除",
		Args:  exactly(0),
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newPersonExport(a), newPersonForget(a))
	return cmd
}

func newPersonExport(a *app) *cobra.Command {
	var to string
	cmd := &cobra.Command{
		Use:     "export WHO -o FILE",
		Short:   "把一个人的个人信息写成 ZIP；WHO 是专家编号、账号名或手机号",
		Example: "  hongniang person export ZJ-2026-0001 -o 个人信息.zip",
		Args:    exactly(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := needFlags(cmd, "output"); err != nil {
				return err
			}
			return a.withUsers(cmd.Context(), openExisting, func(d userDesk) error {
				f, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
				if err != nil {
					return unwritable(err, to)
				}
				if err = d.exportPerson(cmd.Context(), args[0], f); err == nil {
					err = f.Close()
				}
				if err != nil {
					f.Close()
					os.Remove(to)
					return err
				}
				fmt.Fprintf(cmd.OutOrStdout(), "已写入 %s，请只交给本人。\n", to)
				return nil
			})
		},
	}
	cmd.Flags().StringVarP(&to, "output", "o", "", "写到哪个文件")
	return cmd
}

func (d userDesk) exportPerson(ctx context.Context, who string, to io.Writer) error {
	if d.c != nil {
		res, err := d.c.call(ctx, http.MethodGet, "/personal/data", url.Values{"of": {who}}, nil, nil)
		if err != nil {
			return err
		}
		defer res.Body.Close()
		_, err = io.Copy(to, res.Body)
		return err
	}
	of, err := d.in.people.Named(ctx, account.Operator(), account.PersonalExport, who)
	if err != nil {
		return err
	}
	dossier, err := d.in.people.Collect(ctx, of)
	if err != nil {
		return err
	}
	return dossier.WriteZIP(ctx, to)
}

func newPersonForget(a *app) *cobra.Command {
	var words string
	cmd := &cobra.Command{
		Use:   "forget WHO --words WORDS",
		Short: "按本人要求删除个人信息，不能恢复；WHO 是专家编号、账号名或手机号",
		Long: "登记并办理一个注销申请：账号、资料、留言和附件会删除，联系方式从所有记录里去掉；合同、已核实的成效和操作记录依法保留，姓名改为“已注销人员”。\n" +
			"服务正在运行时由服务来办，否则由本命令办完；中断了，下一次启动会接着办。",
		Example: "  hongniang person forget ZJ-2026-0001 --words '本人 11 月 20 日来函，已核对身份'",
		Args:    exactly(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := needFlags(cmd, "words"); err != nil {
				return err
			}
			return a.withUsers(cmd.Context(), openExisting, func(d userDesk) error { return d.forget(cmd, args[0], words) })
		},
	}
	cmd.Flags().StringVar(&words, "words", "", "谁、什么时候、怎样提出的")
	return cmd
}

func (d userDesk) forget(cmd *cobra.Command, who, words string) error {
	ctx := cmd.Context()
	if d.c != nil {
		var asked personal.Request
		if err := d.c.json(ctx, http.MethodPost, "/erasures", nil, map[string]string{"of": who, "words": words}, &asked); err != nil {
			return err
		}
		if err := d.c.json(ctx, http.MethodPost, "/erasures/"+url.PathEscape(asked.Code), nil, map[string]string{"answer": "carry_out"}, &asked); err != nil {
			return err
		}
		fmt.Fprintf(cmd.OutOrStdout(), "服务已开始删除（%s），一般几分钟办完。\n", asked.Code)
		return nil
	}
	people, operator := d.in.people, account.Operator()
	of, err := people.Named(ctx, operator, account.PersonalDelete, who)
	if err != nil {
		return err
	}
	r, err := people.Ask(ctx, operator, of, words)
	if err != nil {
		return err
	}
	if _, err := people.CarryOut(ctx, operator, r.Code); err != nil {
		return err
	}
	if err := people.Go(ctx); err != nil {
		return err
	}
	r, err = people.Request(ctx, r.Code)
	if err != nil {
		return err
	}
	fmt.Fprintf(cmd.OutOrStdout(), "已删除（%s）：改动记录 %d 条、对接单 %d 张，删除附件 %d 个。\n依法或为他人权益保留：\n", r.Code, r.Report.Records, r.Report.Introductions, r.Report.Files)
	for _, line := range r.Report.Kept {
		fmt.Fprintf(cmd.OutOrStdout(), "- %s\n", line)
	}
	return nil
}
