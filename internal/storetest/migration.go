package storetest

import (
	"context"
	"testing"

	"hongniang/internal/catalog"
	"hongniang/internal/errs"
)

// Migration checks catalog.Migrate from one engine to another; each call of
// from and to gives an empty place.
func Migration(t *testing.T, from, to func(t *testing.T) Place) {
	tests := []struct {
		name string
		run  func(t *testing.T, from, to catalog.Store)
	}{
		{"all of it", migrateAll},
		{"of nothing", migrateNothing},
		{"again after a kill", migrateAgain},
		{"not into somebody's data", migrateForeign},
		{"not into data that went on", migrateAhead},
		{"notices a difference", migrateDiffers},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			src := from(t).open(t)
			tt.run(t, src, to(t).open(t))
		})
	}
}

// furnish fills a store: every kind, several revisions, a removed record and
// counters.
func furnish(t *testing.T, s catalog.Store) {
	t.Helper()
	save(t, s, samples()...)
	many := orgs("M", 120)
	save(t, s, many...)
	for _, rec := range many[:30] {
		rec.(*catalog.Organisation).Products = "新产品"
	}
	many[7].Base().DeletedAt = &morning
	save(t, s, many[:30]...)
	for range 3 {
		if _, err := s.TakeNumbers(t.Context(), "DW-2026", 1); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.TakeNumbers(t.Context(), "XQ-2026", 1); err != nil {
		t.Fatal(err)
	}
}

// furnished is what Migrate reports of it.
var furnished = catalog.MigrateReport{Records: 126, Removed: 1, Changes: 156, Series: 2}

func migrateAll(t *testing.T, from, to catalog.Store) {
	furnish(t, from)
	last := 0
	report, err := catalog.Migrate(t.Context(), from, to, func(done int) {
		if done <= last {
			t.Errorf("progress goes from %d to %d", last, done)
		}
		last = done
	})
	if err != nil {
		t.Fatal(err)
	}
	wantSame(t, furnished, report)
	if want := furnished.Records + furnished.Changes; last != want {
		t.Errorf("progress ends at %d, want %d", last, want)
	}
	wantMoved(t, from, to)

	// Life goes on where it was.
	rec := get(t, to, org("M-0001", ""))
	save(t, to, rec)
	lines := feed(t, to)
	if end := lines[len(lines)-1]; end.Seq != int64(furnished.Changes)+1 || end.Rev != 3 {
		t.Errorf("the feed goes on with %+v", end)
	}
	if n, err := to.TakeNumbers(t.Context(), "DW-2026", 1); err != nil || n != 4 {
		t.Errorf("the next number is %d, %v; want 4", n, err)
	}
	wantKind(t, to.Save(t.Context(), writes(org("Z", "M厂第5车间")))[0], errs.Conflict)
}

func wantMoved(t *testing.T, from, to catalog.Store) {
	t.Helper()
	wantSame(t, feed(t, from), feed(t, to))
	for _, rec := range append(samples(), org("M-0001", ""), org("M-0008", ""), org("M-0100", "")) {
		wantSame(t, get(t, from, rec), get(t, to, rec))
	}
}

func migrateNothing(t *testing.T, from, to catalog.Store) {
	report, err := catalog.Migrate(t.Context(), from, to, nil)
	if err != nil {
		t.Fatal(err)
	}
	wantSame(t, catalog.MigrateReport{}, report)
}

func migrateAgain(t *testing.T, from, to catalog.Store) {
	furnish(t, from)
	for _, last := range []int{1, 3, 4, 6} { // feed lines go first, in 4 slices, then the records of 6 kinds
		ctx, cancel := context.WithCancel(t.Context())
		step := 0
		_, err := catalog.Migrate(ctx, from, to, func(int) {
			if step++; step == last {
				cancel()
			}
		})
		cancel()
		wantKind(t, err, errs.Unavailable)
	}
	save(t, from, orgs("N", 3)...) // meanwhile the old store was used
	for range 2 {
		report, err := catalog.Migrate(t.Context(), from, to, nil)
		if err != nil {
			t.Fatal(err)
		}
		want := furnished
		want.Records, want.Changes = want.Records+3, want.Changes+3
		wantSame(t, want, report)
	}
	wantMoved(t, from, to)
}

func migrateForeign(t *testing.T, from, to catalog.Store) {
	furnish(t, from)
	save(t, to, org("X", "别人的厂"))
	before := feed(t, to)
	_, err := catalog.Migrate(t.Context(), from, to, nil)
	wantKind(t, err, errs.Conflict)
	wantSame(t, before, feed(t, to))
	wantCount(t, to, 1)
}

func migrateAhead(t *testing.T, from, to catalog.Store) {
	furnish(t, from)
	if _, err := catalog.Migrate(t.Context(), from, to, nil); err != nil {
		t.Fatal(err)
	}
	rec := get(t, to, org("M-0002", "")).(*catalog.Organisation)
	rec.Products = "迁移之后改的"
	save(t, to, rec)
	_, err := catalog.Migrate(t.Context(), from, to, nil)
	wantKind(t, err, errs.Conflict)
	if got := get(t, to, rec).(*catalog.Organisation); got.Products != rec.Products {
		t.Errorf("a change made after the migration is gone: %q", got.Products)
	}
}

// migrateDiffers changes the old store behind the migration's back.
func migrateDiffers(t *testing.T, from, to catalog.Store) {
	furnish(t, from)
	_, err := catalog.Migrate(t.Context(), from, to, func(done int) {
		if done == furnished.Records+furnished.Changes {
			save(t, from, get(t, from, org("M-0050", "")))
		}
	})
	if e := errs.As(err); e == nil || e.Code != "migrate.differs" {
		t.Errorf("error is %v, want migrate.differs", err)
	}
}
