// Package catalog defines what the programme keeps: needs, results, patents,
// experts, studios and organisations, what makes one valid, who may see which
// part of it, and how changes are recorded.
package catalog

import (
	"encoding/json"
	"fmt"
	"time"

	"hongniang/internal/errs"
)

// Kind names a sort of record. It is the value of the vocabulary "kind".
type Kind string

// The kinds of record.
const (
	KindNeed         Kind = "need"
	KindResult       Kind = "result"
	KindPatent       Kind = "patent"
	KindExpert       Kind = "expert"
	KindStudio       Kind = "studio"
	KindOrganisation Kind = "organisation"
)

// Kinds lists every kind, in the order in which records refer to each other:
// importing in this order finds what a later kind names.
func Kinds() []Kind {
	return []Kind{KindOrganisation, KindExpert, KindStudio, KindPatent, KindResult, KindNeed}
}

// Record is one catalogued thing. The six implementations are pointers to
// Need, Result, Patent, Expert, Studio and Organisation.
type Record interface {
	Kind() Kind
	// Base gives the part that all kinds share; it may be changed through it.
	Base() *Meta
	// Heading is what a person would call the record.
	Heading() string
	// NaturalKey tells two records of a kind apart when neither code nor
	// external id is known; folded, so that spellings of one thing agree.
	NaturalKey() string
	// check adds the faults that the schema cannot express.
	check(*errs.Faults)
	// redact clears what only staff may see.
	redact()
}

// Meta is what every record carries beside its own fields.
type Meta struct {
	Code       string     `json:"code,omitempty" zh:"编号" max:"40" format:"code" doc:"Human-readable unique code, such as XQ-2026-0001; given by the system when empty"`
	ExternalID string     `json:"external_id,omitempty" zh:"外部编号" max:"80" doc:"The code that the source system uses"`
	Rev        int64      `json:"rev" doc:"Revision, from 1; an update must name the one it read"`
	Status     string     `json:"status,omitempty" zh:"状态" doc:"State of the record: need_status for needs, record_status for the rest"`
	Visibility string     `json:"visibility,omitempty" zh:"可见范围" vocab:"visibility"`
	OwnerOrg   string     `json:"owner_org,omitempty" max:"40" doc:"Code of the organisation that owns the record"`
	Union      string     `json:"union,omitempty" max:"40" doc:"Code of the managing union"`
	RegionCode string     `json:"region_code,omitempty" zh:"地区" format:"region" doc:"GB/T 2260 code of 6 digits"`
	Source     *Source    `json:"source,omitempty"`
	CreatedBy  string     `json:"created_by,omitempty"`
	CreatedAt  time.Time  `json:"created_at,omitzero"`
	UpdatedBy  string     `json:"updated_by,omitempty"`
	UpdatedAt  time.Time  `json:"updated_at,omitzero"`
	DeletedAt  *time.Time `json:"deleted_at,omitempty"`
	// Unconfirmed are those whom somebody else's firm named (see Credit.Key) and
	// who, or whose union, have not confirmed it: the public does not see them.
	Unconfirmed []string `json:"unconfirmed,omitempty"`
	// Pending is what the owner wants to change of the public words; staff accept
	// it or give it back. The public never sees it.
	Pending *HeldChange `json:"pending,omitempty"`
	// Decided is what staff last said of it. Needs keep that in their steps; the public
	// never sees it.
	Decided *Decided `json:"decided,omitempty"`
}

// Source says where a record came from.
type Source struct {
	Kind       string    `json:"kind" doc:"api, import or demo"`
	Ref        string    `json:"ref,omitempty" doc:"File name or address"`
	ImportedAt time.Time `json:"imported_at,omitzero"`
}

// Base gives the shared part.
func (m *Meta) Base() *Meta { return m }

// Deleted tells whether the record was removed (and may be restored).
func (m *Meta) Deleted() bool { return m.DeletedAt != nil }

// New makes an empty record of the kind.
func New(kind Kind) (Record, error) {
	switch kind {
	case KindNeed:
		return &Need{}, nil
	case KindResult:
		return &Result{}, nil
	case KindPatent:
		return &Patent{}, nil
	case KindExpert:
		return &Expert{}, nil
	case KindStudio:
		return &Studio{}, nil
	case KindOrganisation:
		return &Organisation{}, nil
	}
	return nil, errs.New(errs.NotFound, "kind.unknown", fmt.Sprintf("没有“%s”这一类记录。可用的有：need、result、patent、expert、studio、organisation。", kind))
}

// ParseKind reads a kind from its key, its plural or its Chinese name.
func ParseKind(s string) (Kind, error) {
	if n := len(s); n > 1 && s[n-1] == 's' {
		s = s[:n-1]
	}
	if key, ok := Vocab("kind").Parse(s); ok {
		return Kind(key), nil
	}
	_, err := New(Kind(s))
	return Kind(s), err
}

// Encode writes a record as JSON, the form in which stores and feeds carry it.
func Encode(rec Record) ([]byte, error) { return json.Marshal(rec) }

// Decode reads what Encode wrote.
func Decode(kind Kind, data []byte) (Record, error) {
	rec, err := New(kind)
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal(data, rec); err != nil {
		return nil, errs.Wrap(err, errs.Invalid, "record.malformed", "内容不是有效的 JSON 记录，请检查格式。")
	}
	return rec, nil
}

// Clone makes a deep copy.
func Clone(rec Record) Record {
	data, err := Encode(rec)
	if err == nil {
		if out, err := Decode(rec.Kind(), data); err == nil {
			return out
		}
	}
	return rec
}

// Key gives the key under which a store keeps the record unique within its
// kind: the external id when there is one, else the natural key, else the code.
func Key(rec Record) string {
	switch m := rec.Base(); {
	case m.ExternalID != "":
		return ExternalKey(m.ExternalID)
	case rec.NaturalKey() != "":
		return rec.NaturalKey()
	default:
		return "code:" + m.Code
	}
}

// ExternalKey gives the store key of an external id.
func ExternalKey(id string) string { return "ext:" + id }
