package main_test

import (
	"encoding/json"
	"net/http"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var oneTimePattern = regexp.MustCompile(`[a-z2-9]{4}(-[a-z2-9]{4}){3}`)

// The accounts of a data directory, alone and through the server that has it.
func TestUserCommands(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	added := run(t, "user", "add", "--data", dir, "--login", "GuanLi2", "--name", "李管理", "--role", "administrator", "--mobile", "138 1234 5678")
	password := oneTimePattern.FindString(added.out)
	if added.code != 0 || password == "" || !strings.Contains(added.out, "guanli2（管理员）") || strings.Contains(added.err, password) {
		t.Fatalf("%+v", added)
	}
	list := run(t, "user", "list", "--data", dir)
	if list.code != 0 || !strings.Contains(list.out, "138****5678") || !strings.Contains(list.out, "待改密码") || strings.Contains(list.out, "argon2") {
		t.Errorf("%+v", list)
	}
	fails(t, run(t, "user", "disable", "--data", dir, "guanli2"), 1, "user.last_administrator")
	fails(t, run(t, "user", "passwd", "--data", dir, "niemand"), 3, "account.not_found")
	fails(t, run(t, "user", "add", "--data", dir, "--login", "x", "--name", "y", "--role", "broker"), 2, "record.invalid")
	fails(t, run(t, "user", "add", "--data", dir, "--login", "xyz"), 2, "command.usage")

	s := serve(t, dir)
	if strings.Contains(s.log.String(), "一次性密码") {
		t.Error("a second administrator was made")
	}
	again := run(t, "user", "passwd", "--data", dir, "13812345678")
	fresh := oneTimePattern.FindString(again.out)
	if again.code != 0 || fresh == "" || fresh == password {
		t.Fatalf("%+v", again)
	}
	for given, want := range map[string]int{password: http.StatusUnauthorized, fresh: http.StatusCreated} {
		if got := signIn(t, s, "guanli2", given); got != want {
			t.Errorf("signing in gives %d, want %d", got, want)
		}
	}
	if got := run(t, "user", "add", "--data", dir, "--login", "guanli3", "--name", "王管理", "--role", "administrator"); got.code != 0 {
		t.Errorf("%+v", got)
	}
	for _, step := range []struct{ do, state string }{{"disable", "停用"}, {"enable", "待改密码"}} {
		if got := run(t, "user", step.do, "--data", dir, "guanli2"); got.code != 0 {
			t.Errorf("%+v", got)
		}
		line := regexp.MustCompile("(?m)^guanli2.*$").FindString(run(t, "user", "list", "--data", dir).out)
		if !strings.Contains(line, step.state) {
			t.Errorf("after %s: %s", step.do, line)
		}
	}
}

func signIn(t *testing.T, s *server, name, password string) int {
	t.Helper()
	body, err := json.Marshal(map[string]string{"name": name, "password": password})
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.Post(s.base+"/api/v1/session", "application/json", strings.NewReader(string(body)))
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	return res.StatusCode
}

// The first start makes an administrator and says so once. The demonstration's
// accounts are open with --demo only.
func TestFirstAdministratorAndDemoUsers(t *testing.T) {
	t.Parallel()
	const demoPassword = "hongniang-demo-2026"
	empty := t.TempDir()
	s := serve(t, empty)
	s.stop()
	password := oneTimePattern.FindString(s.log.String())
	if password == "" || !strings.Contains(s.log.String(), "admin") {
		t.Fatalf("no administrator: %s", s.log)
	}
	s = serve(t, empty)
	if got := signIn(t, s, "admin", password); got != http.StatusCreated {
		t.Errorf("the first administrator: %d", got)
	}
	s.stop()
	if strings.Contains(s.log.String(), "一次性密码") {
		t.Errorf("told twice: %s", s.log)
	}

	dir := filepath.Join(t.TempDir(), "demo")
	for i, step := range []struct {
		args []string
		want int
	}{{[]string{"--demo"}, http.StatusCreated}, {nil, http.StatusUnauthorized}, {[]string{"--demo"}, http.StatusCreated}} {
		s := serve(t, dir, step.args...)
		for _, login := range []string{"qiye", "gongjiang", "hongniang", "lingdao", "guanli"} {
			if got := signIn(t, s, login, demoPassword); got != step.want {
				t.Errorf("start %d: %s gets %d, want %d", i+1, login, got, step.want)
			}
		}
		s.stop()
		if made := strings.Contains(s.log.String(), "第一个管理员"); made != (i == 1) {
			t.Errorf("start %d: an administrator was made: %v", i+1, made)
		}
	}
}
