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
		ctx   context.Context
		terms int
		cold  bool
	}{{ended, 12, true}, {t.Context(), 2, true}, {t.Context(), 12, false}} {
		err := w.index.state(t.Context(), func(st state) error {
			var asked []postings.Asked
			for _, word := range w.index.terms([]search.Clause{{Text: "曲轴连杆颈磨削烧伤，换流阀塔检修机器人", Weight: 1}}, searchScoring)[:c.terms] {
				asked = append(asked, postings.Asked{Field: keptField(word.field), Term: word.term})
			}
			readAhead(c.ctx, st.view, asked)
			for _, a := range asked {
				if cold := st.view.Cold(a.Field, a.Term); cold != c.cold {
					t.Errorf("%d terms: %s is cold: %t", c.terms, a.Term, cold)
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}
