package api_test

import (
	"crypto/rand"
	"net/http"
	"testing"
	"time"

	"hongniang/internal/account"
	"hongniang/internal/catalog"
)

// sender sends requests in a role.
type sender func(method, path string, body any, headers ...string) answer

const peoplePassword = "铣床 晨雾 47 橘子树"

// newAccounts gives cheap accounts on the store of a service.
func newAccounts(t *testing.T, s *service) *account.Service {
	t.Helper()
	hasher, err := account.NewHasher(account.Params{MemoryKiB: 64, Passes: 1, Lanes: 1}, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return &account.Service{Store: s.store.Accounts(), Hasher: hasher, Now: func() time.Time { return testTime }, Random: rand.Reader, Log: s.cat.Log,
		Directory: catalog.Directory{From: s.store}}
}

// people are users by what they are to the firm QY-1, which the city's union
// GH-C looks after: its own, and others' who have nothing to do with it.
var people = map[string]account.NewUser{
	"own firm":      {Login: "qiye", Role: account.Enterprise, Org: "QY-1"},
	"other firm":    {Login: "qiye2", Role: account.Enterprise, Org: "QY-2"},
	"craftsman":     {Login: "gongjiang", Role: account.Provider, Person: "ZJ-1"},
	"institute":     {Login: "yuansuo", Role: account.Provider, Org: "YJ-1"},
	"own broker":    {Login: "hongniang", Role: account.Broker, Org: "GH-C"},
	"other broker":  {Login: "hongniang2", Role: account.Broker, Org: "GH-X"},
	"own leader":    {Login: "lingdao", Role: account.Leader, Org: "GH-P"},
	"other leader":  {Login: "lingdao2", Role: account.Leader, Org: "GH-X"},
	"administrator": {Login: "guanli", Role: account.Administrator},
}

// strangers are those of people who are shown no more of QY-1 than visitors.
var strangers = []string{"other firm", "craftsman", "institute", "other broker", "other leader"}

// cast makes the people with their organisations, and gives a sender for each,
// by API token.
func (s *service) cast() map[string]sender {
	s.t.Helper()
	union := func(code, parent string) catalog.Record {
		return &catalog.Organisation{Meta: catalog.Meta{Code: code}, Name: "工会" + code, OrganisationKind: "union", ParentCode: parent}
	}
	firm := func(code, union, kind string) catalog.Record {
		return &catalog.Organisation{Meta: catalog.Meta{Code: code, Union: union}, Name: "单位" + code, OrganisationKind: kind}
	}
	for _, rec := range []catalog.Record{
		union("GH-P", ""), union("GH-C", "GH-P"), union("GH-X", ""), firm("QY-1", "GH-C", "enterprise"), firm("QY-2", "GH-X", "enterprise"), firm("YJ-1", "GH-X", "institute"),
		&catalog.Expert{Meta: catalog.Meta{Code: "ZJ-1", Union: "GH-X"}, Name: "示例工匠"},
	} {
		if err := s.cat.Create(s.t.Context(), "test", rec); err != nil {
			s.t.Fatal(err)
		}
	}
	out := map[string]sender{"visitor": s.visitor, "operator": s.staff}
	for who, n := range people {
		n.Name, n.Password = who, peoplePassword
		u, _, err := s.users.AddUser(s.t.Context(), n)
		if err != nil {
			s.t.Fatalf("%s: %v", who, err)
		}
		secret, _, err := s.users.MakeToken(s.t.Context(), u.Actor(), account.NewToken{Name: "test", Grants: account.Grants(), Days: 30})
		if err != nil {
			s.t.Fatalf("%s: %v", who, err)
		}
		out[who] = func(method, path string, body any, headers ...string) answer {
			return s.send(method, path, body, append(headers, "Authorization", "Bearer "+secret))
		}
	}
	return out
}

// outsiders are visitors and strangers.
func (s *service) outsiders() map[string]sender {
	cast := s.cast()
	out := map[string]sender{"visitor": s.visitor}
	for _, who := range strangers {
		out[who] = cast[who]
	}
	return out
}

// owned is a body of a record that belongs to QY-1.
func owned(plural string) map[string]any {
	body := with(samples[plural], "owner_org", "QY-1")
	if plural == "needs" {
		body["enterprise_code"], body["enterprise_name"] = "QY-1", "单位QY-1"
	}
	return body
}

func (s *service) mustCreate(send sender, plural string, body map[string]any) (at string) {
	s.t.Helper()
	made := send(http.MethodPost, "/api/v1/"+plural, body)
	if made.status != http.StatusCreated {
		s.t.Fatalf("create %s: %d %s", plural, made.status, made.body)
	}
	return made.header.Get("Location")
}
