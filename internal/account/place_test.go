package account_test

import (
	"testing"

	"hongniang/internal/account"
	"hongniang/internal/errs"
)

// How far some work came is kept over processes: there is none before the first, what is
// damaged says what to do, and of two that keep it at once the first stays, which is no
// error of the other.
func TestPlace(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := account.Place{Store: w.Store, Kind: "test_place", Code: "test", Name: "试一试"}
	type at struct{ Seq int64 }
	var got at
	if _, err := p.Read(t.Context(), &got); !errs.Is(err, errs.NotFound) {
		t.Errorf("before the first: %v", err)
	}
	rev, err := p.Keep(t.Context(), at{3}, 0)
	if err != nil || rev != 1 {
		t.Fatalf("%d, %v", rev, err)
	}
	if rev, err = p.Keep(t.Context(), at{7}, rev); err != nil || rev != 2 {
		t.Fatalf("%d, %v", rev, err)
	}
	for _, old := range []int64{0, 1} {
		if rev, err = p.Keep(t.Context(), at{5}, old); err != nil || rev != old {
			t.Errorf("slower, from %d: %d, %v", old, rev, err)
		}
	}
	if rev, err = p.Read(t.Context(), &got); err != nil || rev != 2 || got.Seq != 7 {
		t.Errorf("%+v, %d, %v", got, rev, err)
	}
	if _, err := p.Keep(t.Context(), func() {}, 2); errs.As(err).Code != "test.unwritable" {
		t.Error(err)
	}
	broken := account.Item{Kind: p.Kind, ID: "feed", Rev: 2, Body: []byte("{")}
	if err := w.Store.Replace(t.Context(), broken); err != nil {
		t.Fatal(err)
	}
	if _, err := p.Read(t.Context(), &got); errs.As(err).Code != "test.unreadable" || !errs.Is(err, errs.Internal) {
		t.Error(err)
	}
}
