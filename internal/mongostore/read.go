package mongostore

import (
	"context"
	"errors"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"hongniang/internal/catalog"
)

// Get reads by _id.
func (s *Store) Get(ctx context.Context, kind catalog.Kind, code string) (catalog.Record, error) {
	return s.one(ctx, s.records, kind, code, "_id")
}

// ByKey reads by the unique key.
func (s *Store) ByKey(ctx context.Context, kind catalog.Kind, key string) (catalog.Record, error) {
	return s.one(ctx, s.records, kind, key, "key")
}

func (s *Store) one(ctx context.Context, from *mongo.Collection, kind catalog.Kind, name, field string) (catalog.Record, error) {
	var doc document
	err := from.FindOne(ctx, bson.D{{Key: field, Value: idOf(kind, name)}}).Decode(&doc)
	if errors.Is(err, mongo.ErrNoDocuments) {
		return nil, catalog.NotFoundError(kind, name)
	}
	if err != nil {
		return nil, failure(err)
	}
	return doc.record()
}

// Scan reads in byte order of the codes, removed records too.
func (s *Store) Scan(ctx context.Context, kind catalog.Kind, after string, limit int) ([]catalog.Record, error) {
	if limit <= 0 {
		return nil, nil
	}
	const behindSlash = "0" // the character after "/": the end of a kind's ids
	filter := bson.D{{Key: "_id", Value: bson.D{{Key: "$gt", Value: idOf(kind, after)}, {Key: "$lt", Value: string(kind) + behindSlash}}}}
	cur, err := s.records.Find(ctx, filter, options.Find().SetSort(bson.D{{Key: "_id", Value: 1}}).SetLimit(int64(limit)))
	if err != nil {
		return nil, failure(err)
	}
	var docs []document
	if err := cur.All(ctx, &docs); err != nil {
		return nil, failure(err)
	}
	out := make([]catalog.Record, len(docs))
	for i, doc := range docs {
		if out[i], err = doc.record(); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// Count counts the live records of the kind.
func (s *Store) Count(ctx context.Context, kind catalog.Kind) (int, error) {
	n, err := s.records.CountDocuments(ctx, bson.D{{Key: "kind", Value: string(kind)}, {Key: "deleted", Value: false}})
	return int(n), failure(err)
}

// Changes relays what is waiting, of this process and of dead ones, and reads
// the feed.
func (s *Store) Changes(ctx context.Context, after int64, limit int) ([]catalog.Change, error) {
	if limit <= 0 {
		return nil, nil
	}
	if err := s.relayPending(ctx); err != nil {
		return nil, err
	}
	return s.lines(ctx, bson.D{{Key: "_id", Value: bson.D{{Key: "$gt", Value: after}}}}, int64(limit))
}

// Head relays what is waiting and reads the last line.
func (s *Store) Head(ctx context.Context) (catalog.Change, error) {
	if err := s.relayPending(ctx); err != nil {
		return catalog.Change{}, err
	}
	var l line
	err := s.changes.FindOne(ctx, bson.D{}, options.FindOne().SetSort(bson.D{{Key: "_id", Value: -1}})).Decode(&l)
	if errors.Is(err, mongo.ErrNoDocuments) {
		return catalog.Change{}, nil
	}
	if err != nil {
		return catalog.Change{}, failure(err)
	}
	return l.change(), nil
}

// History reads the part of the feed that is one record's.
func (s *Store) History(ctx context.Context, kind catalog.Kind, code string) ([]catalog.Change, error) {
	id := idOf(kind, code)
	if err := s.relaySaved(ctx, []string{id}); err != nil {
		return nil, err
	}
	return s.lines(ctx, bson.D{{Key: "record", Value: id}}, 0)
}

// lines reads lines of the feed in order; limit 0 means all.
func (s *Store) lines(ctx context.Context, filter bson.D, limit int64) ([]catalog.Change, error) {
	cur, err := s.changes.Find(ctx, filter, options.Find().SetSort(bson.D{{Key: "_id", Value: 1}}).SetLimit(limit))
	if err != nil {
		return nil, failure(err)
	}
	var lines []line
	if err := cur.All(ctx, &lines); err != nil {
		return nil, failure(err)
	}
	var out []catalog.Change
	for _, l := range lines {
		out = append(out, l.change())
	}
	return out, nil
}
