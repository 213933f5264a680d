// Package storetest is the contract of catalog.Store: every engine must pass
// it, word for word.
package storetest

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"hongniang/internal/catalog"
	"hongniang/internal/errs"
)

// Backend makes places to keep records in.
type Backend struct {
	// New gives an empty place of its own to one test.
	New func(t *testing.T) Place
	// Server says that its places have an Addr: the tests that break the
	// connection run too.
	Server bool
}

// Place is one set of data that several stores can be opened on.
type Place struct {
	// Spec names the place to a child process; see Child.
	Spec string
	// Open opens one more store on the place.
	Open func(ctx context.Context) (catalog.Store, error)
	// Addr is the HOST:PORT of the engine's server, if it has one, and Via
	// opens a store that reaches the server under another address.
	Addr string
	Via  func(ctx context.Context, addr string) (catalog.Store, error)
}

// Run checks the whole contract.
func Run(t *testing.T, b Backend) {
	tests := everywhere
	if b.Server {
		tests = slices.Concat(everywhere, overTheWire)
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) { tt.run(t, b.New(t)) })
	}
}

type clause struct {
	name string
	run  func(*testing.T, Place)
}

var everywhere = []clause{
	{"round trip of every kind", testRoundTrip},
	{"insert", testInsert},
	{"replace", testReplace},
	{"refusals leave the rest of a slice alone", testSlice},
	{"remove and restore", testRemove},
	{"scan and count", testScan},
	{"odd codes and keys", testOddKeys},
	{"large body", testLarge},
	{"cancelled context", testCancelled},
	{"feed and history", testFeed},
	{"feed while writing", testFollow},
	{"one winner a revision", testRace},
	{"many clients", testManyClients},
	{"numbers", testNumbers},
	{"import as it is", testImport},
	{"another signature", testResign},
	{"closed", testClosed},
	{"killed in the middle of saves", testKilled},
}

var overTheWire = []clause{
	{"connection cut at every write", testCut},
	{"overtaken between two writes", testOvertaken},
	{"server goes away and comes back", testAway},
}

// open opens a store that is closed with the test.
func (p Place) open(t *testing.T) catalog.Store {
	t.Helper()
	s, err := p.Open(t.Context())
	if err != nil {
		t.Fatalf("open: %v", err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return s
}

var morning = time.Date(2026, 3, 4, 5, 6, 7, 89e6, time.UTC)

// org is a small record.
func org(code, name string) *catalog.Organisation {
	return &catalog.Organisation{Meta: catalog.Meta{Code: code}, Name: name}
}

// orgs makes n small records with codes that sort in order.
func orgs(prefix string, n int) []catalog.Record {
	out := make([]catalog.Record, n)
	for i := range out {
		out[i] = org(fmt.Sprintf("%s-%04d", prefix, i+1), fmt.Sprintf("%s厂第%d车间", prefix, i+1))
	}
	return out
}

func write(rec catalog.Record) catalog.Write {
	action := catalog.Updated
	switch {
	case rec.Base().Rev == 0:
		action = catalog.Created
	case rec.Base().Deleted():
		action = catalog.Deleted
	}
	return catalog.Write{Record: rec, Action: action, By: "李工", At: morning}
}

func writes(recs ...catalog.Record) []catalog.Write {
	out := make([]catalog.Write, len(recs))
	for i, rec := range recs {
		out[i] = write(rec)
	}
	return out
}

// save saves and fails the test at the first error.
func save(t *testing.T, s catalog.Store, recs ...catalog.Record) {
	t.Helper()
	for i, err := range s.Save(t.Context(), writes(recs...)) {
		if err != nil {
			t.Fatalf("save %s: %v", recs[i].Base().Code, err)
		}
	}
}

func get(t *testing.T, s catalog.Store, rec catalog.Record) catalog.Record {
	t.Helper()
	got, err := s.Get(t.Context(), rec.Kind(), rec.Base().Code)
	if err != nil {
		t.Fatalf("get %s: %v", rec.Base().Code, err)
	}
	return got
}

func wantKind(t *testing.T, err error, kind errs.Kind) {
	t.Helper()
	if !errs.Is(err, kind) {
		t.Errorf("error is %q (%v), want kind %q", errs.KindOf(err), err, kind)
	}
}

func wantSame(t *testing.T, want, got any) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("differs (-want +got):\n%s", diff)
	}
}

// feed reads the whole feed in small slices and checks that Seq rises.
func feed(t *testing.T, s catalog.Store) []catalog.Change {
	t.Helper()
	var out []catalog.Change
	for after := int64(0); ; {
		lines, err := s.Changes(t.Context(), after, 7)
		if err != nil {
			t.Fatalf("changes after %d: %v", after, err)
		}
		if len(lines) == 0 {
			return out
		}
		for _, c := range lines {
			if c.Seq <= after {
				t.Fatalf("seq %d comes after %d", c.Seq, after)
			}
			after = c.Seq
		}
		out = append(out, lines...)
	}
}

// checkFeed checks that the feed holds each revision of each organisation
// exactly once and in order, and nothing else; it answers the current
// revisions.
func checkFeed(t *testing.T, s catalog.Store) map[string]int64 {
	t.Helper()
	seen, revs := feedRevs(t, s), recordRevs(t, s)
	if diff := cmp.Diff(revs, seen); diff != "" {
		t.Errorf("records and feed disagree (-records +feed):\n%s", diff)
	}
	return revs
}

func feedRevs(t *testing.T, s catalog.Store) map[string]int64 {
	t.Helper()
	seen := map[string]int64{}
	for _, c := range feed(t, s) {
		if c.Rev != seen[c.Code]+1 {
			t.Errorf("feed: %s has revision %d after %d", c.Code, c.Rev, seen[c.Code])
		}
		seen[c.Code] = c.Rev
	}
	return seen
}

func recordRevs(t *testing.T, s catalog.Store) map[string]int64 {
	t.Helper()
	revs := map[string]int64{}
	for after := ""; ; {
		recs, err := s.Scan(t.Context(), catalog.KindOrganisation, after, 100)
		if err != nil {
			t.Fatalf("scan: %v", err)
		}
		if len(recs) == 0 {
			return revs
		}
		for _, rec := range recs {
			after = rec.Base().Code
			revs[after] = rec.Base().Rev
		}
	}
}

// patience is how long the contract waits for what will be, also on a machine that
// does much else.
const patience = 3 * time.Minute

// settle waits until the server has done what a client asked that was killed
// meanwhile: until then a command may still be on its way.
func settle(t *testing.T, s catalog.Store) {
	t.Helper()
	last, calm := recordRevs(t, s), 0
	for end := time.Now().Add(patience); calm < 3 && time.Now().Before(end); calm++ { // then the contract tells what is wrong
		time.Sleep(50 * time.Millisecond)
		if now := recordRevs(t, s); !maps.Equal(now, last) || !maps.Equal(now, feedRevs(t, s)) {
			last, calm = now, -1
		}
	}
}
