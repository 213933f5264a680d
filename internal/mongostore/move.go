package mongostore

import (
	"context"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"hongniang/internal/catalog"
	"hongniang/internal/errs"
)

// ImportRecords puts records as they are; see catalog.Importer.
func (s *Store) ImportRecords(ctx context.Context, recs []catalog.Record) error {
	for at := 0; at < len(recs); at += slice {
		var puts []mongo.WriteModel
		for _, rec := range recs[at:min(at+slice, len(recs))] {
			doc, err := newDocument(rec)
			if err != nil {
				return err
			}
			puts = append(puts, mongo.NewReplaceOneModel().SetFilter(bson.D{{Key: "_id", Value: doc.ID}}).SetReplacement(doc).SetUpsert(true))
		}
		_, err := s.records.BulkWrite(ctx, puts)
		if isTaken(err) {
			return errs.Wrap(err, errs.Conflict, "record.exists", "目标数据库里已有同名的另一条记录。请换一个空的数据库，再迁移一次。")
		}
		if err != nil {
			return failure(err)
		}
	}
	return nil
}

// ImportChanges appends lines of another feed; see catalog.Importer.
func (s *Store) ImportChanges(ctx context.Context, changes []catalog.Change) error {
	for at := 0; at < len(changes); at += slice {
		if err := s.importLines(ctx, changes[at:min(at+slice, len(changes))]); err != nil {
			return err
		}
	}
	return nil
}

func (s *Store) importLines(ctx context.Context, changes []catalog.Change) error {
	seqs := make([]int64, len(changes))
	for i, c := range changes {
		seqs[i] = c.Seq
	}
	have, err := s.lines(ctx, bson.D{{Key: "_id", Value: bson.D{{Key: "$in", Value: seqs}}}}, 0)
	if err != nil {
		return err
	}
	there := map[int64]bool{}
	for _, c := range have {
		there[c.Seq] = true
	}
	var missing []line
	for _, c := range changes {
		if !there[c.Seq] {
			missing = append(missing, lineOf(c))
		}
	}
	if len(missing) == 0 {
		return nil
	}
	<-s.feed
	_, err = s.changes.InsertMany(ctx, missing)
	s.feed <- 0
	return failure(err)
}

// Series reads every counter.
func (s *Store) Series(ctx context.Context) (map[string]int64, error) {
	cur, err := s.series.Find(ctx, bson.D{})
	if err != nil {
		return nil, failure(err)
	}
	var counters []struct {
		Name string `bson:"_id"`
		N    int64  `bson:"n"`
	}
	if err := cur.All(ctx, &counters); err != nil {
		return nil, failure(err)
	}
	out := map[string]int64{}
	for _, c := range counters {
		out[c.Name] = c.N
	}
	return out, nil
}

// RaiseSeries raises counters; see catalog.Importer.
func (s *Store) RaiseSeries(ctx context.Context, series map[string]int64) error {
	for name, n := range series {
		_, err := s.series.UpdateOne(ctx, bson.D{{Key: "_id", Value: name}},
			bson.D{{Key: "$max", Value: bson.D{{Key: "n", Value: n}}}}, options.UpdateOne().SetUpsert(true))
		if err != nil {
			return failure(err)
		}
	}
	return nil
}
