package ferrettest

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"hongniang/internal/catalog"
	"hongniang/internal/errs"
	"hongniang/internal/mongostore"
)

var noon = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)

func write(code, name string, rev int64) []catalog.Write {
	rec := &catalog.Organisation{Meta: catalog.Meta{Code: code, Rev: rev}, Name: name}
	return []catalog.Write{{Record: rec, Action: catalog.Updated, By: "王", At: noon}}
}

// TestRestart stops the server itself, not only the way to it.
func TestRestart(t *testing.T) {
	m := startMongod(t)
	s, err := mongostore.Open(t.Context(), uri(m.addr, "x"), "")
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if err := s.Save(t.Context(), write("A", "甲厂", 0))[0]; err != nil {
		t.Fatal(err)
	}
	m.stop()
	if err := s.Save(t.Context(), write("A", "甲厂", 1))[0]; !errs.Is(err, errs.Unavailable) {
		t.Fatalf("without a server: %v", err)
	}
	m.start(t)
	for deadline := time.Now().Add(patience); s.Ping(t.Context()) != nil; time.Sleep(50 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("the store does not find its server again")
		}
	}
	if err := s.Save(t.Context(), write("A", "甲厂", 1))[0]; err != nil {
		t.Fatal(err)
	}
	lines, err := s.Changes(t.Context(), 0, 10)
	if err != nil || len(lines) != 2 {
		t.Errorf("feed %v, %v; want 2 lines", lines, err)
	}
}

// raw gives the collection of records without our store.
func raw(t *testing.T, at string) *mongo.Collection {
	t.Helper()
	client, err := mongo.Connect(options.Client().ApplyURI(at))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { client.Disconnect(context.Background()) })
	return client.Database("x").Collection("records")
}

func TestUnreadable(t *testing.T) {
	addr := startMongod(t).addr
	s, err := mongostore.Open(t.Context(), uri(addr, "x"), "")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	for _, w := range [][]catalog.Write{write("A", "甲厂", 0), write("B", "乙厂", 0)} {
		if err := s.Save(t.Context(), w)[0]; err != nil {
			t.Fatal(err)
		}
	}
	_, err = raw(t, uri(addr, "x")).UpdateOne(t.Context(), bson.D{{Key: "_id", Value: "organisation/A"}},
		bson.D{{Key: "$set", Value: bson.D{{Key: "body", Value: bson.D{{Key: "name", Value: 5}}}}}})
	if err != nil {
		t.Fatal(err)
	}
	_, err = s.Get(t.Context(), catalog.KindOrganisation, "A")
	if e := errs.As(err); e == nil || e.Code != "record.unreadable" || !strings.Contains(e.Message, "organisation/A") {
		t.Errorf("error is %v, want one that names the record", err)
	}
	if _, err := s.Get(t.Context(), catalog.KindOrganisation, "B"); err != nil {
		t.Error(err)
	}
}

// TestDeadProcesses finds documents as processes leave them that die before
// the relay, in the middle of it, and before they empty the outbox: more of
// them than one turn of the relay takes.
func TestDeadProcesses(t *testing.T) {
	addr := startMongod(t).addr
	s, err := mongostore.Open(t.Context(), uri(addr, "x"), "")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	records := raw(t, uri(addr, "x"))
	changes := records.Database().Collection("changes")
	entry := func(rev int64) bson.D {
		return bson.D{{Key: "rev", Value: rev}, {Key: "action", Value: "update"}, {Key: "by", Value: "王"}, {Key: "at", Value: noon}}
	}
	const dead = 120
	for i := range dead {
		code := fmt.Sprintf("D%03d", i)
		_, err := records.InsertOne(t.Context(), bson.D{
			{Key: "_id", Value: "organisation/" + code}, {Key: "kind", Value: "organisation"}, {Key: "code", Value: code},
			{Key: "key", Value: "organisation/" + code}, {Key: "rev", Value: int64(2)}, {Key: "deleted", Value: false},
			{Key: "pending", Value: true}, {Key: "outbox", Value: bson.A{entry(1), entry(2)}}, {Key: "body", Value: bson.D{{Key: "name", Value: code}}},
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	half := bson.D{
		{Key: "_id", Value: int64(1)}, {Key: "ref", Value: "organisation/D007/1"}, {Key: "record", Value: "organisation/D007"}, {Key: "kind", Value: "organisation"},
		{Key: "code", Value: "D007"}, {Key: "rev", Value: int64(1)}, {Key: "action", Value: "update"}, {Key: "by", Value: "王"}, {Key: "at", Value: noon},
	}
	if _, err := changes.InsertOne(t.Context(), half); err != nil {
		t.Fatal(err)
	}
	lines, err := s.Changes(t.Context(), 0, 1000)
	if err != nil || len(lines) != 2*dead {
		t.Fatalf("%d lines, %v; want %d", len(lines), err, 2*dead)
	}
	revs := map[string]int64{}
	for i, c := range lines {
		if c.Seq != int64(i)+1 || c.Rev != revs[c.Code]+1 {
			t.Errorf("line %d: %+v after revision %d", i, c, revs[c.Code])
		}
		revs[c.Code] = c.Rev
	}
	if n, err := records.CountDocuments(t.Context(), bson.D{{Key: "pending", Value: true}}); err != nil || n != 0 {
		t.Errorf("%d documents are still pending, %v", n, err)
	}
}
