package main

import (
	"context"
	"os"

	"github.com/spf13/cobra"

	"hongniang/configs"
	"hongniang/indexer"
	"hongniang/internal/catalog"
	"hongniang/internal/collection"
	"hongniang/internal/errs"
	"hongniang/internal/search"
	"hongniang/internal/zh"
)

// evalFiles are a collection and what it is used for.
type evalFiles struct {
	corpus, papers, queries string
	kind                    string // result, expert or search
}

func (e *evalFiles) add(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVar(&e.corpus, "corpus", "", "语料（JSONL，可为 .gz）")
	f.StringVar(&e.papers, "papers", "", "署名文献（JSONL，可为 .gz），仅用于 expert")
	f.StringVar(&e.queries, "queries", "", "查询（JSONL，可为 .gz）")
	f.StringVar(&e.kind, "kind", "", "result、expert 或 search")
}

func (e evalFiles) check() error {
	if _, ok := rankers[e.kind]; !ok {
		return errs.New(errs.Invalid, "eval.kind", "--kind 只能是 result、expert 或 search。")
	}
	return nil
}

// documentKind is what the entries of the corpus are taken for.
func (e evalFiles) documentKind() catalog.Kind {
	if e.kind == "expert" {
		return catalog.KindExpert
	}
	return catalog.KindResult
}

// documents hands over the documents of a collection one by one.
type documents func(each func(search.Document) error) error

// documents gives those of the corpus and of the papers.
func (e evalFiles) documents() documents {
	return func(each func(search.Document) error) error {
		err := entriesAs(e.corpus, e.documentKind(), each)
		if err == nil && e.papers != "" {
			err = entriesAs(e.papers, catalog.KindResult, each)
		}
		if err == nil && e.kind != "search" {
			err = needs(e.queries, each)
		}
		return err
	}
}

// needs hands over the queries as the needs of the installation, which an index
// holds beside what answers them: what all needs have in common weighs less.
func needs(path string, each func(search.Document) error) error {
	queries, err := collection.Queries(path)
	for _, q := range queries {
		if err == nil {
			err = each(q.Document())
		}
	}
	return err
}

func entriesAs(path string, kind catalog.Kind, each func(search.Document) error) error {
	return collection.Entries(path, func(entry collection.Entry) error { return each(entry.Document(kind)) })
}

// index fills a temporary index with the corpus and the papers; for search it
// learns no related words, which only matching uses.
func (e evalFiles) index(ctx context.Context) (*indexer.Index, func(), error) {
	if e.kind == "search" {
		return fillEvalIndex(ctx, e.documents())
	}
	return newEvalIndex(ctx, e.documents())
}

// newEvalIndex is fillEvalIndex with related words learned, as an installation
// learns them.
func newEvalIndex(ctx context.Context, source documents) (*indexer.Index, func(), error) {
	index, cleanup, err := fillEvalIndex(ctx, source)
	if err != nil {
		return nil, nil, err
	}
	if err := index.LearnRelated(ctx); err != nil {
		cleanup()
		return nil, nil, err
	}
	return index, cleanup, nil
}

// fillEvalIndex fills a temporary index, with the production analysis. What it
// answers second closes and removes the index.
func fillEvalIndex(ctx context.Context, source documents) (*indexer.Index, func(), error) {
	dir, err := os.MkdirTemp("", "hongniang-eval-")
	if err != nil {
		return nil, nil, errs.Wrap(err, errs.Unavailable, "eval.temp", "建不了临时目录，请检查磁盘空间。")
	}
	segmenter, err := newSegmenter("")
	if err != nil {
		os.RemoveAll(dir)
		return nil, nil, err
	}
	index, err := indexer.Open(dir, indexer.Options{Cutter: segmenter, Related: shippedRelated()})
	if err != nil {
		os.RemoveAll(dir)
		return nil, nil, err
	}
	cleanup := func() {
		index.Close()
		os.RemoveAll(dir)
	}
	index.UseSynonyms(zh.ParseSynonyms(configs.Text("synonyms.txt")))
	if err := index.Fill(ctx, source); err != nil {
		cleanup()
		return nil, nil, err
	}
	return index, cleanup, nil
}
