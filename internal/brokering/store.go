package brokering

import (
	"context"
	"encoding/json"
	"fmt"

	"hongniang/internal/errs"
)

// Store keeps introductions, one document each, and the bytes of their
// attachments. It is safe for concurrent use by many goroutines and, where the
// engine allows, many processes; storetest holds the contract.
//
// Errors: errs.NotFound, errs.Conflict (the code is taken), errs.Stale (another
// revision is current), errs.TooLarge, errs.Unavailable (the engine is out of
// reach: nothing is known of the write; repeating it is safe because of Rev).
type Store interface {
	Get(ctx context.Context, code string) (*Introduction, error)
	// Insert saves a new introduction and sets its Rev to 1.
	Insert(ctx context.Context, in *Introduction) error
	// Replace writes over revision in.Rev and raises it by one.
	Replace(ctx context.Context, in *Introduction) error
	// List reads up to q.Limit introductions in byte order of their codes.
	List(ctx context.Context, q Query) ([]*Introduction, error)

	// Busy counts the open introductions in which each of some people helps, as the
	// target or behind it, as Query.Helping does; who helps in none is left out.
	Busy(ctx context.Context, people []string) (map[string]int, error)

	// Revisions reads up to limit revisions in byte order of their codes, behind
	// after; it is cheap, so that all can be compared every few seconds.
	Revisions(ctx context.Context, after string, limit int) ([]Revision, error)

	// Untold reads up to limit introductions, of which some events were not
	// delivered yet, with the number of the last delivered one. This is the
	// change feed: it follows from the document itself, so that a crash between
	// a step and its telling loses nothing.
	Untold(ctx context.Context, limit int) ([]Untold, error)
	// Told notes that the events up to seq were delivered; a lower seq than was
	// noted before changes nothing.
	Told(ctx context.Context, code string, seq int64) error

	// PutFile keeps bytes under their SHA-256 in hexadecimal; putting them again
	// is no error. File reads them.
	PutFile(ctx context.Context, sha256 string, data []byte) error
	File(ctx context.Context, sha256 string) ([]byte, error)
	// DeleteFile removes bytes for good; missing ones are no error. Whether
	// another introduction has the same is for the caller to know.
	DeleteFile(ctx context.Context, sha256 string) error

	// TakeNumbers is that of catalog.Store.
	TakeNumbers(ctx context.Context, series string, n int) (first int64, err error)
	// Import puts an introduction as it is, over what is there under its code.
	Import(ctx context.Context, u Untold) error
}

// Revision is which revision of an introduction is current.
type Revision struct {
	Code string
	Rev  int64
}

// MaxFile is the size in bytes of the largest attachment.
const MaxFile = 20 << 20

// Untold is an introduction and how far its events were delivered.
type Untold struct {
	Introduction *Introduction
	Told         int64 // number of the last entry of the history whose events were delivered
}

// Query selects introductions: all that is given must hold.
type Query struct {
	Need    string   // code
	Helping string   // code of the current target, or of the expert behind it: who is busy with what
	Broker  string   // account, of either side
	Stages  []Stage  // any of these
	Open    bool     // only open ones
	Owes    Part     // only open ones in which this part owes the next action
	WakeBy  string   // only those on which the clock may ring on this date or before, YYYY-MM-DD
	Orgs    []string // any of these is a side: an enterprise, or one behind an invited target
	Persons []string // any of these stands behind an invited target
	// Unions: any of these, or a union below it, manages it or its co-broker. With Orgs or Persons,
	// one of the three is enough.
	Unions []string
	After  string // code behind which to begin
	Limit  int    // at most; 0 reads nothing
}

// Keys are the words by which stores find an introduction. Each is a set.
type Keys struct {
	Needs, Helping, Brokers, Orgs, Persons, Unions []string

	Open bool
	Wake string
	Owes Part // who owes the next action of an open one
}

// KeysOf gives the words of an introduction.
func KeysOf(in *Introduction) Keys {
	k := Keys{Open: in.Stage.Open(), Wake: in.WakeDate()}
	if k.Open && in.Next != nil {
		k.Owes = in.Next.Who
	}
	scope := in.Scope(nil)
	k.Orgs, k.Persons = unique(scope.Orgs), unique(scope.Persons)
	for _, n := range in.Needs {
		k.Needs = append(k.Needs, n.Code)
	}
	if t, ok := in.CurrentTarget(); ok && k.Open {
		k.Helping = unique([]string{t.Code, t.Person})
	}
	k.Brokers, k.Unions = []string{in.Broker.User}, []string{in.Union}
	if in.CoBroker != nil {
		k.Brokers, k.Unions = append(k.Brokers, in.CoBroker.User), append(k.Unions, in.CoBroker.Union)
	}
	k.Brokers, k.Unions = unique(k.Brokers), unique(append(k.Unions, in.Unions...))
	return k
}

// unique drops empty and repeated words; it is never nil.
func unique(list []string) []string {
	out := []string{}
	seen := map[string]bool{"": true}
	for _, s := range list {
		if !seen[s] {
			seen[s] = true
			out = append(out, s)
		}
	}
	return out
}

// Encode gives the form in which stores keep an introduction.
func Encode(in *Introduction) ([]byte, error) {
	data, err := json.Marshal(in)
	if err != nil {
		return nil, errs.Wrap(err, errs.Invalid, "introduction.malformed", "对接单里有无法保存的值（例如不是数的数），请检查后再保存。")
	}
	return data, nil
}

// Decode reads what Encode wrote; rev is the store's.
func Decode(data []byte, rev int64) (*Introduction, error) {
	in := &Introduction{}
	if err := json.Unmarshal(data, in); err != nil {
		return nil, errs.Wrap(err, errs.Internal, "introduction.unreadable", "数据库里有一张对接单读不出来，内容可能已损坏。请从备份恢复。")
	}
	in.Rev = rev
	return in, nil
}

// NotFoundError is what a Store answers for a missing introduction.
func NotFoundError(code string) error {
	return errs.New(errs.NotFound, "introduction.not_found", fmt.Sprintf("没有编号为“%s”的对接单，请核对编号。", cut(code, 40)))
}

// NoFileError is what a Store answers for missing bytes.
func NoFileError() error {
	return errs.New(errs.NotFound, "file.not_found", "没有这个附件，请核对编号。")
}

// StaleError is what a Store answers when another revision is current.
func StaleError(code string, current, read int64) error {
	return errs.New(errs.Stale, "introduction.stale", fmt.Sprintf("对接单“%s”刚被别人办过一步（现为第 %d 版，您读到的是第 %d 版）。请重新打开，看过新情况再办。", code, current, read))
}

// ConflictError is what a Store answers when a code is taken.
func ConflictError(code string) error {
	return errs.New(errs.Conflict, "introduction.exists", fmt.Sprintf("编号“%s”已被另一张对接单使用。", code))
}

// TooLargeError is what a Store answers when a document outgrows the engine.
func TooLargeError() error {
	return errs.New(errs.TooLarge, "introduction.too_large", "对接单内容太多，没有保存。请办结这张，另开一张接着办。")
}
