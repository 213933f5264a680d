package personal_test

import (
	"archive/zip"
	"context"
	"errors"
	"io/fs"
	"os"
	"testing"

	"hongniang/internal/brokering"
	"hongniang/internal/errs"
	"hongniang/internal/personal"
)

// shelf counts the files that are read, and may have lost them or be out of reach.
type shelf struct {
	brokering.Store
	reads int
	err   error
}

func (s *shelf) File(ctx context.Context, sum string) ([]byte, error) {
	if s.reads++; s.err != nil {
		return nil, s.err
	}
	return s.Store.File(ctx, sum)
}

// Attachments are read when they are written, one by one; one that is gone is left
// out, and a store out of reach is an error and no damaged file.
func TestPack(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	files := &shelf{Store: w.store.Introductions()}
	w.person.Cases = files
	d, err := w.person.Collect(t.Context(), personal.Subject{User: w.him.Code})
	w.must(err)
	if files.reads != 0 {
		t.Errorf("%d files read before anything is written", files.reads)
	}
	for _, c := range []struct {
		err   error
		reads int
		parts int
		kind  errs.Kind
	}{
		{nil, 2, 4, ""},
		{errs.New(errs.NotFound, "test.gone", "没有了。"), 2, 2, ""},
		{errs.New(errs.Unavailable, "test.down", "断了。"), 1, 0, errs.Unavailable},
	} {
		files.reads, files.err = 0, c.err
		packed, err := d.Pack(t.Context())
		if errs.KindOf(err) != c.kind || files.reads != c.reads {
			t.Fatalf("%v: %v, %d files read", c.err, err, files.reads)
		}
		if err != nil {
			continue
		}
		z, err := zip.NewReader(packed, packed.Size)
		if err != nil || len(z.File) != c.parts {
			t.Errorf("%v: %d parts, %v", c.err, len(z.File), err)
		}
		w.must(packed.Close())
		if _, err := os.Stat(packed.Name()); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("it stays on the disk: %v", err)
		}
	}
}

// knocking asks for a second collection while the first is under way.
type knocking struct {
	brokering.Store
	knock func()
}

func (k knocking) List(ctx context.Context, q brokering.Query) ([]*brokering.Introduction, error) {
	k.knock()
	return k.Store.List(ctx, q)
}

// One collection reads every record: a second waits its turn, by whatever way it is
// asked for.
func TestCollectOneAtATime(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	var second error
	w.person.Cases = knocking{w.store.Introductions(), func() {
		_, second = w.person.Collect(t.Context(), personal.Subject{User: w.broker.Code})
	}}
	_, err := w.person.Collect(t.Context(), personal.Subject{User: w.him.Code})
	w.must(err)
	if !errs.Is(second, errs.Unavailable) {
		t.Errorf("%v", second)
	}
	w.person.Cases = w.store.Introductions()
	_, err = w.person.Collect(t.Context(), personal.Subject{User: w.broker.Code})
	w.must(err)
}
