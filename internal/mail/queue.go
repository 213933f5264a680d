package mail

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"time"

	"hongniang/internal/account"
	"hongniang/internal/errs"
)

// The kinds of item that a Queue keeps. Both are owned by their reader, so that
// what is kept of somebody can be found and removed.
const (
	KindLetter account.ItemKind = "letter" // ID: the order's; waits to be sent
	KindPosted account.ItemKind = "posted" // ID: the order's; sent, dropped or given up
)

// Order asks for a letter. What the letter says is written when it is sent, so
// that it says what is true then, and so that no signed link lies in the store.
type Order struct {
	ID     string          `json:"id"` // the same when ordered again
	Reader string          `json:"reader"`
	About  json.RawMessage `json:"about"` // for the Writer
	// Together: all that is due for a reader goes into one letter.
	Together bool      `json:"together,omitempty"`
	Made     time.Time `json:"made"`
	Due      time.Time `json:"due"` // not before
	Tries    int       `json:"tries,omitempty"`
	Why      string    `json:"why,omitempty"` // why the last try failed, in Chinese
	rev      int64
}

// State is what became of an order.
type State string

// The states. A Dropped order had nothing to say any more: its reader turned
// letters off, or what it was about is over.
const (
	Sent    State = "sent"
	Dropped State = "dropped"
	GivenUp State = "given_up"
)

// Posted is an order that waits no more.
type Posted struct {
	Order
	State State     `json:"state"`
	At    time.Time `json:"at"`
}

// Writer makes one letter of orders for one reader; false: there is nothing to be
// sent. An error leaves the orders for later.
type Writer func(ctx context.Context, orders []Order) (Letter, bool, error)

// Queue keeps orders and sends them. Several processes may run one on the same
// store: an order is claimed before it is sent, so that nobody sends it twice. A
// process that dies after the server took a letter and before that is noted sends
// it again, under the same Message-ID.
type Queue struct {
	Store account.Store
	Now   func() time.Time
	Log   *slog.Logger
	Write Writer
	Send  func(ctx context.Context, l Letter) error
	// GaveUp is told of orders that will not be sent; nil: nobody.
	GaveUp func(ctx context.Context, orders []Order, why string) error

	rest time.Time // until then no server is asked
}

const (
	// postedFor is how long it is known what became of an order.
	postedFor = 90 * 24 * time.Hour
	// waitsFor bounds how long an order may wait, whatever happens: then it is given
	// up, and whoever must know is told.
	waitsFor = 13 * 24 * time.Hour
	// keptFor is when an order goes unseen, because no process looked for so long.
	keptFor = 30 * 24 * time.Hour
	// restFor is for how long a server that is away is left alone; refusedFor, one
	// that does not let us send: a person, or the next day, must mend that.
	restFor    = time.Minute
	refusedFor = 10 * time.Minute
	queuePage  = 200
)

func restOf(err error) time.Duration {
	if errs.Is(err, errs.Denied) {
		return refusedFor
	}
	return restFor
}

// pauses are the times between the tries of a letter; after the last it is given
// up.
var pauses = []time.Duration{time.Minute, 10 * time.Minute, time.Hour, 4 * time.Hour, 12 * time.Hour}

// Put keeps an order; one that is there, or was sent, is left as it is.
func (q *Queue) Put(ctx context.Context, o Order) error {
	if _, err := q.Store.Get(ctx, KindPosted, o.ID); !errs.Is(err, errs.NotFound) {
		return err
	}
	o.Made = q.Now().UTC()
	if o.Due.IsZero() {
		o.Due = o.Made
	}
	it, err := o.item()
	if err != nil {
		return err
	}
	if err = q.Store.Insert(ctx, it); errs.Is(err, errs.Conflict) {
		return nil
	}
	return err
}

func (o Order) item() (account.Item, error) {
	body, err := json.Marshal(o)
	if err != nil {
		return account.Item{}, errs.Wrap(err, errs.Internal, "mail.unwritable", "邮件无法保存，请联系管理员查看日志。")
	}
	return account.Item{Kind: KindLetter, ID: o.ID, Owner: o.Reader, Expires: o.Made.Add(keptFor).Truncate(time.Millisecond), Rev: o.rev, Body: body}, nil
}

