package api

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hongniang/internal/catalog"
	"hongniang/internal/errs"
)

// TestMerge holds merge against the cases of RFC 7396, appendix A, that are
// objects.
func TestMerge(t *testing.T) {
	tests := []struct{ old, patch, want string }{
		{`{"a":"b"}`, `{"a":"c"}`, `{"a":"c"}`},
		{`{"a":"b"}`, `{"b":"c"}`, `{"a":"b","b":"c"}`},
		{`{"a":"b"}`, `{"a":null}`, `{}`},
		{`{"a":"b","b":"c"}`, `{"a":null}`, `{"b":"c"}`},
		{`{"a":["b"]}`, `{"a":"c"}`, `{"a":"c"}`},
		{`{"a":"c"}`, `{"a":["b"]}`, `{"a":["b"]}`},
		{`{"a":{"b":"c"}}`, `{"a":{"b":"d","c":null}}`, `{"a":{"b":"d"}}`},
		{`{"a":[{"b":"c"}]}`, `{"a":[1]}`, `{"a":[1]}`},
		{`{"e":null}`, `{"a":1}`, `{"a":1,"e":null}`},
		{`{}`, `{"a":{"bb":{"ccc":null}}}`, `{"a":{"bb":{}}}`},
		{`{"a":"foo"}`, `{"a":{"b":"c"}}`, `{"a":{"b":"c"}}`},
	}
	for _, tt := range tests {
		old, err1 := parseObject([]byte(tt.old))
		patch, err2 := parseObject([]byte(tt.patch))
		want, err3 := parseObject([]byte(tt.want))
		if err1 != nil || err2 != nil || err3 != nil {
			t.Fatal(err1, err2, err3)
		}
		if diff := cmp.Diff(want, merge(old, patch)); diff != "" {
			t.Errorf("%s with %s (-want +got):\n%s", tt.old, tt.patch, diff)
		}
	}
}

func TestMergeLeavesItsInputsAlone(t *testing.T) {
	old := object{"a": object{"b": "c"}, "d": "e"}
	merge(old, object{"a": object{"b": nil}, "d": nil})
	if diff := cmp.Diff(object{"a": object{"b": "c"}, "d": "e"}, old); diff != "" {
		t.Errorf("old was changed (-want +got):\n%s", diff)
	}
}

func TestParseRev(t *testing.T) {
	for text, want := range map[string]int64{"": 0, `"3"`: 3, `W/"12"`: 12, "7": 7, ` "4" `: 4} {
		var f errs.Faults
		if got := parseRev(&f, "rev", text); got != want || len(f) != 0 {
			t.Errorf("%q gives %d, %v", text, got, f)
		}
	}
	for _, text := range []string{"*", "0", "-1", "x", `"1", "2"`, "99999999999999999999"} {
		var f errs.Faults
		if got := parseRev(&f, "rev", text); got != 0 || len(f) != 1 {
			t.Errorf("%q gives %d, %v", text, got, f)
		}
	}
}

// FuzzRecordBody: a body without faults of shape can always be decoded, and no
// body, however odd, gives anything but an Invalid error.
func FuzzRecordBody(f *testing.F) {
	for _, seed := range []string{
		`{"title":"曲轴","trl":8,"asking_price_wan":1.5,"contact":{"name":"张"},"completers":[{"name":"王","is_frontline":true}]}`,
		`{"title":null,"keywords":["a",null],"benefits":[{"year":2024,"kind":"saved","amount_wan":1e3}]}`,
		`{"rev":1e400,"created_at":5,"source":[],"trl":1e2,"price_negotiable":0}`,
		`{"Title":"x","title":"\ud800","":{}}`, `[`, `{"a":`, "\xff",
	} {
		f.Add([]byte(seed))
	}
	r := resource[catalog.Result, *catalog.Result]{kind: catalog.KindResult}
	f.Fuzz(func(t *testing.T, data []byte) {
		body, err := parseObject(data)
		if err != nil {
			if !errs.Is(err, errs.Invalid) {
				t.Fatalf("parse: %v", err)
			}
			return
		}
		if err := checkRecord(catalog.KindResult, body); err != nil {
			if !errs.Is(err, errs.Invalid) {
				t.Fatalf("check: %v", err)
			}
			return
		}
		rec, err := r.decode(body)
		if err != nil {
			t.Fatalf("a body without faults cannot be decoded: %v", err)
		}
		if _, err := json.Marshal(rec); err != nil {
			t.Fatalf("what was decoded cannot be encoded: %v", err)
		}
	})
}

// FuzzMatchBody: whatever the body, matchRequest gives a request within its
// bounds or an Invalid error.
func FuzzMatchBody(f *testing.F) {
	for _, seed := range []string{`{"text":"曲轴","top":3,"kinds":["result"]}`, `{"title":"\u0000","top":-1}`, `{"kinds":[[]]}`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		body, err := parseObject(data)
		if err != nil {
			return
		}
		req, err := matchRequest(body)
		if err != nil && !errs.Is(err, errs.Invalid) {
			t.Fatalf("error %v", err)
		}
		if err == nil && (req.Top < 1 || req.Top > 100 || req.Title+req.Text == "") {
			t.Fatalf("request %+v", req)
		}
	})
}
