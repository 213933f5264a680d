package config

import (
	"fmt"
	"net"
	"net/mail"
	"net/netip"
	"net/url"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"hongniang/internal/errs"
)

// setting is one field of a Config with the rules of its tags.
type setting struct {
	field reflect.Value
	tag   reflect.StructTag
}

// settings gives the fields by key.
func (c *Config) settings() map[string]setting {
	out := map[string]setting{}
	sections := reflect.ValueOf(c).Elem()
	for i := range sections.NumField() {
		section := sections.Field(i)
		for j := range section.NumField() {
			key := sections.Type().Field(i).Tag.Get("key") + "." + section.Type().Field(j).Tag.Get("key")
			out[key] = setting{field: section.Field(j), tag: section.Type().Field(j).Tag}
		}
	}
	return out
}

// Keys lists the key of every setting, sorted.
func Keys() []string { return keysOf(new(Config).settings()) }

// set checks a value and puts it into the field.
func (s setting) set(e entry) error {
	if !s.put(strings.TrimSpace(e.value)) {
		shown := "“" + e.value + "”"
		if _, secret := s.field.Interface().(Secret); secret {
			shown = masked
		}
		return errs.New(errs.Invalid, "config.bad_value", fmt.Sprintf("%s：%s 的值%s不能用，应为%s。", e.where, e.key, shown, s.tag.Get("allowed")))
	}
	return nil
}

func (s setting) put(value string) bool {
	switch s.field.Interface().(type) {
	case int:
		n, err := strconv.ParseInt(value, 10, 64)
		s.field.SetInt(n)
		return err == nil && n >= s.bound("min") && n <= s.bound("max")
	case time.Duration:
		d, err := time.ParseDuration(value)
		s.field.SetInt(int64(d))
		return err == nil && int64(d) >= s.bound("min") && int64(d) <= s.bound("max")
	}
	s.field.SetString(value)
	if one := s.tag.Get("one"); one != "" {
		return slices.Contains(strings.Fields(one), value)
	}
	check := checks[s.tag.Get("check")]
	return check == nil || check(value)
}

// bound reads the tag min or max: a count, or a duration in nanoseconds.
func (s setting) bound(name string) int64 {
	if d, err := time.ParseDuration(s.tag.Get(name)); err == nil {
		return int64(d)
	}
	n, err := strconv.ParseInt(s.tag.Get(name), 10, 64)
	if err != nil {
		return 0
	}
	return n
}

var (
	databaseName = regexp.MustCompile(`^[A-Za-z0-9_-]{1,63}$`)
	tokenText    = regexp.MustCompile(`^[\x21-\x7e]{16,}$`)
)

// checks are the rules of the tag "check".
var checks = map[string]func(string) bool{
	"filled":      func(s string) bool { return s != "" },
	"address":     isAddress,
	"base_url":    isBaseURL,
	"database":    databaseName.MatchString,
	"token":       func(s string) bool { return s == "" || tokenText.MatchString(s) },
	"mongodb_uri": isMongoURI,
	"file":        isReadableFile,
	"networks":    isNetworks,
	"mail":        isMail,
}

func isAddress(s string) bool {
	_, port, err := net.SplitHostPort(s)
	n, errPort := strconv.Atoi(port)
	return err == nil && errPort == nil && n >= 0 && n <= 65535
}

func isBaseURL(s string) bool {
	if s == "" {
		return true
	}
	u, err := url.Parse(s)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != "" && u.RawQuery == "" && u.Fragment == "" && u.User == nil
}

func isMongoURI(s string) bool {
	return s == "" || strings.HasPrefix(s, "mongodb://") && len(s) > len("mongodb://") || strings.HasPrefix(s, "mongodb+srv://") && len(s) > len("mongodb+srv://")
}

func isMail(s string) bool {
	_, err := mail.ParseAddress(s)
	return s == "" || err == nil
}

func isNetworks(list string) bool {
	for _, text := range strings.FieldsFunc(list, func(r rune) bool { return r == ',' || r == ' ' }) {
		_, errPrefix := netip.ParsePrefix(text)
		_, errAddr := netip.ParseAddr(text)
		if errPrefix != nil && errAddr != nil {
			return false
		}
	}
	return true
}

func isReadableFile(path string) bool {
	if path == "" {
		return true
	}
	info, err := os.Stat(path)
	if err != nil || !info.Mode().IsRegular() {
		return false
	}
	f, err := os.Open(path)
	if err != nil {
		return false
	}
	return f.Close() == nil
}
