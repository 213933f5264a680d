package wording

import (
	"fmt"
	"strings"
	"testing"
)

// What is asked for stays, whatever comes in between; what nobody asks for goes.
func TestRecent(t *testing.T) {
	t.Parallel()
	r := &recent{}
	r.put("旧", saying{said: "old"})
	r.put(strings.Repeat("长", longestKept), saying{said: "long"})
	for i := range 3 * mostRecent {
		r.put(fmt.Sprint("新", i), saying{said: "new"})
		if i%1000 == 0 {
			r.get("旧")
		}
	}
	if s, ok := r.get("旧"); !ok || s.said != "old" {
		t.Error("what is in use is gone")
	}
	if _, ok := r.get("新0"); ok || len(r.now)+len(r.old) > 2*mostRecent {
		t.Errorf("%d texts are kept", len(r.now)+len(r.old))
	}
	if _, ok := r.get(strings.Repeat("长", longestKept)); ok {
		t.Error("a text too long is kept")
	}
}
