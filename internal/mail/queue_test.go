package mail_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"hongniang/internal/account"
	"hongniang/internal/mail"
	"hongniang/internal/sqlitestore"
)

// office is a queue on a real store and a real server, with a clock of the test.
type office struct {
	t      *testing.T
	server *server
	store  account.Store
	now    time.Time
	mute   map[string]bool // readers who turned letters off
	gaveUp []string
}

func newOffice(t *testing.T) *office {
	t.Helper()
	store, err := sqlitestore.Open(t.Context(), filepath.Join(t.TempDir(), "hongniang.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	return &office{t: t, server: newServer(t, serving{}), store: store.Accounts(), now: time.Date(2026, 3, 2, 2, 0, 0, 0, time.UTC), mute: map[string]bool{}}
}

// queue gives a new process's queue: all that it knows is in the store.
func (o *office) queue() *mail.Queue {
	return &mail.Queue{
		Store: o.store, Now: func() time.Time { return o.now }, Log: slog.New(slog.DiscardHandler), Send: o.server.post(nil).Send,
		Write: func(_ context.Context, orders []mail.Order) (mail.Letter, bool, error) {
			l := mail.Letter{ID: orders[0].ID, To: orders[0].Reader + "@example.cn", Subject: "通知"}
			for _, order := range orders {
				var words string
				if err := json.Unmarshal(order.About, &words); err != nil {
					return l, false, err
				}
				l.Blocks = append(l.Blocks, mail.Block{Text: words, Item: true})
			}
			return l, !o.mute[orders[0].Reader], nil
		},
		GaveUp: func(_ context.Context, orders []mail.Order, why string) error {
			o.gaveUp = append(o.gaveUp, orders[0].ID+" "+why)
			return nil
		},
	}
}

func (o *office) put(id, reader string, together bool) {
	o.t.Helper()
	about, err := json.Marshal("words of " + id)
	if err == nil {
		err = o.queue().Put(o.t.Context(), mail.Order{ID: id, Reader: reader, About: about, Together: together})
	}
	if err != nil {
		o.t.Fatal(err)
	}
}

func (o *office) step(q *mail.Queue, want int) {
	o.t.Helper()
	if sent, err := q.Step(o.t.Context()); err != nil || sent != want {
		o.t.Errorf("%s: sent %d, want %d, %v", o.now.Format(time.TimeOnly), sent, want, err)
	}
}

// states gives what the store says of every order.
func (o *office) states() map[string]string {
	o.t.Helper()
	out := map[string]string{}
	waiting, err := o.queue().Waiting(o.t.Context())
	if err != nil {
		o.t.Fatal(err)
	}
	for _, w := range waiting {
		out[w.ID] = fmt.Sprintf("waits, %d tries", w.Tries)
	}
	posted, err := o.queue().Posted(o.t.Context())
	if err != nil {
		o.t.Fatal(err)
	}
	for _, p := range posted {
		out[p.ID] = string(p.State)
	}
	return out
}

func (o *office) want(want map[string]string) {
	o.t.Helper()
	if diff := cmp.Diff(want, o.states()); diff != "" {
		o.t.Error(diff)
	}
}

func TestQueueSendsOnce(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.put("a", "qian", false)
	o.put("a", "qian", false)
	o.mute["sun"] = true
	o.put("b", "sun", false)
	o.want(map[string]string{"a": "waits, 0 tries", "b": "waits, 0 tries"})
	o.step(o.queue(), 1)
	o.put("a", "qian", false) // told again after a crash
	o.step(o.queue(), 0)
	o.want(map[string]string{"a": "sent", "b": "dropped"})
	if n := len(o.server.taken()); n != 1 {
		t.Errorf("%d letters", n)
	}
}

// A server that says later is asked again after growing pauses, by whatever
// process there is then, and given up in the end.
func TestQueueTriesAgain(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.server.answer(func(string) error { return says(451, "later") })
	o.put("a", "qian", false)
	for _, pause := range []time.Duration{0, time.Minute, 10 * time.Minute, time.Hour, 4 * time.Hour} {
		o.now = o.now.Add(pause - time.Second)
		o.step(o.queue(), 0)
		o.now = o.now.Add(time.Second)
		o.step(o.queue(), 0)
	}
	o.want(map[string]string{"a": "waits, 5 tries"})
	o.now = o.now.Add(12 * time.Hour)
	o.step(o.queue(), 0)
	o.want(map[string]string{"a": "given_up"})
	if len(o.gaveUp) != 1 || !strings.Contains(o.gaveUp[0], "稍后再发") {
		t.Errorf("%q", o.gaveUp)
	}
	posted, err := o.queue().Posted(t.Context())
	if err != nil || len(posted) != 1 || !strings.Contains(posted[0].Why, "451") {
		t.Errorf("%+v, %v", posted, err)
	}
}

func TestQueueRecovers(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.server.answer(func(to string) error {
		if strings.HasPrefix(to, "nobody") {
			return says(550, "no such user")
		}
		return nil
	})
	o.put("a", "nobody", false)
	o.put("b", "qian", false)
	o.step(o.queue(), 1)
	o.want(map[string]string{"a": "given_up", "b": "sent"})
}

// While the server is away one letter is tried a minute, not all of them.
func TestQueueRests(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	q := o.queue()
	away := o.server.post(func(s *mail.Settings) { s.Port = 1 })
	q.Send = away.Send
	for i := range 5 {
		o.put(fmt.Sprint(i), "qian", false)
	}
	o.step(q, 0)
	o.step(q, 0)
	o.want(map[string]string{"0": "waits, 0 tries", "1": "waits, 0 tries", "2": "waits, 0 tries", "3": "waits, 0 tries", "4": "waits, 0 tries"})
	o.now = o.now.Add(time.Minute)
	q.Send = o.server.post(nil).Send
	o.step(q, 5)
}

func TestQueueTogether(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.put("a", "qian", true)
	o.put("b", "qian", true)
	o.put("c", "qian", false)
	o.put("d", "sun", true)
	o.step(o.queue(), 3)
	o.want(map[string]string{"a": "sent", "b": "sent", "c": "sent", "d": "sent"})
}

// A process that was killed between claiming and sending: the next one sends,
// when the pause is over.
func TestQueueAfterKill(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.put("a", "qian", false)
	dying, kill := context.WithCancel(t.Context())
	q := o.queue()
	q.Send = func(ctx context.Context, _ mail.Letter) error { kill(); return ctx.Err() }
	if _, err := q.Step(dying); err == nil {
		t.Error("a step of a killed process succeeded")
	}
	o.want(map[string]string{"a": "waits, 1 tries"})
	o.step(o.queue(), 0)
	o.now = o.now.Add(time.Minute)
	o.step(o.queue(), 1)
}

// Many processes on one store send every letter once.
func TestQueueRace(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	for i := range 20 {
		o.put(fmt.Sprint(i), "qian", false)
	}
	var running sync.WaitGroup
	for range 4 {
		running.Go(func() {
			if _, err := o.queue().Step(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	running.Wait()
	if n := len(o.server.taken()); n != 20 {
		t.Errorf("%d letters of 20", n)
	}
}

// A server that does not let us send costs letters none of their tries; before
// they would go unseen, they are given up and whoever must know is told.
func TestQueueSenderRefused(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.server = newServer(t, serving{password: true})
	for _, id := range []string{"a", "b"} {
		o.put(id, "qian", false)
	}
	q := o.queue()
	for range 40 {
		o.step(q, 0)
		o.now = o.now.Add(6 * time.Hour)
	}
	o.want(map[string]string{"a": "waits, 0 tries", "b": "waits, 0 tries"})
	o.now = o.now.Add(72*time.Hour - time.Second)
	if n, err := o.store.DeleteExpired(t.Context(), o.now); n != 0 || err != nil {
		t.Errorf("%d orders went unseen, %v", n, err)
	}
	o.step(o.queue(), 0)
	o.want(map[string]string{"a": "waits, 0 tries", "b": "waits, 0 tries"})
	o.now = o.now.Add(time.Second)
	o.step(o.queue(), 0)
	o.want(map[string]string{"a": "given_up", "b": "given_up"})
	if len(o.gaveUp) != 2 || !strings.Contains(o.gaveUp[0], "发件人") {
		t.Errorf("%q", o.gaveUp)
	}
}

// What nobody can read stops no other letter, and is noted.
func TestQueueUnreadable(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	if err := o.store.Insert(t.Context(), account.Item{Kind: mail.KindLetter, ID: "0", Owner: "zhao", Body: []byte(`{"id":7}`)}); err != nil {
		t.Fatal(err)
	}
	o.put("a", "qian", false)
	o.want(map[string]string{"0": "waits, 0 tries", "a": "waits, 0 tries"})
	o.step(o.queue(), 1)
	o.want(map[string]string{"0": "given_up", "a": "sent"})
	if err := o.store.Insert(t.Context(), account.Item{Kind: mail.KindPosted, ID: "1", Owner: "zhao", Body: []byte(`[]`)}); err != nil {
		t.Fatal(err)
	}
	posted, err := o.queue().Posted(t.Context())
	if err != nil || len(posted) != 3 || posted[2].ID != "1" || posted[2].Reader != "zhao" || posted[2].Why == "" {
		t.Errorf("%+v, %v", posted, err)
	}
}

// A letter that cannot be written waits as one that the server refuses does, and
// those behind it go out.
func TestQueueUnwritable(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	if err := o.queue().Put(t.Context(), mail.Order{ID: "a", Reader: "zhao", About: json.RawMessage(`7`)}); err != nil {
		t.Fatal(err)
	}
	o.put("b", "qian", false)
	if sent, err := o.queue().Step(t.Context()); sent != 1 || err == nil {
		t.Errorf("sent %d, %v", sent, err)
	}
	o.want(map[string]string{"a": "waits, 1 tries", "b": "sent"})
	for range 6 {
		o.now = o.now.Add(12 * time.Hour)
		if _, err := o.queue().Step(t.Context()); err == nil {
			break
		}
	}
	o.want(map[string]string{"a": "given_up", "b": "sent"})
}
