package indexer

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hongniang/internal/search"
)

func TestStored(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "换流阀", strings.Repeat("曲轴\"磨削\"<b>\n", 300), "零\x00在中间"} {
		for _, cuts := range [][]byte{nil, {0, 1, 255, '{'}} {
			doc := search.Document{ID: "result/1", Title: "轴承\x00", Rev: 3}
			in := stored{Document: doc, Text: text, Places: []string{"371000"}, Cuts: cuts}
			data, err := in.encode()
			if err != nil {
				t.Fatal(err)
			}
			want := in
			want.Document.Text, want.Document.Places = text, in.Places
			got, err := decode(data)
			if err != nil || !slices.Equal(got.Cuts, cuts) {
				t.Fatalf("%q with cuts %v: %v, %v", text, cuts, err, got.Cuts)
			}
			got.Cuts = want.Cuts
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%q:\n%s", text, diff)
			}
			for end := range data {
				if part, err := decode(data[:end]); err == nil && part.Text == text && text != "" && slices.Equal(part.Cuts, cuts) && cuts != nil {
					t.Errorf("%d of %d bytes are whole", end, len(data))
				}
			}
			older, err := json.Marshal(in)
			if err != nil {
				t.Fatal(err)
			}
			got, err = decode(older)
			if diff := cmp.Diff(want, got); err != nil || diff != "" {
				t.Errorf("as it was stored before: %v\n%s", err, diff)
			}
		}
	}
	for _, broken := range []string{"", "{", "[]\x00\x00", "{}\x00", "{}\x00\x05abcd", "{}\x00\xff"} {
		if _, err := decode([]byte(broken)); err == nil {
			t.Errorf("%q is read", broken)
		}
	}
}
