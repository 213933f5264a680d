package catalog_test

import (
	"sync"
	"testing"

	"hongniang/internal/catalog"
	"hongniang/internal/errs"
)

func TestUnionOfRegion(t *testing.T) {
	t.Parallel()
	s := newService(t)
	regional := func(code, level, region string) *catalog.Organisation {
		u := union(code, "")
		u.UnionLevel, u.RegionCode = level, region
		return u
	}
	mustCreate(t, s, regional("P", "province", "370000"), regional("C", "city", "371000"), regional("K", "county", "371002"), regional("G", "grassroots", "371003"), organisation("QY", "示例厂"))
	for region, want := range map[string]string{"371002": "K", "371003": "C", "371000": "C", "370200": "P", "210000": "", "": ""} {
		got, err := catalog.UnionOfRegion(t.Context(), s.Store, region)
		if got != want || err != nil {
			t.Errorf("%q: %q, %v; want %q", region, got, err, want)
		}
	}
}

// Of many who register one credit code at once, one does.
func TestOneEnterpriseACreditCode(t *testing.T) {
	t.Parallel()
	s := newService(t)
	var wg sync.WaitGroup
	results := make(chan error, 8)
	for range cap(results) {
		wg.Go(func() {
			_, err := s.RegisterEnterprise(t.Context(), "赵", catalog.EnterpriseRegistration{
				USCC: "914403001922038216", Name: "示例新厂", Region: "威海市", ContactName: "赵", Telephone: "0631-5000000",
			})
			results <- err
		})
	}
	wg.Wait()
	close(results)
	done := 0
	for err := range results {
		switch {
		case err == nil:
			done++
		case errs.As(err).Code != "organisation.registered":
			t.Errorf("refused with %v", err)
		}
	}
	if done != 1 {
		t.Errorf("%d registered", done)
	}
}
