package browser_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// What cannot be shown says so in words, what to do, and a number to ask by: a page
// that is not there, one that is not for the caller, and one that a damaged
// database does not give any more.
func TestRefusalsLookGood(t *testing.T) {
	t.Parallel()
	broken := ownInstallation(t)
	junk := bytes.Repeat([]byte("no database "), 1<<16)
	for _, name := range []string{"hongniang.db", "hongniang.db-wal"} {
		if err := os.WriteFile(filepath.Join(broken.data, name), junk, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		name, path, says, status string
		p                        *person
	}{
		{"404", "/nowhere", "没有这个页面", "错误 404", &person{tab: openTab(t), name: "visitor"}},
		{"403", "/admin", "没有权限", "错误 403", signIn(t, "gongjiang")},
		{"500", "/experts/ZJ-2026-A005", "服务出了意外", "错误 500", &person{tab: openTabOn(t, broken.base), name: "visitor"}},
	} {
		c.p.open(c.path)
		c.p.says(c.says, c.status, "请求编号")
		if body := strings.ToLower(c.p.eval("document.body.innerText")); strings.Contains(body, "sqlite") || strings.Contains(body, "not a database") || strings.Contains(body, "数据目录") || strings.Contains(body, broken.data) {
			t.Errorf("the page of %s tells of its insides: %s", c.name, body)
		}
		c.p.axe(c.name, everyRule)
		c.p.picture("failure-" + c.name)
		c.p.forgive()
	}
}
