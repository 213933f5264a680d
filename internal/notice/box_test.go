package notice_test

import (
	"fmt"
	"testing"
	"time"

	"hongniang/internal/account"
	"hongniang/internal/notice"
)

// A leader who was told of more than anybody reads is shown the newest, and the
// count in his menu stops where it says that there are more.
func TestBoxOfMany(t *testing.T) {
	o := newOffice(t)
	leader := account.Actor{User: "U-many", Role: account.Leader, Org: "GH-many"}
	begin := o.notices.Now()
	say := func(from, n int) {
		t.Helper()
		for i := from; i < from+n; i++ {
			told := notice.Notice{ID: fmt.Sprint("n", i), At: begin.Add(time.Duration(i-1000) * time.Minute), Text: fmt.Sprint("第", i)}
			if err := o.notices.Say(t.Context(), []string{"leader/GH-many"}, told); err != nil {
				t.Fatal(err)
			}
		}
	}
	unread := func(want int) {
		t.Helper()
		if got, err := o.notices.Unread(t.Context(), leader); err != nil || got != want {
			t.Errorf("%d unread, %v; want %d", got, err, want)
		}
	}
	unread(0)
	say(0, 3)
	unread(3)
	say(3, notice.MostShown)
	unread(notice.MostCounted)
	box := o.box(leader)
	if len(box.Notices) != notice.MostShown || box.Notices[0].Text != fmt.Sprint("第", notice.MostShown+2) || box.Unread != notice.MostShown {
		t.Fatalf("%d notices, %d unread, the first says %q", len(box.Notices), box.Unread, box.Notices[0].Text)
	}
	if err := o.notices.Looked(t.Context(), leader, box.Notices[2].At); err != nil {
		t.Fatal(err)
	}
	unread(2)
}

// What reaches somebody by two addresses counts once, and what is no longer kept
// not at all.
func TestUnreadIsWhatTheBoxHolds(t *testing.T) {
	o := newOffice(t)
	who := account.Actor{User: "U-two", Role: account.Provider, Org: "DW-two", Person: "ZJ-two"}
	to := []string{notice.ToUser("U-two"), notice.ToOrg("DW-two"), notice.ToPerson("ZJ-two")}
	now := o.notices.Now()
	for i, at := range []time.Time{now, now.Add(-time.Hour), now.AddDate(0, 0, -200)} {
		if err := o.notices.Say(t.Context(), to, notice.Notice{ID: fmt.Sprint("n", i), At: at, Text: fmt.Sprint(i)}); err != nil {
			t.Fatal(err)
		}
	}
	box := o.box(who)
	if got, err := o.notices.Unread(t.Context(), who); err != nil || got != 2 || box.Unread != 2 || len(box.Notices) != 2 {
		t.Errorf("%d unread, %v; the box holds %d, %d unread", got, err, len(box.Notices), box.Unread)
	}
}
