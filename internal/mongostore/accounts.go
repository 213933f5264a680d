package mongostore

import (
	"context"
	"errors"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"hongniang/internal/account"
	"hongniang/internal/errs"
)

// accounts is the collection "accounts".
type accounts struct {
	items    *mongo.Collection // majority
	itemsNow *mongo.Collection // what the primary has
}

// Accounts gives the account.Store in the same database.
func (s *Store) Accounts() account.Store { return accounts{s.accounts, s.accountsNow} }

// item is an account.Item in the collection. A name or alias is kept with its
// kind and a plus before it; one that is missing is a minus and the id, so that
// the unique indexes, which know no gaps, let many be missing.
type item struct {
	ID      string    `bson:"_id"` // kind/id
	Kind    string    `bson:"kind"`
	Name    string    `bson:"name"`
	Alias   string    `bson:"alias"`
	Given   given     `bson:"given"`
	Owner   string    `bson:"owner"` // kind/owner
	Expires time.Time `bson:"expires"`
	Rev     int64     `bson:"rev"`
	Body    string    `bson:"body"` // JSON
}

// given are an item's own words, before they were made unique.
type given struct {
	ID    string `bson:"id"`
	Name  string `bson:"name"`
	Alias string `bson:"alias"`
	Owner string `bson:"owner"`
}

// never stands for an item that does not expire: a time that no clock reaches.
var never = time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)

func newItem(it account.Item, rev int64) item {
	expires := never
	if !it.Expires.IsZero() {
		expires = it.Expires.UTC()
	}
	return item{
		ID: itemID(it.Kind, it.ID), Kind: string(it.Kind), Name: uniqueName(it.Kind, it.Name, it.ID), Alias: uniqueName(it.Kind, it.Alias, it.ID),
		Given: given{it.ID, it.Name, it.Alias, it.Owner}, Owner: itemID(it.Kind, it.Owner), Expires: expires, Rev: rev, Body: string(it.Body),
	}
}

func (d item) item() account.Item {
	it := account.Item{
		Kind: account.ItemKind(d.Kind), ID: d.Given.ID, Name: d.Given.Name, Alias: d.Given.Alias, Owner: d.Given.Owner,
		Rev: d.Rev, Body: []byte(d.Body),
	}
	if !d.Expires.Equal(never) {
		it.Expires = d.Expires.UTC()
	}
	return it
}

func itemID(kind account.ItemKind, id string) string { return string(kind) + "/" + id }

func uniqueName(kind account.ItemKind, name, id string) string {
	if name == "" {
		return string(kind) + "/-" + id
	}
	return string(kind) + "/+" + name
}

// Get reads by _id.
func (a accounts) Get(ctx context.Context, kind account.ItemKind, id string) (account.Item, error) {
	return findItem(ctx, a.items, bson.D{{Key: "_id", Value: itemID(kind, id)}})
}

// ByName reads by one of the unique names.
func (a accounts) ByName(ctx context.Context, kind account.ItemKind, name string) (account.Item, error) {
	key := uniqueName(kind, name, "")
	if name == "" {
		return account.Item{}, account.NotFoundError()
	}
	it, err := findItem(ctx, a.items, bson.D{{Key: "name", Value: key}})
	if errs.Is(err, errs.NotFound) {
		return findItem(ctx, a.items, bson.D{{Key: "alias", Value: key}})
	}
	return it, err
}

func findItem(ctx context.Context, from *mongo.Collection, filter bson.D) (account.Item, error) {
	var d item
	err := from.FindOne(ctx, filter).Decode(&d)
	if errors.Is(err, mongo.ErrNoDocuments) {
		return account.Item{}, account.NotFoundError()
	}
	return d.item(), failure(err)
}

// Insert saves revision 1.
func (a accounts) Insert(ctx context.Context, it account.Item) error {
	_, err := a.items.InsertOne(ctx, newItem(it, 1))
	if isTaken(err) {
		return account.ConflictError()
	}
	return failure(err)
}

