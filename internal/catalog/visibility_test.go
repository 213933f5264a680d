package catalog

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Of a person's consent the public learns that there is one.
func TestPublicViewOfConsent(t *testing.T) {
	t.Parallel()
	e := &Expert{Name: "刘洪强", Consent: &Consent{ProfilePublic: true, PhoneToBroker: true, SignedAt: "2026-03-01"}}
	e.Status = "published"
	shown, ok := PublicView(e)
	if !ok {
		t.Fatal("who agreed is not shown")
	}
	if diff := cmp.Diff(&Consent{ProfilePublic: true}, shown.(*Expert).Consent); diff != "" {
		t.Error(diff)
	}
	if e.Consent.SignedAt == "" {
		t.Error("the view changed the record")
	}
	e.Consent.ProfilePublic = false
	if _, ok := PublicView(e); ok {
		t.Error("who refused is shown")
	}
}

// What a public file says of a consent does not wipe its particulars; what says
// more, or something else, counts.
func TestKeepConsent(t *testing.T) {
	whole := &Consent{ProfilePublic: true, PhoneToBroker: true, SignedAt: "2026-01-10"}
	for _, c := range []struct{ now, before, want *Consent }{
		{&Consent{ProfilePublic: true}, whole, whole},
		{&Consent{}, whole, &Consent{}},
		{&Consent{ProfilePublic: true, SignedAt: "2026-02-01"}, whole, &Consent{ProfilePublic: true, SignedAt: "2026-02-01"}},
		{&Consent{ProfilePublic: true}, nil, &Consent{ProfilePublic: true}},
		{nil, whole, nil},
	} {
		rec := &Expert{Consent: c.now}
		KeepConsent(rec, &Expert{Consent: c.before})
		if diff := cmp.Diff(c.want, rec.Consent); diff != "" {
			t.Errorf("%+v after %+v:\n%s", c.now, c.before, diff)
		}
	}
	KeepConsent(&Result{}, &Result{})
}
