package catalog

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"hongniang/internal/errs"
)

// NeedChange is what the owner of a published need wants to change of what
// everybody reads. The old text stays public until staff have reviewed it.
type NeedChange struct {
	By     string            `json:"by" doc:"Who signed it"`
	At     time.Time         `json:"at"`
	Fields map[string]string `json:"fields" doc:"By field: the new value as JSON, null when it is to be cleared"`
}

// ProposedLine is one field of a NeedChange, for a page.
type ProposedLine struct {
	Field, Label, Old, New string
}

// Propose is Update for who may not publish: of a need that everybody reads, what
// he changes of its public words is kept as a NeedChange beside the old text,
// the rest is saved at once. Of other needs it is Update. Errors: those of Update.
func (s *Service) Propose(ctx context.Context, by string, next *Need) error {
	rec, err := s.Store.Get(ctx, KindNeed, next.Code)
	if err != nil {
		return err
	}
	old, ok := rec.(*Need)
	if !ok {
		return NotFoundError(KindNeed, next.Code)
	}
	wanted := Clone(next) // with the new words: they must be fit to be published
	if err := s.prepare(by, wanted); err != nil {
		return err
	}
	Clean(next)
	change, err := holdPublicWords(old, next)
	if err != nil {
		return err
	}
	if change != nil {
		change.By, change.At = by, s.now()
		if p := old.Pending; p != nil && sameFields(p.Fields, change.Fields) {
			change = p
		}
	}
	return s.update(ctx, by, next, func() { next.Pending = change })
}

func sameFields(a, b map[string]string) bool {
	if len(a) != len(b) {
		return false
	}
	for key, v := range a {
		if b[key] != v {
			return false
		}
	}
	return true
}

// holdPublicWords puts the old public words back into next and gives what they
// were to become; nil when nothing of the kind was changed.
func holdPublicWords(old, next *Need) (*NeedChange, error) {
	fields := map[string]string{}
	for _, f := range heldFields(old, next) {
		before, err := json.Marshal(f.Value(old).Interface())
		if err != nil {
			return nil, unwritableChange(err)
		}
		after, err := json.Marshal(f.Value(next).Interface())
		if err != nil {
			return nil, unwritableChange(err)
		}
		if string(before) == string(after) || f.Value(old).IsZero() && isEmptyList(after) {
			continue
		}
		fields[f.Key] = string(after)
		f.Value(next).Set(f.Value(old))
	}
	if len(fields) == 0 {
		return nil, nil
	}
	return &NeedChange{Fields: fields}, nil
}

func isEmptyList(data []byte) bool { return string(data) == "[]" || string(data) == "null" }

func unwritableChange(err error) error {
	return errs.Wrap(err, errs.Invalid, "record.malformed", "记录里有无法保存的值（例如不是数的数），请检查后再保存。")
}

// heldFields are the fields whose change waits for review: of a need that
// everybody reads, free text that is public before or after the change; and
// always what decides whether, and how much of it, everybody reads.
func heldFields(old, next *Need) []FieldInfo {
	would := *next
	would.Status, would.DeletedAt = old.Status, old.DeletedAt
	before, after := isPublic(old), isPublic(&would)
	if !after {
		return nil // whatever it says, only those who may read it whole do
	}
	detail := old.Confidentiality == "public" || next.Confidentiality == "public"
	var out []FieldInfo
	for _, f := range Schema(KindNeed) {
		words := before && f.Vocab == "" && f.Format == "" && (f.Type == Text || f.Type == Group) && f.Key != "external_id" && (f.Secret == "" || f.Secret == "true" && detail)
		wider := f.Key == "confidentiality" && openness(next.Confidentiality) > openness(old.Confidentiality) || f.Key == "visibility" && !before
		if words || wider {
			out = append(out, f)
		}
	}
	return out
}

// openness orders the levels of confidentiality by how much everybody reads.
func openness(level string) int {
	return slices.Index([]string{"summary_only", "public"}, level)
}

// Proposed gives the need as its owner wants it: with what waits for review.
func (n *Need) Proposed() (*Need, error) {
	out, ok := Clone(n).(*Need)
	if !ok || n.Pending == nil {
		return n, nil
	}
	for _, f := range Schema(KindNeed) {
		value, changed := n.Pending.Fields[f.Key]
		if !changed {
			continue
		}
		f.Value(out).SetZero()
		if err := json.Unmarshal([]byte(value), f.Value(out).Addr().Interface()); err != nil {
			return nil, errs.Wrap(err, errs.Internal, "need.change_unreadable", fmt.Sprintf("需求 %s 的修改读不出来，请让企业重新修改一次。", n.Code))
		}
	}
	return out, nil
}

// ProposedLines lists what waits for review, in the order of the form.
func (n *Need) ProposedLines() []ProposedLine {
	if n.Pending == nil {
		return nil
	}
	next, err := n.Proposed()
	if err != nil {
		return nil
	}
	var out []ProposedLine
	for _, f := range Schema(KindNeed) {
		if _, changed := n.Pending.Fields[f.Key]; changed {
			out = append(out, ProposedLine{Field: f.Key, Label: f.Label, Old: shownValue(f, n), New: shownValue(f, next)})
		}
	}
	return out
}

func shownValue(f FieldInfo, n *Need) string {
	switch v := f.Value(n).Interface().(type) {
	case string:
		if f.Vocab != "" {
			return Vocab(f.Vocab).Label(v)
		}
		return v
	case []string:
		return strings.Join(v, "、")
	case []Target:
		var out []string
		for _, t := range v {
			out = append(out, t.Name+Vocab("operator").Label(t.Op)+strconv.FormatFloat(t.Value, 'f', -1, 64)+t.Unit)
		}
		return strings.Join(out, "、")
	}
	return ""
}

// decide takes what waits for review into the need, or drops it.
func (n *Need) decide(step NeedStepKind) (*Need, error) {
	if n.Pending == nil {
		return nil, errs.New(errs.Conflict, "need.no_change", "这项需求没有等待审核的修改，可能已经办过了；请刷新页面。")
	}
	next := n
	if step == AcceptNeedChange {
		var err error
		if next, err = n.Proposed(); err != nil {
			return nil, err
		}
	}
	next.Pending = nil
	return next, nil
}
