package account

import (
	"fmt"
	"strings"
)

// scopeMarks are the scopes as docs/permissions.md prints them.
var scopeMarks = map[Scope]string{None: "–", Public: "public", Own: "own", Subtree: "subtree", All: "all"}

// Table prints the permissions as a Markdown table, one line a Rule.
func Table() string {
	var b strings.Builder
	b.WriteString("| action | what | token |")
	for _, r := range Roles() {
		b.WriteString(" " + string(r) + " |")
	}
	b.WriteString("\n|---|---|---|" + strings.Repeat("---|", len(Roles())) + "\n")
	for _, rule := range rules {
		fmt.Fprintf(&b, "| `%s` | %s | %s |", rule.Action, rule.What, rule.Grant)
		for _, role := range Roles() {
			b.WriteString(" " + scopeMarks[rule.Scopes[role]] + " |")
		}
		b.WriteString("\n")
	}
	return b.String()
}
