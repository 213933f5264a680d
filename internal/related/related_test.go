package related_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hongniang/internal/related"
)

func learn(t testing.TB, texts iter.Seq[[]string], o related.Options) *related.Model {
	t.Helper()
	m, err := related.Learn(t.Context(), texts, o)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func written(t testing.TB, m *related.Model) string {
	t.Helper()
	var b bytes.Buffer
	n, err := m.WriteTo(&b)
	if err != nil || n != int64(b.Len()) {
		t.Fatalf("WriteTo answers %d for %d bytes: %v", n, b.Len(), err)
	}
	return b.String()
}

// The two names of a thing hardly meet, but keep the same company.
func TestLearnFindsOtherNames(t *testing.T) {
	t.Parallel()
	m := learn(t, slices.Values(language(4000)), related.Options{})
	for thing := range things {
		for which := range 2 {
			near := m.Near(name(thing, which))
			if len(near) == 0 || near[0].Word != name(thing, 1-which) || near[0].Similarity < 0.8 {
				t.Errorf("near %s is %v, want first %s", name(thing, which), near, name(thing, 1-which))
			}
		}
	}
}

// What is never near anything: single characters, numbers, words that are
// everywhere; and what no list has: a word that contains the other, two models.
func TestLearnLeavesOut(t *testing.T) {
	t.Parallel()
	var texts [][]string
	for i, text := range language(4000) {
		for j, w := range text {
			switch {
			case w == "bookaaa" && i%2 == 0:
				text[j] = "shopaaaplus"
			case w == "shopaab":
				text[j] = "t3.3"
			case w == "bookaab":
				text[j] = "t5.5"
			case w == "bookaac":
				text[j] = "book\taac"
			}
		}
		texts = append(texts, append(text, "everywhere"))
	}
	m := learn(t, slices.Values(texts), related.Options{})
	for _, word := range []string{"的", "12", "everywhere", "", "unheard", "book\taac"} {
		if near := m.Near(word); near != nil {
			t.Errorf("near %q is %v", word, near)
		}
	}
	has := func(word, other string) bool {
		return slices.ContainsFunc(m.Near(word), func(n related.Near) bool { return n.Word == other })
	}
	if has("shopaaa", "shopaaaplus") || has("shopaaaplus", "shopaaa") || has("t3.3", "t5.5") || has("shopaac", "book\taac") {
		t.Errorf("%v, %v, %v, %v", m.Near("shopaaa"), m.Near("shopaaaplus"), m.Near("t3.3"), m.Near("shopaac"))
	}
	if !has("shopaaaplus", "bookaaa") {
		t.Errorf("shopaaaplus has lost bookaa: %v", m.Near("shopaaaplus"))
	}
}

// Neither the order of the texts, nor how many work, nor a text that stands
// there twice changes a digit; nor does it when there are too many texts.
func TestLearnIsDeterministic(t *testing.T) {
	t.Parallel()
	texts := language(3000)
	for _, tokens := range []int{0, 80_000} {
		o := related.Options{Workers: 1, Tokens: tokens, Origin: related.Origin{Documents: 5000}}
		want := written(t, learn(t, slices.Values(texts), o))
		if strings.Count(want, "\n") < things {
			t.Fatalf("%d tokens: only %d lines", tokens, strings.Count(want, "\n"))
		}
		o.Workers = 3
		twice := append(shuffled(texts), texts[:700]...)
		if diff := cmp.Diff(want, written(t, learn(t, slices.Values(twice), o))); diff != "" {
			t.Errorf("%d tokens: (-in order +shuffled):\n%s", tokens, diff)
		}
	}
}

func TestLearnStaysInItsBounds(t *testing.T) {
	t.Parallel()
	m := learn(t, zipf(3000, 100), related.Options{Words: 700, Tokens: 50_000, Dimensions: 20})
	if m.Origin.Documents != 3000 {
		t.Errorf("learned from %d documents, want all 3000 counted", m.Origin.Documents)
	}
	if m.Len() > 700 {
		t.Errorf("%d words, want at most 700", m.Len())
	}
	lists := 0
	for line := range strings.Lines(written(t, m)) {
		cells := strings.Split(strings.TrimSpace(line), "\t")
		if lists++; lists == 1 {
			continue
		}
		near := m.Near(cells[0])
		if len(near) == 0 || len(near) > related.Most || 1+2*len(near) != len(cells) {
			t.Errorf("%d near words in %q", len(near), line)
		}
		if !slices.IsSortedFunc(near, func(a, b related.Near) int { return int((b.Similarity - a.Similarity) * 1000) }) || near[len(near)-1].Similarity < related.Least {
			t.Errorf("near %s is %v: not falling, or too far", cells[0], near)
		}
	}
	if lists-1 != m.Len() {
		t.Errorf("%d lines for %d words", lists-1, m.Len())
	}
}

// Texts from which nothing can be learned are no fault.
func TestLearnFromLittle(t *testing.T) {
	t.Parallel()
	for what, texts := range map[string][][]string{
		"nothing":        nil,
		"empty texts":    {{}, {}, nil},
		"one word":       {{"曲轴"}},
		"the same word":  {slices.Repeat([]string{"曲轴"}, 100)},
		"two words":      {{"曲轴", "磨削"}, {"磨削", "曲轴"}},
		"one text twice": {{"曲轴", "磨削", "烧伤"}, {"曲轴", "磨削", "烧伤"}},
		"a text too far": {slices.Repeat([]string{"曲轴", "磨削", "烧伤"}, 30_000)},
	} {
		m := learn(t, slices.Values(texts), related.Options{Tokens: 1000})
		if m.Origin.Documents != len(texts) {
			t.Errorf("%s: %d documents", what, m.Origin.Documents)
		}
		for line := range strings.Lines(written(t, m)) {
			if strings.Contains(line, "NaN") || strings.Contains(line, "Inf") {
				t.Errorf("%s: %s", what, line)
			}
		}
	}
}

// Learning ends soon after its context does, wherever it stands.
func TestLearnEndsWithItsContext(t *testing.T) {
	t.Parallel()
	texts := language(400)
	for after := range 12 {
		ctx, stop := context.WithCancel(t.Context())
		calls := 0
		_, err := related.Learn(&countedContext{ctx, &calls, after * 40, stop}, slices.Values(texts), related.Options{Workers: 1, Dimensions: 10})
		if !errors.Is(err, context.Canceled) {
			t.Errorf("ended after %d looks at the context: %v", after*40, err)
		}
		stop()
	}
}

// countedContext ends when it was asked often enough.
type countedContext struct {
	context.Context
	calls *int
	after int
	stop  func()
}

func (c *countedContext) Err() error {
	if *c.calls++; *c.calls > c.after {
		c.stop()
	}
	return c.Context.Err()
}

func TestOr(t *testing.T) {
	t.Parallel()
	own, shipped := read(t, "hongniang-related\t1\t9\t4\t0\na\tb\t0.900\n"), read(t, "hongniang-related\t1\t5\t0\t0\na\tc\t0.800\nd\te\t0.700\n")
	if got, want := written(t, own.Or(shipped)), "hongniang-related\t1\t9\t4\t0\na\tb\t0.900\nd\te\t0.700\n"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	var none *related.Model
	if none.Len() != 0 || none.Near("a") != nil || none.Or(none).Len() != 0 || own.Or(nil).Len() != 1 || none.Or(own).Near("a") == nil {
		t.Error("no model is not an empty one")
	}
}

// Of a thing with two names one is near the other.
func ExampleLearn() {
	m, err := related.Learn(context.Background(), slices.Values(language(4000)), related.Options{})
	fmt.Println(m.Near("shopaaa")[0].Word, err)
	// Output: bookaaa <nil>
}
