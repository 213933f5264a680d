package brokering

import (
	"encoding/base64"
	"strings"
	"testing"
	"time"

	"hongniang/internal/errs"
)

func TestLinks(t *testing.T) {
	t.Parallel()
	links := Links{Key: []byte(strings.Repeat("k", 32))}
	in := begin(t, draft())
	in = take(t, in, wang, sample(Review, in, wang))
	step := sample(Invite, in, wang)
	step.Nonce = "ABCDEFGHIJKLMNOPQRSTUV"
	invited := take(t, in, wang, step)
	token, err := links.Sign(invited, invited.Invitations[0])
	if err != nil {
		t.Fatal(err)
	}
	soon := clockOf(invited)
	ticket, err := links.Read(token, soon)
	if err != nil || ticket.Code != invited.Code || ticket.Nonce != step.Nonce {
		t.Fatalf("ticket %+v, %v", ticket, err)
	}
	if _, err := invited.invitation(ticket); err != nil {
		t.Errorf("the invitation is not found: %v", err)
	}
	raw, _ := base64.RawURLEncoding.DecodeString(token)
	for _, secret := range []string{"天润", "钱师傅", "ZJ-1", "XQ-1", "DW-", "371002", "曲轴"} {
		if strings.Contains(string(raw), secret) || strings.Contains(token, secret) {
			t.Errorf("the link says %s", secret)
		}
	}
	for i := range token { // every single change breaks it
		other := []byte(token)
		other[i] = "AB"[btoi(other[i] == 'A')]
		if _, err := links.Read(string(other), soon); err == nil {
			t.Errorf("changed at %d it still holds", i)
		}
	}
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	for _, last := range alphabet { // the spare bits of the last letter count too
		if other := token[:len(token)-1] + string(last); other != token {
			if _, err := links.Read(other, soon); errs.As(err).Code != "link.wrong" {
				t.Errorf("%q at the end: %v", last, err)
			}
		}
	}
	for name, bad := range map[string]string{"empty": "", "a line break": token[:8] + "\r\n" + token[8:], "padded": token + "=", "short": token[:10], "not base64": "中文", "long": strings.Repeat("A", 2000)} {
		if _, err := links.Read(bad, soon); errs.As(err).Code != "link.wrong" {
			t.Errorf("%s: %v", name, err)
		}
	}
	due, _ := time.ParseInLocation(time.DateOnly, invited.Invitations[0].Due, chinaTime())
	if _, err := links.Read(token, due.Add(23*time.Hour)); err != nil {
		t.Errorf("on its last day: %v", err)
	}
	if _, err := links.Read(token, due.Add(24*time.Hour)); errs.As(err).Code != "link.expired" {
		t.Errorf("the day after: %v", err)
	}
	other := Links{Key: []byte(strings.Repeat("x", 32))}
	if _, err := other.Read(token, soon); errs.As(err).Code != "link.wrong" {
		t.Errorf("another key: %v", err)
	}
	if _, err := (Links{}).Sign(invited, invited.Invitations[0]); !errs.Is(err, errs.Internal) {
		t.Errorf("without a key: %v", err)
	}
	accepted := take(t, invited, master, sample(Accept, invited, master))
	reminded := take(t, invited, wang, sample(Invite, invited, wang))
	if n := len(reminded.Invitations); n != 2 || reminded.Invitations[0].Answer != "asked_again" || reminded.Next.Due != reminded.Invitations[1].Due {
		t.Errorf("asked again: %+v", reminded.Invitations)
	}
	again := take(t, take(t, invited, master, sample(Decline, invited, master)), wang, sample(Review, invited, wang))
	again = take(t, again, wang, sample(Invite, again, wang))
	for name, later := range map[string]*Introduction{"answered": accepted, "asked again": reminded, "somebody else is asked": again} {
		if _, err := later.invitation(ticket); errs.As(err).Code != "link.used" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

func FuzzReadLink(f *testing.F) {
	links := Links{Key: []byte(strings.Repeat("k", 32))}
	f.Add("")
	f.Add(base64.RawURLEncoding.EncodeToString([]byte("0123456789abcdefDJ-1\nI1\nn\nzzzzzz")))
	f.Fuzz(func(t *testing.T, token string) {
		if ticket, err := links.Read(token, morning); err == nil {
			t.Errorf("%q was never signed and gives %+v", token, ticket)
		}
	})
}
