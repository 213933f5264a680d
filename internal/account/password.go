package account

import (
	"context"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"io"
	"runtime"
	"strings"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"

	"hongniang/internal/errs"
)

// Params are the costs of argon2id.
type Params struct {
	MemoryKiB uint32
	Passes    uint32
	Lanes     uint8
}

// DefaultParams are what OWASP advises for argon2id on a small machine
// (Password Storage Cheat Sheet): 19 MiB, two passes, one lane.
func DefaultParams() Params { return Params{MemoryKiB: 19 << 10, Passes: 2, Lanes: 1} }

const (
	saltBytes = 16
	hashBytes = 32
	// maxMemoryKiB and maxPasses bound what a stored hash may ask for.
	maxMemoryKiB = 1 << 20
	maxPasses    = 16
)

// Hasher makes and checks argon2id hashes, no more at a time than there are
// processors: each holds its memory while it runs.
type Hasher struct {
	params Params
	random io.Reader
	slots  chan struct{}
	dummy  string
}

// NewHasher prepares a hasher; random gives the salts.
func NewHasher(params Params, random io.Reader) (*Hasher, error) {
	nobody := make([]byte, saltBytes+hashBytes) // checking it takes as long as any, and no password gives it
	if _, err := io.ReadFull(random, nobody); err != nil {
		return nil, noRandom(err)
	}
	h := &Hasher{params: params, random: random, slots: make(chan struct{}, runtime.GOMAXPROCS(0))}
	h.dummy = phc{params, nobody[:saltBytes], nobody[saltBytes:]}.String()
	return h, nil
}

// Hash gives the PHC string of a password.
func (h *Hasher) Hash(ctx context.Context, password string) (string, error) {
	salt := make([]byte, saltBytes)
	if _, err := io.ReadFull(h.random, salt); err != nil {
		return "", noRandom(err)
	}
	sum, err := h.sum(ctx, phc{h.params, salt, make([]byte, hashBytes)}, password)
	if err != nil {
		return "", err
	}
	return phc{h.params, salt, sum}.String(), nil
}

// Check tells whether the hash is the password's, and whether it should be made
// anew because it cost less than hashes do now. An empty hash is nobody's: it
// takes as long as any other and is never right.
func (h *Hasher) Check(ctx context.Context, hash, password string) (right, weak bool, err error) {
	known := hash != ""
	if !known {
		hash = h.dummy
	}
	want, err := parsePHC(hash)
	if err != nil {
		return false, false, err
	}
	got, err := h.sum(ctx, want, password)
	if err != nil {
		return false, false, err
	}
	right = subtle.ConstantTimeCompare(want.sum, got) == 1 && known
	return right, right && want.params != h.params, nil
}

// sum waits for a free processor.
func (h *Hasher) sum(ctx context.Context, p phc, password string) ([]byte, error) {
	select {
	case h.slots <- struct{}{}:
		defer func() { <-h.slots }()
	case <-ctx.Done():
		return nil, errs.Wrap(ctx.Err(), errs.Unavailable, "login.busy", "现在登录的人太多，请稍后再试。")
	}
	return argon2.IDKey([]byte(password), p.salt, p.params.Passes, p.params.MemoryKiB, p.params.Lanes, uint32(len(p.sum))), nil
}

// phc is a hash in the PHC string format:
// $argon2id$v=19$m=19456,t=2,p=1$salt$sum, both in base64 without padding.
type phc struct {
	params    Params
	salt, sum []byte
}

// String writes the format.
func (p phc) String() string {
	b64 := base64.RawStdEncoding.EncodeToString
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, p.params.MemoryKiB, p.params.Passes, p.params.Lanes, b64(p.salt), b64(p.sum))
}

func parsePHC(s string) (phc, error) {
	var p phc
	bad := errs.New(errs.Internal, "account.bad_hash", "账号的密码数据已损坏，请管理员重设密码。")
	parts := strings.Split(s, "$")
	if len(parts) != 6 || parts[0] != "" || parts[1] != "argon2id" || parts[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return p, bad
	}
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &p.params.MemoryKiB, &p.params.Passes, &p.params.Lanes); err != nil {
		return p, bad
	}
	if p.params.MemoryKiB == 0 || p.params.MemoryKiB > maxMemoryKiB || p.params.Passes == 0 || p.params.Passes > maxPasses || p.params.Lanes == 0 {
		return p, bad
	}
	var err error
	if p.salt, err = base64.RawStdEncoding.DecodeString(parts[4]); err != nil || len(p.salt) < 8 {
		return p, bad
	}
	if p.sum, err = base64.RawStdEncoding.DecodeString(parts[5]); err != nil || len(p.sum) < 16 || len(p.sum) > 64 {
		return p, bad
	}
	return p, nil
}

// Bounds of a password, in characters.
const (
	MinPassword = 10
	MaxPassword = 128
)

// commonParts are what too many passwords are made of.
var commonParts = []string{"password", "12345", "23456", "34567", "45678", "56789", "67890", "54321", "98765", "qwert", "yuiop", "asdfg", "zxcvb", "1q2w3e", "abc123", "admin", "hongniang", "woaini", "5201314", "iloveyou", "88888", "66666", "00000", "11111"}

// checkPassword refuses what is soon guessed. names are what others know of
// the user: login, mobile, name.
func checkPassword(password string, names ...string) error {
	n := utf8.RuneCountInString(password)
	var f errs.Faults
	switch {
	case n < MinPassword:
		f.Add("password", "password.short", fmt.Sprintf("密码至少 %d 个字符，可以用一句好记的话。", MinPassword), "")
	case n > MaxPassword:
		f.Add("password", "password.long", fmt.Sprintf("密码最多 %d 个字符。", MaxPassword), "")
	case guessable(password, names):
		f.Add("password", "password.weak", "这个密码太容易猜到：不要用账号、手机号、姓名、常见的词或连续、重复的字符，可以用几个不相干的词。", "")
	}
	return f.Err()
}

// guessable takes away what is known or common and looks at what is left.
func guessable(password string, names []string) bool {
	rest := strings.ToLower(password)
	for _, part := range append(append([]string{}, commonParts...), names...) {
		if utf8.RuneCountInString(part) >= 3 || len(part) >= 6 {
			rest = strings.ReplaceAll(rest, strings.ToLower(part), "")
		}
	}
	different := map[rune]bool{}
	for _, r := range rest {
		different[r] = true
	}
	return utf8.RuneCountInString(rest) < 5 || len(different) < 5
}

func noRandom(err error) error {
	return errs.Wrap(err, errs.Internal, "account.random", "系统取不到随机数，请稍后再试。")
}
