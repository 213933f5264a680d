package account_test

import (
	"flag"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hongniang/internal/account"
)

var update = flag.Bool("update", false, "rewrite docs/permissions.md")

const permissions = "../../docs/permissions.md"

const permissionsHead = `# Who may do what

This table is printed from ` + "`internal/account`" + ` (` + "`go test ./internal/account -update`" + `), which every handler asks; a test
compares the two, and another walks every route and page with every role.

*public*: open to everybody, and shows or takes only what is public. *own*: what belongs to the user: his account, his
organisation, the person whom he is. *subtree*: what his union, or a union below it, manages. *all*: everything.
The column *token* names the grant that an API token needs, unless the action is public. Somebody who must change a first
password can do that, and what is public. [adr/0004](adr/0004-access.md) says how requests become users.

`

func TestPermissionsAreDocumented(t *testing.T) {
	t.Parallel()
	want := permissionsHead + account.Table()
	if *update {
		if err := os.WriteFile(permissions, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(permissions)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Errorf("docs/permissions.md is not the table (-want +got); run with -update:\n%s", diff)
	}
}

func TestRulesAreWhole(t *testing.T) {
	t.Parallel()
	seen := map[account.Action]bool{}
	for _, rule := range account.Rules() {
		if seen[rule.Action] {
			t.Errorf("%s stands twice", rule.Action)
		}
		seen[rule.Action] = true
		if object, verb, ok := strings.Cut(string(rule.Action), "."); !ok || object == "" || verb == "" || rule.What == "" || rule.Grant == "" {
			t.Errorf("%+v lacks something", rule)
		}
		for _, role := range account.Roles() {
			checkScope(t, rule, role)
		}
	}
	for _, kind := range []string{"need", "result", "patent", "expert", "studio", "organisation"} {
		for _, action := range []account.Action{account.ReadWhole(kind), account.Create(kind), account.Edit(kind), account.Publish(kind)} {
			if !seen[action] {
				t.Errorf("%s: %q is in no rule", kind, action)
			}
		}
	}
}

// Who changes a record was shown it whole: he cannot overwrite, nor lay open,
// what he did not see.
func TestWhoEditsSeesTheWhole(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{"need", "result", "patent", "expert", "studio", "organisation"} {
		for _, role := range account.Roles() {
			for _, grants := range [][]account.Grant{nil, {account.GrantRead}, {account.GrantWrite}, {account.GrantAdmin}} {
				actor := account.Actor{User: "U", Role: role, Grants: grants}
				edit, read := account.ScopeOf(actor, account.Edit(kind)), account.ScopeOf(actor, account.ReadWhole(kind))
				if edit != account.None && edit != read {
					t.Errorf("%s with grants %v edits %s: %s, and reads: %s", role, grants, kind, edit, read)
				}
			}
		}
	}
}

// checkScope holds what must be so whatever the table becomes.
func checkScope(t *testing.T, rule account.Rule, role account.Role) {
	t.Helper()
	scope := rule.Scopes[role]
	switch {
	case scope == "":
		t.Errorf("%s says nothing of %s", rule.Action, role)
	case role == account.Visitor && scope != account.None && scope != account.Public:
		t.Errorf("%s gives a visitor %s", rule.Action, scope)
	case role == account.Leader && rule.Grant == account.GrantWrite && scope != account.None:
		t.Errorf("%s lets a leader write", rule.Action)
	case role != account.Administrator && scope == account.All:
		t.Errorf("%s gives %s everything", rule.Action, role)
	}
}
