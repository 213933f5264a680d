package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"hongniang/frontend"
	"hongniang/internal/account"
	"hongniang/internal/errs"
)

// demoPassword is everybody's password in the demonstration; README.md has it.
// `serve` without --demo lets nobody in with it.
const demoPassword = "hongniang-demo-2026"

// demoBroker signs in as the demonstration's broker.
const demoBroker = "hongniang"

// demoUsers is one account for each role, tied to the demonstration's records.
var demoUsers = []account.NewUser{
	{Login: "qiye", Name: "示例企业办事员", Role: account.Enterprise, Org: "DW-2026-A010"},
	{Login: "gongjiang", Name: "王建军（示例）", Role: account.Provider, Person: "ZJ-2026-A005"},
	{Login: demoBroker, Name: "示例红娘", Role: account.Broker, Org: "DW-2026-U002"},
	{Login: "lingdao", Name: "示例工会领导", Role: account.Leader, Org: "DW-2026-U001"},
	{Login: "guanli", Name: "示例管理员", Role: account.Administrator},
}

// addDemoUsers adds the users of the demonstration that are not there yet.
func (in *installation) addDemoUsers(ctx context.Context) error {
	for _, n := range demoUsers {
		n.Password = demoPassword
		u, _, err := in.users.AddUser(ctx, n)
		if err != nil && !errs.Is(err, errs.Conflict) {
			return err
		}
		if err == nil {
			in.demoHashes().note(u.PasswordHash, true)
		}
	}
	return nil
}

// openDemoUsers finds the demonstration's users who still have its password.
func (in *installation) openDemoUsers(ctx context.Context) ([]account.User, error) {
	var out []account.User
	for _, n := range demoUsers {
		u, err := in.users.ByLogin(ctx, n.Login)
		if errs.Is(err, errs.NotFound) || err == nil && !u.PasswordChangedAt.Equal(u.CreatedAt) {
			continue
		}
		if err != nil {
			return nil, err
		}
		open, err := in.demoHashes().open(ctx, in.users.Hasher, u.PasswordHash)
		if err != nil {
			return nil, err
		}
		if open {
			out = append(out, u)
		}
	}
	return out, nil
}

// demoHashes are the password hashes of which it is known whose password they
// are, in a file: five of them would be a third of every start. A hash says by
// itself which password it is of, so what is known of one stays true.
type demoHashes string

func (in *installation) demoHashes() demoHashes { return demoHashes(in.dir.File(".demo-passwords")) }

// open tells whether a hash is of the demonstration's password.
func (d demoHashes) open(ctx context.Context, hasher *account.Hasher, hash string) (bool, error) {
	known, _ := os.ReadFile(string(d)) // what cannot be read is found out again
	for line := range strings.Lines(string(known)) {
		if name, whose, ok := strings.Cut(strings.TrimSpace(line), " "); ok && name == nameOfHash(hash) {
			return whose == "demo", nil
		}
	}
	open, _, err := hasher.Check(ctx, hash, demoPassword)
	if err == nil {
		d.note(hash, open)
	}
	return open, err
}

// note keeps whose password a hash is of. What cannot be written is found out
// again at the next start.
func (d demoHashes) note(hash string, demo bool) {
	f, err := os.OpenFile(string(d), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return
	}
	defer f.Close()
	_, _ = fmt.Fprintf(f, "%s %s\n", nameOfHash(hash), map[bool]string{true: "demo", false: "own"}[demo])
}

// nameOfHash names a hash without telling it.
func nameOfHash(hash string) string {
	sum := sha256.Sum256([]byte(hash))
	return hex.EncodeToString(sum[:])
}

// settleUsers lets the demonstration's users in with --demo and keeps them out
// without, and sees to it that somebody can act as administrator; login and
// oneTime are those of an administrator who was made for it.
func (in *installation) settleUsers(ctx context.Context, withDemo bool) (shown []frontend.DemoUser, login, oneTime string, err error) {
	demo, err := in.openDemoUsers(ctx)
	if err != nil {
		return nil, "", "", err
	}
	var closed []string
	if !withDemo {
		for _, u := range demo {
			closed = append(closed, u.Code)
		}
	}
	if login, oneTime, err = in.users.FirstAdministrator(ctx, closed...); err != nil {
		return nil, "", "", err
	}
	disabled := !withDemo
	for _, u := range demo {
		if u.Disabled != disabled {
			if _, err := in.users.ChangeUser(ctx, u.Code, account.UserChange{Disabled: &disabled}); err != nil {
				return nil, "", "", err
			}
		}
		if withDemo {
			shown = append(shown, frontend.DemoUser{Login: u.Login, Password: demoPassword, Role: u.Role.Label(), Name: u.Name})
		}
	}
	return shown, login, oneTime, nil
}

// greetAdministrator tells the first administrator's password, once.
func greetAdministrator(out io.Writer, login, oneTime string) {
	if login == "" {
		return
	}
	fmt.Fprintf(out, "  已建立第一个管理员账号：%s    一次性密码：%s\n", login, oneTime)
	fmt.Fprintf(out, "  请记下并马上登录改掉；它只显示这一次（忘了可用 hongniang user passwd %s 重设）。\n", login)
}

// sweepEvery is how often what has expired is removed.
const sweepEvery = time.Hour

// sweepAccounts removes expired sessions, tokens and counts of failures.
func (in *installation) sweepAccounts(ctx context.Context) {
	tick := time.NewTicker(sweepEvery)
	defer tick.Stop()
	for {
		if err := in.users.Sweep(ctx); err != nil && ctx.Err() == nil {
			in.log.Warn("expired sessions stay for now", "err", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}
