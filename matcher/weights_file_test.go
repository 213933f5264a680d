package matcher_test

import (
	"bytes"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hongniang/internal/errs"
	"hongniang/matcher"
)

// learned is a file of a fit that did better than by chance.
func learned() matcher.Fitted {
	w := matcher.DefaultWeights()
	w.Documents.Bigrams, w.Vote = 0.7, 2
	return matcher.NewFitted(w, matcher.Trained{
		Collections: []matcher.TrainedOn{{Name: "甲厂", Kind: "result", Needs: 60, ByHand: 0.61, Fitted: 0.64}},
		Date:        "2026-11-20", Folds: 5, ByHand: 0.61, Fitted: 0.64, P: 0.012,
	})
}

func encoded(t *testing.T, f matcher.Fitted) string {
	t.Helper()
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func inFile(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "weights.json")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestWeightsAreReadAsWritten(t *testing.T) {
	t.Parallel()
	want := learned()
	if !want.Use {
		t.Error("weights that are proven are not in use")
	}
	path := inFile(t, encoded(t, want))
	weights, got, err := matcher.ReadWeights(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-written +read):\n%s", diff)
	}
	if diff := cmp.Diff(want.Weights, weights); diff != "" {
		t.Errorf("weights (-written +read):\n%s", diff)
	}
	trial, used, err := matcher.ReadTrialWeights(path)
	if err != nil || !used || trial != want.Weights {
		t.Errorf("for a trial: %v %v %+v", err, used, trial)
	}
}

// What is not proven is read, and not used, whatever the file says of itself.
func TestWeightsNotInUse(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*matcher.Fitted){
		"switched off": func(f *matcher.Fitted) { f.Use = false },
		"chance":       func(f *matcher.Fitted) { f.Trained.P = 0.05 },
		"worse":        func(f *matcher.Fitted) { f.Trained.Fitted = 0.60 },
		"the same":     func(f *matcher.Fitted) { f.Trained.Fitted = f.Trained.ByHand },
	} {
		f := learned()
		change(&f)
		path := inFile(t, encoded(t, f))
		weights, got, err := matcher.ReadWeights(path)
		if err != nil || got.InUse() || weights != matcher.DefaultWeights() {
			t.Errorf("%s: %v, in use: %v, %+v", name, err, got.InUse(), weights)
		}
		if got.Weights != f.Weights {
			t.Errorf("%s: the file was read as %+v", name, got.Weights)
		}
		if trial, used, err := matcher.ReadTrialWeights(path); err != nil || used || trial != matcher.DefaultWeights() {
			t.Errorf("%s, for a trial: %v %v %+v", name, err, used, trial)
		}
	}
	for _, p := range []float64{0.05, 0.3} {
		if f := matcher.NewFitted(matcher.DefaultWeights(), matcher.Trained{Fitted: 0.7, ByHand: 0.6, P: p}); f.Use {
			t.Errorf("p = %g is in use", p)
		}
	}
}

// refusals are changes to a good file with the codes of their errors.
var refusals = []struct{ name, old, new, code, says string }{
	{"another version", `"version": 2`, `"version": 1`, "weights.version", "第 2 版"},
	{"version as text", `"version": 2`, `"version": "2"`, "weights.version", "第 2 版"},
	{"no version", `"version": 2,`, ``, "weights.version", "第 2 版"},
	{"unknown weight", `"vote": 2`, `"vote": 2, "luck": 1`, "weights.unknown", "weights.luck"},
	{"unknown field", `"use": true`, `"use": true, "by": "me"`, "weights.unknown", "by"},
	{"unknown of a collection", `"needs": 60`, `"needs": 60, "judges": 2`, "weights.unknown", "trained.collections[0].judges"},
	{"missing weight", `"vote": 2,`, ``, "weights.missing", "weights.vote"},
	{"missing use", `},
  "use": true`, `}`, "weights.missing", "use"},
	{"text for a number", `"vote": 2`, `"vote": "2"`, "weights.value", "weights.vote"},
	{"null", `"vote": 2`, `"vote": null`, "weights.value", "weights.vote"},
	{"number for an object", `"use": true`, `"use": 1`, "weights.value", "use"},
	{"negative", `"vote": 2`, `"vote": -2`, "weights.value", "vote 应在 0 到 100"},
	{"absurd", `"bigrams": 0.7`, `"bigrams": 1000`, "weights.value", "documents.bigrams 应在"},
	{"b above 1", `"b": 0.5`, `"b": 1.5`, "weights.value", "profiles.b 应在 0 到 1"},
	{"no slope", `"slope": 8.45`, `"slope": 0`, "weights.value", "document_chance.slope"},
	{"NaN", `"vote": 2`, `"vote": NaN`, "weights.malformed", "JSON"},
	{"infinite", `"vote": 2`, `"vote": 1e999`, "weights.malformed", "JSON"},
	{"cut off", `"use": true
}`, ``, "weights.malformed", "JSON"},
	{"two values", `"use": true
}`, `"use": true
} {}`, "weights.malformed", "JSON"},
	{"p above 1", `"p": 0.012`, `"p": 1.2`, "weights.trained", "p 应在 0 到 1"},
	{"one fold", `"folds": 5`, `"folds": 1`, "weights.trained", "折数"},
	{"half a fold", `"folds": 5`, `"folds": 2.5`, "weights.malformed", "JSON"},
	{"no date", `"date": "2026-11-20"`, `"date": "yesterday"`, "weights.trained", "date"},
	{"no needs", `"needs": 60`, `"needs": 0`, "weights.trained", "需求数"},
	{"another kind", `"kind": "result"`, `"kind": "search"`, "weights.trained", "result 或 expert"},
}

