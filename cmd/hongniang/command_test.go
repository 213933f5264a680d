package main_test

import (
	"bytes"
	"encoding/json"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"unicode"

	"golang.org/x/text/encoding/simplifiedchinese"

	"hongniang/internal/search"
	"hongniang/matcher"
)

func hasChinese(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return unicode.Is(unicode.Han, r) })
}

// fails wants an exit code, nothing on stdout, and a Chinese sentence with a
// code on stderr.
func fails(t *testing.T, got result, code int, errorCode string) {
	t.Helper()
	if got.code != code || got.out != "" || !strings.HasPrefix(got.err, "错误：") || !strings.Contains(got.err, "（"+errorCode+"）") {
		t.Errorf("exit code %d, want %d (%s)\nstdout %.300s\nstderr %s", got.code, code, errorCode, got.out, got.err)
	}
}

func TestVersion(t *testing.T) {
	if out := must(t, "version"); !strings.HasPrefix(out, "hongniang ") || len(strings.Fields(out)) != 2 {
		t.Errorf("%q", out)
	}
}

// Whatever is typed wrongly is answered in Chinese, by exit code 2, and with
// how it is written.
func TestUsage(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		args []string
		says string
	}{
		{[]string{"nosuch"}, "没有“nosuch”这条命令"},
		{[]string{"import", "need"}, "要 2 个参数，给了 1 个"},
		{[]string{"search"}, "至少要一个参数"},
		{[]string{"serve", "more"}, "要 0 个参数"},
		{[]string{"match"}, "--need、--text、--file 要给一个"},
		{[]string{"match", "--need", "a", "--text", "b"}, "只能给一个"},
		{[]string{"serve", "--bogus"}, "没有“bogus”这个选项"},
		{[]string{"search", "-x", "a"}, "没有“x”这个选项"},
		{[]string{"search", "-风电 叶片"}, "没有“风电 叶片”这个选项。检索式以减号开头时"},
		{[]string{"search", "a", "--top"}, "--top 后面要有一个值"},
		{[]string{"search", "a", "--top", "many"}, "--top 的值“many”不能用，应为整数"},
		{[]string{"migrate"}, "还缺选项 --to"},
		{[]string{"eval", "rank", "--kind", "search"}, "还缺选项 --corpus、--queries、--out"},
	} {
		got := run(t, tt.args...)
		fails(t, got, 2, "command.usage")
		if !strings.Contains(got.err, tt.says) || !strings.Contains(got.err, "--help") {
			t.Errorf("%q: %s", tt.args, got.err)
		}
	}
}

// Help names every command, in Chinese.
func TestHelp(t *testing.T) {
	t.Parallel()
	out := must(t)
	if again := must(t, "--help"); again != out {
		t.Errorf("without arguments:\n%s\nwith --help:\n%s", out, again)
	}
	for _, name := range []string{"serve", "import", "export", "template", "search", "match", "reindex", "demo", "migrate", "eval", "bench", "healthcheck", "version"} {
		if !strings.Contains(out, "\n  "+name+" ") {
			t.Errorf("help does not name %s", name)
		}
		if help := must(t, name, "--help"); !strings.Contains(help, "用法：") || !strings.Contains(help, "显示说明") || strings.Contains(help, "help for") {
			t.Errorf("%s --help:\n%s", name, help)
		}
	}
}

func TestDemoTwice(t *testing.T) {
	t.Parallel()
	dir := demoDir(t)
	if out := must(t, "demo", "--data", dir); out != "装入了 0 条示例记录。\n" {
		t.Errorf("the second time: %s", out)
	}
}

func TestSearchCommand(t *testing.T) {
	t.Parallel()
	dir := demoDir(t)
	out := must(t, "search", "换流阀", "清灰", "--kind", "成果,result", "--data", dir)
	if !strings.HasPrefix(out, " 1  [创新成果] 直流换流站换流阀清灰") || strings.Contains(out, "专家") {
		t.Errorf("search:\n%s", out)
	}
	var res search.Response
	if err := json.Unmarshal([]byte(must(t, "search", "kind:专利 曲轴 -风电", "--json", "--top", "3", "--data", dir)), &res); err != nil {
		t.Fatal(err)
	}
	if len(res.Hits) == 0 || len(res.Hits) > 3 || res.Hits[0].Kind != "patent" || res.Total < len(res.Hits) {
		t.Errorf("JSON: %+v", res)
	}
	if out := must(t, "search", "龘龘龘", "--data", dir); !strings.Contains(out, "没有找到") {
		t.Errorf("nothing found:\n%s", out)
	}
	fails(t, run(t, "search", "a", "--kind", "dragon", "--data", dir), 3, "kind.unknown")
	fails(t, run(t, "search", "a", "--top", "101", "--data", dir), 2, "search.invalid")
}

