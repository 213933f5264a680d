package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"sync"
	"time"

	"hongniang/configs"
	"hongniang/internal/config"
	"hongniang/internal/lexicon"
	"hongniang/internal/zh"
	"hongniang/internal/zh/segment"
)

// wordsEvery is how often the store is asked for lists that other processes saved.
const wordsEvery = 2 * time.Second

// words are the word lists of an installation and how far they are in use here.
type words struct {
	*lexicon.Service
	start string // names the dictionary of the start

	mu    sync.Mutex
	using map[lexicon.List]int // revision
}

// openWords gives the lists of a store. The settings' files win over it.
func openWords(cfg config.Config, in *installation) *words {
	return &words{using: map[lexicon.List]int{}, Service: &lexicon.Service{
		Items: in.store.Accounts(), Now: time.Now, Use: in.useList,
		Shipped: map[lexicon.List]string{lexicon.Synonyms: configs.Text("synonyms.txt"), lexicon.Words: configs.Text("userdict.txt")},
		Files:   map[lexicon.List]string{lexicon.Synonyms: cfg.Search.Synonyms, lexicon.Words: cfg.Search.UserDictionary},
		File:    func(path string) (string, error) { return operatorText(path, "") },
	}}
}

// load reads a list as it is at the start.
func (w *words) load(ctx context.Context, list lexicon.List) (string, error) {
	r, err := w.Current(ctx, list)
	w.using[list] = r.Number
	return r.Text, err
}

// took notes that a revision is used; false when it, or a newer one, was already.
func (w *words) took(r lexicon.Revision) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if r.Number <= w.using[r.List] {
		return false
	}
	w.using[r.List] = r.Number
	return true
}

func (w *words) number(list lexicon.List) int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.using[list]
}

// useList makes searches use a list that was saved: synonyms at once, words from
// the next rebuild on.
func (in *installation) useList(r lexicon.Revision) {
	if !in.words.took(r) {
		return
	}
	if r.List == lexicon.Words {
		in.index.UseWords(&lateCutter{words: r.Text}, nameOfWords(r.Text))
		in.log.Info("a new user dictionary waits for the next rebuild", "revision", r.Number)
		return
	}
	synonyms := zh.ParseSynonyms(r.Text)
	in.index.UseSynonyms(synonyms)
	in.log.Info("synonyms read again", "revision", r.Number, "groups", synonyms.Len())
}

// watchWords uses what other processes save until ctx ends.
func (in *installation) watchWords(ctx context.Context) {
	every(ctx, wordsEvery, func() {
		for _, list := range lexicon.Lists() {
			for {
				r, newer, err := in.words.Newer(ctx, list, in.words.number(list))
				if err != nil && ctx.Err() == nil {
					in.log.Warn("word lists stay as they were", "err", err)
				}
				if err != nil || !newer {
					break
				}
				in.useList(r)
			}
		}
	})
}

// nameOfWords tells dictionaries apart.
func nameOfWords(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:8])
}

// lateCutter loads its dictionary when it is first asked: between the save of a
// dictionary and the rebuild nobody needs it.
type lateCutter struct {
	words string
	once  sync.Once
	made  *segment.Segmenter
}

func (l *lateCutter) segmenter() *segment.Segmenter {
	l.once.Do(func() { l.made = segment.New(l.words) })
	return l.made
}

// Cut gives the words of a run of Chinese characters, in order.
func (l *lateCutter) Cut(run string) []string { return l.segmenter().Cut(run) }

// Known tells whether the dictionary has the word.
func (l *lateCutter) Known(word string) bool { return l.segmenter().Known(word) }

// trialCutter loads a dictionary to try it out.
func trialCutter(words string) (zh.Cutter, error) {
	s := segment.New(words)
	return s, s.Wait()
}
