package storetest

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"hongniang/internal/catalog"
	"hongniang/internal/errs"
)

// childEnv holds the Spec of the place that a child process writes to.
const childEnv = "HONGNIANG_STORETEST_CHILD"

// Child must be called by TestMain before anything else: in a child process of
// the contract it saves until it is killed, and never returns. open opens the
// place of a Spec.
func Child(open func(ctx context.Context, spec string) (catalog.Store, error)) {
	spec := os.Getenv(childEnv)
	if spec == "" {
		return
	}
	forEver := saveForEver
	if rest, ok := strings.CutPrefix(spec, caseChild); ok {
		spec, forEver = rest, keepStepping
	}
	err := forEver(context.Background(), spec, open)
	fmt.Fprintln(os.Stderr, "child:", err)
	os.Exit(1)
}

// saveForEver inserts and replaces in turn and prints what was acknowledged.
func saveForEver(ctx context.Context, spec string, open func(context.Context, string) (catalog.Store, error)) error {
	s, err := open(ctx, spec)
	if err != nil {
		return err
	}
	run := fmt.Sprint(os.Getpid())
	for i := 0; ; i++ {
		recs := orgs(fmt.Sprintf("%s-%d", run, i), 3)
		for range 2 {
			for j, err := range s.Save(ctx, writes(recs...)) {
				if err != nil {
					return err
				}
				fmt.Printf("saved %s %d\n", recs[j].Base().Code, recs[j].Base().Rev)
			}
		}
	}
}

// testKilled kills a saving process without warning, several times on the same
// data: what it had acknowledged is there and in the feed.
func testKilled(t *testing.T, p Place) {
	acked := map[string]int64{}
	for round := range 6 {
		killAfter(t, p, 5+round*13, acked)
		s := p.open(t)
		settle(t, s)
		revs := checkFeed(t, s)
		for code, rev := range acked {
			if revs[code] < rev {
				t.Errorf("%s was acknowledged at revision %d and is now at %d", code, rev, revs[code])
			}
		}
	}
	if len(acked) < 20 {
		t.Errorf("only %d records were acknowledged", len(acked))
	}
}

// killAfter starts a child, notes what it says it saved, and kills it after so
// many lines; lines that it still wrote before it died count too.
func killAfter(t *testing.T, p Place, lines int, acked map[string]int64) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^$")
	cmd.Env = append(os.Environ(), childEnv+"="+p.Spec)
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	n := 0
	for scan := bufio.NewScanner(out); scan.Scan(); n++ {
		var code string
		var rev int64
		if _, err := fmt.Sscanf(scan.Text(), "saved %s %d", &code, &rev); err == nil {
			acked[code] = max(acked[code], rev)
		}
		if n == lines {
			cmd.Process.Kill()
		}
	}
	cmd.Wait() // it was killed: the error is expected
	if n <= lines {
		t.Fatalf("the child ended by itself: %s", stderr.String())
	}
}

// testCut breaks the connection at each write command of a save, before and
// after the server did it, and looks at what another store then finds.
func testCut(t *testing.T, p Place) {
	for at := 1; at <= 4; at++ {
		for _, done := range []bool{false, true} {
			t.Run(fmt.Sprintf("insert/write=%d/done=%v", at, done), func(t *testing.T) {
				recs := orgs(fmt.Sprintf("I%d%v", at, done), 2)
				cutSave(t, p, recs, cut{at: at, done: done})
			})
			t.Run(fmt.Sprintf("replace/write=%d/done=%v", at, done), func(t *testing.T) {
				recs := orgs(fmt.Sprintf("R%d%v", at, done), 2)
				save(t, p.open(t), recs...)
				cutSave(t, p, recs, cut{at: at, done: done})
			})
		}
	}
}

// testOvertaken has one store save a record between any two steps of another
// store's save of it, and die at once: neither line of the feed is lost.
func testOvertaken(t *testing.T, p Place) {
	for at := 2; at <= 3; at++ {
		rec := org(fmt.Sprintf("A%d", at), fmt.Sprintf("第%d厂", at))
		slow := newProxy(t, p.Addr)
		s, err := p.Via(t.Context(), slow.addr)
		if err != nil {
			t.Fatal(err)
		}
		slow.cutAt(cut{at: at, instead: func() { saveAndDie(t, p, rec) }})
		if err := s.Save(t.Context(), writes(rec))[0]; err != nil {
			t.Errorf("save: %v", err)
		}
		s.Close()
	}
	wantSame(t, map[string]int64{"A2": 2, "A3": 2}, checkFeed(t, p.open(t)))
}