func TestMatchCommand(t *testing.T) {
	t.Parallel()
	dir, work := demoDir(t), t.TempDir()
	file := func(name string, data []byte) string {
		path := filepath.Join(work, name)
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	const need = "换流站的换流阀积灰严重，停电检修时间短，人工清理慢，容易损伤元件，想找能带电清灰的办法"
	gbk, err := simplifiedchinese.GBK.NewEncoder().String(need)
	if err != nil {
		t.Fatal(err)
	}
	long := strings.Repeat(need+"。", (1<<20)/len(need))
	match := func(args ...string) result {
		return run(t, append([]string{"match", "--data", dir, "--top", "3"}, args...)...)
	}
	for name, args := range map[string][]string{
		"with a title": {"--title", "换流阀清灰", "--text", need}, "UTF-8 file": {"--file", file("utf8.txt", []byte("\uFEFF"+need))},
		"GBK file": {"--file", file("gbk.txt", []byte(gbk))}, "1 MB file": {"--file", file("long.txt", []byte(long))}, "saved need": {"--need", "XQ-2026-B005"},
	} {
		got := match(args...)
		if got.code != 0 || got.err != "" || !strings.Contains(got.out, "\n人选与工作室\n") || !strings.Contains(got.out, "CG-2026-B018") || !strings.Contains(got.out, "写到“换流阀") {
			t.Errorf("%s: exit code %d, %s\n%.600s", name, got.code, got.err, got.out)
		}
		if name == "1 MB file" && !strings.Contains(got.out, "提示：难题太长") {
			t.Errorf("nothing is said of the length:\n%.200s", got.out)
		}
	}
	var answer matcher.Answer
	if err := json.Unmarshal([]byte(match("--text", need, "--json").out), &answer); err != nil {
		t.Fatal(err)
	}
	if len(answer.Documents) == 0 || len(answer.Documents) > 3 || answer.Documents[0].Code != "CG-2026-B018" || len(answer.Documents[0].Reasons) == 0 {
		t.Errorf("JSON: %+v", answer.Documents)
	}
	nobody := match("--text", "副井罐笼的提升绳每天靠人捋着棉纱看断丝，油泥厚的地方看不出来。想装一套不停车就能测出断丝、磨损和锈蚀的设备，绳速 6 米每秒。")
	before, hints, near := strings.Cut(nobody.out, "\n最接近的（够不上“低”，只作线索）\n")
	if !near || !strings.Contains(before, "没有合适的人选") || strings.Contains(before, "\n 1  ") || !strings.Contains(hints, " 1  不足 ") {
		t.Errorf("nobody fits: %s%s", nobody.out, nobody.err)
	}
	fails(t, match("--text", ""), 2, "record.invalid")
	fails(t, match("--text", " \n？！"), 2, "record.invalid")
	fails(t, match("--file", file("binary", []byte("PK\x03\x04\x00\x00\xff\xfe"))), 2, "match.binary")
	fails(t, match("--file", file("broken.txt", []byte("\xff\xff\xff\x80\x80"))), 2, "match.charset")
	fails(t, match("--file", filepath.Join(work, "missing")), 3, "match.file")
	fails(t, match("--need", "XQ-1999-0001"), 3, "record.not_found")
	fails(t, match("--text", need, "--top", "101"), 2, "record.invalid")
	stdin := command(work, "match", "--data", dir, "--file", "-")
	stdin.Stdin = strings.NewReader(need)
	if got := finish(t, stdin); got.code != 0 || !strings.Contains(got.out, "CG-2026-B018") {
		t.Errorf("from stdin: %+v", got)
	}
}

// A bad setting, a taken port and a data directory that cannot be used stop the
// start with a sentence.
func TestBadStart(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "data")
	with := func(setting string) result {
		cmd := command(t.TempDir(), "serve", "--data", dir)
		cmd.Env = append(cmd.Env, setting)
		return finish(t, cmd)
	}
	fails(t, with("HONGNIANG_SERVER_ADDR=xx"), 2, "config.bad_value")
	fails(t, with("HONGNIANG_FOO=1"), 2, "config.unknown_key")
	fails(t, with("HONGNIANG_SEARCH_SYNONYMS="+filepath.Join(dir, "missing")), 2, "config.bad_value")
	if _, err := os.Stat(dir); err == nil {
		t.Error("a start that failed made the data directory")
	}
	fails(t, run(t, "serve", "--data", dir, "--config", "missing.yaml"), 2, "config.unreadable")
	fails(t, run(t, "serve", "--data", dir, "--addr", "xx"), 2, "server.address")

	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	fails(t, run(t, "serve", "--data", dir, "--addr", taken.Addr().String()), 1, "server.port_taken")

	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	fails(t, run(t, "serve", "--addr", "127.0.0.1:0", "--data", filepath.Join(file, "data")), 5, "datadir.unusable")
	damaged := t.TempDir()
	if err := os.WriteFile(filepath.Join(damaged, "hongniang.db"), bytes.Repeat([]byte("damaged "), 1<<12), 0o600); err != nil {
		t.Fatal(err)
	}
	fails(t, run(t, "serve", "--addr", "127.0.0.1:0", "--data", damaged), 1, "store.damaged")
	cmd := command(t.TempDir(), "serve", "--addr", "127.0.0.1:0", "--data", t.TempDir())
	cmd.Env = append(cmd.Env, "HONGNIANG_MONGODB_URI=mongodb://127.0.0.1:1/x?serverSelectionTimeoutMS=200")
	fails(t, finish(t, cmd), 5, "store.unavailable")
	if os.Getuid() != 0 { // root may write anywhere
		locked := t.TempDir()
		if err := os.Chmod(locked, 0o500); err != nil {
			t.Fatal(err)
		}
		fails(t, run(t, "serve", "--addr", "127.0.0.1:0", "--data", locked), 1, "datadir.not_writable")
	}
}