// Waiting gives the orders that wait, in order of their ids. One that cannot be
// read is among them, with no more than its id, its reader and why.
func (q *Queue) Waiting(ctx context.Context) ([]Order, error) {
	readable, broken, err := q.waiting(ctx)
	out := append(readable, broken...)
	slices.SortFunc(out, func(a, b Order) int { return strings.Compare(a.ID, b.ID) })
	return out, err
}

// waiting gives the orders that wait, those that cannot be read apart.
func (q *Queue) waiting(ctx context.Context) (readable, broken []Order, err error) {
	err = q.scan(ctx, KindLetter, func(it account.Item) {
		o, unread := orderOf(it)
		if unread != nil {
			broken = append(broken, Order{ID: it.ID, Reader: it.Owner, Why: errs.As(unreadable(unread)).Message, rev: it.Rev})
			return
		}
		readable = append(readable, o)
	})
	return readable, broken, err
}

// Posted gives what became of orders lately, newest first. What cannot be read is
// among the last, as given up.
func (q *Queue) Posted(ctx context.Context) ([]Posted, error) {
	var out []Posted
	err := q.scan(ctx, KindPosted, func(it account.Item) {
		var p Posted
		if err := json.Unmarshal(it.Body, &p); err != nil {
			p = Posted{Order: Order{ID: it.ID, Reader: it.Owner, Why: errs.As(unreadable(err)).Message}, State: GivenUp}
		}
		out = append(out, p)
	})
	slices.SortFunc(out, func(a, b Posted) int { return b.At.Compare(a.At) })
	return out, err
}

func (q *Queue) scan(ctx context.Context, kind account.ItemKind, each func(account.Item)) error {
	for after := ""; ; {
		items, err := q.Store.Scan(ctx, kind, after, queuePage)
		if err != nil {
			return err
		}
		for _, it := range items {
			after = it.ID
			each(it)
		}
		if len(items) < queuePage {
			return nil
		}
	}
}

func orderOf(it account.Item) (Order, error) {
	var o Order
	err := json.Unmarshal(it.Body, &o)
	o.rev = it.Rev
	return o, err
}

func unreadable(err error) error {
	return errs.Wrap(err, errs.Internal, "mail.unreadable", "有一封待发邮件读不出来，内容可能已损坏，不再发送。请另行告知收件人。")
}

// Step sends what is due, and says how many letters went out. A server that is
// away ends it, and is left alone for a while. What cannot be read, or waited too
// long, is given up; a letter that cannot be written does not stop those behind
// it. Errors: those of the Store and of Write.
func (q *Queue) Step(ctx context.Context) (sent int, err error) {
	now := q.Now()
	if now.Before(q.rest) {
		return 0, nil
	}
	waiting, broken, err := q.waiting(ctx)
	if err != nil {
		return 0, err
	}
	if err := q.drop(ctx, broken); err != nil {
		return 0, err
	}
	if waiting, err = q.giveUpOld(ctx, waiting, now); err != nil {
		return 0, err
	}
	var unwritten error
	for _, letter := range dueLetters(waiting, now) {
		went, err := q.deliver(ctx, letter)
		if went {
			sent++
		}
		if err != nil && (ctx.Err() != nil || errs.Is(err, errs.Unavailable)) {
			return sent, err
		}
		unwritten = errors.Join(unwritten, err)
		if now.Before(q.rest) {
			break
		}
	}
	return sent, unwritten
}

// drop notes orders that nobody can read, and lets them go.
func (q *Queue) drop(ctx context.Context, broken []Order) error {
	for _, o := range broken {
		q.Log.ErrorContext(ctx, "an order of a letter cannot be read and is given up", "order", o.ID, "reader", o.Reader)
		if err := q.post(ctx, []Order{o}, GivenUp, o.Why); err != nil {
			return err
		}
	}
	return nil
}

// giveUpOld gives up what waited too long, and returns the others.
func (q *Queue) giveUpOld(ctx context.Context, waiting []Order, now time.Time) ([]Order, error) {
	old := func(o Order) bool { return !o.Made.Add(waitsFor).After(now) }
	for _, o := range waiting {
		if !old(o) {
			continue
		}
		why := o.Why
		if why == "" {
			why = "等了两周没有发出。"
		}
		if err := q.giveUp(ctx, []Order{o}, why); err != nil {
			return nil, err
		}
	}
	return slices.DeleteFunc(waiting, old), nil
}

