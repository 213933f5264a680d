// Package batch brings files of records in, step by step: a file is received, a
// person says what its columns mean and looks at the first rows, and only when he
// says so it is imported, in the background. What is under way stands in the store,
// so that a killed process loses nothing: the next begins the file again, and rows
// that were saved are found unchanged.
package batch

import (
	"fmt"
	"time"

	"hongniang/internal/account"
	"hongniang/internal/catalog"
	"hongniang/internal/errs"
	"hongniang/internal/exchange"
	"hongniang/internal/paper"
)

// MaxFile is the size in bytes of the largest file.
const MaxFile = 20 << 20

// Kept is how long a file is kept after the last step; then file and batch go.
const Kept = 30 * 24 * time.Hour

// State is how far a batch is.
type State string

// The states.
const (
	Received State = "received" // its columns are being settled; nothing was saved
	Queued   State = "queued"
	Working  State = "working"
	Done     State = "done"   // every good row is in
	Broken   State = "broken" // the import broke off; it may be begun again
)

// The kinds of item.
const (
	KindBatch  account.ItemKind = "batch"        // ID: code; Owner: the user
	KindLayout account.ItemKind = "batch_layout" // ID: organisation or user, and kind of record
)

// Batch is one file on its way in.
type Batch struct {
	Code string       `json:"code"` // such as DR-2026-0001
	Rev  int64        `json:"-"`    // revision, for Arrange and Start
	User string       `json:"user"` // who brought it, and for whose rights it is imported
	Kind catalog.Kind `json:"kind"`
	File string       `json:"file"` // its name, without folders
	Size int64        `json:"size"` // in bytes
	At   time.Time    `json:"at"`   // of the last step

	Layout exchange.Layout `json:"layout"`

	State  State     `json:"state"`
	Worker string    `json:"worker,omitempty"`
	Beat   time.Time `json:"beat,omitzero"`   // when its worker was last heard of
	Begun  int       `json:"begun"`           // how often its import was begun since it was asked for: more than once after an interruption
	Rests  int       `json:"rests,omitempty"` // how many of those ended because the service was stopped in order
	Rows   int       `json:"rows"`            // rows that were dealt with
	Total  int       `json:"total"`           // an estimate of all; 0: unknown

	Report *exchange.Report `json:"report,omitempty"` // with at most the first faults
	Cut    bool             `json:"cut,omitempty"`    // the report has more faults than are kept
	Fault  string           `json:"fault,omitempty"`  // why it broke off, in Chinese
}

// keptFaults is how many faults a batch keeps; all are found again for the file.
const keptFaults = 1000

// Busy tells whether the batch waits for the background, or is at work.
func (b *Batch) Busy() bool { return b.State == Queued || b.State == Working }

// FileOf is under what the bytes of a batch are kept.
func FileOf(code string) string { return paper.FileOf(KindBatch, code) }

// Kinds lists what somebody may bring in: for who acts for his own organisation
// what that can own, for staff everything.
func Kinds(a account.Actor) []catalog.Kind {
	var out []catalog.Kind
	for _, kind := range []catalog.Kind{catalog.KindResult, catalog.KindPatent, catalog.KindNeed, catalog.KindStudio, catalog.KindExpert, catalog.KindOrganisation} {
		switch account.ScopeOf(a, account.Create(string(kind))) {
		case account.None:
		case account.Own:
			if kind != catalog.KindExpert && kind != catalog.KindOrganisation {
				out = append(out, kind)
			}
		default:
			out = append(out, kind)
		}
	}
	return out
}

func kindRefused(kind catalog.Kind) error {
	return errs.New(errs.Denied, "access.import_kind", "您不能导入“"+catalog.Vocab("kind").Label(string(kind))+"”；请选择列出的类别，或请红娘导入。")
}

func busyError() error {
	return errs.New(errs.Conflict, "batch.busy", "这个文件正在导入，请等它导完。")
}

func tooMany() error {
	return errs.New(errs.Conflict, "batch.too_many", fmt.Sprintf("您在这里已有 %d 个文件（导完的也算）。请先删去不用的，再上传。", mostFiles))
}

// deadly is the error for a file at whose import the process ended again and again.
func deadly() error {
	return errs.New(errs.Conflict, "batch.deadly", fmt.Sprintf("导入这个文件时服务中断了 %d 次，没有再试。请把文件分成几个小的再上传，或请管理员查看日志。", mostBegun))
}

func doneError() error {
	return errs.New(errs.Conflict, "batch.done", "这个文件已经导入完了。改好以后请重新上传，已导入的行不会重复。")
}
