package main

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"log"
	"log/slog"
	"os"
	"time"

	"hongniang/configs"
	"hongniang/indexer"
	"hongniang/internal/account"
	"hongniang/internal/backup"
	"hongniang/internal/batch"
	"hongniang/internal/brokering"
	"hongniang/internal/campaign"
	"hongniang/internal/catalog"
	"hongniang/internal/config"
	"hongniang/internal/datadir"
	"hongniang/internal/desk"
	"hongniang/internal/errs"
	"hongniang/internal/figures"
	"hongniang/internal/group"
	"hongniang/internal/lexicon"
	"hongniang/internal/mail"
	"hongniang/internal/mongostore"
	"hongniang/internal/notice"
	"hongniang/internal/personal"
	"hongniang/internal/review"
	"hongniang/internal/sqlitestore"
	"hongniang/internal/upkeep"
	"hongniang/internal/watch"
	"hongniang/internal/zh"
	"hongniang/internal/zh/segment"
	"hongniang/matcher"
)

// installation is everything that one process opens on a data directory.
type installation struct {
	cfg     config.Config
	log     *slog.Logger
	dir     *datadir.Dir
	store   keeper
	index   *indexer.Index
	words   *words
	service *catalog.Service
	users   *account.Service
	people  *personal.Service
	matcher *matcher.Matcher

	introductions *brokering.Service
	notices       *notice.Service
	letters       *mail.Queue   // nil without a mail server
	saved         chan struct{} // filled when something was saved here
	campaigns     *campaign.Service
	batches       *batch.Service
	groups        *group.Service
	reviews       *review.Service
	desk          *desk.Desk
	figures       *figures.Book
	rebuilder     *upkeep.Rebuild
	proposals     *matcher.Proposals
	backups       *backup.Keeper // nil with MongoDB
	searches      *watch.Service
}

// open locks the data directory and opens store and index. Errors: Locked when
// another process has the directory.
func open(ctx context.Context, cfg config.Config) (*installation, error) {
	return openFor(ctx, cfg, 0)
}

// openService is open for who runs on: the index may prove files while it answers.
func openService(ctx context.Context, cfg config.Config) (*installation, error) {
	return openFor(ctx, cfg, indexer.ProvingDelay)
}

func openFor(ctx context.Context, cfg config.Config, proveAfter time.Duration) (*installation, error) {
	dir, err := datadir.Open(cfg.Data.Dir)
	if err != nil {
		return nil, err
	}
	in := &installation{cfg: cfg, log: newLog(cfg.Log), dir: dir}
	hearLibraries(in.log)
	if err := in.openParts(ctx, proveAfter); err != nil {
		in.close()
		return nil, err
	}
	return in, nil
}

func (in *installation) openParts(ctx context.Context, proveAfter time.Duration) error {
	var err error
	if in.store, err = openStore(ctx, in.cfg, in.dir.File("hongniang.db")); err != nil {
		return err
	}
	if err := in.openIndex(ctx, proveAfter); err != nil {
		return err
	}
	in.saved = make(chan struct{}, 1)
	in.service = &catalog.Service{Store: in.store, Index: poked{in.index, in.saved}, Now: time.Now, Log: in.log}
	if in.users, err = newUsers(in.store, in.log); err != nil {
		return err
	}
	facts := &matcher.Records{Store: in.store, Cases: in.store.Introductions()}
	if in.introductions, err = newIntroductions(in, facts); err != nil {
		return err
	}
	if in.notices, in.letters, err = newNotices(in); err != nil {
		return err
	}
	in.searches = newSearches(in)
	in.desk = &desk.Desk{Store: in.store}
	in.figures = figures.New(time.Now)
	weights, err := in.weights()
	in.matcher = &matcher.Matcher{Engine: in.index, Now: time.Now, Weights: weights, Facts: facts}
	in.campaigns, in.batches = newCampaigns(in), newBatches(in)
	in.people = newPersonal(in)
	in.proposals = &matcher.Proposals{Groups: in.matcher.GroupsTold, Read: func(ctx context.Context, code string) (*catalog.Need, error) {
		return catalog.NeedOf(ctx, in.store, code)
	}, Patience: proposalsPatience}
	in.groups = &group.Service{Items: in.store.Accounts(), Records: in.store, Now: time.Now}
	in.reviews = newReviews(in, facts)
	return err
}

// proposalsPatience is how long a page waits for proposals of common needs before
// it says how far they are.
const proposalsPatience = 50 * time.Millisecond

// openIndex opens the index with the word lists as they are now. The dictionary is
// loaded beside what follows.
func (in *installation) openIndex(ctx context.Context, proveAfter time.Duration) error {
	in.words = openWords(in.cfg, in)
	userWords, err := in.words.load(ctx, lexicon.Words)
	if err != nil {
		return err
	}
	synonyms, err := in.words.load(ctx, lexicon.Synonyms)
	if err != nil {
		return err
	}
	segmenter := segment.New(userWords)
	go func() {
		if err := segmenter.Wait(); err != nil {
			in.log.Error("the dictionary is not whole; words are found worse", "err", err)
		}
	}()
	in.words.start = nameOfWords(userWords)
	in.index, err = indexer.Open(in.dir.File(indexName(in.cfg)), indexer.Options{Cutter: segmenter, Words: in.words.start, Log: in.log, Related: shippedRelated(), Memory: memoryOf(in.cfg), Pause: betweenBatches, ProveAfter: proveAfter})
	if err != nil {
		return err
	}
	in.index.UseSynonyms(zh.ParseSynonyms(synonyms))
	in.rebuilder, in.backups = newRebuilder(in), newBackups(in)
	return nil
}

