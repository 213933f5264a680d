package house_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const module = "hongniang/"

// mayImport says which packages of ours a package may import itself. A name
// that ends in /... stands for the packages below it too; configs is a leaf
// that everybody may import, and so is missing here.
var mayImport = map[string]string{
	"configs":                    "",
	"internal/errs":              "",
	"internal/zh":                "",
	"internal/zh/segment":        "internal/errs internal/zh",
	"internal/catalog":           "internal/errs internal/zh",
	"internal/contact":           "internal/zh",
	"internal/account":           "internal/errs",
	"internal/related":           "internal/errs",
	"internal/search":            "internal/errs internal/catalog internal/zh",
	"internal/brokering":         "internal/errs internal/catalog internal/account internal/constraint internal/contact internal/zh",
	"internal/coach":             "internal/catalog internal/contact internal/zh",
	"internal/intake":            "internal/errs internal/catalog internal/account internal/coach",
	"internal/constraint":        "internal/catalog internal/zh",
	"internal/paper":             "internal/errs internal/account",
	"internal/errand":            "internal/errs",
	"internal/batch":             "internal/errs internal/catalog internal/account internal/errand internal/exchange internal/intake internal/paper",
	"internal/campaign":          "internal/errs internal/catalog internal/account internal/brokering internal/constraint internal/errand internal/paper",
	"internal/group":             "internal/errs internal/catalog internal/account internal/brokering internal/coach internal/paper internal/zh",
	"internal/review":            "internal/errs internal/catalog internal/account internal/constraint internal/contact internal/paper internal/zh",
	"internal/desk":              "internal/errs internal/catalog internal/account",
	"internal/figures":           "internal/errs internal/catalog internal/account internal/brokering",
	"internal/verdict":           "internal/errs internal/zh internal/catalog internal/account internal/contact matcher",
	"internal/mail":              "internal/errs internal/account",
	"internal/alert":             "internal/errs internal/account internal/catalog internal/notice internal/search matcher",
	"internal/verdict/worth":     "internal/catalog internal/collection internal/verdict",
	"internal/notice":            "internal/errs internal/account internal/brokering internal/catalog internal/mail internal/review",
	"internal/offer":             "internal/errs internal/account internal/catalog internal/notice internal/zh",
	"internal/personal":          "internal/errs internal/account internal/brokering internal/catalog internal/contact internal/paper",
	"internal/lexicon":           "internal/errs internal/account internal/search internal/zh",
	"internal/upkeep":            "internal/errs internal/catalog",
	"internal/watch":             "internal/errs internal/account internal/catalog internal/notice internal/search",
	"internal/disk":              "",
	"internal/backup":            "internal/errs internal/disk",
	"internal/mongostore":        "internal/errs internal/catalog internal/account internal/brokering",
	"internal/sqlitestore":       "internal/errs internal/catalog internal/account internal/brokering",
	"internal/storetest":         "internal/errs internal/catalog internal/account internal/brokering internal/campaign internal/group internal/paper internal/review internal/constraint",
	"internal/exchange":          "internal/errs internal/catalog internal/zh",
	"internal/demo":              "internal/errs internal/catalog internal/account internal/brokering internal/campaign internal/group internal/review internal/exchange",
	"internal/collection":        "internal/errs internal/catalog internal/search",
	"internal/collection/fit":    "internal/collection internal/errs internal/search matcher",
	"internal/collection/report": "internal/collection internal/errs internal/catalog internal/search internal/zh matcher",
	"internal/bench":             "internal/errs",
	"internal/bench/brute":       "internal/catalog internal/related internal/search internal/zh",
	"internal/bench/service":     "internal/bench internal/collection internal/errs",
	"internal/bench/stock":       "internal/collection internal/errs internal/catalog internal/zh",
	"internal/config":            "internal/errs",
	"internal/datadir":           "internal/errs",
	"internal/httpx":             "internal/errs internal/account",
	"internal/browsertest":       "",
	"internal/house":             "", // its tests read everything
	"indexer/analysis":           "internal/zh internal/zh/segment",
	"indexer/postings":           "",
	"indexer":                    "indexer/analysis indexer/postings internal/disk internal/errs internal/catalog internal/search internal/related internal/zh internal/zh/segment",
	"matcher":                    "internal/errs internal/zh internal/catalog internal/constraint internal/search internal/brokering internal/account matcher/assign internal/campaign",
	"matcher/assign":             "internal/errs",
	"api":                        "internal/watch internal/lexicon internal/figures matcher internal/errs internal/zh internal/catalog internal/coach internal/intake internal/search internal/brokering internal/verdict internal/account internal/exchange internal/httpx internal/campaign internal/group internal/notice internal/offer internal/personal internal/review internal/backup",
	"frontend/wording":           "internal/zh",
	"frontend/view":              "internal/figures matcher internal/errs internal/zh internal/catalog internal/coach internal/search internal/brokering internal/verdict internal/account internal/notice internal/offer internal/personal internal/campaign internal/group internal/lexicon internal/upkeep internal/review internal/watch internal/backup",
	"frontend":                   "internal/desk frontend/view internal/batch frontend/wording internal/figures matcher internal/errs internal/zh internal/catalog internal/coach internal/intake internal/search internal/brokering internal/verdict internal/account internal/notice internal/offer internal/personal internal/exchange internal/httpx internal/campaign internal/group internal/lexicon internal/upkeep internal/review internal/watch internal/backup",
	"frontend/browser":           "", // tests alone: they drive the built program
	"cmd/...":                    "indexer matcher api frontend internal/...",
}

