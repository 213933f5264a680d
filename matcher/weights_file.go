package matcher

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"time"

	"hongniang/internal/errs"
)

// weightsVersion is the form of a file of weights. It goes up when a weight
// comes, goes, or means something else: what was learned before then fits no
// longer.
const weightsVersion = 2

// significant is the p below which learned weights may replace those set by hand.
const significant = 0.05

// Fitted is a file of weights that were learned from judged needs, with what
// they are worth.
type Fitted struct {
	Version int     `json:"version"`
	Weights Weights `json:"weights"`
	Trained Trained `json:"trained"`
	Use     bool    `json:"use"` // false: keep to the weights set by hand
}

// Trained says from what weights were learned, and how they did on needs that
// they were not learned from.
type Trained struct {
	Collections []TrainedOn `json:"collections"`
	Date        string      `json:"date"`  // 2006-01-02
	Folds       int         `json:"folds"` // of the cross-validation, 2 or more
	// ByHand and Fitted are mean nDCG@10 over held-out needs, each collection
	// weighing the same; P is that of the paired randomisation test of the two.
	ByHand float64 `json:"ndcg_by_hand"`
	Fitted float64 `json:"ndcg_fitted"`
	P      float64 `json:"p"`
}

// TrainedOn is one collection with the nDCG@10 of its held-out needs.
type TrainedOn struct {
	Name   string  `json:"name"`
	Kind   string  `json:"kind"`  // result or expert
	Needs  int     `json:"needs"` // that count
	ByHand float64 `json:"ndcg_by_hand"`
	Fitted float64 `json:"ndcg_fitted"`
}

// Proven tells whether learned weights did better on held-out needs than those
// set by hand, by more than chance would.
func (t Trained) Proven() bool { return t.Fitted > t.ByHand && t.P < significant }

// NewFitted makes a file of what was learned; it is in use when it is proven.
func NewFitted(w Weights, t Trained) Fitted {
	return Fitted{Version: weightsVersion, Weights: w, Trained: t, Use: t.Proven()}
}

// InUse tells whether the weights of the file are to be used: it says so, and
// what it says of its worth bears it out.
func (f Fitted) InUse() bool { return f.Use && f.Trained.Proven() }

// Write writes the file. Errors: errs.Invalid for what ReadWeights would refuse.
func (f Fitted) Write(w io.Writer) error {
	if err := f.check("weights.json"); err != nil {
		return err
	}
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(f)
}

// ReadWeights reads a file that `hongniang eval fit` wrote, and gives the weights
// to rank with: those of the file, or DefaultWeights when it is not in use
// (Fitted.InUse). Errors: errs.NotFound (weights.open); errs.Invalid:
// weights.malformed, weights.version, weights.unknown, weights.missing,
// weights.value, weights.trained.
func ReadWeights(path string) (Weights, Fitted, error) {
	tree, data, err := readTree(path)
	if err != nil {
		return Weights{}, Fitted{}, err
	}
	return readFitted(path, tree, data)
}

// ReadTrialWeights reads weights to be measured: a file as ReadWeights takes it,
// or an object of weights alone, in which what is left out is as set by hand;
// those are used whatever they are worth. It tells whether the weights of the
// file are given, or those set by hand. Errors as for ReadWeights.
func ReadTrialWeights(path string) (w Weights, used bool, err error) {
	tree, data, err := readTree(path)
	if err != nil {
		return Weights{}, false, err
	}
	if !isBare(tree) {
		w, fitted, err := readFitted(path, tree, data)
		return w, fitted.InUse(), err
	}
	w = DefaultWeights()
	if err := sameShape(path, tree, shapeOf(w)).unknown(); err != nil {
		return Weights{}, false, err
	}
	if err := json.Unmarshal(data, &w); err != nil {
		return Weights{}, false, malformed(err, path)
	}
	return w, true, checkWeights(path, shapeOf(w))
}

func readFitted(path string, tree any, data []byte) (Weights, Fitted, error) {
	if err := checkVersion(path, tree); err != nil {
		return Weights{}, Fitted{}, err
	}
	shape := sameShape(path, tree, shapeOf(Fitted{Trained: Trained{Collections: []TrainedOn{{}}}}))
	if err := shape.err(); err != nil {
		return Weights{}, Fitted{}, err
	}
	var f Fitted
	if err := json.Unmarshal(data, &f); err != nil {
		return Weights{}, Fitted{}, malformed(err, path)
	}
	if err := f.check(path); err != nil {
		return Weights{}, Fitted{}, err
	}
	if !f.InUse() {
		return DefaultWeights(), f, nil
	}
	return f.Weights, f, nil
}

// checkVersion comes before the rest: a file of another version may hold
// anything.
func checkVersion(path string, tree any) error {
	fields, _ := tree.(map[string]any)
	if version, _ := fields["version"].(json.Number); version.String() == fmt.Sprint(weightsVersion) {
		return nil
	}
	return errs.New(errs.Invalid, "weights.version",
		fmt.Sprintf("权重文件“%s”不是第 %d 版的，这个程序用不了；请用 hongniang eval fit 重新生成，或删掉它改用程序自带的权重。", path, weightsVersion))
}

func (f Fitted) check(path string) error {
	if err := checkWeights(path, shapeOf(f.Weights)); err != nil {
		return err
	}
	return f.Trained.check(path)
}

func (t Trained) check(path string) error {
	bad := func(what string) error {
		return errs.New(errs.Invalid, "weights.trained", fmt.Sprintf("权重文件“%s”里的学习记录有误：%s。请用 hongniang eval fit 重新生成。", path, what))
	}
	if _, err := time.Parse(time.DateOnly, t.Date); err != nil {
		return bad("date 应是 2006-01-02 这样的日期")
	}
	parts := []float64{t.ByHand, t.Fitted, t.P}
	for _, c := range t.Collections {
		if c.Name == "" || c.Needs < 1 || c.Kind != "result" && c.Kind != "expert" {
			return bad("collections 里每个数据集都要有名称、种类（result 或 expert）和需求数")
		}
		parts = append(parts, c.ByHand, c.Fitted)
	}
	for _, part := range parts {
		if !(part >= 0 && part <= 1) {
			return bad("nDCG 和 p 应在 0 到 1 之间")
		}
	}
	if len(t.Collections) == 0 || t.Folds < 2 {
		return bad("没有数据集，或折数不到 2")
	}
	return nil
}

func malformed(err error, path string) error {
	return errs.Wrap(err, errs.Invalid, "weights.malformed", fmt.Sprintf("权重文件“%s”不是完整的 JSON，或其中的值不是应有的样子；请用 hongniang eval fit 重新生成。", path))
}

func readWhole(path string) ([]byte, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, errs.Wrap(err, errs.NotFound, "weights.open", fmt.Sprintf("打不开权重文件“%s”，请检查路径和权限。", path))
	}
	return data, nil
}
