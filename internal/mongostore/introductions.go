package mongostore

import (
	"context"
	"errors"
	"fmt"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"hongniang/internal/brokering"
	"hongniang/internal/errs"
)

// introductions is the collections "introductions" and "files". An introduction
// is one document and a step one atomic write of it. The words by which it is
// found are lists in the same document; told and pending say which of its events
// were delivered, so that no second document is needed for them.
type introductions struct{ *Store }

// Introductions gives the brokering.Store in the same database.
func (s *Store) Introductions() brokering.Store { return introductions{s} }

// caseFile is an introduction in the collection.
type caseFile struct {
	ID      string   `bson:"_id"` // code
	Rev     int64    `bson:"rev"`
	Stage   string   `bson:"stage"`
	Open    bool     `bson:"open"`
	Wake    string   `bson:"wake"`
	Needs   []string `bson:"needs"`
	Helping []string `bson:"helping"`
	Brokers []string `bson:"brokers"`
	Orgs    []string `bson:"orgs"`
	Persons []string `bson:"persons"`
	Unions  []string `bson:"unions"`
	Told    int64    `bson:"told"`
	Pending bool     `bson:"pending"`
	Body    bson.Raw `bson:"body"` // the introduction's JSON as fields
}

func newCaseFile(in *brokering.Introduction, rev int64) (caseFile, error) {
	saved := *in
	saved.Rev = rev
	data, err := brokering.Encode(&saved)
	if err != nil {
		return caseFile{}, err
	}
	var fields bson.D
	if err := bson.UnmarshalExtJSON(data, false, &fields); err != nil {
		return caseFile{}, failure(err)
	}
	body, err := bson.Marshal(fields)
	if err != nil {
		return caseFile{}, failure(err)
	}
	if len(body) > maxBody {
		return caseFile{}, brokering.TooLargeError()
	}
	k := brokering.KeysOf(in)
	return caseFile{
		ID: in.Code, Rev: rev, Stage: string(in.Stage), Open: k.Open, Wake: k.Wake, Needs: k.Needs, Helping: list(k.Helping),
		Brokers: k.Brokers, Orgs: k.Orgs, Persons: k.Persons, Unions: k.Unions, Pending: true, Body: body,
	}, nil
}

// list is never null.
func list(words []string) []string { return append([]string{}, words...) }

func (d caseFile) untold() (brokering.Untold, error) {
	data, err := bson.MarshalExtJSON(d.Body, false, false)
	if err != nil {
		return brokering.Untold{}, errs.Wrap(err, errs.Internal, "introduction.unreadable", fmt.Sprintf("数据库里的对接单 %s 读不出来，内容可能已损坏。请从备份恢复。", d.ID))
	}
	in, err := brokering.Decode(data, d.Rev)
	return brokering.Untold{Introduction: in, Told: d.Told}, err
}

func byID(code string) bson.D { return bson.D{{Key: "_id", Value: code}} }

// Get reads by _id.
func (s introductions) Get(ctx context.Context, code string) (*brokering.Introduction, error) {
	var d caseFile
	err := s.cases.FindOne(ctx, byID(code)).Decode(&d)
	if errors.Is(err, mongo.ErrNoDocuments) {
		return nil, brokering.NotFoundError(code)
	}
	if err != nil {
		return nil, failure(err)
	}
	u, err := d.untold()
	return u.Introduction, err
}

// Insert saves revision 1.
func (s introductions) Insert(ctx context.Context, in *brokering.Introduction) error {
	d, err := newCaseFile(in, 1)
	if err != nil {
		return err
	}
	_, err = s.cases.InsertOne(ctx, d)
	switch {
	case isTaken(err):
		return brokering.ConflictError(in.Code)
	case err != nil:
		return failure(err)
	}
	in.Rev = 1
	return nil
}

// fields are what a step changes: all but told.
func (d caseFile) fields() bson.D {
	return bson.D{
		{Key: "rev", Value: d.Rev}, {Key: "stage", Value: d.Stage}, {Key: "open", Value: d.Open}, {Key: "wake", Value: d.Wake},
		{Key: "needs", Value: d.Needs}, {Key: "helping", Value: d.Helping}, {Key: "brokers", Value: d.Brokers}, {Key: "orgs", Value: d.Orgs},
		{Key: "persons", Value: d.Persons}, {Key: "unions", Value: d.Unions}, {Key: "pending", Value: d.Pending}, {Key: "body", Value: d.Body},
	}
}