// rooms says where a library may be imported, by program or test. What is not
// named is free.
var rooms = map[string]string{
	"github.com/blevesearch/":         "indexer/...",
	"github.com/RoaringBitmap/":       "indexer/postings",
	"go.mongodb.org/mongo-driver":     "internal/mongostore/...",
	"modernc.org/sqlite":              "internal/sqlitestore",
	"github.com/gin-gonic/":           "api frontend/... internal/httpx",
	"github.com/danielgtaylor/huma":   "api",
	"github.com/go-ego/gse":           "internal/zh/segment",
	"github.com/longbridgeapp/opencc": "internal/zh",
	"github.com/mozillazg/go-pinyin":  "internal/zh",
	"github.com/xuri/excelize":        "internal/exchange",
	"github.com/goccy/go-yaml":        "internal/config internal/house",
	"github.com/spf13/":               "cmd/...",
	"github.com/schollz/progressbar":  "cmd/...",
	"golang.org/x/crypto":             "internal/account",
	"github.com/pquerna/otp":          "internal/account frontend/browser",
	"github.com/wneessen/":            "internal/mail",
	"github.com/emersion/":            "TESTS",
	"github.com/prometheus/":          "api internal/httpx cmd/...",
	"github.com/chromedp/":            "internal/browsertest frontend/... cmd/...",
	"github.com/FerretDB/":            "internal/mongostore/...",
	"github.com/google/go-cmp":        "TESTS internal/storetest",
	module + "internal/storetest":     "TESTS",
	module + "internal/browsertest":   "TESTS",
	"testing":                         "TESTS internal/storetest internal/browsertest",
	"net/http/httptest":               "TESTS internal/storetest internal/browsertest",
	"math/rand":                       "TESTS internal/storetest",
	"github.com/PuerkitoBio/goquery":  "TESTS",
}

// mustNotReach says what a package must not depend on by any path (gin itself
// depends on the driver's bson package; the client is what counts).
var mustNotReach = map[string]string{
	"internal/errs":       pure,
	"internal/zh":         pure,
	"internal/catalog":    pure,
	"internal/account":    pure,
	"internal/related":    pure,
	"internal/coach":      pure,
	"internal/contact":    pure,
	"internal/personal":   pure,
	"internal/constraint": pure,
	"internal/intake":     pure,
	"internal/search":     pure,
	"internal/brokering":  pure,
	"internal/figures":    pure,
	"matcher":             pure,
	"api":                 lowerFloor,
	"frontend":            lowerFloor,
	"frontend/view":       pure,
	"internal/httpx":      lowerFloor,
}

const (
	lowerFloor = module + "indexer " + module + "internal/mongostore " + module + "internal/sqlitestore github.com/blevesearch/ github.com/go-ego/gse go.mongodb.org/mongo-driver/v2/mongo modernc.org/sqlite"
	pure       = lowerFloor + " github.com/gin-gonic/ github.com/danielgtaylor/huma github.com/xuri/excelize " + module + "internal/httpx " + module + "internal/exchange"
)

// pkg is what go list tells of a package.
type pkg struct {
	ImportPath, Name                         string
	Imports, TestImports, XTestImports, Deps []string
}

func TestHouseRules(t *testing.T) {
	t.Parallel()
	for _, fault := range check(list(t)) {
		t.Error(fault)
	}
}

// list asks go list; -e keeps a package that does not compile from hiding what
// the others import.
func list(t *testing.T) []pkg {
	t.Helper()
	watchSources(t)
	cmd := exec.CommandContext(t.Context(), "go", "list", "-e", "-json=ImportPath,Name,Imports,TestImports,XTestImports,Deps", module+"...")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v: %s", err, stderr.String())
	}
	var pkgs []pkg
	for dec := json.NewDecoder(bytes.NewReader(out)); ; {
		var p pkg
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			return pkgs
		} else if err != nil {
			t.Fatal(err)
		}
		pkgs = append(pkgs, p)
	}
}

