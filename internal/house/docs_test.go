package house_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hongniang/configs"
	"hongniang/internal/catalog"
	"hongniang/internal/config"
	"hongniang/internal/search"
	"hongniang/matcher"
)

// tableRows gives the cells of every table row of a document, by the first
// name in `code` of its first cell; rows without one are left out.
func tableRows(doc string) map[string][][]string {
	name := regexp.MustCompile("`([^`]+)`")
	out := map[string][][]string{}
	for line := range strings.Lines(doc) {
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), " | ")
		if !strings.HasPrefix(line, "|") || len(cells) < 2 {
			continue
		}
		for i := range cells {
			cells[i] = strings.TrimSpace(cells[i])
		}
		if m := name.FindStringSubmatch(cells[0]); m != nil {
			out[m[1]] = append(out[m[1]], cells)
		}
	}
	return out
}

func vocabularyNames() []string {
	var names []string
	for line := range strings.Lines(configs.Text("vocabularies.tsv")) {
		if name, _, ok := strings.Cut(line, "\t"); ok && !strings.HasPrefix(name, "#") && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

func TestGlossaryIsComplete(t *testing.T) {
	t.Parallel()
	rows := tableRows(read(t, "docs/glossary.md"))
	want := vocabularyNames()
	for _, k := range catalog.Kinds() {
		want = append(want, string(k))
		if label := catalog.Vocab("kind").Label(string(k)); len(rows[string(k)]) == 0 || rows[string(k)][0][1] != label {
			t.Errorf("%s must first stand as %s: %v", k, label, rows[string(k)])
		}
	}
	for _, f := range search.Facets() {
		want = append(want, string(f))
	}
	for _, b := range []matcher.Band{matcher.VeryHigh, matcher.High, matcher.Medium, matcher.Low, matcher.Insufficient} {
		want = append(want, string(b))
		if len(rows[string(b)]) == 0 || rows[string(b)][0][1] != b.Label() {
			t.Errorf("band %s must stand as %s: %v", b, b.Label(), rows[string(b)])
		}
	}
	for _, name := range want {
		if len(rows[name]) == 0 {
			t.Errorf("docs/glossary.md lacks `%s`", name)
		}
		for _, cells := range rows[name] {
			if len(cells) != 3 || cells[1] == "" || cells[2] == "" {
				t.Errorf("`%s` needs a Chinese term and a meaning: %q", name, cells)
			}
		}
	}
}

// docs/adr/0001-dependencies.md gives a reason for every direct dependency, and
// for no other.
func TestDependenciesHaveReasons(t *testing.T) {
	t.Parallel()
	var direct []string
	for line := range strings.Lines(read(t, "go.mod")) {
		line = strings.TrimPrefix(strings.TrimSpace(line), "tool ")
		if f := strings.Fields(line); strings.Contains(line, ".") && !strings.Contains(line, "// indirect") && len(f) == 2 && strings.HasPrefix(f[1], "v") {
			direct = append(direct, f[0])
		}
	}
	rows := tableRows(read(t, "docs/adr/0001-dependencies.md"))
	for _, m := range direct {
		if len(rows[m]) == 0 {
			t.Errorf("docs/adr/0001-dependencies.md gives no reason for %s", m)
		}
	}
	all := read(t, "go.mod")
	for m := range rows {
		if !strings.Contains(all, m+" v") {
			t.Errorf("docs/adr/0001-dependencies.md names %s, which go.mod does not have", m)
		}
	}
}

// Every package stands in docs/architecture.md.
func TestArchitectureNamesEveryPackage(t *testing.T) {
	t.Parallel()
	doc := read(t, "docs/architecture.md")
	for _, p := range list(t) {
		if name := short(p); !strings.Contains(doc, "`"+name+"`") {
			t.Errorf("docs/architecture.md does not explain `%s`", name)
		}
	}
}

// Both READMEs list every setting with its environment variable and default.
func TestReadmeListsEverySetting(t *testing.T) {
	t.Parallel()
	defaults := defaultTexts(t)
	for _, name := range []string{"README.md", "README.zh-CN.md"} {
		rows := tableRows(read(t, name))
		for _, key := range config.Keys() {
			want := []string{"`" + key + "`", "`" + config.EnvName(key) + "`", defaults[key]}
			if len(rows[key]) != 1 || len(rows[key][0]) != 4 {
				t.Errorf("%s needs one row of four cells for %v, has %q", name, want, rows[key])
				continue
			}
			if diff := cmp.Diff(want, rows[key][0][:3]); diff != "" {
				t.Errorf("%s (-want +got):\n%s", name, diff)
			}
		}
	}
}

// defaultTexts reads the defaults as they are written in configs/hongniang.yaml,
// in `code`, and "–" for an empty one.
func defaultTexts(t *testing.T) map[string]string {
	t.Helper()
	out := map[string]string{}
	section := ""
	for line := range strings.Lines(configs.Text("hongniang.yaml")) {
		key, value, ok := strings.Cut(strings.TrimSpace(line), ":")
		switch {
		case !ok || strings.HasPrefix(key, "#"):
		case !strings.HasPrefix(line, " "):
			section = key
		default:
			out[section+"."+key] = "`" + strings.TrimSpace(value) + "`"
			if value = strings.TrimSpace(value); value == `""` {
				out[section+"."+key] = "–"
			}
		}
	}
	return out
}

// The codes that docs/operations.md explains are codes of the program.
func TestOperationsExplainsRealCodes(t *testing.T) {
	t.Parallel()
	_, section, _ := strings.Cut(read(t, "docs/operations.md"), "| code |")
	rows := tableRows("| code |" + section)
	if len(rows) < 5 {
		t.Fatalf("the table of codes has %d rows", len(rows))
	}
	var source strings.Builder
	err := filepath.WalkDir(root, func(path string, _ fs.DirEntry, err error) error {
		if err == nil && strings.HasSuffix(path, ".go") && !strings.HasSuffix(path, "_test.go") {
			data, err := os.ReadFile(path)
			source.Write(data)
			return err
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for code := range rows {
		if !strings.Contains(source.String(), `"`+code+`"`) {
			t.Errorf("docs/operations.md explains %s, which the program never says", code)
		}
	}
}

// Links between documents lead to files that are there.
func TestDocumentLinks(t *testing.T) {
	t.Parallel()
	var docs []string
	for _, pattern := range []string{"*.md", "docs/*.md", "docs/adr/*.md"} {
		found, err := filepath.Glob(filepath.Join(root, pattern))
		if err != nil {
			t.Fatal(err)
		}
		docs = append(docs, found...)
	}
	link := regexp.MustCompile(`\]\(([^)#\s]+)(?:#[^)]*)?\)`)
	for _, doc := range docs {
		name, err := filepath.Rel(root, doc)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range link.FindAllStringSubmatch(read(t, name), -1) {
			if strings.Contains(m[1], "://") || strings.HasPrefix(m[1], "mailto:") {
				continue
			}
			if _, err := os.Stat(filepath.Join(filepath.Dir(doc), m[1])); err != nil {
				t.Errorf("%s links to %s, which is not there", name, m[1])
			}
		}
	}
}
