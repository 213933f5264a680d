package notice_test

import (
	"context"
	"testing"
	"time"

	"hongniang/internal/account"
	"hongniang/internal/errs"
	"hongniang/internal/mail"
	"hongniang/internal/notice"
)

// breaking is a store that a process does not reach any more when it writes a
// notice.
type breaking struct {
	account.Store
	down bool
}

func (b *breaking) Insert(ctx context.Context, it account.Item) error {
	if b.down && it.Kind == account.KindNotice {
		return errs.New(errs.Unavailable, "test.down", "断了。")
	}
	return b.Store.Insert(ctx, it)
}

// Whoever was told is left alone: no account is read for him, and no letter goes
// out again, also when it is forgotten what became of the first.
func TestToldIsFlat(t *testing.T) {
	t.Parallel()
	p := newPost(t)
	p.confirm(firm, "firm@example.cn")
	scans, users := 0, p.notices.Readers.Users
	p.notices.Readers.Users = func(ctx context.Context, after string, limit int) ([]account.User, error) {
		scans++
		return users(ctx, after, limit)
	}
	n := notice.Notice{ID: "x", Topic: notice.Expiry, At: p.now, Text: "到期了。"}
	say := func() {
		t.Helper()
		if err := p.notices.Say(t.Context(), []string{notice.ToOrg("DW-1")}, n); err != nil {
			t.Fatal(err)
		}
	}
	say()
	if len(p.mails()) != 1 || scans == 0 {
		t.Fatalf("%d letters, %d scans", len(p.sent), scans)
	}
	scans = 0
	p.now = p.now.Add(100 * 24 * time.Hour)
	if gone, err := p.notices.Store.DeleteExpired(t.Context(), p.now); gone == 0 || err != nil {
		t.Fatalf("%d expired, %v", gone, err)
	}
	say()
	if len(p.mails()) != 0 || scans != 0 {
		t.Errorf("told already: %d letters, %d scans", len(p.sent), scans)
	}
	if err := p.notices.Say(t.Context(), []string{notice.ToOrg("DW-1"), notice.ToUser(broker.User)}, n); err != nil || scans != 0 {
		t.Errorf("one of two is told already: %d scans, %v", scans, err)
	}
	if len(p.box(broker).Notices) != 1 || len(p.box(firm).Notices) != 1 {
		t.Errorf("%+v", p.box(broker))
	}
}

// A process that dies between the letter and the notice leaves both to the next,
// and each comes once.
func TestToldAfterKill(t *testing.T) {
	t.Parallel()
	p := newPost(t)
	p.confirm(firm, "firm@example.cn")
	dying := &breaking{Store: p.notices.Store, down: true}
	whole := p.notices.Store
	p.notices.Store = dying
	n := notice.Notice{ID: "x", Topic: notice.Expiry, At: p.now, Text: "到期了。"}
	if err := p.notices.Say(t.Context(), []string{notice.ToOrg("DW-1")}, n); !errs.Is(err, errs.Unavailable) {
		t.Fatalf("%v", err)
	}
	p.notices.Store = whole
	for range 2 {
		if err := p.notices.Say(t.Context(), []string{notice.ToOrg("DW-1")}, n); err != nil {
			t.Fatal(err)
		}
	}
	if letters := p.mails(); len(letters) != 1 || len(p.box(firm).Notices) != 1 {
		t.Errorf("%d letters, %+v", len(letters), p.box(firm).Notices)
	}
}

// A queue that does not take the letter leaves nobody told without one.
func TestLetterComesFirst(t *testing.T) {
	t.Parallel()
	p := newPost(t)
	p.confirm(firm, "firm@example.cn")
	p.notices.Order = func(context.Context, mail.Order) error { return errs.New(errs.Unavailable, "test.down", "断了。") }
	n := notice.Notice{ID: "x", Topic: notice.Expiry, At: p.now, Text: "到期了。"}
	if err := p.notices.Say(t.Context(), []string{notice.ToOrg("DW-1")}, n); err == nil || len(p.box(firm).Notices) != 0 {
		t.Fatalf("%+v, %v", p.box(firm), err)
	}
	p.notices.Order = p.queue.Put
	if err := p.notices.Say(t.Context(), []string{notice.ToOrg("DW-1")}, n); err != nil || len(p.mails()) != 1 {
		t.Errorf("%d letters, %v", len(p.sent), err)
	}
}

// busy is a store in which somebody else is always faster.
type busy struct {
	account.Store
	writes *int
}

func (b busy) Insert(context.Context, account.Item) error {
	*b.writes++
	return errs.New(errs.Conflict, "test.faster", "别人先存了。")
}

// Who can never save his preferences is told so, and does not try for ever.
func TestPreferencesAreNotTriedForEver(t *testing.T) {
	t.Parallel()
	p, writes := newPost(t), 0
	p.notices.Store = busy{p.notices.Store, &writes}
	modes := map[notice.Topic]notice.Mode{notice.Matches: notice.Off}
	if _, err := p.notices.SetModes(t.Context(), notice.ToUser("U-none"), modes); !errs.Is(err, errs.Conflict) || writes > 20 {
		t.Errorf("%v after %d writes", err, writes)
	}
}