func TestWeightsRefused(t *testing.T) {
	t.Parallel()
	good := encoded(t, learned())
	for _, tt := range refusals {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if !strings.Contains(good, tt.old) {
				t.Fatalf("the file has no %s:\n%s", tt.old, good)
			}
			path := inFile(t, strings.Replace(good, tt.old, tt.new, 1))
			_, _, err := matcher.ReadWeights(path)
			refused(t, err, errs.Invalid, tt.code, tt.says)
			if _, _, trial := matcher.ReadTrialWeights(path); errs.As(trial).Code != tt.code {
				t.Errorf("for a trial: %v", trial)
			}
		})
	}
	for _, text := range []string{"", "[]", "1", "null", "weights"} {
		_, _, err := matcher.ReadWeights(inFile(t, text))
		refused(t, err, errs.Invalid, "weights.malformed", "JSON")
	}
	_, _, err := matcher.ReadWeights(filepath.Join(t.TempDir(), "nowhere"))
	refused(t, err, errs.NotFound, "weights.open", "打不开")
}

// refused wants a Chinese sentence with a code, that names what is wrong.
func refused(t *testing.T, err error, kind errs.Kind, code, says string) {
	t.Helper()
	if err == nil {
		t.Fatal("it was accepted")
	}
	if e := errs.As(err); e.Kind != kind || e.Code != code || !strings.Contains(e.Message, says) || !strings.HasSuffix(e.Message, "。") {
		t.Errorf("%s %s: %s; want %s, and %q in it", e.Kind, e.Code, e.Message, code, says)
	}
}

// Weights alone are for ablations: what is left out stays as set by hand, and
// they are used whatever they are worth.
func TestBareWeights(t *testing.T) {
	t.Parallel()
	got, used, err := matcher.ReadTrialWeights(inFile(t, "\uFEFF"+`{"documents": {"need_power": 0}, "vote": 0.5}`))
	want := matcher.DefaultWeights()
	want.Documents.NeedPower, want.Vote = 0, 0.5
	if err != nil || !used {
		t.Fatal(used, err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	whole, err := json.Marshal(want)
	if err != nil {
		t.Fatal(err)
	}
	if got, _, err := matcher.ReadTrialWeights(inFile(t, string(whole))); err != nil || got != want {
		t.Errorf("all weights: %v %+v", err, got)
	}
	for text, code := range map[string]string{
		`{"documents": {"needpower": 0}}`: "weights.unknown",
		`{"documents": 1}`:                "weights.value",
		`{"vote": -1}`:                    "weights.value",
		`{"documents": {"words": 0, "bigrams": 0, "characters": 0.0}}`: "weights.value",
	} {
		_, _, err := matcher.ReadTrialWeights(inFile(t, text))
		refused(t, err, errs.Invalid, code, "权重文件")
	}
	_, _, err = matcher.ReadWeights(inFile(t, string(whole)))
	refused(t, err, errs.Invalid, "weights.version", "第 2 版") // the service wants to know what they are worth
}

// What would be refused when read is not written.
func TestWriteRefuses(t *testing.T) {
	t.Parallel()
	for _, change := range []func(*matcher.Fitted){
		func(f *matcher.Fitted) { f.Weights.Vote = math.NaN() },
		func(f *matcher.Fitted) { f.Weights.Vote = math.Inf(1) },
		func(f *matcher.Fitted) { f.Weights.Documents.B = 2 },
		func(f *matcher.Fitted) { f.Trained.P = math.NaN() },
		func(f *matcher.Fitted) { f.Trained.Collections = nil },
	} {
		f := learned()
		change(&f)
		var b bytes.Buffer
		if err := f.Write(&b); !errs.Is(err, errs.Invalid) || b.Len() > 0 {
			t.Errorf("%v, %d bytes", err, b.Len())
		}
	}
}

// Whoever adds, drops or renames a weight makes old files useless: raise
// weightsVersion, and change this list.
func TestWeightsOfVersion(t *testing.T) {
	t.Parallel()
	const version = 2
	scoring := []string{"b", "bigrams", "characters", "idf_power", "k1", "need_power", "related", "repeat", "words"}
	want := map[string][]string{
		"": {"document_chance", "documents", "features", "person_chance", "profiles", "text", "text_length", "title", "vote"}, "documents": scoring, "profiles": scoring,
		"document_chance": {"intercept", "power", "slope"}, "person_chance": {"intercept", "power", "slope"},
		"features": {"distance", "field", "honours", "industry", "ipc", "solved", "stage", "trade"},
	}
	var file struct {
		Version int
		Weights map[string]any
	}
	if err := json.Unmarshal([]byte(encoded(t, learned())), &file); err != nil {
		t.Fatal(err)
	}
	got := map[string][]string{"": names(file.Weights)}
	for name, value := range file.Weights {
		if fields, isObject := value.(map[string]any); isObject {
			got[name] = names(fields)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" || file.Version != version {
		t.Errorf("version %d (-want +got):\n%s", file.Version, diff)
	}
}

func names(fields map[string]any) []string {
	var out []string
	for name := range fields {
		out = append(out, name)
	}
	slices.Sort(out)
	return out
}
