package main

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"hongniang/api"
	"hongniang/internal/account"
	"hongniang/internal/config"
	"hongniang/internal/errs"
)

func newUser(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "user",
		Short: "管理账号：添加、重设密码、停用、恢复、列出",
		Args:  exactly(0),
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(
		newUserAdd(a), newUserList(a),
		newUserAction(a, "passwd LOGIN", "重设密码，给出一次性密码；两步验证、登录和令牌随即失效", userDesk.passwd),
		newUserAction(a, "disable LOGIN", "停用账号；登录和令牌随即失效", func(d userDesk, cmd *cobra.Command, u account.Profile) error { return d.setDisabled(cmd, u, true) }),
		newUserAction(a, "enable LOGIN", "恢复停用的账号", func(d userDesk, cmd *cobra.Command, u account.Profile) error { return d.setDisabled(cmd, u, false) }),
	)
	return cmd
}

// userDesk changes users here, or through the server that has the data.
type userDesk struct {
	in *installation
	c  *client
}

// withUsers opens what there is and runs f on it.
func (a *app) withUsers(ctx context.Context, openIt func(context.Context, config.Config) (*installation, *client, error), f func(userDesk) error) error {
	cfg, err := a.settings()
	if err != nil {
		return err
	}
	in, c, err := openIt(ctx, cfg)
	if err != nil {
		return err
	}
	if in != nil {
		defer in.close()
		in.users.Log, in.people.Log = slog.New(slog.DiscardHandler), slog.New(slog.DiscardHandler) // what was done is printed
	}
	return f(userDesk{in: in, c: c})
}

func newUserAdd(a *app) *cobra.Command {
	var n account.NewUser
	var role string
	cmd := &cobra.Command{
		Use:   "add --login LOGIN --name NAME --role ROLE",
		Short: "添加账号，给出一次性密码",
		Long: "添加账号。角色：enterprise 企业成员、provider 服务方成员、broker 红娘、leader 工会领导、administrator 管理员。\n" +
			"红娘和工会领导用 --org 给出所属工会的编号，企业成员给出企业的编号；工匠本人用 --person 给出专家编号。",
		Example: "  hongniang user add --login wanghong --name 王红 --role broker --org DW-2026-0001",
		Args:    exactly(0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := needFlags(cmd, "login", "name", "role"); err != nil {
				return err
			}
			n.Role = account.Role(role)
			return a.withUsers(cmd.Context(), openOrClient, func(d userDesk) error {
				added, err := d.add(cmd.Context(), n)
				if err != nil {
					return err
				}
				fmt.Fprintf(cmd.OutOrStdout(), "已添加账号 %s（%s）。一次性密码：%s\n请当面告诉本人；它只显示这一次，第一次登录时要改掉。\n", added.User.Login, added.User.RoleLabel, added.OneTimePassword)
				return nil
			})
		},
	}
	cmd.Flags().StringVar(&n.Login, "login", "", "账号名：3 到 40 个小写字母、数字或汉字")
	cmd.Flags().StringVar(&n.Name, "name", "", "姓名")
	cmd.Flags().StringVar(&role, "role", "", "角色")
	cmd.Flags().StringVar(&n.Org, "org", "", "单位编号；工会工作人员给工会编号")
	cmd.Flags().StringVar(&n.Mobile, "mobile", "", "手机号，也可用来登录")
	cmd.Flags().StringVar(&n.Person, "person", "", "专家编号（服务方成员本人）")
	return cmd
}

func (d userDesk) add(ctx context.Context, n account.NewUser) (api.UserAdded, error) {
	var out api.UserAdded
	if d.c == nil {
		u, oneTime, err := d.in.users.AddUser(ctx, n)
		return api.UserAdded{User: u.Profile(), OneTimePassword: oneTime}, err
	}
	body := map[string]string{"login": n.Login, "name": n.Name, "role": string(n.Role), "org": n.Org, "mobile": n.Mobile, "person": n.Person}
	err := d.c.json(ctx, http.MethodPost, "/users", nil, body, &out)
	return out, err
}

func newUserList(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "list",
		Short: "列出账号",
		Args:  exactly(0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.withUsers(cmd.Context(), openExisting, func(d userDesk) error { return d.list(cmd) })
		},
	}
}

