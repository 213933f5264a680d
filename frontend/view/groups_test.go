package view

import (
	"testing"

	"hongniang/matcher"
)

func TestBuildProposalsAreAtMostAlike(t *testing.T) {
	v := BuildProposals(matcher.Comparing{Found: []matcher.Group{{Strength: 1.88}, {Strength: .62}}}, true)
	if len(v.Items) != 2 || v.Items[0].Share != "100%" || v.Items[1].Share != "62%" {
		t.Errorf("%+v", v.Items)
	}
}
