package catalog_test

import (
	"testing"

	"hongniang/internal/catalog"
	"hongniang/internal/errs"
)

// A code is part of addresses: one with a slash or ".." could be saved and
// never be opened again.
func TestCodesFitIntoAddresses(t *testing.T) {
	for code, good := range map[string]bool{
		"": true, "XQ-2026-0001": true, "鲁工（2026）12号": true, "ZL202211250898.9": true, "A_1·b:2+[x]": true,
		"..": false, ".": false, "../../etc/passwd": false, "a/b": false, `a\b`: false, "a?b#c": false, "50%": false,
		"<script>": false, `"x"`: false, "a b": false, "😀": false, "-": false,
	} {
		err := catalog.Validate(&catalog.Organisation{Meta: catalog.Meta{Code: code, Status: "published", Visibility: "public"}, Name: "甲厂"})
		if (err == nil) != good {
			t.Errorf("code %q: %v", code, err)
		}
		if err != nil && errs.As(err).Fields[0].Code != "code.malformed" {
			t.Errorf("code %q: faults %+v", code, errs.As(err).Fields)
		}
	}
}