// Replace writes over the revision that was read.
func (s introductions) Replace(ctx context.Context, in *brokering.Introduction) error {
	d, err := newCaseFile(in, in.Rev+1)
	if err != nil {
		return err
	}
	res, err := s.cases.UpdateOne(ctx, bson.D{{Key: "_id", Value: d.ID}, {Key: "rev", Value: in.Rev}}, bson.D{{Key: "$set", Value: d.fields()}})
	if err != nil {
		return failure(err)
	}
	if res.MatchedCount == 1 {
		in.Rev++
		return nil
	}
	var current caseFile
	err = s.casesNow.FindOne(ctx, byID(in.Code)).Decode(&current)
	if errors.Is(err, mongo.ErrNoDocuments) {
		return brokering.NotFoundError(in.Code)
	}
	if err != nil {
		return failure(err)
	}
	return brokering.StaleError(in.Code, current.Rev, in.Rev)
}

// List reads by the words.
func (s introductions) List(ctx context.Context, q brokering.Query) ([]*brokering.Introduction, error) {
	found, err := s.find(ctx, caseFilter(q), q.Limit)
	if err != nil {
		return nil, err
	}
	var out []*brokering.Introduction
	for _, u := range found {
		out = append(out, u.Introduction)
	}
	return out, nil
}

func (s introductions) find(ctx context.Context, filter bson.D, limit int) ([]brokering.Untold, error) {
	if limit <= 0 {
		return nil, nil
	}
	cur, err := s.cases.Find(ctx, filter, options.Find().SetSort(bson.D{{Key: "_id", Value: 1}}).SetLimit(int64(limit)))
	if err != nil {
		return nil, failure(err)
	}
	var docs []caseFile
	if err := cur.All(ctx, &docs); err != nil {
		return nil, failure(err)
	}
	var out []brokering.Untold
	for _, d := range docs {
		u, err := d.untold()
		if err != nil {
			return nil, err
		}
		out = append(out, u)
	}
	return out, nil
}

// Busy reads whom the open ones have helping.
func (s introductions) Busy(ctx context.Context, people []string) (map[string]int, error) {
	out := map[string]int{}
	if len(people) == 0 {
		return out, nil
	}
	filter := bson.D{{Key: "helping", Value: bson.D{{Key: "$in", Value: people}}}, {Key: "open", Value: true}}
	cur, err := s.cases.Find(ctx, filter, options.Find().SetProjection(bson.D{{Key: "helping", Value: 1}}))
	if err != nil {
		return nil, failure(err)
	}
	var docs []struct {
		Helping []string `bson:"helping"`
	}
	if err := cur.All(ctx, &docs); err != nil {
		return nil, failure(err)
	}
	asked := make(map[string]bool, len(people))
	for _, p := range people {
		asked[p] = true
	}
	for _, d := range docs {
		for _, p := range d.Helping {
			if asked[p] {
				out[p]++
			}
		}
	}
	return out, nil
}

// Revisions reads an index alone.
func (s introductions) Revisions(ctx context.Context, after string, limit int) ([]brokering.Revision, error) {
	if limit <= 0 {
		return nil, nil
	}
	only := bson.D{{Key: "_id", Value: 1}, {Key: "rev", Value: 1}}
	cur, err := s.cases.Find(ctx, bson.D{{Key: "_id", Value: bson.D{{Key: "$gt", Value: after}}}}, options.Find().SetSort(only[:1]).SetLimit(int64(limit)).SetProjection(only))
	if err != nil {
		return nil, failure(err)
	}
	var docs []struct {
		ID  string `bson:"_id"`
		Rev int64  `bson:"rev"`
	}
	if err := cur.All(ctx, &docs); err != nil {
		return nil, failure(err)
	}
	var out []brokering.Revision
	for _, d := range docs {
		out = append(out, brokering.Revision{Code: d.ID, Rev: d.Rev})
	}
	return out, nil
}

