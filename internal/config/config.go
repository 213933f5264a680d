// Package config reads the settings: the defaults of configs/hongniang.yaml,
// then a file, then the environment. What it does not know or cannot use stops
// the start with a sentence that names key, value, line and what is allowed.
package config

import (
	"log/slog"
	"time"
)

// Config holds every setting. Its keys are those of configs/hongniang.yaml;
// a test compares the two. The tags "allowed" end the sentence about a bad value.
type Config struct {
	Server  Server  `key:"server"`
	Data    Data    `key:"data"`
	MongoDB MongoDB `key:"mongodb"`
	Staff   Staff   `key:"staff"`
	Search  Search  `key:"search"`
	Ranking Ranking `key:"ranking"`
	Mail    Mail    `key:"mail"`
	Alerts  Alerts  `key:"alerts"`
	Backups Backups `key:"backups"`
	Log     Log     `key:"log"`
}

// Server is where and how pages and the API are served.
type Server struct {
	Addr    string `key:"addr" check:"address" allowed:"主机:端口，端口 0 到 65535，如 localhost:8080 或 0.0.0.0:8080"`
	BaseURL string `key:"base_url" check:"base_url" allowed:"空，或 http:// 或 https:// 开头、不带查询参数的网址，如 https://hongniang.example.cn"`
	// TrustedProxies is a list of networks or addresses, separated by commas.
	TrustedProxies string `key:"trusted_proxies" check:"networks" allowed:"空，或用逗号隔开的网段、地址，如 127.0.0.0/8, ::1"`
	// Metrics says who reads /metrics: local programs and administrators, or everybody.
	Metrics       string        `key:"metrics" one:"local open" allowed:"local（本机和管理员）或 open（谁都可以）"`
	MaxUploadMB   int           `key:"max_upload_mb" min:"1" max:"1024" allowed:"1 到 1024 的整数"`
	ShutdownGrace time.Duration `key:"shutdown_grace" min:"0s" max:"10m" allowed:"0s 到 10m 的时长，如 10s"`
}

// Data is where the embedded database, the index and the operator's token are kept.
type Data struct {
	Dir string `key:"dir" check:"filled" allowed:"一个目录，如 ./data"`
}

// MongoDB is the database server; an empty URI means the embedded SQLite file.
type MongoDB struct {
	URI      Secret `key:"uri" check:"mongodb_uri" allowed:"空，或 mongodb:// 或 mongodb+srv:// 开头的连接串"`
	Database string `key:"database" check:"database" allowed:"1 到 63 个字母、数字、下划线或连字符"`
}

// Staff is the token by which the operator's programs act as an administrator.
type Staff struct {
	// Token is empty when the token is generated into the data directory.
	Token Secret `key:"token" check:"token" allowed:"空，或至少 16 个不含空白的 ASCII 字符"`
}

// Search names the operator's word lists; empty means the embedded ones. It also
// says what the index may take of memory.
type Search struct {
	Synonyms       string `key:"synonyms" check:"file" allowed:"空，或一个读得到的文件"`
	UserDictionary string `key:"user_dictionary" check:"file" allowed:"空，或一个读得到的文件"`
	// MemoryMB is how much of the index is kept in memory, so that answers are fast.
	MemoryMB int `key:"memory_mb" min:"0" max:"65536" allowed:"0 到 65536 的整数"`
}

// Ranking names the weights of the matcher that `hongniang eval fit` learned;
// empty means weights.json of the data directory when it is there, else those of
// the program.
type Ranking struct {
	Weights string `key:"weights" check:"file" allowed:"空，或一个读得到的文件"`
}

// Mail is by which server letters go out; without a host none do.
type Mail struct {
	Host string `key:"host"`
	// Port is 0 for the usual one of TLS.
	Port     int    `key:"port" min:"0" max:"65535" allowed:"0 到 65535 的整数"`
	User     string `key:"user"`
	Password Secret `key:"password"`
	From     string `key:"from" check:"mail" allowed:"空，或一个邮件地址，如 技术红娘 <hongniang@example.cn>"`
	TLS      string `key:"tls" one:"starttls tls none" allowed:"starttls、tls 或 none"`
}

// Alerts is who is told of matches, and how often.
type Alerts struct {
	// PerWeek is how many one person gets in seven days at most; 0 turns alerts off.
	PerWeek int    `key:"per_week" min:"0" max:"100" allowed:"0 到 100 的整数"`
	Least   string `key:"least" one:"very_high high medium low" allowed:"very_high、high、medium 或 low"`
}

// Backups are the copies of the embedded database that are made by themselves.
type Backups struct {
	// Keep is how many daily ones are kept; 0 makes none.
	Keep int `key:"keep" min:"0" max:"365" allowed:"0 到 365 的整数"`
}

// Log is how much is logged, and in what form.
type Log struct {
	Level  string `key:"level" one:"debug info warn error" allowed:"debug、info、warn 或 error"`
	Format string `key:"format" one:"text json" allowed:"text 或 json"`
}

// SlogLevel gives the level for log/slog.
func (l Log) SlogLevel() slog.Level {
	var level slog.Level
	if err := level.UnmarshalText([]byte(l.Level)); err != nil {
		return slog.LevelInfo
	}
	return level
}

// Secret is a setting that is never printed, logged or encoded; Reveal gives
// its text.
type Secret string

const masked = "（已隐藏）"

// String masks a secret; an empty one stays empty.
func (s Secret) String() string {
	if s == "" {
		return ""
	}
	return masked
}

// GoString masks %#v.
func (s Secret) GoString() string { return `config.Secret("` + s.String() + `")` }

// LogValue masks log/slog.
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.String()) }

// MarshalText masks JSON, YAML and every other encoding.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// Reveal gives the text itself: only for the connection or comparison that
// needs it.
func (s Secret) Reveal() string { return string(s) }
