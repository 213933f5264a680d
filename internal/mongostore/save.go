package mongostore

import (
	"context"
	"errors"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"hongniang/internal/catalog"
	"hongniang/internal/errs"
)

// Save writes each record by one atomic command (inserts go in bulk) and then
// relays the lines of the feed. When the server is out of reach, the rest of
// the slice is answered without being tried.
func (s *Store) Save(ctx context.Context, writes []catalog.Write) []error {
	out := make([]error, len(writes))
	var away error
	for at := 0; at < len(writes); at += slice {
		end := min(at+slice, len(writes))
		b := &batch{store: s, writes: writes[at:end], out: out[at:end], away: away}
		b.save(ctx)
		if len(b.saved) > 0 {
			// What fails here stays in the outbox; the records are saved.
			_ = s.relaySaved(context.WithoutCancel(ctx), b.saved)
		}
		away = b.away
	}
	return out
}

// batch is one slice of writes on its way.
type batch struct {
	store   *Store
	writes  []catalog.Write
	out     []error
	inserts []document // gathered, not yet sent
	at      []int      // whose they are, as places in writes
	saved   []string   // ids, in order
	away    error      // why the server cannot be reached
}

func (b *batch) save(ctx context.Context) {
	for i, w := range b.writes {
		if w.Record.Base().Rev != 0 || b.gathered(w.Record) {
			b.flush(ctx)
		}
		read := w.Record.Base().Rev
		w.Record.Base().Rev = read + 1
		doc, err := newDocument(w.Record)
		w.Record.Base().Rev = read
		if err == nil {
			err = b.away
		}
		if err != nil {
			b.out[i] = err
			continue
		}
		doc.Pending, doc.Outbox = true, []entry{entryOf(w, read+1)}
		if read == 0 {
			b.inserts, b.at = append(b.inserts, doc), append(b.at, i)
			continue
		}
		b.done(i, doc.ID, b.store.replace(ctx, w.Record, doc))
	}
	b.flush(ctx)
}

// gathered tells whether a record of the same code waits to be inserted: then
// that comes first.
func (b *batch) gathered(rec catalog.Record) bool {
	id := idOf(rec.Kind(), rec.Base().Code)
	for _, doc := range b.inserts {
		if doc.ID == id {
			return true
		}
	}
	return false
}

// done notes how the write ended.
func (b *batch) done(i int, id string, err error) {
	b.out[i] = err
	switch {
	case err == nil:
		b.writes[i].Record.Base().Rev++
		b.saved = append(b.saved, id)
	case errs.Is(err, errs.Unavailable):
		b.away = err
	}
}

// flush inserts what was gathered.
func (b *batch) flush(ctx context.Context) {
	if len(b.inserts) == 0 {
		return
	}
	refused, err := b.store.insert(ctx, b.inserts)
	for j, i := range b.at {
		switch cause, ok := refused[j]; {
		case ok && isTaken(cause):
			b.done(i, "", catalog.ConflictError(b.writes[i].Record))
		case ok:
			b.done(i, "", failure(cause))
		default:
			b.done(i, b.inserts[j].ID, err)
		}
	}
	b.inserts, b.at = nil, nil
}

// insert answers which documents were refused and why, and what is to be said
// of the others: nil when they are in.
func (s *Store) insert(ctx context.Context, docs []document) (map[int]error, error) {
	_, err := s.records.InsertMany(ctx, docs, options.InsertMany().SetOrdered(false))
	var bulk mongo.BulkWriteException
	if !errors.As(err, &bulk) {
		return nil, failure(err)
	}
	refused := map[int]error{}
	for _, e := range bulk.WriteErrors {
		refused[e.Index] = e
	}
	if bulk.WriteConcernError != nil {
		return refused, unconfirmed(err)
	}
	return refused, nil
}

// replace writes over the revision before the document's.
func (s *Store) replace(ctx context.Context, rec catalog.Record, doc document) error {
	read := rec.Base().Rev
	res, err := s.records.UpdateOne(ctx, bson.D{{Key: "_id", Value: doc.ID}, {Key: "rev", Value: read}}, bson.D{
		{Key: "$set", Value: bson.D{
			{Key: "key", Value: doc.Key}, {Key: "rev", Value: doc.Rev}, {Key: "deleted", Value: doc.Deleted},
			{Key: "pending", Value: true}, {Key: "body", Value: doc.Body},
		}},
		{Key: "$push", Value: bson.D{{Key: "outbox", Value: doc.Outbox[0]}}},
	})
	switch {
	case isTaken(err):
		return catalog.ConflictError(rec)
	case err != nil:
		return failure(err)
	case res.MatchedCount == 1:
		return nil
	}
	current, err := s.one(ctx, s.recordsNow, rec.Kind(), rec.Base().Code, "_id")
	if err != nil {
		return err
	}
	return catalog.StaleError(current, read)
}

// TakeNumbers counts in the collection series.
func (s *Store) TakeNumbers(ctx context.Context, series string, n int) (int64, error) {
	var counter struct {
		N int64 `bson:"n"`
	}
	err := s.series.FindOneAndUpdate(ctx, bson.D{{Key: "_id", Value: series}}, bson.D{{Key: "$inc", Value: bson.D{{Key: "n", Value: int64(n)}}}},
		options.FindOneAndUpdate().SetUpsert(true).SetReturnDocument(options.After)).Decode(&counter)
	if isTaken(err) { // two made the series at once; it is there now
		return s.TakeNumbers(ctx, series, n)
	}
	return counter.N - int64(n) + 1, failure(err)
}
