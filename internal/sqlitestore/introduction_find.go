package sqlitestore

import (
	"context"
	"slices"
	"strings"

	"hongniang/internal/brokering"
)

// List finds the codes of the page first: sorting whole documents to give the
// first hundred of them would read them all.
func (s introductions) List(ctx context.Context, q brokering.Query) ([]*brokering.Introduction, error) {
	codes, args := introductionCodes(q)
	rows, err := s.read.QueryContext(ctx, introductionQuery+" WHERE code IN ("+codes+" LIMIT ?) ORDER BY code", append(args, max(q.Limit, 0))...)
	if err != nil {
		return nil, failure(err)
	}
	return collect(rows, func(row scanner) (*brokering.Introduction, error) {
		u, err := scanIntroduction(row)
		return u.Introduction, err
	})
}

// busySlice is how many people are asked for at a time: SQLite bounds the variables of
// a query.
const busySlice = 500

// Busy reads the words alone.
func (s introductions) Busy(ctx context.Context, people []string) (map[string]int, error) {
	out := map[string]int{}
	for some := range slices.Chunk(people, busySlice) {
		args := make([]any, len(some))
		for i, p := range some {
			args[i] = p
		}
		rows, err := s.read.QueryContext(ctx, "SELECT w.word, count(*) FROM introduction_words w CROSS JOIN introductions i ON i.code = w.code AND i.open = 1 "+
			"WHERE w.sort = 'helping' AND w.word IN (?"+strings.Repeat(", ?", len(some)-1)+") GROUP BY w.word", args...)
		if err != nil {
			return nil, failure(err)
		}
		_, err = collect(rows, func(row scanner) (n int, err error) {
			var person string
			if err = row.Scan(&person, &n); err == nil {
				out[person] = n
			}
			return n, err
		})
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// underUnions gives the words by which a union finds its cases of a sort, in
// order and without looking at the others; the last finds those of all.
func underUnions(what string, unions []string) []string {
	if what == "" {
		return nil
	}
	out := make([]string, 0, len(unions)+1)
	for _, u := range unions {
		out = append(out, what+"/"+u)
	}
	return append(out, what+"/")
}

// caseWord is one of the words by which an introduction is found.
type caseWord struct{ sort, word string }

// leadingWords gives the word whose introductions are gone through in order of
// their codes, and the words that these must have besides. The first is that of
// the fewest; ok is false when nothing but the sides, or a clock, chooses.
func leadingWords(q brokering.Query) (lead caseWord, others []caseWord, ok bool) {
	var all []caseWord
	for _, w := range []caseWord{{"need", q.Need}, {"helping", q.Helping}, {"broker", q.Broker}} {
		if w.word != "" {
			all = append(all, w)
		}
	}
	union := ""
	if len(q.Unions) == 1 && len(q.Orgs)+len(q.Persons) == 0 {
		union = q.Unions[0]
	}
	if q.Owes != "" {
		all = append(all, caseWord{"owes", string(q.Owes) + "/" + union})
	}
	if len(q.Stages) == 1 {
		all = append(all, caseWord{"stage", string(q.Stages[0]) + "/" + union})
	}
	if union != "" {
		all = append(all, caseWord{"union", union})
	}
	if len(all) == 0 || q.WakeBy != "" && q.Need+q.Helping+q.Broker == "" {
		return caseWord{}, all, false
	}
	return all[0], all[1:], true
}

// introductionCodes gives the query for the codes, in order. SQLite is told by
// CROSS JOIN, and by the + before a column, where to begin: what it would choose
// reads every introduction of a union to show fifty.
func introductionCodes(q brokering.Query) (string, []any) {
	lead, words, ok := leadingWords(q)
	sides, sideArgs := sideWords(q)
	bySides := !ok && len(q.Orgs)+len(q.Persons) > 0
	from, args := "SELECT i.code FROM introductions i WHERE i.code > ?", []any{q.After}
	switch {
	case ok:
		from = "SELECT i.code FROM introduction_words w CROSS JOIN introductions i ON i.code = w.code WHERE w.sort = ? AND w.word = ? AND w.code > ?"
		args = []any{lead.sort, lead.word, q.After}
	case bySides:
		from += " AND i.code IN (SELECT code FROM introduction_words WHERE " + sides + ")"
		args = append(args, sideArgs...)
	}
	and := func(clause string, more ...any) {
		from, args = from+" AND "+clause, append(args, more...)
	}
	for _, w := range words {
		and("EXISTS (SELECT 1 FROM introduction_words x WHERE x.sort = ? AND x.word = ? AND x.code = i.code)", w.sort, w.word)
	}
	if sides != "" && !bySides && (len(q.Unions) > 1 || len(q.Orgs)+len(q.Persons) > 0) {
		and("EXISTS (SELECT 1 FROM introduction_words x WHERE x.code = i.code AND ("+sides+"))", sideArgs...)
	}
	if len(q.Stages) > 1 {
		and("+i.stage IN ("+marks(len(q.Stages))+")", stageArgs(q.Stages)...)
	}
	if q.Open {
		and("+i.open = 1")
	}
	if q.WakeBy != "" {
		column := map[bool]string{true: "+", false: ""}[ok || bySides]
		and(column+"i.open = 1 AND i.wake <= ?", q.WakeBy)
	}
	order := map[bool]string{true: " ORDER BY w.code", false: " ORDER BY i.code"}[ok]
	return from + order, args
}

func stageArgs(stages []brokering.Stage) []any {
	var out []any
	for _, st := range stages {
		out = append(out, st)
	}
	return out
}

// sideWords gives the condition that one of the sides is among those asked for,
// "" when none is.
func sideWords(q brokering.Query) (string, []any) {
	var parts []string
	var args []any
	for _, side := range []struct {
		sort  string
		words []string
	}{{"org", q.Orgs}, {"person", q.Persons}, {"union", q.Unions}} {
		if len(side.words) == 0 {
			continue
		}
		parts = append(parts, "sort = ? AND word IN ("+marks(len(side.words))+")")
		args = append(args, side.sort)
		for _, w := range side.words {
			args = append(args, w)
		}
	}
	return strings.Join(parts, " OR "), args
}

func marks(n int) string { return strings.TrimSuffix(strings.Repeat("?, ", n), ", ") }
