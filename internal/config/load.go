package config

import (
	"fmt"
	"os"
	"slices"
	"strings"

	"hongniang/configs"
	"hongniang/internal/errs"
)

// EnvPrefix starts the name of every environment variable of ours.
const EnvPrefix = "HONGNIANG_"

// notSettings are variables with our prefix that mean something else.
var notSettings = []string{"HONGNIANG_CHROMIUM", "HONGNIANG_REQUIRE_BROWSER", "HONGNIANG_TEST_"}

// EnvName gives the environment variable of a key: server.addr is
// HONGNIANG_SERVER_ADDR.
func EnvName(key string) string {
	return EnvPrefix + strings.ToUpper(strings.ReplaceAll(key, ".", "_"))
}

// Load reads the defaults, then the file at path ("" for none), then env in the
// form of os.Environ. A variable that is empty counts as not set. Errors are
// errs.Invalid: config.unreadable, config.malformed, config.unknown_key,
// config.duplicate_key, config.bad_value.
func Load(path string, env []string) (Config, error) {
	var c Config
	if err := c.readYAML(configs.Text("hongniang.yaml"), "内置的默认设置"); err != nil {
		return Config{}, err
	}
	if path != "" {
		data, err := os.ReadFile(path)
		if err != nil {
			return Config{}, errs.Wrap(err, errs.Invalid, "config.unreadable", fmt.Sprintf("设置文件 %s 读不到，请检查路径和权限。", path))
		}
		if err := c.readYAML(string(data), "设置文件 "+path); err != nil {
			return Config{}, err
		}
	}
	if err := c.readEnv(env); err != nil {
		return Config{}, err
	}
	return c, nil
}

func (c *Config) readYAML(text, source string) error {
	entries, err := parseYAML(text, source)
	if err != nil {
		return err
	}
	settings := c.settings()
	seen := map[string]bool{}
	for _, e := range entries {
		s, known := settings[e.key]
		switch {
		case !known:
			return unknownKey(e.key, e.where, settings)
		case seen[e.key]:
			return errs.New(errs.Invalid, "config.duplicate_key", fmt.Sprintf("%s：%s 写了两次，请只留一处。", e.where, e.key))
		}
		seen[e.key] = true
		if err := s.set(e); err != nil {
			return err
		}
	}
	return nil
}

func (c *Config) readEnv(env []string) error {
	settings := c.settings()
	byEnv := map[string]string{}
	for key := range settings {
		byEnv[EnvName(key)] = key
	}
	for _, pair := range slices.Sorted(slices.Values(env)) {
		name, value, _ := strings.Cut(pair, "=")
		if !strings.HasPrefix(name, EnvPrefix) || value == "" || isNotSetting(name) {
			continue
		}
		key, known := byEnv[name]
		if !known {
			return errs.New(errs.Invalid, "config.unknown_key", fmt.Sprintf("环境变量 %s 不是红娘的设置%s。请改名或去掉它；可用的名称见 configs/hongniang.yaml。", name, nearest(name, keysOf(byEnv))))
		}
		if err := settings[key].set(entry{key: key, value: value, where: "环境变量 " + name}); err != nil {
			return err
		}
	}
	return nil
}

func isNotSetting(name string) bool {
	return slices.ContainsFunc(notSettings, func(other string) bool {
		return name == other || strings.HasSuffix(other, "_") && strings.HasPrefix(name, other)
	})
}

func unknownKey(key, where string, settings map[string]setting) error {
	return errs.New(errs.Invalid, "config.unknown_key",
		fmt.Sprintf("%s：没有名为 %s 的设置%s。可用的设置：%s。", where, key, nearest(key, keysOf(settings)), strings.Join(keysOf(settings), "、")))
}

func keysOf[V any](m map[string]V) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

// nearest asks "did you mean" when a known name is at most three edits away.
func nearest(name string, known []string) string {
	best, distance := "", 4
	for _, k := range known {
		if d := edits(strings.ToLower(name), strings.ToLower(k)); d < distance {
			best, distance = k, d
		}
	}
	if best == "" {
		return ""
	}
	return "（是不是想写 " + best + "？）"
}

// edits is the Levenshtein distance of a and b in bytes.
func edits(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			diagonal, row[j+1] = row[j+1], min(row[j+1]+1, row[j]+1, diagonal+cost)
		}
	}
	return row[len(b)]
}
