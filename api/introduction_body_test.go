package api

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hongniang/internal/brokering"
	"hongniang/internal/errs"
)

func TestStepBodies(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, body, code, field string }{
		{"a step", `{"step":"review","rev":3}`, "", ""},
		{"with a byte order mark", "\xef\xbb\xbf" + `{"step":"review"}`, "", ""},
		{"nothing", ``, "json.empty", ""},
		{"a list", `[]`, "json.malformed", ""},
		{"two objects", `{"step":"review"}{}`, "json.malformed", ""},
		{"unknown", `{"step":"review","staage":1}`, "field.unknown", "staage"},
		{"set by the server alone", `{"step":"attach","attachment":{"sha256":"x"}}`, "field.unknown", "attachment"},
		{"a number for a text", `{"step":"message","text":5}`, "type.wrong", "text"},
		{"a part of an amount", `{"step":"receive_payment","payment":{"amount_fen":1.5}}`, "type.wrong", "payment.amount_fen"},
		{"an amount beyond all", `{"step":"receive_payment","payment":{"amount_fen":1e30}}`, "type.wrong", "payment.amount_fen"},
		{"a time in words", `{"step":"visit","visit":{"at":"gestern"}}`, "date.malformed", ""},
		{"too long", `{"step":"message","text":"` + strings.Repeat("长", maxStepBytes) + `"}`, "body.too_large", ""},
	} {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "/", strings.NewReader(tt.body))
		if err != nil {
			t.Fatal(err)
		}
		got, err := readInto[stepBody](&Request{http: req}, maxStepBytes)
		if tt.code == "" {
			if err != nil || got.Kind != brokering.Review {
				t.Errorf("%s: %+v, %v", tt.name, got, err)
			}
			continue
		}
		e := errs.As(err)
		if e == nil || e.Code != tt.code && (len(e.Fields) == 0 || e.Fields[0].Code != tt.code || !strings.Contains(e.Fields[0].Field, tt.field)) {
			t.Errorf("%s: %v, want %s of %q", tt.name, err, tt.code, tt.field)
		}
	}
}

func TestStepRevisions(t *testing.T) {
	t.Parallel()
	words := stepBody{Step: brokering.Step{Kind: brokering.Write}}
	review := stepBody{Step: brokering.Step{Kind: brokering.Review}}
	reviewOn := review
	reviewOn.Rev = 4
	for _, tt := range []struct {
		ifMatch string
		body    stepBody
		want    int64
		code    string
	}{
		{"", words, 0, ""}, {`"7"`, words, 7, ""}, {"", reviewOn, 4, ""}, {`"5"`, reviewOn, 5, ""},
		{"", review, 0, "introduction.rev_missing"}, {"seven", reviewOn, 0, "params.invalid"},
	} {
		got, err := stepRev(tt.ifMatch, tt.body)
		if e := errs.As(err); got != tt.want || (e == nil) != (tt.code == "") || e != nil && e.Code != tt.code {
			t.Errorf("%q with %d: %d, %v", tt.ifMatch, tt.body.Rev, got, err)
		}
	}
}

func TestIntroductionFilters(t *testing.T) {
	t.Parallel()
	in := introductionsIn{Stage: "invited，accepted closed_fail", Alarm: "leader", Open: "true", Mine: "1", Broker: "me", Limit: "7", Need: "XQ-1", Target: "ZJ-1", Region: "371000", After: "DJ-1"}
	got, err := in.filter("U-1")
	want := brokering.Filter{
		Need: "XQ-1", Target: "ZJ-1", Broker: "U-1", Stages: []brokering.Stage{brokering.Invited, brokering.Accepted, brokering.ClosedFail},
		Open: true, Level: brokering.OnLeaderList, Mine: true, Region: "371000", After: "DJ-1", Limit: 7,
	}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("%s, %v", diff, err)
	}
	for alarm, level := range map[string]brokering.Level{"": brokering.OnTime, "reminder": brokering.Remind, "broker": brokering.OnBrokerList} {
		in := introductionsIn{Alarm: alarm}
		if got, err := in.filter(""); err != nil || got.Level != level || got.Limit != defaultList {
			t.Errorf("%q: %+v, %v", alarm, got, err)
		}
	}
	for _, bad := range []introductionsIn{{Stage: "nowhere"}, {Alarm: "loud"}, {Limit: "501"}, {Open: "perhaps"}} {
		if _, err := bad.filter(""); !errs.Is(err, errs.Invalid) {
			t.Errorf("%+v: %v", bad, err)
		}
	}
}

func TestTakesAttachment(t *testing.T) {
	t.Parallel()
	for path, want := range map[string]bool{
		"/api/v1/introductions/DJ-1/files": true, "/api/v1/introductions/:code/files": true, "/api/v1/introductions/DJ-1/files/F1": false, "/api/v1/introductions/DJ-1/steps": false, "/files": false,
	} {
		if TakesAttachment(path) != want {
			t.Errorf("%s: want %v", path, want)
		}
	}
}
