package view

import (
	"reflect"
	"testing"

	"hongniang/internal/catalog"
)

// What bears the mark of what is public is what everybody reads of the need, whatever
// its firm chose, field by field.
func TestMarksAreTrue(t *testing.T) {
	t.Parallel()
	for _, choice := range append(catalog.Vocab("confidentiality").Choices, catalog.Choice{}) {
		need := &catalog.Need{}
		for _, f := range catalog.Schema(catalog.KindNeed) {
			fill(f.Value(need))
		}
		need.Status, need.Visibility, need.Confidentiality = "published", "public", choice.Key
		shown, public := catalog.PublicView(need)
		for _, f := range catalog.Schema(catalog.KindNeed) {
			if f.Key == "confidentiality" || f.Key == "external_id" { // no form asks for them as words
				continue
			}
			reads := public && !f.Value(shown).IsZero()
			if marked := publicFields(need)[f.Key]; marked != reads {
				t.Errorf("%q: %s is marked %v, others read it: %v", choice.Key, f.Key, marked, reads)
			}
		}
	}
}

// fill puts something into a field.
func fill(v reflect.Value) {
	switch v.Kind() {
	case reflect.String:
		v.SetString("某")
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Float64:
		v.SetFloat(1)
	case reflect.Int:
		v.SetInt(1)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
	}
}

// Who did not agree to be shown is not told of an agreement that nobody asks for.
func TestHiddenBecause(t *testing.T) {
	t.Parallel()
	inside := catalog.Meta{Visibility: "internal"}
	for _, c := range []struct {
		rec  catalog.Record
		want string
	}{
		{&catalog.Need{Confidentiality: "broker_only"}, "别人看不到这条：只有经办的人看得到。"},
		{&catalog.Need{Confidentiality: "nda"}, "别人看不到这条：要先签保密协议，才由红娘拿给对方看。"},
		{&catalog.Result{Secrecy: "internal"}, "别人看不到这条：只有经办的人看得到。"},
		{&catalog.Expert{Consent: &catalog.Consent{}}, "别人看不到这条：本人没有同意公开简介。"},
		{&catalog.Expert{Meta: inside, Consent: &catalog.Consent{}}, "别人看不到这条：只有经办的人看得到。"},
		{&catalog.Patent{Meta: inside}, "别人看不到这条：只有经办的人看得到。"},
		{&catalog.Expert{Consent: &catalog.Consent{ProfilePublic: true}}, ""},
		{&catalog.Need{Confidentiality: "summary_only"}, ""},
	} {
		if got := BuildPreview(c.rec).Hidden; got != c.want {
			t.Errorf("%T: %q, not %q", c.rec, got, c.want)
		}
	}
}
