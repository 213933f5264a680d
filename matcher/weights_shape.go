package matcher

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"strings"

	"hongniang/internal/errs"
)

// readTree reads a file of weights as it stands, numbers as they are written.
func readTree(path string) (tree any, data []byte, err error) {
	if data, err = readWhole(path); err != nil {
		return nil, nil, err
	}
	data = bytes.TrimPrefix(data, []byte("\uFEFF"))
	if tree, err = decodeTree(data); err != nil {
		return nil, nil, malformed(err, path)
	}
	if _, isObject := tree.(map[string]any); !isObject {
		return nil, nil, malformed(errors.New("no object"), path)
	}
	return tree, data, nil
}

func decodeTree(data []byte) (tree any, err error) {
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	if err := d.Decode(&tree); err != nil {
		return nil, err
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, errors.New("more than one value")
	}
	return tree, nil
}

// isBare tells an object of weights from the file of a fit.
func isBare(tree any) bool {
	fields, _ := tree.(map[string]any)
	for _, name := range []string{"version", "weights", "trained", "use"} {
		if _, has := fields[name]; has {
			return false
		}
	}
	return true
}

// shapeOf is the tree of a value of ours; of one that JSON cannot hold, such as
// NaN, it is nil.
func shapeOf(v any) any {
	data, err := json.Marshal(v)
	if err != nil {
		return nil
	}
	tree, _ := decodeTree(data) // what was encoded can be decoded
	return tree
}

// shape is how a tree differs from what is expected.
type shape struct {
	path                   string // of the file
	foreign, absent, wrong []string
}

// sameShape compares the names and the kinds of value of two trees; the elements
// of a list are compared with the first of the expected list.
func sameShape(path string, tree, expected any) shape {
	s := shape{path: path}
	s.compare("", tree, expected)
	return s
}

func (s *shape) compare(at string, tree, expected any) {
	switch expected := expected.(type) {
	case map[string]any:
		s.compareFields(at, tree, expected)
	case []any:
		list, isList := tree.([]any)
		if !isList {
			s.wrong = append(s.wrong, at)
		}
		for i, element := range list {
			s.compare(fmt.Sprintf("%s[%d]", at, i), element, expected[0])
		}
	default:
		if fmt.Sprintf("%T", tree) != fmt.Sprintf("%T", expected) {
			s.wrong = append(s.wrong, at)
		}
	}
}

func (s *shape) compareFields(at string, tree any, expected map[string]any) {
	fields, isObject := tree.(map[string]any)
	if !isObject {
		s.wrong = append(s.wrong, at)
		return
	}
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		if _, known := expected[name]; !known {
			s.foreign = append(s.foreign, under(at, name))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(expected)) {
		if value, has := fields[name]; has {
			s.compare(under(at, name), value, expected[name])
		} else {
			s.absent = append(s.absent, under(at, name))
		}
	}
}

func under(at, name string) string { return strings.TrimPrefix(at+"."+name, ".") }

// unknown refuses what is no weight, or no number.
func (s shape) unknown() error {
	switch {
	case len(s.foreign) > 0:
		return s.fault("weights.unknown", "里没有这样的权重："+strings.Join(s.foreign, "、"))
	case len(s.wrong) > 0:
		return s.fault("weights.value", "里这几项的值不是应有的样子："+strings.Join(s.wrong, "、"))
	}
	return nil
}

// err refuses what is missing too.
func (s shape) err() error {
	if err := s.unknown(); err != nil || len(s.absent) == 0 {
		return err
	}
	return s.fault("weights.missing", "缺少 "+strings.Join(s.absent, "、"))
}

func (s shape) fault(code, what string) error {
	return errs.New(errs.Invalid, code, fmt.Sprintf("权重文件“%s”%s。请改正，或用 hongniang eval fit 重新生成。", s.path, what))
}

// checkWeights refuses weights that no ranking can have.
func checkWeights(path string, tree any) error {
	s := shape{path: path}
	if tree == nil {
		return s.fault("weights.value", "里有不是数的权重")
	}
	if at, bad := absurd("", tree); bad {
		least, most := limits(at[strings.LastIndex(at, ".")+1:])
		return s.fault("weights.value", fmt.Sprintf("里 %s 应在 %v 到 %v 之间", at, least, most))
	}
	for _, scoring := range []string{"documents", "profiles"} {
		if !cuts(tree.(map[string]any)[scoring]) {
			return s.fault("weights.value", fmt.Sprintf("里 %s 的 words、bigrams、characters 不能都是 0", scoring))
		}
	}
	return nil
}

// absurd finds the first number that is out of its limits.
func absurd(at string, tree any) (where string, bad bool) {
	fields, isObject := tree.(map[string]any)
	if !isObject {
		value, err := tree.(json.Number).Float64()
		least, most := limits(at[strings.LastIndex(at, ".")+1:])
		return at, err != nil || math.IsNaN(value) || value < least || value > most
	}
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		if where, bad := absurd(under(at, name), fields[name]); bad {
			return where, true
		}
	}
	return "", false
}

// limits are the least and the most that a weight of a name may be.
func limits(name string) (least, most float64) {
	switch name {
	case "b", "repeat":
		return 0, 1
	case "k1", "power":
		return 0.01, 10
	case "idf_power", "need_power", "text_length":
		return 0, 5
	case "title":
		return 0.01, 100
	case "slope":
		return 0.001, 1000
	case "field", "industry", "trade", "ipc", "stage", "distance", "solved":
		return 0, MostFeatures
	case "honours":
		return 0, MostHonours
	case "intercept":
		return -100, 100
	}
	return 0, 100
}

// cuts tells whether a scoring weighs any cut.
func cuts(scoring any) bool {
	fields, _ := scoring.(map[string]any)
	for _, name := range []string{"words", "bigrams", "characters"} {
		if value, _ := fields[name].(json.Number); value.String() != "0" && value != "" {
			return true
		}
	}
	return false
}
