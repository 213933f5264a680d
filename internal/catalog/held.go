package catalog

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"hongniang/internal/errs"
)

// HeldChange is what the owner of a record that everybody reads wants to change of
// its public words. The old text stays public until staff have reviewed it.
type HeldChange struct {
	By     string            `json:"by" doc:"Who signed it"`
	At     time.Time         `json:"at"`
	Fields map[string]string `json:"fields" doc:"By field: the new value as JSON, null when it is to be cleared"`
	// Returned is why staff did not accept it: the owner reads it, and changes it or
	// hands it in again. Of needs it stands in their steps.
	Returned string `json:"returned,omitempty"`
}

// Waits tells whether staff are to review the change; nil waits for nobody.
func (c *HeldChange) Waits() bool { return c != nil && c.Returned == "" }

// ProposedLine is one field of a HeldChange, for a page.
type ProposedLine struct {
	Field, Label, Old, New string
}

// Propose is Update for who may not publish: of a need that everybody reads, what
// he changes of its public words is kept as a HeldChange beside the old text,
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
	if err := Hold(old, next, by, s.now()); err != nil {
		return err
	}
	change := next.Pending
	return s.update(ctx, by, next, func() { next.Pending = change })
}

// Hold is for who may change a record and not publish it: what next, cleaned and
// valid, changes of words that everybody reads is taken back into its Pending, the
// rest stays. A record other than a need that would become public by the change
// waits for review as a whole.
func Hold(old, next Record, by string, at time.Time) error {
	next.Base().Pending = nil
	if next.Kind() != KindNeed && next.Base().Status == "published" && isPublic(next) && !isPublic(old) {
		next.Base().Status = "submitted"
	}
	fields, err := heldWords(old, next)
	if err != nil || len(fields) == 0 {
		return err
	}
	change := &HeldChange{By: by, At: at, Fields: fields}
	if p := old.Base().Pending; p.Waits() && maps.Equal(p.Fields, fields) {
		change = p
	}
	next.Base().Pending = change
	return nil
}

// heldWords puts the old public words back into next and gives what they were to
// become, by field, as JSON.
func heldWords(old, next Record) (map[string]string, error) {
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
	return fields, nil
}

func isEmptyList(data []byte) bool { return string(data) == "[]" || string(data) == "null" }

func unwritableChange(err error) error {
	return errs.Wrap(err, errs.Invalid, "record.malformed", "记录里有无法保存的值（例如不是数的数），请检查后再保存。")
}

// atOnce are fields that change at once although everybody reads them: whether
// somebody takes cases and lets himself be shown is his alone to say.
var atOnce = []string{"external_id", "availability", "consent"}

// heldFields are the fields whose change waits for review: of a record that
// everybody reads, free text that is public before or after the change; and of a
// need always what decides whether, and how much of it, everybody reads.
func heldFields(old, next Record) []FieldInfo {
	would := Clone(next)
	would.Base().Status, would.Base().DeletedAt = old.Base().Status, old.Base().DeletedAt
	if old.Kind() != KindNeed || next.Base().Status == "withdrawn" {
		would = next
	}
	before, after := isPublic(old), isPublic(would)
	if !after {
		return nil // whatever it says, only those who may read it whole do
	}
	var out []FieldInfo
	for _, f := range Schema(old.Kind()) {
		if before && freeText(f) && !slices.Contains(atOnce, f.Key) && shownWith(f, old, next) || widens(f, old, next) {
			out = append(out, f)
		}
	}
	return out
}

func freeText(f FieldInfo) bool {
	return f.Vocab == "" && f.Format == "" && f.Ref == "" && (f.Type == Text || f.Type == Group)
}

// shownWith tells whether everybody reads a field: of a need that its firm makes
// public, the detail too.
func shownWith(f FieldInfo, old, next Record) bool {
	was, need := old.(*Need)
	is, still := next.(*Need)
	detail := need && still && (was.Confidentiality == "public" || is.Confidentiality == "public")
	return f.Secret == "" || f.Secret == "true" && detail
}

// widens tells whether a change of the field lets everybody read more of a need.
func widens(f FieldInfo, old, next Record) bool {
	was, need := old.(*Need)
	is, still := next.(*Need)
	if !need || !still {
		return false
	}
	return f.Key == "confidentiality" && openness(is.Confidentiality) > openness(was.Confidentiality) || f.Key == "visibility" && !isPublic(was)
}

// openness orders the levels of confidentiality by how much everybody reads.
func openness(level string) int {
	return slices.Index([]string{"summary_only", "public"}, level)
}

// Proposed gives the need as its owner wants it: with what waits for review.
func (n *Need) Proposed() (*Need, error) {
	rec, err := Proposed(n)
	if err != nil {
		return nil, err
	}
	out, ok := rec.(*Need)
	if !ok {
		return n, nil
	}
	return out, nil
}

