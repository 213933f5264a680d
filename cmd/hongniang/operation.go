package main

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"hongniang/frontend"
	"hongniang/internal/catalog"
	"hongniang/internal/config"
	"hongniang/internal/lexicon"
	"hongniang/internal/mail"
	"hongniang/internal/upkeep"
)

// operation gives the pages of administrators what they look after.
func (in *installation) operation() (*frontend.Operation, error) {
	out := &frontend.Operation{
		Lexicon: in.words.Service, Trial: &lexicon.Trial{Searcher: in.index, Cutter: trialCutter},
		Index: in.indexHealth, Rebuild: in.rebuilder, Feed: in.store, Backups: in.backups, BackupsElsewhere: mongoBackup(in.cfg),
	}
	if in.cfg.Mail.Host == "" {
		return out, nil
	}
	post, err := newPost(in)
	if err != nil {
		return nil, err
	}
	out.SendTest = func(ctx context.Context, to string) error { return post.Send(ctx, testLetter(in.cfg, to, time.Now())) }
	return out, nil
}

// newRebuilder rebuilds the index when a page asks for it.
func newRebuilder(in *installation) *upkeep.Rebuild {
	return &upkeep.Rebuild{Now: time.Now, Count: in.countRecords, Do: in.rebuild}
}

// countRecords counts the records of every kind.
func (in *installation) countRecords(ctx context.Context) (int, error) {
	sum := 0
	for _, kind := range catalog.Kinds() {
		n, err := in.store.Count(ctx, kind)
		if err != nil {
			return 0, err
		}
		sum += n
	}
	return sum, nil
}

// indexHealth tells how the index is. One of before dictionaries had names is
// taken to be of the dictionary of the start.
func (in *installation) indexHealth(ctx context.Context) (upkeep.Index, error) {
	h, err := in.index.Health(ctx)
	return upkeep.Index{
		Documents: h.Documents, Segments: h.Segments, Bytes: h.Bytes, Memory: h.Memory, Budget: h.Budget, Checkpoint: h.Checkpoint, Rebuilding: h.Rebuilding,
		NewWords: cmp.Or(h.Words, in.words.start) != h.Wanted,
		Related:  upkeep.Related{Words: h.Related.Words, Own: h.Related.Own, Documents: h.Related.Documents, At: h.Learned},
	}, err
}

// testLetter is what is sent to see whether mail works.
func testLetter(cfg config.Config, to string, now time.Time) mail.Letter {
	return mail.Letter{
		ID: fmt.Sprintf("test-%d", now.UnixNano()), To: to, Subject: "【技术红娘】试发邮件",
		Blocks: []mail.Block{{Text: "收到这封信，说明邮件设置可用。"}, {Text: "打开技术红娘", URL: cfg.Server.BaseURL}},
	}
}
