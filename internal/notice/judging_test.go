package notice_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"hongniang/internal/account"
	"hongniang/internal/catalog"
	"hongniang/internal/notice"
	"hongniang/internal/review"
)

// settle gives the office firms and people of its union and of another's, with
// accounts.
func (p *post) settle() map[string]account.Actor {
	p.t.Helper()
	for _, rec := range []catalog.Record{
		&catalog.Organisation{Meta: catalog.Meta{Code: "GH-3"}, Name: "县总", OrganisationKind: "union", ParentCode: "GH-2"},
		&catalog.Organisation{Meta: catalog.Meta{Code: "GH-9"}, Name: "外地总", OrganisationKind: "union"},
		&catalog.Organisation{Meta: catalog.Meta{Code: "DW-3", Union: "GH-3"}, Name: "丙厂", OrganisationKind: "enterprise"},
		&catalog.Organisation{Meta: catalog.Meta{Code: "DW-9", Union: "GH-9"}, Name: "外地厂", OrganisationKind: "enterprise"},
		&catalog.Expert{Meta: catalog.Meta{Code: "ZJ-3", Union: "GH-2"}, Name: "孙师傅"},
	} {
		if err := p.records.Create(p.t.Context(), "test", rec); err != nil {
			p.t.Fatal(err)
		}
	}
	out := map[string]account.Actor{
		"county firm":   {User: "U-3", Role: account.Enterprise, Org: "DW-3"},
		"worker":        {User: "U-4", Role: account.Provider, Person: "ZJ-3"},
		"county broker": {User: "U-5", Role: account.Broker, Org: "GH-3"},
		"far firm":      {User: "U-6", Role: account.Enterprise, Org: "DW-9"},
		"far broker":    {User: "U-7", Role: account.Broker, Org: "GH-9"},
		"nowhere":       {User: "U-8", Role: account.Provider, Org: "DW-404"},
	}
	for _, a := range out {
		body := fmt.Sprintf(`{"code":%q,"login":%q,"role":%q,"org":%q,"person":%q}`, a.User, a.User, a.Role, a.Org, a.Person)
		if err := p.notices.Store.Insert(p.t.Context(), account.Item{Kind: account.KindUser, ID: a.User, Name: a.User, Body: []byte(body)}); err != nil {
			p.t.Fatal(err)
		}
	}
	out["broker"] = broker
	return out
}

// Who hears of a judging: a call, all below the union; what is to be done, its
// brokers; what is somebody's own, he alone. However often it is told, once.
func TestJudging(t *testing.T) {
	t.Parallel()
	p := newPost(t)
	cast := p.settle()
	for range 2 {
		if err := p.notices.Judging(t.Context(), []review.News{
			{ID: "review/PS-1/open", Call: "PS-1", Union: "GH-2", Text: "开始征集", Open: true},
			{ID: "review/PS-1/closed", Call: "PS-1", Union: "GH-2", Text: "已截止", Staff: true},
			{ID: "review/PS-1/juror", Call: "PS-1", Union: "GH-2", Text: "请您担任评委", Users: []string{"U-6"}},
			{ID: "review/PS-2/closed", Call: "PS-2", Union: "GH-3", Text: "县里的", Staff: true, Users: []string{"U-5"}},
		}); err != nil {
			t.Fatal(err)
		}
	}
	for who, want := range map[string]string{
		"county firm": "开始征集", "worker": "开始征集", "county broker": "县里的 开始征集", "far firm": "请您担任评委", "far broker": "", "nowhere": "", "broker": "已截止 开始征集",
	} {
		var got []string
		for _, n := range p.box(cast[who]).Notices {
			got = append(got, n.Text)
			if n.Topic != notice.Judgings || !strings.HasPrefix(n.Path(), "/reviews/PS-") {
				t.Errorf("%s: %+v leads to %s", who, n, n.Path())
			}
		}
		for _, words := range strings.Fields(want) {
			if !strings.Contains(strings.Join(got, " "), words) {
				t.Errorf("%s was not told %s: %v", who, words, got)
			}
		}
		if len(got) != len(strings.Fields(want)) {
			t.Errorf("%s was told %v, want %s", who, got, want)
		}
	}
}