// Proposed gives a copy of a record as its owner wants it: with what waits for
// review; the record itself when nothing waits. Errors: Internal.
func Proposed(rec Record) (Record, error) {
	held := rec.Base().Pending
	if held == nil {
		return rec, nil
	}
	out := Clone(rec)
	for _, f := range Schema(rec.Kind()) {
		value, changed := held.Fields[f.Key]
		if !changed {
			continue
		}
		f.Value(out).SetZero()
		if err := json.Unmarshal([]byte(value), f.Value(out).Addr().Interface()); err != nil {
			return nil, errs.Wrap(err, errs.Internal, "record.change_unreadable", fmt.Sprintf("%s 的修改读不出来，请让填报人重新修改一次。", rec.Base().Code))
		}
	}
	return out, nil
}

// ProposedLines lists what waits for review, in the order of the form.
func ProposedLines(rec Record) []ProposedLine {
	held := rec.Base().Pending
	if held == nil {
		return nil
	}
	next, err := Proposed(rec)
	if err != nil {
		return nil
	}
	var out []ProposedLine
	for _, f := range Schema(rec.Kind()) {
		if _, changed := held.Fields[f.Key]; changed {
			out = append(out, ProposedLine{Field: f.Key, Label: f.Label, Old: shownValue(f, rec), New: shownValue(f, next)})
		}
	}
	return out
}

// shownValue says in words what a field of a record, or of a group, holds.
func shownValue(f FieldInfo, of any) string {
	v := f.Value(of)
	if targets, ok := v.Interface().([]Target); ok {
		var out []string
		for _, t := range targets {
			out = append(out, t.Name+Vocab("operator").Label(t.Op)+strconv.FormatFloat(t.Value, 'f', -1, 64)+t.Unit)
		}
		return strings.Join(out, "、")
	}
	if !f.List {
		return shownOne(f, v)
	}
	var out []string
	for i := range v.Len() {
		out = append(out, shownOne(f, v.Index(i)))
	}
	return strings.Join(out, "、")
}

func shownOne(f FieldInfo, v reflect.Value) string {
	if v = reflect.Indirect(v); !v.IsValid() || v.IsZero() {
		return ""
	}
	switch {
	case f.Type == Group:
		var parts []string
		for _, item := range f.Items {
			if text := shownValue(item, v.Addr().Interface()); text != "" && item.Ref == "" {
				parts = append(parts, text)
			}
		}
		return strings.Join(parts, " ")
	case f.Type == YesNo:
		return f.Label
	case f.Type == Text && f.Vocab != "":
		return Vocab(f.Vocab).Label(v.String())
	}
	return fmt.Sprint(v.Interface())
}

// Decision is what staff say to a change that waits: yes, or no with a reason that
// the owner reads. Rev 0 means whatever is current.
type Decision struct {
	Kind   Kind
	Code   string
	Rev    int64
	Accept bool
	Reason string // 2 to 500 characters, where it is not accepted
}

// DecideChange takes what waits for review into a record that is no need (needs
// have steps for it), or gives it back to its owner. Errors: NotFound, Conflict
// (record.no_change), Invalid with fields, Stale.
func (s *Service) DecideChange(ctx context.Context, by string, d Decision) (Record, error) {
	rec, err := s.Get(ctx, d.Kind, d.Code)
	if err != nil {
		return nil, err
	}
	held := rec.Base().Pending
	if rec.Kind() == KindNeed || !held.Waits() {
		return nil, errs.New(errs.Conflict, "record.no_change", "这条资料没有等待审核的修改，可能已经办过了；请刷新页面。")
	}
	next, keep, said := Clone(rec), (*HeldChange)(nil), &Decided{Step: RefuseNeedChange, At: s.now()}
	if d.Accept {
		said.Step = AcceptNeedChange
		if next, err = Proposed(rec); err != nil {
			return nil, err
		}
	} else {
		reason := strings.TrimSpace(d.Reason)
		if n := utf8.RuneCountInString(reason); n < 2 || n > maxReason {
			return nil, invalidField("reason", "record.reason_missing", "请用一两句话写明为什么退回，让填报人知道怎么改。", "")
		}
		back := *held
		back.Returned, keep = reason, &back
	}
	if d.Rev != 0 {
		next.Base().Rev = d.Rev
	}
	return next, s.update(ctx, by, next, func() { next.Base().Pending, next.Base().Decided = keep, said })
}

// ChangeWaits tells whether staff are to review a change of a record; that of a need
// which is not shown, and will be reviewed as a whole, waits for nobody.
func ChangeWaits(rec Record) bool {
	return rec.Base().Pending.Waits() && (rec.Kind() != KindNeed || slices.Contains(shownNeed, rec.Base().Status))
}

// withItsChange takes into a need that is withdrawn what its owner proposed: staff
// read all of it before it is shown again. A change that cannot be read stays behind.
func (n *Need) withItsChange() *Need {
	next, err := n.Proposed()
	if err != nil {
		return n
	}
	next.Pending = nil
	return next
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