func (d userDesk) list(cmd *cobra.Command) error {
	out := tabwriter.NewWriter(cmd.OutOrStdout(), 0, 4, 2, ' ', 0)
	fmt.Fprintln(out, "账号\t姓名\t角色\t单位\t手机\t状态\t上次登录")
	for after := ""; ; {
		users, err := d.page(cmd.Context(), url.Values{"after": {after}, "limit": {"100"}})
		if err != nil {
			return err
		}
		for _, u := range users {
			after = u.Code
			seen := "–"
			if !u.LastSignInAt.IsZero() {
				seen = u.LastSignInAt.Local().Format("2006-01-02 15:04")
			}
			fmt.Fprintf(out, "%s\t%s\t%s\t%s\t%s\t%s\t%s\n", u.Login, u.Name, u.RoleLabel, u.Org, u.Mobile, userState(u), seen)
		}
		if len(users) == 0 {
			return out.Flush()
		}
	}
}

func userState(u account.Profile) string {
	switch {
	case u.Disabled:
		return "停用"
	case u.MustChangePassword:
		return "待改密码"
	}
	return "正常"
}

// page reads some users; query is that of GET /users.
func (d userDesk) page(ctx context.Context, query url.Values) ([]account.Profile, error) {
	if d.c != nil {
		var out struct{ Items []account.Profile }
		err := d.c.json(ctx, http.MethodGet, "/users", query, nil, &out)
		return out.Items, err
	}
	users, err := d.in.users.Users(ctx, query.Get("after"), 100)
	out := make([]account.Profile, len(users))
	for i, u := range users {
		out[i] = u.Profile()
	}
	return out, err
}

// find reads the user with a login or mobile number.
func (d userDesk) find(ctx context.Context, login string) (account.Profile, error) {
	if d.c == nil {
		u, err := d.in.users.ByLogin(ctx, login)
		return u.Profile(), err
	}
	users, err := d.page(ctx, url.Values{"login": {login}})
	if err == nil && len(users) == 0 {
		err = account.NotFoundError()
	}
	if err != nil {
		return account.Profile{}, err
	}
	return users[0], nil
}

// newUserAction is a command on one user who is named by his login.
func newUserAction(a *app, use, short string, do func(userDesk, *cobra.Command, account.Profile) error) *cobra.Command {
	return &cobra.Command{
		Use:   use,
		Short: short,
		Args:  exactly(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.withUsers(cmd.Context(), openExisting, func(d userDesk) error {
				u, err := d.find(cmd.Context(), args[0])
				if errs.Is(err, errs.NotFound) {
					return errs.Wrap(err, errs.NotFound, "account.not_found", fmt.Sprintf("没有账号“%s”，请用 hongniang user list 查看。", args[0]))
				}
				if err != nil {
					return err
				}
				return do(d, cmd, u)
			})
		},
	}
}

func (d userDesk) passwd(cmd *cobra.Command, u account.Profile) error {
	var oneTime string
	var err error
	if d.c == nil {
		oneTime, err = d.in.users.ResetPassword(cmd.Context(), u.Code)
	} else {
		var out api.UserAdded
		err = d.c.json(cmd.Context(), http.MethodPost, "/users/"+u.Code+"/password", nil, nil, &out)
		oneTime = out.OneTimePassword
	}
	if err == nil {
		fmt.Fprintf(cmd.OutOrStdout(), "账号 %s 的一次性密码：%s\n它只显示这一次，下次登录时要改掉；原来的登录、令牌和两步验证都已失效。\n", u.Login, oneTime)
	}
	return err
}

func (d userDesk) setDisabled(cmd *cobra.Command, u account.Profile, disabled bool) error {
	var err error
	if d.c == nil {
		_, err = d.in.users.ChangeUser(cmd.Context(), u.Code, account.UserChange{Disabled: &disabled})
	} else {
		var out account.Profile
		err = d.c.json(cmd.Context(), http.MethodPatch, "/users/"+u.Code, nil, map[string]bool{"disabled": disabled}, &out)
	}
	if err != nil {
		return err
	}
	done := "已恢复"
	if disabled {
		done = "已停用，登录和令牌随即失效"
	}
	fmt.Fprintf(cmd.OutOrStdout(), "账号 %s %s。\n", u.Login, done)
	if disabled && (u.Role == account.Broker || u.Role == account.Administrator) {
		fmt.Fprintf(cmd.OutOrStdout(), "他手上在办的对接单和批量对接，请到网页“移交”（/handover?from=%s）交给别人。\n", u.Login)
	}
	return nil
}
