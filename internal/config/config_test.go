package config_test

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"hongniang/configs"
	"hongniang/internal/config"
	"hongniang/internal/errs"
)

func defaults() config.Config {
	return config.Config{
		Server:  config.Server{Addr: "localhost:8080", TrustedProxies: "127.0.0.0/8, ::1", Metrics: "local", MaxUploadMB: 64, ShutdownGrace: 10 * time.Second},
		Data:    config.Data{Dir: "./data"},
		Search:  config.Search{MemoryMB: 320},
		MongoDB: config.MongoDB{Database: "hongniang"},
		Mail:    config.Mail{TLS: "starttls"},
		Alerts:  config.Alerts{PerWeek: 3, Least: "medium"},
		Backups: config.Backups{Keep: 7},
		Log:     config.Log{Level: "info", Format: "text"},
	}
}

func write(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "my.yaml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestDefaults(t *testing.T) {
	t.Parallel()
	got, err := config.Load("", nil)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(defaults(), got); diff != "" {
		t.Errorf("defaults (-want +got):\n%s", diff)
	}
}

// The struct and configs/hongniang.yaml have the same keys, and every key of
// the file has a comment in English and Chinese.
func TestFileAndStructAgree(t *testing.T) {
	t.Parallel()
	var keys []string
	section, comment := "", ""
	for line := range strings.Lines(configs.Text("hongniang.yaml")) {
		line = strings.TrimRight(line, "\n")
		name, _, isKey := strings.Cut(strings.TrimSpace(line), ":")
		switch {
		case strings.HasPrefix(strings.TrimSpace(line), "#"):
			comment = line
		case !isKey:
		case !strings.HasPrefix(line, " "):
			section = name
		default:
			keys = append(keys, section+"."+name)
			if !regexp.MustCompile(`# .*[A-Za-z]{3}.*\p{Han}`).MatchString(comment) {
				t.Errorf("%s.%s: the comment above it lacks English or Chinese: %q", section, name, comment)
			}
			comment = ""
		}
	}
	slices.Sort(keys)
	if diff := cmp.Diff(config.Keys(), keys); diff != "" {
		t.Errorf("keys (-struct +file):\n%s", diff)
	}
}

func TestEnvironmentWinsOverFile(t *testing.T) {
	t.Parallel()
	words := write(t, "焊接 50 n\n")
	path := write(t, "server:\n  addr: 0.0.0.0:9000\n  max_upload_mb: 8\nmongodb:\n  uri: mongodb://a:b@db/?replicaSet=rs0\n")
	got, err := config.Load(path, []string{
		"PATH=/bin", "HONGNIANG_SERVER_ADDR=:7000", "HONGNIANG_SERVER_SHUTDOWN_GRACE=1m", "HONGNIANG_SERVER_TRUSTED_PROXIES=10.0.0.1",
		"HONGNIANG_SEARCH_USER_DICTIONARY=" + words, "HONGNIANG_LOG_LEVEL=", "HONGNIANG_TEST_MONGODB_URI=x", "HONGNIANG_CHROMIUM=/usr/bin/chromium",
	})
	if err != nil {
		t.Fatal(err)
	}
	want := defaults()
	want.Server = config.Server{Addr: ":7000", TrustedProxies: "10.0.0.1", Metrics: "local", MaxUploadMB: 8, ShutdownGrace: time.Minute}
	want.MongoDB.URI = "mongodb://a:b@db/?replicaSet=rs0"
	want.Search.UserDictionary = words
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestEmptyAndPartialFiles(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "# nothing\n", "server:\n", "server:\n  # only a comment\n", "mongodb:\n  uri:\n", "log: {level: info}\n"} {
		got, err := config.Load(write(t, text), nil)
		if err != nil {
			t.Errorf("%q: %v", text, err)
		}
		if diff := cmp.Diff(defaults(), got); diff != "" {
			t.Errorf("%q (-want +got):\n%s", text, diff)
		}
	}
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name, yaml string
		env        []string
		code       string
		says       []string
	}{
		{"unknown key", "server:\n  adr: x:1\n", nil, "config.unknown_key", []string{"第 2 行", "server.adr", "是不是想写 server.addr", "mongodb.uri"}},
		{"unknown section", "\n\nsrver:\n  addr: x:1\n", nil, "config.unknown_key", []string{"第 4 行", "srver.addr"}},
		{"unknown variable", "", []string{"HONGNIANG_SERVER_ADR=x:1"}, "config.unknown_key", []string{"HONGNIANG_SERVER_ADR", "是不是想写 HONGNIANG_SERVER_ADDR"}},
		{"address", "server:\n  addr: 8080\n", nil, "config.bad_value", []string{"第 2 行", "server.addr", "“8080”", "主机:端口"}},
		{"port", "", []string{"HONGNIANG_SERVER_ADDR=localhost:99999"}, "config.bad_value", []string{"环境变量 HONGNIANG_SERVER_ADDR", "“localhost:99999”"}},
		{"base url", "server:\n  base_url: example.cn\n", nil, "config.bad_value", []string{"server.base_url", "https://"}},
		{"integer", "server:\n  max_upload_mb: 1.5\n", nil, "config.bad_value", []string{"“1.5”", "1 到 1024"}},
		{"too large", "server:\n  max_upload_mb: 4096\n", nil, "config.bad_value", []string{"“4096”"}},
		{"duration", "server:\n  shutdown_grace: 10\n", nil, "config.bad_value", []string{"“10”", "10s"}},
		{"sender", "mail:\n  from: nobody\n", nil, "config.bad_value", []string{"“nobody”", "邮件地址"}},
		{"mail encryption", "mail:\n  tls: ssl\n", nil, "config.bad_value", []string{"“ssl”", "starttls"}},
		{"alerts", "alerts:\n  per_week: 1000\n", nil, "config.bad_value", []string{"“1000”", "0 到 100"}},
		{"negative", "server:\n  shutdown_grace: -1s\n", nil, "config.bad_value", []string{"“-1s”"}},
		{"networks", "server:\n  trusted_proxies: 10.0.0.0/8, 本机\n", nil, "config.bad_value", []string{"“10.0.0.0/8, 本机”", "网段"}},
		{"enumeration", "log:\n  level: loud\n", nil, "config.bad_value", []string{"“loud”", "debug、info"}},
		{"empty directory", "data:\n  dir: \"\"\n", nil, "config.bad_value", []string{"data.dir", "目录"}},
		{"database", "mongodb:\n  database: a.b\n", nil, "config.bad_value", []string{"“a.b”"}},
		{"missing file", "search:\n  synonyms: /no/such/file\n", nil, "config.bad_value", []string{"/no/such/file", "读得到"}},
		{"directory for a file", "search:\n  synonyms: /\n", nil, "config.bad_value", []string{"search.synonyms"}},
		{"twice", "log:\n  level: info\n---\nlog:\n  level: warn\n", nil, "config.duplicate_key", []string{"第 5 行", "log.level"}},
		{"list", "server:\n  addr: [a, b]\n", nil, "config.bad_value", []string{"第 2 行", "列表"}},
		{"deeper", "server:\n  addr:\n    host: a\n", nil, "config.bad_value", []string{"server.addr"}},
		{"scalar section", "server: localhost:8080\n", nil, "config.malformed", []string{"第 1 行", "缩进"}},
		{"top list", "- a\n- b\n", nil, "config.malformed", []string{"第 1 行"}},
		{"not YAML", "server:\n  addr: \"x\n", nil, "config.malformed", []string{"第 2 行", "YAML"}},
		{"tab", "server:\n\taddr: x:1\n", nil, "config.malformed", []string{"YAML"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, err := config.Load(write(t, c.yaml), c.env)
			if err == nil {
				t.Fatal("the settings were accepted")
			}
			e := errs.As(err)
			if e.Kind != errs.Invalid || e.Code != c.code {
				t.Errorf("%s %s, want invalid %s", e.Kind, e.Code, c.code)
			}
			for _, s := range c.says {
				if !strings.Contains(e.Message, s) {
					t.Errorf("%q does not say %q", e.Message, s)
				}
			}
			if strings.Contains(strings.TrimSpace(e.Message), "\n") || !strings.HasSuffix(e.Message, "。") {
				t.Errorf("%q is not one sentence", e.Message)
			}
		})
	}
}