// News of judgings come in the letter of the morning, and can be turned off.
func TestJudgingByMail(t *testing.T) {
	t.Parallel()
	p := newPost(t)
	p.confirm(firm, "firm@example.cn")
	tell := func(id string) {
		t.Helper()
		if err := p.notices.Judging(t.Context(), []review.News{{ID: id, Call: "PS-1", Union: "GH-2", Text: "请打分" + id, Users: []string{firm.User}}}); err != nil {
			t.Fatal(err)
		}
	}
	tell("a")
	tell("b")
	if n := len(p.mails()); n != 0 {
		t.Errorf("%d letters at once", n)
	}
	p.now = p.now.AddDate(0, 0, 1)
	if letters := p.mails(); len(letters) != 1 || strings.Count(letters[0].Text(), "请打分") != 2 || !strings.Contains(letters[0].Text(), base+"/reviews/PS-1") {
		t.Errorf("%+v", letters)
	}
	if _, err := p.notices.SetModes(t.Context(), notice.ToUser(firm.User), map[notice.Topic]notice.Mode{notice.Judgings: notice.Off}); err != nil {
		t.Fatal(err)
	}
	tell("c")
	p.now = p.now.AddDate(0, 0, 1)
	if letters := p.mails(); len(letters) != 0 || len(p.box(firm).Notices) != 3 {
		t.Errorf("%+v", letters)
	}
}

// What was told is not looked at again for an hour, however often it is found; then
// who came since is told too.
func TestJudgingIsNotToldEachMinute(t *testing.T) {
	t.Parallel()
	p := newPost(t)
	p.settle()
	all, looked := p.notices.Readers.Users, 0
	p.notices.Readers.Users = func(ctx context.Context, after string, limit int) ([]account.User, error) {
		looked++
		return all(ctx, after, limit)
	}
	tell := func(more ...review.News) {
		t.Helper()
		news := append([]review.News{{ID: "review/PS-1/open", Call: "PS-1", Union: "GH-2", Text: "开始征集", Open: true}}, more...)
		if err := p.notices.Judging(t.Context(), news); err != nil {
			t.Fatal(err)
		}
	}
	tell()
	before := looked
	late := account.Actor{User: "U-99", Role: account.Enterprise, Org: "DW-77"}
	if err := p.records.Create(t.Context(), "test", &catalog.Organisation{Meta: catalog.Meta{Code: "DW-77", Union: "GH-3"}, Name: "后来的厂", OrganisationKind: "enterprise"}); err != nil {
		t.Fatal(err)
	}
	body := []byte(`{"code":"U-99","login":"late","role":"enterprise","org":"DW-77"}`)
	if err := p.notices.Store.Insert(t.Context(), account.Item{Kind: account.KindUser, ID: "U-99", Name: "late", Body: body}); err != nil {
		t.Fatal(err)
	}
	for range 59 {
		p.now = p.now.Add(time.Minute)
		tell()
	}
	if looked != before {
		t.Errorf("accounts were read %d times for what was told", looked-before)
	}
	if tell(review.News{ID: "review/PS-1/late", Call: "PS-1", Text: "请打分", Users: []string{"U-4"}}); looked == before {
		t.Error("what is new is not told")
	}
	p.now = p.now.Add(time.Minute)
	if tell(); len(p.box(late).Notices) != 1 {
		t.Errorf("who came later is told %v", p.box(late).Notices)
	}
}

// Nothing new asks nobody.
func TestNothingNewOfJudgings(t *testing.T) {
	t.Parallel()
	p := newPost(t)
	p.notices.Readers.Users = func(context.Context, string, int) ([]account.User, error) {
		t.Error("accounts are read for nothing")
		return nil, nil
	}
	if err := p.notices.Judging(t.Context(), nil); err != nil {
		t.Error(err)
	}
}