// watchSources looks at every source file, so that go test does not answer this
// test from its cache after one of them has changed.
func watchSources(t *testing.T) {
	t.Helper()
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) { // removed while walking
			return nil
		} else if err != nil {
			return err
		}
		if d.IsDir() && (d.Name() == "data" || d.Name() == "bin" || d.Name() == ".git") {
			return filepath.SkipDir
		}
		if strings.HasSuffix(path, ".go") {
			_, _ = os.Stat(path)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// check gives one sentence for each broken rule.
func check(pkgs []pkg) []string {
	var faults []string
	for _, p := range pkgs {
		faults = append(faults, checkArrows(p)...)
		faults = append(faults, checkRooms(p)...)
		for _, dep := range p.Deps {
			if slices.ContainsFunc(strings.Fields(mustNotReach[short(p)]), func(not string) bool { return under(dep, not) }) {
				faults = append(faults, fmt.Sprintf("%s reaches %s, directly or not: it must work without", short(p), dep))
			}
		}
	}
	return faults
}

func checkArrows(p pkg) []string {
	allowed, known := allowedFor(short(p))
	if !known {
		return []string{short(p) + " is new: say in mayImport of this test, in docs/architecture.md and perhaps in an ADR what it may import"}
	}
	var faults []string
	for _, dep := range p.Imports {
		ours, isOurs := strings.CutPrefix(dep, module)
		if isOurs && ours != "configs" && !inside(ours, allowed) {
			faults = append(faults, fmt.Sprintf("%s imports %s, but may import only configs %s", short(p), ours, allowed))
		}
	}
	return faults
}

func allowedFor(name string) (string, bool) {
	for pattern, allowed := range mayImport {
		if inside(name, pattern) {
			return allowed, true
		}
	}
	return "", false
}

func checkRooms(p pkg) []string {
	var faults []string
	for library, places := range rooms {
		for _, dep := range p.Imports {
			if under(dep, library) && !inside(short(p), places) {
				faults = append(faults, roomFault(p, dep, places))
			}
		}
		if strings.HasPrefix(places, "TESTS") {
			continue
		}
		for _, dep := range slices.Concat(p.TestImports, p.XTestImports) {
			if under(dep, library) && !inside(short(p), places) {
				faults = append(faults, roomFault(p, dep, places)+", tests too")
			}
		}
	}
	return faults
}

func roomFault(p pkg, dep, places string) string {
	if places == "" {
		places = "nowhere"
	}
	return fmt.Sprintf("%s imports %s, whose room is: %s", short(p), dep, places)
}

func short(p pkg) string { return strings.TrimPrefix(p.ImportPath, module) }

// inside tells whether name is one of the patterns.
func inside(name, patterns string) bool {
	return slices.ContainsFunc(strings.Fields(patterns), func(pattern string) bool {
		if prefix, wide := strings.CutSuffix(pattern, "/..."); wide {
			return name == prefix || strings.HasPrefix(name, prefix+"/")
		}
		return name == pattern
	})
}

// under tells whether path is the package or a package below it.
func under(path, prefix string) bool {
	return path == prefix || strings.HasPrefix(path, strings.TrimSuffix(prefix, "/")+"/")
}

func TestCheckFindsBrokenRules(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name string
		pkg  pkg
		want []string
	}{
		{"clean", pkg{ImportPath: "hongniang/internal/catalog", Imports: []string{"fmt", "hongniang/configs", "hongniang/internal/errs"}, TestImports: []string{"testing", "github.com/google/go-cmp/cmp"}}, nil},
		{"command", pkg{ImportPath: "hongniang/cmd/hongniang", Imports: []string{"hongniang/indexer", "hongniang/internal/sqlitestore", "github.com/spf13/cobra"}}, nil},
		{"upwards", pkg{ImportPath: "hongniang/internal/search", Imports: []string{"hongniang/matcher"}},
			[]string{"internal/search imports matcher, but may import only configs internal/errs internal/catalog internal/zh"}},
		{"new package", pkg{ImportPath: "hongniang/internal/util"},
			[]string{"internal/util is new: say in mayImport of this test, in docs/architecture.md and perhaps in an ADR what it may import"}},
		{"wrong room", pkg{ImportPath: "hongniang/frontend", Imports: []string{"github.com/blevesearch/bleve/v2"}},
			[]string{"frontend imports github.com/blevesearch/bleve/v2, whose room is: indexer/..."}},
		{"wrong room of a test", pkg{ImportPath: "hongniang/matcher", XTestImports: []string{"modernc.org/sqlite"}},
			[]string{"matcher imports modernc.org/sqlite, whose room is: internal/sqlitestore, tests too"}},
		{"test library in the program", pkg{ImportPath: "hongniang/matcher", Imports: []string{"testing"}},
			[]string{"matcher imports testing, whose room is: TESTS internal/storetest internal/browsertest"}},
		{"indirect", pkg{ImportPath: "hongniang/api", Deps: []string{"hongniang/indexer"}},
			[]string{"api reaches hongniang/indexer, directly or not: it must work without"}},
		{"a name that only begins alike", pkg{ImportPath: "hongniang/matcher", Deps: []string{"modernc.org/sqlitex"}}, nil},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(c.want, check([]pkg{c.pkg})); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