// saveAndDie saves the second revision of a record and nothing more.
func saveAndDie(t *testing.T, p Place, first catalog.Record) {
	proxy := newProxy(t, p.Addr)
	s, err := p.Via(t.Context(), proxy.addr)
	if err != nil {
		t.Error(err)
		return
	}
	defer s.Close()
	rec := catalog.Clone(first)
	rec.Base().Rev = 1
	proxy.cutAt(cut{at: 2})
	if err := s.Save(t.Context(), writes(rec))[0]; err != nil {
		t.Errorf("overtaking: %v", err)
	}
}

func cutSave(t *testing.T, p Place, recs []catalog.Record, c cut) {
	proxy := newProxy(t, p.Addr)
	s, err := p.Via(t.Context(), proxy.addr)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	proxy.cutAt(c)
	revs := make([]int64, len(recs))
	for i, rec := range recs {
		revs[i] = rec.Base().Rev
	}
	out := s.Save(t.Context(), writes(recs...))
	fresh := p.open(t)
	now := checkFeed(t, fresh)
	for i, rec := range recs {
		got := now[rec.Base().Code]
		if out[i] == nil && (got != revs[i]+1 || rec.Base().Rev != got) {
			t.Errorf("%s was saved as revision %d and is at %d", rec.Base().Code, rec.Base().Rev, got)
		}
		if out[i] != nil {
			wantKind(t, out[i], errs.Unavailable)
			repeat(t, fresh, rec, revs[i], got)
		}
	}
	for code, rev := range checkFeed(t, fresh) {
		if want := revs[0] + 1; strings.HasPrefix(code, recs[0].Base().Code[:len(recs[0].Base().Code)-4]) && rev != want {
			t.Errorf("%s is at revision %d, want %d", code, rev, want)
		}
	}
}

// repeat saves again what nothing was known of: it is saved now, or was saved.
func repeat(t *testing.T, s catalog.Store, rec catalog.Record, before, now int64) {
	t.Helper()
	if rec.Base().Rev != before {
		t.Errorf("%s has rev %d after an error, want %d", rec.Base().Code, rec.Base().Rev, before)
	}
	err := s.Save(t.Context(), writes(rec))[0]
	switch {
	case now == before && err != nil:
		t.Errorf("repeating the save of %s: %v", rec.Base().Code, err)
	case now != before && before == 0:
		wantKind(t, err, errs.Conflict)
	case now != before:
		wantKind(t, err, errs.Stale)
	}
}

// testAway takes the server away and brings it back.
func testAway(t *testing.T, p Place) {
	proxy := newProxy(t, p.Addr)
	s, err := p.Via(t.Context(), proxy.addr)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	a := org("A", "甲厂")
	save(t, s, a)
	for range 2 {
		proxy.stop()
		took := time.Hour
		for tries := 0; tries < 5 && took > 10*time.Second; tries++ { // a machine that does much else is late now and then
			begin := time.Now()
			wantKind(t, s.Save(t.Context(), writes(a))[0], errs.Unavailable)
			_, err = s.Get(t.Context(), a.Kind(), a.Code)
			wantKind(t, err, errs.Unavailable)
			wantKind(t, s.Ping(t.Context()), errs.Unavailable)
			took = min(took, time.Since(begin))
		}
		if took > 10*time.Second {
			t.Errorf("three calls take %v at least to say that the server is gone", took)
		}
		proxy.start(t)
		for deadline := time.Now().Add(patience); s.Ping(t.Context()) != nil; time.Sleep(20 * time.Millisecond) {
			if time.Now().After(deadline) {
				t.Fatal("the store does not find its server again")
			}
		}
		save(t, s, a)
	}
	wantSame(t, map[string]int64{"A": 3}, checkFeed(t, s))
}
