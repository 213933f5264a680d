package frontend

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the golden files anew")

// Every component as the gallery shows it, byte by byte.
func TestComponents(t *testing.T) {
	v := parsed(t)
	for _, e := range exhibits() {
		t.Run(e.Name, func(t *testing.T) {
			got, err := v.component(e.Template, e.Data)
			if err != nil {
				t.Fatal(err)
			}
			golden := filepath.Join("testdata", "components", e.Name+".html")
			if *update {
				if err := os.WriteFile(golden, got, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), string(got)); diff != "" {
				t.Errorf("run with -update when this is meant: %s", diff)
			}
		})
	}
}

// The style sheet and the modules are small enough for an old PC, and use
// nothing from elsewhere.
func TestStaticFiles(t *testing.T) {
	files, err := readStatic()
	if err != nil {
		t.Fatal(err)
	}
	limits := map[string]int{"admin.css": 3 << 10, "progress.js": 1 << 10, "import.css": 3 << 10, "campaign.css": 4 << 10, "review.css": 3 << 10, "campaign.js": 2 << 10, "leader.css": 6 << 10, "site.css": 40 << 10, "draft.js": 8 << 10, "desk.js": 3 << 10, "verdict.css": 3 << 10, "verdict.js": 3 << 10, "introduction.css": 8 << 10, "need.css": 8 << 10, "coach.js": 4 << 10, "suggest.js": 8 << 10, "match.js": 8 << 10, "say.js": 1 << 10, "copy.js": 2 << 10, "tabs.js": 1 << 10, "favicon.svg": 1 << 10}
	for name, limit := range limits {
		if n := len(files.files[name]); n == 0 || n > limit {
			t.Errorf("%s has %d bytes, at most %d are allowed", name, n, limit)
		}
	}
	if len(files.files) != len(limits) {
		t.Errorf("%d static files, %d limits", len(files.files), len(limits))
	}
	for name, data := range files.files {
		if i := indexAny(data, "//cdn", "@import", "https://"); i != "" {
			t.Errorf("%s reaches out: %s", name, i)
		}
	}
}

func indexAny(data []byte, needles ...string) string {
	for _, n := range needles {
		if bytes.Contains(data, []byte(n)) {
			return n
		}
	}
	return ""
}

// partial templates stand inside a component and have no entry of their own.
var partial = []string{"figure", "figurerow", "", "layout", "logo", "menu", "icon-search", "icon-warning", "icon-check", "value", "table", "facetvalue", "stepfield", "fault", "aria", "recordcell", "reviewfoot", "publicwords", "sees"}

func TestEveryComponentIsInTheGallery(t *testing.T) {
	v := parsed(t)
	shown := map[string]bool{}
	for _, e := range exhibits() {
		shown[e.Template] = true
	}
	for _, tmpl := range v.components.Templates() {
		name := tmpl.Name()
		if !shown[name] && !slices.Contains(partial, name) && !strings.HasSuffix(name, ".html") {
			t.Errorf("component %q has no entry in the gallery", name)
		}
	}
}
