package account

import "slices"

// Scope says how far an action reaches for a role.
type Scope string

// The scopes, narrowest first.
const (
	None    Scope = "none"
	Public  Scope = "public"  // everybody's: the action shows or takes only what is public
	Own     Scope = "own"     // what belongs to the actor, the own organisation or the own person
	Subtree Scope = "subtree" // what the own union or a union below it manages
	All     Scope = "all"
)

// Target is what an action is about. Its zero value belongs to nobody, so that
// only All (and Public) reach it.
type Target struct {
	User    string   // code of the user whom it belongs to: sessions, tokens, the own account
	Orgs    []string // codes of the organisations whose it is: owner, enterprise, employer, each side of an introduction
	Persons []string // codes of the experts whom it is or concerns
	Unions  []string // code of the managing union and of every union above it (catalog.Lineage gives them)
}

// May tells whether the actor may do the action to the target. It is the only
// place where permissions are decided.
func May(a Actor, action Action, t Target) bool {
	switch ScopeOf(a, action) {
	case Public, All:
		return true
	case Own:
		return a.owns(t)
	case Subtree:
		return a.Org != "" && slices.Contains(t.Unions, a.Org)
	}
	return false
}

// ScopeOf gives how far the action reaches for the actor: the scope of the
// role in the table, narrowed by the grants of an API token and by a password
// that must be changed first. None: no target can make May answer true.
func ScopeOf(a Actor, action Action) Scope {
	rule, ok := ruleOf(action)
	if !ok {
		return None
	}
	scope := rule.Scopes[a.role()]
	switch {
	case scope == "":
		return None
	case scope == Public:
		return Public
	case a.Restricted && action != AccountSelf && action != AccountRead:
		return None
	case a.Grants != nil && !covers(a.Grants, rule.Grant):
		return None
	}
	return scope
}

// covers tells whether the grants of a token hold the wanted one; whoever may
// change something may read it.
func covers(grants []Grant, want Grant) bool {
	return slices.Contains(grants, want) || want == GrantRead && len(grants) > 0
}

func (a Actor) owns(t Target) bool {
	switch {
	case a.User != "" && a.User == t.User:
		return true
	case a.Org != "" && slices.Contains(t.Orgs, a.Org):
		return true
	}
	return a.Person != "" && slices.Contains(t.Persons, a.Person)
}

// Grant is a part of the permissions that an API token may be limited to.
type Grant string

// The grants. A token without any of them can read what is public.
const (
	GrantRead  Grant = "read"  // reading what the user may read
	GrantWrite Grant = "write" // changing records and introductions
	GrantAdmin Grant = "admin" // users, files, the index
)

// Grants lists the grants that a person may choose from.
func Grants() []Grant { return []Grant{GrantRead, GrantWrite, GrantAdmin} }

// Label is the grant in Chinese.
func (g Grant) Label() string {
	switch g {
	case GrantRead:
		return "读取"
	case GrantWrite:
		return "填写和修改"
	case GrantAdmin:
		return "管理"
	}
	return string(g)
}

// Allowed is May for who has to look the target up: it asks for it only when
// the scope depends on it.
func Allowed(a Actor, action Action, find func() (Target, error)) (bool, error) {
	switch ScopeOf(a, action) {
	case None:
		return false, nil
	case Public, All:
		return true, nil
	}
	t, err := find()
	return err == nil && May(a, action, t), err
}
