package mongostore

import (
	"context"
	"errors"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

// How a line gets its place in the feed.
//
//  1. A save pushes {rev, action, by, at} into the outbox of its document.
//  2. A relay reads outboxes (as a majority has them, so that a line is never
//     told of a write that is rolled back) and inserts their lines, oldest
//     first, with _id = last Seq + 1. When another process took that Seq, it
//     reads the last one again; so Seq has no gap, and a line is never put
//     before one that somebody has read. When the line itself is there (the
//     unique ref says so), another relay was faster.
//  3. It empties the outbox, if the document is still at the revision read.
//
// A crash after 1 or 2 leaves pending set: the next Changes of any process, or
// its sweep, goes on from there.

// relaySaved relays what the documents of these ids hold.
func (s *Store) relaySaved(ctx context.Context, ids []string) error {
	docs, err := s.outboxes(ctx, bson.D{{Key: "_id", Value: bson.D{{Key: "$in", Value: ids}}}})
	if err != nil {
		return err
	}
	byID := map[string]document{}
	for _, d := range docs {
		byID[d.ID] = d
	}
	ordered := make([]document, 0, len(docs))
	for _, id := range ids {
		if d, ok := byID[id]; ok && d.Pending {
			ordered = append(ordered, d)
		}
		delete(byID, id)
	}
	return s.relay(ctx, ordered)
}

// relayPending relays everything that is waiting.
func (s *Store) relayPending(ctx context.Context) error {
	for {
		docs, err := s.outboxes(ctx, bson.D{{Key: "pending", Value: true}})
		if err != nil || len(docs) == 0 {
			return err
		}
		if err := s.relay(ctx, docs); err != nil || len(docs) < slice {
			return err
		}
	}
}

func (s *Store) outboxes(ctx context.Context, filter bson.D) ([]document, error) {
	without := options.Find().SetProjection(bson.D{{Key: "body", Value: 0}}).SetLimit(slice)
	cur, err := s.records.Find(ctx, filter, without)
	if err != nil {
		return nil, failure(err)
	}
	var docs []document
	return docs, failure(cur.All(ctx, &docs))
}

// relay moves the lines of the documents into the feed and empties their
// outboxes. Of one process, one relay runs at a time.
func (s *Store) relay(ctx context.Context, docs []document) error {
	if len(docs) == 0 {
		return nil
	}
	var last int64
	select {
	case last = <-s.feed:
	case <-ctx.Done():
		return failure(ctx.Err())
	}
	f := &feeder{store: s, last: last}
	err := f.append(ctx, docs)
	s.feed <- f.last
	if err != nil {
		return err
	}
	return s.empty(ctx, docs, f.open)
}

// feeder appends to the feed.
type feeder struct {
	store *Store
	last  int64           // last known Seq, 0 for unknown
	open  map[string]bool // documents with a line that a majority does not have yet
}

func (f *feeder) append(ctx context.Context, docs []document) error {
	var lines []line
	for _, d := range docs {
		for _, e := range d.Outbox {
			lines = append(lines, d.line(e, 0))
		}
	}
	for len(lines) > 0 {
		if f.last == 0 {
			if err := f.findLast(ctx); err != nil {
				return err
			}
		}
		n, err := f.insert(ctx, lines[:min(slice, len(lines))])
		lines = lines[n:]
		if isTaken(err) {
			var there bool
			if there, err = f.there(ctx, lines[0]); there {
				lines = lines[1:]
			} else {
				f.last = 0
			}
		}
		if err != nil {
			f.last = 0
			return failure(err)
		}
	}
	return nil
}

// insert appends lines up to the first that is refused, and answers how many
// are in.
func (f *feeder) insert(ctx context.Context, lines []line) (int, error) {
	for i := range lines {
		lines[i].Seq = f.last + int64(i) + 1
	}
	_, err := f.store.changes.InsertMany(ctx, lines) // ordered: stops at the first refusal
	n := len(lines)
	var bulk mongo.BulkWriteException
	switch {
	case errors.As(err, &bulk) && bulk.WriteConcernError == nil && len(bulk.WriteErrors) > 0:
		n = bulk.WriteErrors[0].Index
	case err != nil:
		return 0, unconfirmed(err)
	}
	f.last += int64(n)
	return n, err
}

// there tells whether the line is in the feed. One that a majority does not
// have yet could still be lost with its server: its document stays pending.
func (f *feeder) there(ctx context.Context, l line) (bool, error) {
	filter := bson.D{{Key: "ref", Value: l.Ref}}
	err := f.store.changesNow.FindOne(ctx, filter).Err()
	if errors.Is(err, mongo.ErrNoDocuments) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	err = f.store.changes.FindOne(ctx, filter).Err()
	if errors.Is(err, mongo.ErrNoDocuments) {
		if f.open == nil {
			f.open = map[string]bool{}
		}
		f.open[l.Record] = true
		err = nil
	}
	return true, err
}

// findLast reads the end of the feed as the primary has it: what comes behind
// it is lost with it or not at all.
func (f *feeder) findLast(ctx context.Context) error {
	var l line
	err := f.store.changesNow.FindOne(ctx, bson.D{}, options.FindOne().SetSort(bson.D{{Key: "_id", Value: -1}})).Decode(&l)
	if err != nil && !errors.Is(err, mongo.ErrNoDocuments) {
		return failure(err)
	}
	f.last = l.Seq
	return nil
}

// empty clears the outboxes of the documents that have not moved on, by one
// statement for all of a revision: those of an import are all at the first.
func (s *Store) empty(ctx context.Context, docs []document, open map[string]bool) error {
	ids := map[int64][]string{}
	for _, d := range docs {
		if !open[d.ID] {
			ids[d.Rev] = append(ids[d.Rev], d.ID)
		}
	}
	var clear []mongo.WriteModel
	for rev, of := range ids {
		clear = append(clear, mongo.NewUpdateManyModel().
			SetFilter(bson.D{{Key: "_id", Value: bson.D{{Key: "$in", Value: of}}}, {Key: "rev", Value: rev}}).
			SetUpdate(bson.D{{Key: "$set", Value: bson.D{{Key: "pending", Value: false}, {Key: "outbox", Value: bson.A{}}}}}))
	}
	if len(clear) == 0 {
		return nil
	}
	_, err := s.hasty.BulkWrite(ctx, clear, options.BulkWrite().SetOrdered(false))
	return failure(err)
}
