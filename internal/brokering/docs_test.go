package brokering

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const (
	document = "../../docs/introductions.md"
	marker   = "<!-- The table below is printed by `go test ./internal/brokering -update`. -->\n"
)

// TestTableIsDocumented compares docs/introductions.md with the state machine.
func TestTableIsDocumented(t *testing.T) {
	data, err := os.ReadFile(document)
	if err != nil {
		t.Fatal(err)
	}
	head, _, ok := strings.Cut(string(data), marker)
	if !ok {
		t.Fatalf("%s has no marker", document)
	}
	want := head + marker + table()
	if *update {
		if err := os.WriteFile(document, []byte(want), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(want, string(data)); diff != "" {
		t.Errorf("%s is not the table (-want +got); run with -update:\n%s", document, diff)
	}
}

// table prints the state machine as Markdown.
func table() string {
	var b strings.Builder
	b.WriteString("\n## Stages\n| stage | 中文 | usual next action | whose | after days |\n|---|---|---|---|---|\n")
	for _, s := range Stages() {
		what, who, days := "–", "–", "–"
		if s.Open() {
			w, p, d := usualOf(&Introduction{Stage: s})
			what, who, days = w, p.Label(), fmt.Sprint(d)
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s | %s |\n", s, s.Label(), what, who, days)
	}
	b.WriteString("\n## Steps\n| step | 中文 | in the stages | leads to | by | told |\n|---|---|---|---|---|---|\n")
	for _, r := range Rules() {
		to := "stays"
		if r.To != "" {
			to = "`" + string(r.To) + "`"
		}
		switch r.Step {
		case Decline:
			to = "`proposed` with the next alternate, else `declined`"
		case RecordVisit, RecordHelp:
			to = "`visiting` from `interested`, else stays"
		case AcceptWork:
			to = "`accepted_work` when passed, else stays"
		case AddTargets:
			to = "`proposed` from `declined`, else stays"
		case Reopen:
			to = "the stage in which it was closed"
		}
		told := labels(r.Tell)
		if r.Step == Write || r.Step == ReleaseStep {
			told = "those whom it is for, and 红娘"
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s | %s | %s |\n", r.Step, r.What, span(r.From), to, labels(r.May), told)
	}
	return b.String()
}

// span shortens neighbours in a list of stages.
func span(from []Stage) string {
	if slices.Equal(from, openStages()) {
		return "all open"
	}
	all := slices.DeleteFunc(Stages(), func(s Stage) bool { return s == Declined })
	var parts []string
	for i := 0; i < len(all); i++ {
		first := i
		for i < len(all) && slices.Contains(from, all[i]) {
			i++
		}
		switch n := i - first; {
		case n > 2:
			parts = append(parts, fmt.Sprintf("`%s` to `%s`", all[first], all[i-1]))
		case n == 2:
			parts = append(parts, fmt.Sprintf("`%s`, `%s`", all[first], all[i-1]))
		case n == 1:
			parts = append(parts, fmt.Sprintf("`%s`", all[first]))
		}
	}
	if slices.Contains(from, Declined) {
		parts = append(parts, "`declined`")
	}
	return strings.Join(parts, ", ")
}

func labels(parts []Part) string {
	if len(parts) == 0 {
		return "–"
	}
	var out []string
	for _, p := range parts {
		out = append(out, p.Label())
	}
	return strings.Join(out, "、")
}