// dueLetters puts the orders that are due into letters.
func dueLetters(waiting []Order, now time.Time) [][]Order {
	var out [][]Order
	together := map[string]int{}
	for _, o := range waiting {
		if o.Due.After(now) {
			continue
		}
		at, begun := together[o.Reader]
		if o.Together && begun {
			out[at] = append(out[at], o)
			continue
		}
		if o.Together {
			together[o.Reader] = len(out)
		}
		out = append(out, []Order{o})
	}
	return out
}

// deliver claims, writes and sends one letter.
func (q *Queue) deliver(ctx context.Context, orders []Order) (sent bool, err error) {
	if orders, err = q.claim(ctx, orders); err != nil || len(orders) == 0 {
		return false, err
	}
	letter, wanted, err := q.Write(ctx, orders)
	if err != nil && (ctx.Err() != nil || errs.Is(err, errs.Unavailable)) {
		return false, err
	}
	if err != nil {
		return false, errors.Join(err, q.failed(ctx, orders, err))
	}
	if !wanted {
		return false, q.post(ctx, orders, Dropped, "")
	}
	err = q.Send(ctx, letter)
	if err == nil {
		return true, q.post(ctx, orders, Sent, "")
	}
	if ctx.Err() != nil {
		return false, ctx.Err()
	}
	q.Log.WarnContext(ctx, "letter not sent", "tries", orders[0].Tries, "reader", orders[0].Reader, "err", err)
	if nobody(err) {
		q.rest = q.Now().Add(restOf(err))
	}
	return false, q.failed(ctx, orders, err)
}

// claim counts the try and sets the time of the next; what another process
// claimed meanwhile is left out.
func (q *Queue) claim(ctx context.Context, orders []Order) ([]Order, error) {
	var out []Order
	for _, o := range orders {
		o.Due = q.Now().UTC().Add(pauses[min(o.Tries, len(pauses)-1)])
		o.Tries++
		it, err := o.item()
		if err != nil {
			return nil, err
		}
		err = q.Store.Replace(ctx, it)
		switch {
		case errs.Is(err, errs.Stale), errs.Is(err, errs.NotFound):
			continue
		case err != nil:
			return nil, err
		}
		o.rev++
		out = append(out, o)
	}
	return out, nil
}

// failed notes why, or gives up.
func (q *Queue) failed(ctx context.Context, orders []Order, why error) error {
	reason := errs.As(why).Message
	var over []Order
	for _, o := range orders {
		o.Why = reason
		if nobody(why) {
			o.Tries-- // it is not the letter's fault
		} else if hopeless(why) || o.Tries > len(pauses) {
			over = append(over, o)
			continue
		}
		it, err := o.item()
		if err == nil {
			err = q.Store.Replace(ctx, it)
		}
		if err != nil && !errs.Is(err, errs.Stale) && !errs.Is(err, errs.NotFound) {
			return err
		}
	}
	if len(over) == 0 {
		return nil
	}
	return q.giveUp(ctx, over, reason)
}

// giveUp tells whoever must know, and then notes it: a process that dies between
// the two tells again.
func (q *Queue) giveUp(ctx context.Context, orders []Order, why string) error {
	if q.GaveUp != nil {
		if err := q.GaveUp(ctx, orders, why); err != nil {
			return err
		}
	}
	return q.post(ctx, orders, GivenUp, why)
}

// post notes what became of orders and lets them go.
func (q *Queue) post(ctx context.Context, orders []Order, state State, why string) error {
	for _, o := range orders {
		o.Why = why
		at := q.Now().UTC().Truncate(time.Millisecond)
		body, err := json.Marshal(Posted{Order: o, State: state, At: at})
		if err != nil {
			return unreadable(err)
		}
		err = q.Store.Insert(ctx, account.Item{Kind: KindPosted, ID: o.ID, Owner: o.Reader, Expires: at.Add(postedFor), Body: body})
		if err != nil && !errs.Is(err, errs.Conflict) {
			return err
		}
		if err := q.Store.Delete(ctx, KindLetter, o.ID); err != nil {
			return err
		}
	}
	return nil
}
