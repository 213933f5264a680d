package storetest

import (
	"context"
	"slices"
	"sync"
	"testing"
	"time"

	"hongniang/internal/account"
	"hongniang/internal/errs"
	"hongniang/internal/group"
)

// between lets another process do something just before the first write of a
// common need.
type between struct {
	account.Store
	do   func()
	once *sync.Once
}

func (b between) Insert(ctx context.Context, it account.Item) error {
	if it.Kind == account.KindGroup {
		b.once.Do(b.do)
	}
	return b.Store.Insert(ctx, it)
}

func (b between) Replace(ctx context.Context, it account.Item) error {
	if it.Kind == account.KindGroup {
		b.once.Do(b.do)
	}
	return b.Store.Replace(ctx, it)
}

// testGroupRace has two processes change common needs at once: neither stands in
// the other's way for good, and a need is in one group in the end.
func testGroupRace(t *testing.T, b Backend) {
	f := newFair(t, b.New(t))
	clock := caseDay
	now := func() time.Time { return clock }
	one := &group.Service{Items: f.items, Records: f.records, Now: now}
	two := func(do func()) *group.Service {
		return &group.Service{Items: between{f.items, do, &sync.Once{}}, Records: f.records, Now: now}
	}
	// Both take the same need into a group of their own.
	var first error
	second := two(func() {
		_, first = one.Create(t.Context(), f.broker, group.Draft{Title: "轴承套圈的开裂", Needs: f.needs[1:4]})
	})
	_, err := second.Create(t.Context(), f.broker, group.Draft{Title: "另一种开裂的难题", Needs: f.needs[:2]})
	if err != nil && first != nil {
		t.Errorf("neither came through: %v, %v", err, first)
	}
	if err != nil && !errs.Is(err, errs.Conflict) {
		t.Error(err)
	}
	f.eachOnce(t, one, f.needs[:4])
	// Both settle the second half of one merge.
	lines, err := one.List(t.Context(), f.broker)
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(lines, func(l group.Line) bool { return l.State == group.Open })
	kept, err := one.Show(t.Context(), f.broker, lines[i].Code)
	if err != nil {
		t.Fatal(err)
	}
	clock = clock.Add(time.Minute)
	other, err := one.Create(t.Context(), f.broker, group.Draft{Title: "第三种开裂的难题", Needs: f.needs[4:6]})
	if err != nil {
		t.Fatal(err)
	}
	killed := killedAt(1, true, func(end *fuse) {
		s := &group.Service{Items: dyingItems{f.items, end}, Records: f.records, Now: now}
		_, _ = s.Take(context.WithoutCancel(t.Context()), f.broker, kept.Group.Code, kept.Group.Rev, group.Step{Kind: group.Merge, Other: other.Code})
	})
	if !killed {
		t.Fatal("the merge was not cut in two")
	}
	var inner error
	if err := two(func() { inner = one.Settle(t.Context()) }).Settle(t.Context()); err != nil || inner != nil {
		t.Errorf("settled at once: %v, %v", err, inner)
	}
	f.eachOnce(t, one, f.needs[4:6])
}

// eachOnce holds that each need is in one open group.
func (f *fair) eachOnce(t *testing.T, s *group.Service, needs []string) {
	t.Helper()
	lines, err := s.List(t.Context(), f.broker)
	if err != nil {
		t.Fatal(err)
	}
	count := map[string]int{}
	for _, l := range lines {
		sight, err := s.Show(t.Context(), f.broker, l.Code)
		if err != nil {
			t.Fatal(err)
		}
		if sight.Group.State != group.Open {
			continue
		}
		for _, code := range sight.Group.Needs {
			count[code]++
		}
	}
	for _, code := range needs {
		if count[code] != 1 {
			t.Errorf("%s is in %d groups: %+v", code, count[code], lines)
		}
	}
}

// testGroupKilled ends the process at each write of splitting and merging: no need
// is lost or in two groups.
func testGroupKilled(t *testing.T, b Backend) {
	for _, after := range []bool{false, true} {
		for n := int64(1); ; n++ {
			f := newFair(t, b.New(t))
			now := func() time.Time { return caseDay }
			whole := &group.Service{Items: f.items, Records: f.records, Now: now}
			g, err := whole.Create(t.Context(), f.broker, group.Draft{Title: "轴承套圈的开裂", Needs: f.needs})
			if err != nil {
				t.Fatal(err)
			}
			killed := killedAt(n, after, func(end *fuse) {
				s := &group.Service{Items: dyingItems{f.items, end}, Records: f.records, Now: now}
				ctx := context.WithoutCancel(t.Context())
				split, err := s.Take(ctx, f.broker, g.Code, 1, group.Step{Kind: group.Split, Needs: f.needs[:2], Title: "另一种开裂的难题"})
				if err == nil {
					_, err = s.Take(ctx, f.broker, g.Code, split.Rev, group.Step{Kind: group.Merge, Other: split.History[1].Other})
				}
				if err != nil {
					t.Error(err)
				}
			})
			if err := whole.Settle(t.Context()); err != nil {
				t.Fatal(err)
			}
			lines, err := whole.List(t.Context(), f.broker)
			if err != nil {
				t.Fatal(err)
			}
			needs := 0
			for _, l := range lines {
				needs += l.Needs
			}
			if needs != fairNeeds {
				t.Errorf("killed at write %d (after: %v): %d needs in %+v", n, after, needs, lines)
			}
			if !killed {
				break
			}
		}
	}
}