func TestHealthcheckWithoutService(t *testing.T) {
	cmd := command(t.TempDir(), "healthcheck")
	cmd.Env = append(cmd.Env, "HONGNIANG_SERVER_ADDR=127.0.0.1:1")
	fails(t, finish(t, cmd), 5, "health.no_answer")
}

func TestMigrateToNowhere(t *testing.T) {
	t.Parallel()
	dir := demoDir(t)
	fails(t, run(t, "migrate", "--data", dir, "--to", "http://localhost"), 2, "store.bad_uri")
	got := run(t, "migrate", "--data", dir, "--to", "mongodb://user:geheim@127.0.0.1:1/x?serverSelectionTimeoutMS=200")
	fails(t, got, 5, "store.unavailable")
	if strings.Contains(got.err, "geheim") || !hasChinese(got.err) {
		t.Errorf("the password is shown: %s", got.err)
	}
}

func TestReadingNeedsADataDirectory(t *testing.T) {
	t.Parallel()
	missing := filepath.Join(t.TempDir(), "nothing")
	for _, args := range [][]string{{"search", "曲轴"}, {"match", "--text", "曲轴磨削烧伤"}, {"export", "need", filepath.Join(t.TempDir(), "x.csv")}, {"reindex"}} {
		got := run(t, append(args, "--data", missing)...)
		if got.code != 3 || !strings.Contains(got.err, "data.none") {
			t.Errorf("%q: exit code %d, stderr %s", args, got.code, got.err)
		}
	}
	if _, err := os.Stat(missing); err == nil {
		t.Error("reading made the directory")
	}
}

func TestExportIntoWhatIsNoFile(t *testing.T) {
	t.Parallel()
	dir := demoDir(t)
	pipe := filepath.Join(t.TempDir(), "pipe.jsonl")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	read := make(chan int, 1)
	go func() {
		data, _ := os.ReadFile(pipe)
		read <- strings.Count(string(data), "\n")
	}()
	if got := run(t, "export", "organisation", pipe, "--data", dir); got.code != 0 {
		t.Fatalf("exit code %d, stderr %s", got.code, got.err)
	}
	if lines := <-read; lines < 60 {
		t.Errorf("the pipe got %d lines", lines)
	}
	if info, err := os.Stat(pipe); err != nil || info.Mode().IsRegular() {
		t.Errorf("the pipe was replaced: %v", err)
	}
}