func caseFilter(q brokering.Query) bson.D {
	f := bson.D{{Key: "_id", Value: bson.D{{Key: "$gt", Value: q.After}}}}
	for _, one := range []struct{ field, word string }{{"needs", q.Need}, {"helping", q.Helping}, {"brokers", q.Broker}} {
		if one.word != "" {
			f = append(f, bson.E{Key: one.field, Value: one.word})
		}
	}
	if q.Open || q.WakeBy != "" || q.Owes != "" {
		f = append(f, bson.E{Key: "open", Value: true})
	}
	if q.WakeBy != "" {
		f = append(f, bson.E{Key: "wake", Value: bson.D{{Key: "$lte", Value: q.WakeBy}}})
	}
	if q.Owes != "" {
		f = append(f, bson.E{Key: "body.next_action.who", Value: string(q.Owes)})
	}
	if len(q.Stages) > 0 {
		f = append(f, bson.E{Key: "stage", Value: bson.D{{Key: "$in", Value: q.Stages}}})
	}
	var sides bson.A
	for _, side := range []struct {
		field string
		words []string
	}{{"orgs", q.Orgs}, {"persons", q.Persons}, {"unions", q.Unions}} {
		if len(side.words) > 0 {
			sides = append(sides, bson.D{{Key: side.field, Value: bson.D{{Key: "$in", Value: side.words}}}})
		}
	}
	if len(sides) > 0 {
		f = append(f, bson.E{Key: "$or", Value: sides})
	}
	return f
}

// Untold reads what is pending.
func (s introductions) Untold(ctx context.Context, limit int) ([]brokering.Untold, error) {
	return s.find(ctx, bson.D{{Key: "pending", Value: true}}, limit)
}

// Told ends pending when the introduction is still at that step, and else only
// notes how far the telling is.
func (s introductions) Told(ctx context.Context, code string, seq int64) error {
	raise := bson.E{Key: "$max", Value: bson.D{{Key: "told", Value: seq}}}
	res, err := s.cases.UpdateOne(ctx, bson.D{{Key: "_id", Value: code}, {Key: "rev", Value: seq}},
		bson.D{raise, {Key: "$set", Value: bson.D{{Key: "pending", Value: false}}}})
	if err != nil || res.MatchedCount == 1 {
		return failure(err)
	}
	_, err = s.cases.UpdateOne(ctx, byID(code), bson.D{raise})
	return failure(err)
}

// piece is how many bytes of a file stand in one document.
const piece = 1 << 20

// filePiece is a part of a file in the collection "files".
type filePiece struct {
	ID     string `bson:"_id"` // sha256/place
	Pieces int    `bson:"pieces"`
	Data   []byte `bson:"data"`
}

func pieceID(sha256 string, i int) string { return fmt.Sprintf("%s/%04d", sha256, i) }

// PutFile writes piece by piece; one that is there is as good.
func (s introductions) PutFile(ctx context.Context, sha256 string, data []byte) error {
	n := max(1, (len(data)+piece-1)/piece)
	for i := range n {
		part := filePiece{ID: pieceID(sha256, i), Pieces: n, Data: data[i*piece : min((i+1)*piece, len(data))]}
		if _, err := s.files.InsertOne(ctx, part); err != nil && !isTaken(err) {
			return failure(err)
		}
	}
	return nil
}

// DeleteFile removes the pieces.
func (s introductions) DeleteFile(ctx context.Context, sha256 string) error {
	_, err := s.files.DeleteMany(ctx, bson.D{{Key: "_id", Value: bson.D{{Key: "$gte", Value: sha256 + "/"}, {Key: "$lt", Value: sha256 + "0"}}}})
	return failure(err)
}

// File reads the pieces one by one; a file of which some are missing was never
// put to the end.
func (s introductions) File(ctx context.Context, sha256 string) ([]byte, error) {
	var out []byte
	for i, n := 0, 1; i < n; i++ {
		var part filePiece
		err := s.files.FindOne(ctx, byID(pieceID(sha256, i))).Decode(&part)
		if errors.Is(err, mongo.ErrNoDocuments) {
			return nil, brokering.NoFileError()
		}
		if err != nil {
			return nil, failure(err)
		}
		out, n = append(out, part.Data...), part.Pieces
	}
	return out, nil
}

// Import puts an introduction as it is.
func (s introductions) Import(ctx context.Context, u brokering.Untold) error {
	if u.Introduction.Rev <= 0 {
		return errs.New(errs.Invalid, "introduction.rev_missing", "对接单没有版本号，不能原样导入。")
	}
	d, err := newCaseFile(u.Introduction, u.Introduction.Rev)
	if err != nil {
		return err
	}
	d.Told, d.Pending = u.Told, u.Told < d.Rev
	_, err = s.cases.ReplaceOne(ctx, byID(d.ID), d, options.Replace().SetUpsert(true))
	return failure(err)
}
