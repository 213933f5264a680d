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
