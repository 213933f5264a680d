package matcher

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"

	"hongniang/internal/catalog"
)

// Run is what a ranking was made with, and where one candidate stood in it: what
// must be kept beside a judgement of it.
type Run struct {
	Rank    int     // from 1; 0 when the candidate is not among those shown
	Score   float64 // 0 to 100; 0 for who is neither among them nor a hint
	Band    Band    // Insufficient without a rank
	Weights string  // name of the weights: equal names, equal weights
	Index   int64   // last change of the feed that the index had seen
	// Text names what was matched, title and text: equal names, equal texts. The
	// text cannot be read from it.
	Text string
}

// runDepth is how many candidates of a list are looked through for one.
const runDepth = 50

// RunOf ranks a request once more for the list of one candidate, and tells where
// he stands. Errors as for Match.
func (m *Matcher) RunOf(ctx context.Context, r Request, kind catalog.Kind, code string) (Run, error) {
	out := Run{Band: Insufficient, Weights: m.weights().name(), Text: fingerprint(r.Title + "\n" + r.Text)}
	status, err := m.Engine.Status(ctx)
	if err != nil {
		return out, err
	}
	out.Index, r.Top, r.Kinds = status.Checkpoint, runDepth, documentKinds
	if isProfile(kind) {
		r.Kinds = peopleKinds
	}
	answer, err := m.Match(ctx, r)
	if err != nil {
		return out, err
	}
	for _, c := range slices.Concat(answer.People, answer.Documents) {
		if c.Kind == kind && c.Code == code {
			out.Rank, out.Score, out.Band = c.Rank, c.Score, c.Band
		}
	}
	for _, c := range answer.Nearest {
		if c.Kind == kind && c.Code == code {
			out.Score = c.Score // a hint has no rank
		}
	}
	return out, nil
}

// name tells weights apart, with their version.
func (w Weights) name() string {
	data, err := json.Marshal(w)
	if err != nil {
		data = fmt.Appendf(nil, "%+v", w) // no number, which no file of weights holds
	}
	return fmt.Sprintf("%d-%s", weightsVersion, fingerprint(string(data)))
}

func fingerprint(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:6])
}