// keeper is a store of everything: records, accounts and introductions.
type keeper interface {
	catalog.Store
	Accounts() account.Store
	Introductions() brokering.Store
}

// newIntroductions gives the introductions of an installation; whom matching
// never proposes they refuse, by the same facts.
func newIntroductions(in *installation, facts *matcher.Records) (*brokering.Service, error) {
	key, err := in.dir.LinkKey(rand.Reader)
	return &brokering.Service{
		Store: in.store.Introductions(), Catalog: in.store, Staff: in.users.User, Links: brokering.Links{Key: key}, Now: time.Now, Random: rand.Reader,
		Changed: in.followNeeds, Organisations: facts.Organisations,
	}, err
}

// newUsers gives the accounts of a store.
func newUsers(store keeper, log *slog.Logger) (*account.Service, error) {
	hasher, err := account.NewHasher(account.DefaultParams(), rand.Reader)
	if err != nil {
		return nil, err
	}
	return &account.Service{
		Store: store.Accounts(), Hasher: hasher, Now: time.Now, Random: rand.Reader, Log: log, Directory: catalog.Directory{From: store},
	}, nil
}

// openStore opens MongoDB when its address is set, else the SQLite file.
func openStore(ctx context.Context, cfg config.Config, file string) (keeper, error) {
	if uri := cfg.MongoDB.URI.Reveal(); uri != "" {
		return storeOr(mongostore.Open(ctx, uri, cfg.MongoDB.Database))
	}
	return storeOr(sqlitestore.Open(ctx, file))
}

// storeOr gives an opened store, or no store at all: the nil pointer that comes
// with an error is not a nil keeper.
func storeOr[S keeper](opened S, err error) (keeper, error) {
	if err != nil {
		return nil, err
	}
	return opened, nil
}

// indexName keeps an index with the database that it was made from: a place in
// the feed of one database means nothing in another.
func indexName(cfg config.Config) string {
	uri := cfg.MongoDB.URI.Reveal()
	if uri == "" {
		return "index"
	}
	sum := sha256.Sum256([]byte(uri + "\x00" + cfg.MongoDB.Database))
	return "index-" + hex.EncodeToString(sum[:4])
}

// close closes what is open, last first.
func (in *installation) close() {
	for _, part := range []io.Closer{closerOf(in.index), closerOf(in.store), in.dir} {
		if part == nil {
			continue
		}
		if err := part.Close(); err != nil {
			in.log.Warn("closing", "err", err)
		}
	}
}

// closerOf is nil for what was not opened.
func closerOf(c io.Closer) io.Closer {
	switch c := c.(type) {
	case *indexer.Index:
		if c == nil {
			return nil
		}
	case nil:
		return nil
	}
	return c
}

// staffToken is the setting, else the token of the data directory.
func (in *installation) staffToken() (string, error) {
	if token := in.cfg.Staff.Token.Reveal(); token != "" {
		return token, nil
	}
	return in.dir.StaffToken(rand.Reader)
}

// hearLibraries has what libraries write to Go's standard log told as debugging: the
// index does so of files that are gone already after a kill, and whoever runs a command
// would take it for a failure of his.
func hearLibraries(to *slog.Logger) {
	log.SetFlags(0)
	log.SetOutput(slog.NewLogLogger(to.Handler(), slog.LevelDebug).Writer())
}

func newLog(cfg config.Log) *slog.Logger {
	options := &slog.HandlerOptions{Level: cfg.SlogLevel()}
	if cfg.Format == "json" {
		return slog.New(slog.NewJSONHandler(os.Stderr, options))
	}
	return slog.New(slog.NewTextHandler(os.Stderr, options))
}

// newSegmenter starts to load the dictionary with an operator's user words, or
// the embedded ones when path is empty.
func newSegmenter(path string) (*segment.Segmenter, error) {
	words, err := operatorText(path, "userdict.txt")
	return segment.New(words), err
}

// shippedRelated gives the related words that ship with the program.
func shippedRelated() []byte { return []byte(configs.Text("related.tsv")) }

func readSynonyms(path string) (*zh.Synonyms, error) {
	text, err := operatorText(path, "synonyms.txt")
	return zh.ParseSynonyms(text), err
}

// operatorText reads an operator's file, or the embedded one without a path.
func operatorText(path, embedded string) (string, error) {
	if path == "" {
		return configs.Text(embedded), nil
	}
	data, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		return "", errs.Wrap(err, errs.NotFound, "config.no_file", "找不到设置里的文件“"+path+"”，请检查路径。")
	}
	if err != nil {
		return "", errs.Wrap(err, errs.Denied, "config.unreadable", "读不了设置里的文件“"+path+"”，请检查权限。")
	}
	return string(data), nil
}

// betweenBatches is how long the index rests while many save at once: what they save is
// found a quarter of a second later, and who searches meanwhile hardly waits.
const betweenBatches = 250 * time.Millisecond

// memoryOf gives the bytes that the index may keep in memory; less than 0 for
// none.
func memoryOf(cfg config.Config) int64 {
	if cfg.Search.MemoryMB == 0 {
		return -1
	}
	return int64(cfg.Search.MemoryMB) << 20
}
