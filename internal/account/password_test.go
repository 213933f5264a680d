package account_test

import (
	"crypto/rand"
	"strings"
	"testing"

	"hongniang/internal/account"
)

func TestHasher(t *testing.T) {
	t.Parallel()
	h, err := account.NewHasher(cheap, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	hash, err := h.Hash(t.Context(), goodPassword)
	if err != nil || !strings.HasPrefix(hash, "$argon2id$v=19$m=64,t=1,p=1$") {
		t.Fatalf("%s, %v", hash, err)
	}
	if again, _ := h.Hash(t.Context(), goodPassword); again == hash {
		t.Error("two hashes of a password are the same: no salt")
	}
	// Made by the reference implementation: argon2 somesalt -id -t 2 -m 16 -p 1, of "password".
	const foreign = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc"
	cases := []struct {
		hash, password string
		right, weak    bool
		code           string
	}{
		{hash, goodPassword, true, false, ""},
		{hash, goodPassword + " ", false, false, ""},
		{hash, "", false, false, ""},
		{"", "nobody has this password", false, false, ""},
		{foreign, "password", true, true, ""},
		{foreign, "Password", false, false, ""},
		{"$argon2i$v=19$m=64,t=1,p=1$c29tZXNhbHQ$AAAA", "x", false, false, "account.bad_hash"},
		{"$argon2id$v=19$m=4294967295,t=1,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc", "x", false, false, "account.bad_hash"},
		{"$argon2id$v=19$m=64,t=0,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc", "x", false, false, "account.bad_hash"},
		{"plain", "plain", false, false, "account.bad_hash"},
	}
	for _, c := range cases {
		right, weak, err := h.Check(t.Context(), c.hash, c.password)
		if right != c.right || weak != c.weak {
			t.Errorf("%q against %s: %v, %v", c.password, c.hash, right, weak)
		}
		wantCode(t, err, c.code)
	}
}

func FuzzCheck(f *testing.F) {
	h, err := account.NewHasher(cheap, rand.Reader)
	if err != nil {
		f.Fatal(err)
	}
	f.Add("$argon2id$v=19$m=64,t=1,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc", "x")
	f.Add("$$$$$", "")
	f.Fuzz(func(t *testing.T, hash, password string) {
		if strings.Contains(hash, "m=") && len(hash) > 60 {
			return // a good hash may ask for a gigabyte
		}
		if right, _, _ := h.Check(t.Context(), hash, password); right {
			t.Errorf("%q opens %q", password, hash)
		}
	})
}

func TestPasswordsThatAreRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, bad := range []string{
		" ", "short", "1234567890", "password123", "Password12345", "aaaaaaaaaaaa", "abababababab", "hongniang2026", "wang13800000001", "王红娘王红娘王红娘王红娘",
		"qwertyuiop12", "Admin123456", strings.Repeat("长", 129),
	} {
		_, _, err := w.AddUser(t.Context(), account.NewUser{Login: "wang", Mobile: "13800000001", Name: "王红娘", Role: account.Administrator, Password: bad})
		wantFields(t, err, "password")
	}
	for i, good := range []string{"correct horse battery", "铣床晨雾四七橘子树高", "x9!kQ2#vLp"} {
		_, _, err := w.AddUser(t.Context(), account.NewUser{Login: "wang" + strings.Repeat("x", i), Name: "王红娘", Role: account.Administrator, Password: good})
		wantCode(t, err, "")
	}
}
