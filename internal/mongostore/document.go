package mongostore

import (
	"fmt"
	"strconv"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"hongniang/internal/catalog"
	"hongniang/internal/errs"
)

// maxBody keeps a document under MongoDB's 16 MB with its outbox.
const maxBody = 15 << 20

// document is a record in the collection "records".
type document struct {
	ID      string   `bson:"_id"` // kind/code
	Kind    string   `bson:"kind"`
	Code    string   `bson:"code"`
	Key     string   `bson:"key"` // kind/catalog.Key, unique
	Rev     int64    `bson:"rev"`
	Deleted bool     `bson:"deleted"`
	Pending bool     `bson:"pending"` // whether outbox holds anything
	Outbox  []entry  `bson:"outbox"`
	Body    bson.Raw `bson:"body"` // the record's JSON as fields
}

// entry is a line of the feed that has no place in it yet.
type entry struct {
	Rev    int64     `bson:"rev"`
	Action string    `bson:"action"`
	By     string    `bson:"by"`
	At     time.Time `bson:"at"`
}

// line is a line of the feed in the collection "changes".
type line struct {
	Seq    int64     `bson:"_id"`
	Ref    string    `bson:"ref"`    // kind/code/rev, unique
	Record string    `bson:"record"` // kind/code
	Kind   string    `bson:"kind"`
	Code   string    `bson:"code"`
	Rev    int64     `bson:"rev"`
	Action string    `bson:"action"`
	By     string    `bson:"by"`
	At     time.Time `bson:"at"`
}

func idOf(kind catalog.Kind, name string) string { return string(kind) + "/" + name }

func refOf(id string, rev int64) string { return id + "/" + strconv.FormatInt(rev, 10) }

// newDocument gives the document of a record, with an empty outbox.
func newDocument(rec catalog.Record) (document, error) {
	m := rec.Base()
	if m.Code == "" {
		return document{}, errs.New(errs.Invalid, "record.code_missing", "记录没有编号，未能保存。请先填写编号。")
	}
	body, err := toBSON(rec)
	if err != nil {
		return document{}, errs.Wrap(err, errs.Invalid, "record.malformed", "记录里有无法保存的值（例如不是数的数），请检查后再保存。")
	}
	if len(body) > maxBody {
		return document{}, errs.New(errs.TooLarge, "record.too_large", "记录太大，没有保存。请缩短文字后再保存。")
	}
	return document{
		ID: idOf(rec.Kind(), m.Code), Kind: string(rec.Kind()), Code: m.Code, Key: idOf(rec.Kind(), catalog.Key(rec)),
		Rev: m.Rev, Deleted: m.Deleted(), Outbox: []entry{}, Body: body,
	}, nil
}

func toBSON(rec catalog.Record) (bson.Raw, error) {
	data, err := catalog.Encode(rec)
	if err != nil {
		return nil, err
	}
	var fields bson.D
	if err := bson.UnmarshalExtJSON(data, false, &fields); err != nil {
		return nil, err
	}
	return bson.Marshal(fields)
}

// record reads the record out of its document.
func (d document) record() (catalog.Record, error) {
	data, err := bson.MarshalExtJSON(d.Body, false, false)
	if err != nil {
		return nil, d.unreadable(err)
	}
	rec, err := catalog.Decode(catalog.Kind(d.Kind), data)
	if err != nil {
		return nil, d.unreadable(err)
	}
	rec.Base().Rev = d.Rev
	return rec, nil
}

func (d document) unreadable(err error) error {
	return errs.Wrap(err, errs.Internal, "record.unreadable", fmt.Sprintf("数据库里的记录 %s 读不出来，内容可能已损坏。请从备份恢复这条记录。", d.ID))
}

func entryOf(w catalog.Write, rev int64) entry {
	return entry{Rev: rev, Action: string(w.Action), By: w.By, At: w.At.UTC()}
}

// line gives the entry its place in the feed.
func (d document) line(e entry, seq int64) line {
	return line{Seq: seq, Ref: refOf(d.ID, e.Rev), Record: d.ID, Kind: d.Kind, Code: d.Code, Rev: e.Rev, Action: e.Action, By: e.By, At: e.At}
}

func lineOf(c catalog.Change) line {
	id := idOf(c.Kind, c.Code)
	return line{Seq: c.Seq, Ref: refOf(id, c.Rev), Record: id, Kind: string(c.Kind), Code: c.Code, Rev: c.Rev, Action: string(c.Action), By: c.By, At: c.At.UTC()}
}

func (l line) change() catalog.Change {
	return catalog.Change{Seq: l.Seq, Kind: catalog.Kind(l.Kind), Code: l.Code, Rev: l.Rev, Action: catalog.Action(l.Action), By: l.By, At: l.At.UTC()}
}
