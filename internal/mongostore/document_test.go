package mongostore

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
	"go.mongodb.org/mongo-driver/v2/x/mongo/driver"
	"go.mongodb.org/mongo-driver/v2/x/mongo/driver/topology"

	"hongniang/internal/catalog"
	"hongniang/internal/errs"
)

// FuzzDocument: any text and number survives the way into BSON and back.
func FuzzDocument(f *testing.F) {
	f.Add("电主轴", `{"$date": 1}`, 0.1, int64(1))
	f.Add("\x00\u2028<&>", "𠮷\\u0041", 1e21, int64(0))
	f.Add("", "$oid", -0.5, int64(5))
	f.Add("3.0", "1e5", 12345678901234567.0, int64(253402300799999))
	f.Fuzz(func(t *testing.T, title, detail string, number float64, ms int64) {
		if math.IsNaN(number) || math.IsInf(number, 0) || ms < 0 || ms > 253402300799999 {
			return // JSON has no such numbers, RFC 3339 no such years
		}
		n := &catalog.Need{
			Meta: catalog.Meta{Code: "XQ-1", Rev: 3, UpdatedAt: time.UnixMilli(ms).UTC()}, Title: strings.ToValidUTF8(title, "\uFFFD"),
			Detail: strings.ToValidUTF8(detail, "\uFFFD"), BudgetMaxWan: number, Targets: []catalog.Target{{Name: "x", Value: number}},
		}
		doc, err := newDocument(n)
		if err != nil {
			t.Fatal(err)
		}
		raw, err := bson.Marshal(doc)
		if err != nil {
			t.Fatal(err)
		}
		var back document
		if err := bson.Unmarshal(raw, &back); err != nil {
			t.Fatal(err)
		}
		got, err := back.record()
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(catalog.Record(n), got); diff != "" {
			t.Errorf("differs (-want +got):\n%s", diff)
		}
	})
}

func TestDocumentRefuses(t *testing.T) {
	tests := []struct {
		name string
		rec  catalog.Record
		want errs.Kind
	}{
		{"no code", &catalog.Need{Title: "x"}, errs.Invalid},
		{"not a number", &catalog.Need{Meta: catalog.Meta{Code: "A"}, BudgetMaxWan: math.NaN()}, errs.Invalid},
		{"too large", &catalog.Need{Meta: catalog.Meta{Code: "A"}, Detail: strings.Repeat("x", maxBody)}, errs.TooLarge},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if _, err := newDocument(tt.rec); !errs.Is(err, tt.want) {
				t.Errorf("error is %v, want %s", err, tt.want)
			}
		})
	}
}

// TestBodyIsFields: the body can be queried by field in MongoDB itself.
func TestBodyIsFields(t *testing.T) {
	doc, err := newDocument(&catalog.Organisation{Meta: catalog.Meta{Code: "A"}, Name: "甲厂", EmployeeCount: 30, HasUnion: true})
	if err != nil {
		t.Fatal(err)
	}
	if name := doc.Body.Lookup("name").StringValue(); name != "甲厂" {
		t.Errorf("name is %q", name)
	}
	if count := doc.Body.Lookup("employee_count").AsInt64(); count != 30 {
		t.Errorf("employee_count is %d", count)
	}
	if !doc.Body.Lookup("has_union").Boolean() {
		t.Error("has_union is false")
	}
}

func TestFailure(t *testing.T) {
	tests := []struct {
		name string
		err  error
		kind errs.Kind
		code string
	}{
		{"ours", errs.New(errs.Stale, "record.stale", "改过"), errs.Stale, "record.stale"},
		{"cancelled", fmt.Errorf("find: %w", context.Canceled), errs.Unavailable, "store.cancelled"},
		{"late", context.DeadlineExceeded, errs.Unavailable, "store.unavailable"},
		{"no server", topology.ServerSelectionError{Wrapped: errors.New("none")}, errs.Unavailable, "store.unavailable"},
		{"password", topology.ConnectionError{Wrapped: driver.Error{Code: 18}}, errs.Unavailable, "store.auth"},
		{"rights", mongo.CommandError{Code: 13}, errs.Unavailable, "store.auth"},
		{"disk", mongo.CommandError{Code: 14031}, errs.Unavailable, "store.full"},
		{"election", mongo.CommandError{Code: 10107, Labels: []string{"RetryableWriteError"}}, errs.Unavailable, "store.unavailable"},
		{"no majority", mongo.WriteException{WriteConcernError: &mongo.WriteConcernError{Code: 64}}, errs.Unavailable, "store.unavailable"},
		{"closed", mongo.ErrClientDisconnected, errs.Unavailable, "store.closed"},
		{"else", mongo.CommandError{Code: 2}, errs.Internal, "store.failed"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			e := errs.As(failure(tt.err))
			if e.Kind != tt.kind || e.Code != tt.code {
				t.Errorf("%s %s, want %s %s", e.Kind, e.Code, tt.kind, tt.code)
			}
		})
	}
	if failure(nil) != nil {
		t.Error("nil is a failure")
	}
	if e := errs.As(unconfirmed(mongo.CommandError{Code: 2})); e.Kind != errs.Unavailable {
		t.Errorf("an unconfirmed write is %s", e.Kind)
	}
}

// TestHarden: a URI cannot weaken what a save promises.
func TestHarden(t *testing.T) {
	opts := harden(options.Client().ApplyURI("mongodb://h/?w=0&journal=false&retryWrites=false&readConcernLevel=local&readPreference=secondary&serverSelectionTimeoutMS=700"))
	if w := opts.WriteConcern; w.W != "majority" || w.Journal == nil || !*w.Journal {
		t.Errorf("write concern %+v", w)
	}
	if opts.ReadConcern.Level != "majority" || !*opts.RetryWrites || opts.ReadPreference.Mode().String() != "primary" {
		t.Errorf("read concern %v, retry %v, preference %v", opts.ReadConcern, *opts.RetryWrites, opts.ReadPreference)
	}
	if got := *opts.ServerSelectionTimeout; got != 700*time.Millisecond {
		t.Errorf("server selection timeout %v, want the URI's", got)
	}
}
