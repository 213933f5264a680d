package indexer

import (
	"context"
	"testing"

	"hongniang/indexer/postings"
	"hongniang/internal/search"
)

func TestReadAhead(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for i, text := range []string{"曲轴连杆颈磨削烧伤", "换流阀塔检修机器人", "轴承清洗和装配"} {
		w.create(t, published(result(i, text)))
	}
	w.catchUp(t)
	ended, end := context.WithCancel(t.Context())
	end()
	for _, c := range []struct {
		ctx            context.Context
		terms, workers int
		cold           bool
	}{{ended, 12, 2, true}, {t.Context(), 2, 2, true}, {t.Context(), 12, 1, true}, {t.Context(), 12, 2, false}} {
		err := w.index.state(t.Context(), func(st state) error {
			var asked []postings.Asked
			for _, word := range w.index.terms([]search.Clause{{Text: "曲轴连杆颈磨削烧伤，换流阀塔检修机器人", Weight: 1}}, searchScoring)[:c.terms] {
				asked = append(asked, postings.Asked{Field: keptField(word.field), Term: word.term})
			}
			ahead := newReadAhead(c.ctx, st.view, asked, c.workers)
			if held := len(ahead.read) > 0; held == c.cold {
				t.Errorf("%d terms, %d workers: %d are held", c.terms, c.workers, len(ahead.read))
			}
			for _, a := range asked {
				if cold := st.view.Cold(a.Field, a.Term); cold != c.cold {
					t.Errorf("%d terms, %d workers: %s is cold: %t", c.terms, c.workers, a.Term, cold)
				}
			}
			for _, a := range asked {
				if c.cold {
					break // to find it is to read it
				}
				got, err := ahead.term(a.Field, a.Term)
				if want, _ := st.view.Term(a.Field, a.Term); err != nil || got.Documents != want.Documents || got.Documents == 0 {
					t.Errorf("%s: %d documents, %v", a.Term, got.Documents, err)
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}
