package account_test

import (
	"testing"

	"hongniang/internal/account"
)

func TestMay(t *testing.T) {
	t.Parallel()
	firm := account.Target{Orgs: []string{"DW-1"}, Unions: []string{"GH-county", "GH-city", "GH-province"}}
	person := account.Target{Persons: []string{"ZJ-1"}, Orgs: []string{"DW-2"}, Unions: []string{"GH-other"}}
	member := account.Actor{User: "U1", Role: account.Enterprise, Org: "DW-1"}
	craftsman := account.Actor{User: "U2", Role: account.Provider, Person: "ZJ-1"}
	broker := account.Actor{User: "U3", Role: account.Broker, Org: "GH-city"}
	leader := account.Actor{User: "U4", Role: account.Leader, Org: "GH-province"}
	admin := account.Actor{User: "U5", Role: account.Administrator, Org: "GH-city"}
	restricted, limited, writer := broker, broker, broker
	restricted.Restricted = true
	limited.Grants = []account.Grant{account.GrantRead}
	writer.Grants = []account.Grant{}
	cases := []struct {
		name   string
		actor  account.Actor
		action account.Action
		target account.Target
		want   bool
	}{
		{"a visitor reads what is public", account.Actor{}, account.CatalogueRead, account.Target{}, true},
		{"a visitor reads nothing whole", account.Actor{}, account.NeedReadWhole, firm, false},
		{"an unknown role is a visitor", account.Actor{Role: "root", Org: "DW-1"}, account.NeedReadWhole, firm, false},
		{"a firm reads its own need", member, account.NeedReadWhole, firm, true},
		{"a firm reads no other's", member, account.NeedReadWhole, person, false},
		{"a firm does not publish", member, account.NeedPublish, firm, false},
		{"an empty code owns nothing", account.Actor{User: "U6", Role: account.Enterprise}, account.NeedReadWhole, account.Target{Orgs: []string{""}}, false},
		{"an empty union manages nothing", account.Actor{User: "U6", Role: account.Broker}, account.NeedReadWhole, account.Target{Unions: []string{""}}, false},
		{"a craftsman changes himself", craftsman, account.PersonEdit, person, true},
		{"a craftsman changes no other", craftsman, account.PersonEdit, account.Target{Persons: []string{"ZJ-2"}}, false},
		{"a broker reads below his union", broker, account.NeedReadWhole, firm, true},
		{"a broker reads nothing beside it", broker, account.NeedReadWhole, person, false},
		{"a broker owns nothing by his union", broker, account.NeedReadWhole, account.Target{Orgs: []string{"GH-city"}}, false},
		{"a broker reads nothing above it", broker, account.NeedReadWhole, account.Target{Unions: []string{"GH-province"}}, false},
		{"a leader reads", leader, account.NeedReadWhole, firm, true},
		{"a leader changes nothing", leader, account.NeedEdit, firm, false},
		{"an administrator reads what nobody manages", admin, account.NeedReadWhole, account.Target{}, true},
		{"a first password opens nothing", restricted, account.NeedReadWhole, firm, false},
		{"a first password reads what is public", restricted, account.CatalogueRead, firm, true},
		{"a first password can be changed", restricted, account.AccountSelf, account.Target{User: "U3"}, true},
		{"a token for reading reads", limited, account.NeedReadWhole, firm, true},
		{"a token for reading does not write", limited, account.NeedEdit, firm, false},
		{"a token without grants reads nothing whole", writer, account.NeedReadWhole, firm, false},
		{"nobody may what is in no table", admin, "need.burn", firm, false},
		{"nobody manages another's account", broker, account.AccountSelf, account.Target{User: "U4"}, false},
		{"the operator is an administrator", account.Operator(), account.UserEdit, account.Target{}, true},
		{"the operator has no account of his own", account.Operator(), account.AccountSelf, account.Target{}, false},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if got := account.May(c.actor, c.action, c.target); got != c.want {
				t.Errorf("got %v", got)
			}
		})
	}
}