func TestMissingFile(t *testing.T) {
	t.Parallel()
	_, err := config.Load(filepath.Join(t.TempDir(), "none.yaml"), nil)
	if e := errs.As(err); e == nil || e.Code != "config.unreadable" || !strings.Contains(e.Message, "none.yaml") {
		t.Errorf("got %v", err)
	}
}

// A secret never leaves by an error, a print, a log or an encoding.
func TestSecretsStayHidden(t *testing.T) {
	t.Parallel()
	const secret = "hunter2hunter2hunter2"
	cases := map[string][]string{
		"bad uri":    {"HONGNIANG_MONGODB_URI=http://user:" + secret + "@db"},
		"bad token":  {"HONGNIANG_STAFF_TOKEN=" + secret + " 中"},
		"good token": {"HONGNIANG_STAFF_TOKEN=" + secret, "HONGNIANG_MONGODB_URI=mongodb://u:" + secret + "@db"},
	}
	for name, env := range cases {
		c, err := config.Load("", env)
		encoded, jsonErr := json.Marshal(c)
		if jsonErr != nil {
			t.Fatal(jsonErr)
		}
		var logged strings.Builder
		slog.New(slog.NewJSONHandler(&logged, nil)).Info("settings", "config", c, "token", c.Staff.Token)
		printed := fmt.Sprintf("%v %+v %#v %s %v", c, c, c, encoded, err) + logged.String()
		if strings.Contains(printed, secret) {
			t.Errorf("%s: the secret is in %s", name, printed)
		}
		if wantErr := strings.HasPrefix(name, "bad"); (err != nil) != wantErr {
			t.Errorf("%s: %v", name, err)
		}
	}
	c, err := config.Load(write(t, "staff:\n  token: \""+secret+"\n"), nil)
	if err == nil || strings.Contains(err.Error(), secret) {
		t.Errorf("a broken file quotes its secret: %v, %v", err, c)
	}
	if got := config.Secret(secret).Reveal(); got != secret {
		t.Errorf("Reveal = %q", got)
	}
}

func TestSlogLevel(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]slog.Level{"debug": slog.LevelDebug, "info": slog.LevelInfo, "warn": slog.LevelWarn, "error": slog.LevelError, "": slog.LevelInfo} {
		if got := (config.Log{Level: name}).SlogLevel(); got != want {
			t.Errorf("%q = %v, want %v", name, got, want)
		}
	}
}

func ExampleEnvName() {
	fmt.Println(config.EnvName("mongodb.uri"))
	// Output: HONGNIANG_MONGODB_URI
}

func FuzzLoad(f *testing.F) {
	f.Add(configs.Text("hongniang.yaml"))
	f.Add("server: {addr: *x}\n")
	f.Add("a: &a\n  <<: *a\n")
	f.Fuzz(func(t *testing.T, text string) {
		c, err := config.Load(write(t, text), nil)
		if err != nil && errs.KindOf(err) != errs.Invalid {
			t.Errorf("%v is not an invalid error", err)
		}
		if err == nil && c.Server.Addr == "" {
			t.Error("accepted without an address")
		}
	})
}
