package browser_test

import (
	"io"
	"net/http"
	"regexp"
	"testing"
)

// What the pages offer to try finds something in the demo data.
func TestExamplesFindSomething(t *testing.T) {
	t.Parallel()
	base := startServer(t)
	read := func(path string) string {
		res, err := http.Get(base + path)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		body, err := io.ReadAll(res.Body)
		if err != nil || res.StatusCode != http.StatusOK {
			t.Fatalf("%s: status %d, %v", path, res.StatusCode, err)
		}
		return string(body)
	}
	offered := regexp.MustCompile(`href="((?:/search\?q=|/match\?example=)[^"]+)"`)
	found := regexp.MustCompile(`class="(?:hit|card)"`)
	seen := map[string]bool{}
	for _, page := range []string{"/", "/help"} {
		for _, m := range offered.FindAllStringSubmatch(read(page), -1) {
			if path := m[1]; !seen[path] {
				seen[path] = true
				if !found.MatchString(read(path)) {
					t.Errorf("%s offers %s, which finds nothing", page, path)
				}
			}
		}
	}
	if len(seen) < 20 {
		t.Errorf("only %d examples are offered", len(seen))
	}
}