// Replace writes over the revision that was read.
func (a accounts) Replace(ctx context.Context, it account.Item) error {
	d := newItem(it, it.Rev+1)
	res, err := a.items.UpdateOne(ctx, bson.D{{Key: "_id", Value: d.ID}, {Key: "rev", Value: it.Rev}}, bson.D{{Key: "$set", Value: bson.D{
		{Key: "name", Value: d.Name}, {Key: "alias", Value: d.Alias}, {Key: "given", Value: d.Given}, {Key: "owner", Value: d.Owner},
		{Key: "expires", Value: d.Expires}, {Key: "rev", Value: d.Rev}, {Key: "body", Value: d.Body},
	}}})
	switch {
	case isTaken(err):
		return account.ConflictError()
	case err != nil:
		return failure(err)
	case res.MatchedCount == 1:
		return nil
	}
	if _, err := findItem(ctx, a.itemsNow, bson.D{{Key: "_id", Value: d.ID}}); err != nil {
		return err
	}
	return account.StaleError()
}

// Delete removes the document.
func (a accounts) Delete(ctx context.Context, kind account.ItemKind, id string) error {
	_, err := a.items.DeleteOne(ctx, bson.D{{Key: "_id", Value: itemID(kind, id)}})
	return failure(err)
}

// Owned reads by owner.
func (a accounts) Owned(ctx context.Context, kind account.ItemKind, owner string) ([]account.Item, error) {
	return a.find(ctx, bson.D{{Key: "owner", Value: itemID(kind, owner)}}, 0)
}

// Latest reads by owner and time.
func (a accounts) Latest(ctx context.Context, q account.Latest) ([]account.Item, error) {
	if q.Limit <= 0 {
		return nil, nil
	}
	filter := bson.D{{Key: "owner", Value: itemID(q.Kind, q.Owner)}, {Key: "expires", Value: bson.D{{Key: "$gt", Value: q.After.UTC()}, {Key: "$lt", Value: never}}}}
	return a.sorted(ctx, filter, options.Find().SetSort(bson.D{{Key: "expires", Value: -1}, {Key: "_id", Value: 1}}).SetLimit(int64(q.Limit)))
}

// Scan reads in byte order of the ids.
func (a accounts) Scan(ctx context.Context, kind account.ItemKind, after string, limit int) ([]account.Item, error) {
	if limit <= 0 {
		return nil, nil
	}
	const behindSlash = "0"
	return a.find(ctx, bson.D{{Key: "_id", Value: bson.D{{Key: "$gt", Value: itemID(kind, after)}, {Key: "$lt", Value: string(kind) + behindSlash}}}}, int64(limit))
}

func (a accounts) find(ctx context.Context, filter bson.D, limit int64) ([]account.Item, error) {
	return a.sorted(ctx, filter, options.Find().SetSort(bson.D{{Key: "_id", Value: 1}}).SetLimit(limit))
}

func (a accounts) sorted(ctx context.Context, filter bson.D, how *options.FindOptionsBuilder) ([]account.Item, error) {
	cur, err := a.items.Find(ctx, filter, how)
	if err != nil {
		return nil, failure(err)
	}
	var docs []item
	if err := cur.All(ctx, &docs); err != nil {
		return nil, failure(err)
	}
	var out []account.Item
	for _, d := range docs {
		out = append(out, d.item())
	}
	return out, nil
}

// Kinds goes from kind to kind: there are few, and distinct is not everywhere.
func (a accounts) Kinds(ctx context.Context) ([]account.ItemKind, error) {
	var out []account.ItemKind
	last := ""
	for {
		var d item
		err := a.items.FindOne(ctx, bson.D{{Key: "kind", Value: bson.D{{Key: "$gt", Value: last}}}}, options.FindOne().SetSort(bson.D{{Key: "kind", Value: 1}})).Decode(&d)
		if errors.Is(err, mongo.ErrNoDocuments) {
			return out, nil
		}
		if err != nil {
			return nil, failure(err)
		}
		last = d.Kind
		out = append(out, account.ItemKind(last))
	}
}

// DeleteExpired removes every document whose time is over.
func (a accounts) DeleteExpired(ctx context.Context, now time.Time) (int, error) {
	res, err := a.items.DeleteMany(ctx, bson.D{{Key: "expires", Value: bson.D{{Key: "$lt", Value: now.UTC()}}}})
	if err != nil {
		return 0, failure(err)
	}
	return int(res.DeletedCount), nil
}
