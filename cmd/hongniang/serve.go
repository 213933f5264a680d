package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"runtime/debug"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"hongniang/api"
	"hongniang/frontend"
	"hongniang/internal/brokering"
	"hongniang/internal/catalog"
	"hongniang/internal/demo"
	"hongniang/internal/httpx"
	"hongniang/internal/intake"
	"hongniang/internal/offer"
	"hongniang/internal/verdict"
)

// followEvery is how often the change feed is asked for what other processes
// wrote.
const followEvery = time.Second

func newServe(a *app) *cobra.Command {
	var addr string
	var withDemo bool
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "启动网页与接口服务",
		Args:  exactly(0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := a.settings()
			if err != nil {
				return err
			}
			if addr != "" {
				cfg.Server.Addr = addr
			}
			limitMemory(memoryOf(cfg), 0)
			collect(-1)                                             // until the index is warm
			ln, err := httpx.Listen(cmd.Context(), cfg.Server.Addr) // before the data are touched
			if err != nil {
				return err
			}
			in, err := openService(cmd.Context(), cfg)
			if err != nil {
				ln.Close()
				return err
			}
			defer in.close()
			return in.serve(cmd.Context(), ln, withDemo, cmd.OutOrStdout())
		},
	}
	cmd.Flags().StringVar(&addr, "addr", "", "监听地址 主机:端口（缺省为设置 server.addr，即 localhost:8080）")
	cmd.Flags().BoolVar(&withDemo, "demo", false, "数据目录是新的时，装入示例数据")
	return cmd
}

// serve answers on ln until ctx ends.
func (in *installation) serve(ctx context.Context, ln net.Listener, withDemo bool, out io.Writer) error {
	warm := make(chan struct{})
	in.sizeMemory(ctx)
	go func() {
		defer close(warm)
		_ = in.index.Warm(ctx) // whoever asks hears of it
		collect(collectAt)
	}()
	defer func() { <-warm }() // before store and index are closed
	token, err := in.staffToken()
	if err != nil {
		return err
	}
	if withDemo {
		if err := in.loadDemo(ctx); err != nil {
			return err
		}
	}
	demoUsers, login, oneTime, err := in.settleUsers(ctx, withDemo)
	if err != nil {
		return err
	}
	handler, err := in.handler(ln.Addr(), token, demoUsers)
	if err != nil {
		return err
	}
	background, stop := context.WithCancel(ctx)
	var running sync.WaitGroup
	defer running.Wait() // before store and index are closed
	defer stop()
	running.Go(func() { in.index.Follow(background, in.store, followEvery) })
	running.Go(func() { in.followStock(background) })
	running.Go(func() { in.watchSynonyms(background) })
	running.Go(func() { in.watchWords(background) })
	running.Go(func() { in.rebuilder.Work(background) })
	running.Go(func() { in.proposals.Work(background) })
	running.Go(func() { in.sweepAccounts(background) })
	running.Go(func() { in.tellOfIntroductions(background) })
	running.Go(func() { in.remind(background) })
	running.Go(func() { in.expireNeeds(background) })
	running.Go(func() { in.tellDecisions(background) })
	running.Go(func() { in.erasePeople(background) })
	running.Go(func() { in.readAll(background, warm, &running) })
	running.Go(func() {
		if in.untilCalm(background, warm) {
			in.followMatches(background)
		}
	})
	running.Go(func() { in.searches.Follow(background, lookForSearches) })
	running.Go(func() { in.sendLetters(background) })
	running.Go(func() { in.settleReviews(background) })
	running.Go(func() { in.backUp(background) })
	running.Go(func() { in.tellReviews(background) })
	running.Go(func() { in.settleGroups(background) })
	running.Go(func() { in.campaigns.Work(background, lookForCampaigns) })
	running.Go(func() { in.batches.Work(background, lookForBatches) })
	if err := in.dir.Announce(ln.Addr().String(), token); err != nil {
		return err
	}
	if in.matcher.Weights != nil {
		in.log.Info("matching uses learned weights", "file", in.weightsPath())
	}
	in.greet(out, ln.Addr())
	greetAdministrator(out, login, oneTime)
	return httpx.Serve(ctx, ln, handler, in.log, in.cfg.Server.ShutdownGrace)
}

// firstAnswers is how long after the index is ready the processors are for who asks,
// where it has so many documents that reading all records is felt.
const (
	firstAnswers = 2 * time.Second
	feltFrom     = 20_000
)

// calmFor is how long the reading of a stock of so many documents waits.
func calmFor(documents int) time.Duration {
	if documents < feltFrom {
		return 0
	}
	return firstAnswers
}

// untilCalm waits until what takes the processors for long may begin: who asks first should
// not wait for it. It answers false when ctx ends before.
func (in *installation) untilCalm(ctx context.Context, warm <-chan struct{}) bool {
	<-warm
	status, _ := in.index.Status(ctx) // what it cannot tell it tells everybody who asks
	calm := time.NewTimer(calmFor(status.Documents))
	defer calm.Stop()
	select {
	case <-calm.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// readAll has the desk and the figures read every record, one after the other and
// after the index is ready. Whoever opens a page of work meanwhile has his part read at
// once.
func (in *installation) readAll(ctx context.Context, warm <-chan struct{}, running *sync.WaitGroup) {
	if !in.untilCalm(ctx, warm) {
		return
	}
	if err := in.desk.CatchUp(ctx); err != nil && ctx.Err() == nil {
		in.deskBehind(err)
	}
	running.Go(func() { in.desk.Follow(ctx, followEvery, in.deskBehind) })
	in.followFigures(ctx)
}

// deskBehind notes that the lists of what waits could not be brought up to date.
func (in *installation) deskBehind(err error) {
	in.log.Warn("the desk is behind the catalogue", "err", err)
}

// loadDemo fills a new data directory, or goes on where a killed start stopped.
func (in *installation) loadDemo(ctx context.Context) error {
	mark := in.dir.File(".demo-unfinished")
	if _, err := os.Stat(mark); err != nil {
		if empty, err := in.empty(ctx); err != nil || !empty || !in.dir.New() {
			return err
		}
	}
	if err := os.WriteFile(mark, nil, 0o600); err != nil {
		return unwritable(err, mark)
	}
	if err := in.fillDemo(ctx); err != nil {
		return err
	}
	if err := in.index.CatchUp(ctx, in.store); err != nil {
		return err
	}
	return os.Remove(mark)
}

// fillDemo saves the demonstration without the index, which takes in everything
// at once afterwards: a batch for each of a hundred saves takes longer than all the rest.
func (in *installation) fillDemo(ctx context.Context) error {
	index := in.service.Index
	in.service.Index = nil // nobody is answered yet
	defer func() { in.service.Index = index }()
	if _, err := demo.Load(ctx, in.service); err != nil {
		return err
	}
	if err := in.addDemoUsers(ctx); err != nil {
		return err
	}
	return in.addDemoIntroductions(ctx)
}

// empty tells whether the database holds nothing: a new data directory may
// stand before a MongoDB that others fill.
func (in *installation) empty(ctx context.Context) (bool, error) {
	for _, kind := range catalog.Kinds() {
		recs, err := in.store.Scan(ctx, kind, "", 1)
		if err != nil || len(recs) > 0 {
			return false, err
		}
	}
	return true, nil
}

// handler is the API and the pages behind everything that a request passes.
func (in *installation) handler(at net.Addr, token string, demoUsers []frontend.DemoUser) (http.Handler, error) {
	trusted, err := httpx.ParsePrefixes(in.cfg.Server.TrustedProxies)
	if err != nil {
		return nil, err
	}
	gate := httpx.Gate{Token: token, Accounts: in.users, BaseURL: in.cfg.Server.BaseURL, Trusted: trusted}
	register := &intake.Register{Store: in.store, Now: time.Now}
	operations := api.New(api.Deps{
		Register: register,
		Searches: in.searches, Lexicon: in.words.Service,
		Figures: in.figures,

		Catalog: in.service, Engine: in.index, Matcher: in.matcher, Accounts: in.users, Introductions: in.introductions, Notices: in.notices, Campaigns: in.campaigns, Groups: in.groups, Reviews: in.reviews, Gate: gate, OpenMetrics: in.cfg.Server.Metrics == "open", Personal: in.people, Now: time.Now, Log: in.log, Version: version(),
		Rebuild: func(ctx context.Context) error { return in.rebuilder.Await(ctx, "接口") }, Backups: in.backups,
	})
	op, err := in.operation()
	if err != nil {
		return nil, err
	}
	site, err := frontend.New(frontend.Deps{
		Figures: in.figures, Operation: op, Searches: in.searches, Batches: in.batches,

		Engine: in.index, Matcher: in.matcher, Records: in.service, Accounts: in.users, Registrar: in.service, Creator: in.service, Personal: in.people, Introductions: in.introductions, Campaigns: in.campaigns, Groups: in.groups, Reviews: in.reviews, Proposer: in.proposals, Notices: in.notices, Verdicts: &verdict.Service{Store: in.store.Accounts(), Records: in.service, Ranker: in.matcher, Now: time.Now}, Offers: &offer.Service{Store: in.store.Accounts(), Records: in.service, Notices: in.notices, Now: time.Now}, Intake: &intake.Service{Catalog: in.service, Register: register}, Desk: in.desk, Changes: in.service, DemoUsers: demoUsers, BaseURL: in.cfg.Server.BaseURL, LocalURL: localURL(at), Now: time.Now, Log: in.log, Version: version(),
	})
	if err != nil {
		return nil, err
	}
	return httpx.Wrap(httpx.Router(operations.Mount, site.Mount), httpx.Options{
		Gate: gate, Log: in.log, Now: time.Now, Answer: site.Answer,
		BodyLimit: func(r *http.Request) int64 {
			if strings.HasPrefix(r.URL.Path, api.Prefix+"/imports/") {
				return int64(in.cfg.Server.MaxUploadMB) << 20
			}
			if api.TakesAttachment(r.URL.Path) || frontend.TakesAttachment(r.URL.Path) {
				return brokering.MaxFile + httpx.MaxBody // what surrounds the file in a form
			}
			return httpx.MaxBody
		},
	}), nil
}

// rebuild makes the index anew while it serves; related words follow in the
// background, since nobody should wait minutes for an answer.
func (in *installation) rebuild(ctx context.Context, progress func(done int)) error {
	if err := in.index.Rebuild(ctx, in.store, progress); err != nil {
		return err
	}
	in.index.RelearnSoon()
	return nil
}

// greet prints where the service is and what to try.
func (in *installation) greet(out io.Writer, addr net.Addr) {
	fmt.Fprintf(out, "技术红娘已启动：%s\n", address(addr.String()))
	fmt.Fprintf(out, "  试试搜索“换流阀”，或把一段难题贴进首页的“把难题贴进来”。\n")
	fmt.Fprintf(out, "  接口说明：%s/openapi.json    运维令牌：%s\n", address(addr.String())+api.Prefix, in.tokenPlace())
	fmt.Fprintf(out, "  按 Ctrl+C 停止。\n")
}

func (in *installation) tokenPlace() string {
	if in.cfg.Staff.Token != "" {
		return "设置 staff.token"
	}
	return in.dir.File("staff.token")
}

// address is the URL of a listening address; one that means every interface is
// shown as localhost.
func address(addr string) string {
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return "http://" + addr
	}
	if ip := net.ParseIP(host); ip == nil || ip.IsUnspecified() || ip.IsLoopback() {
		host = "localhost"
	}
	return "http://" + net.JoinHostPort(host, port)
}

// localURL is address for a service that only this machine can reach, else "".
func localURL(addr net.Addr) string {
	if tcp, ok := addr.(*net.TCPAddr); ok && tcp.IP.IsLoopback() {
		return address(addr.String())
	}
	return ""
}

// watchSynonyms reads an operator's synonyms again when the file changes, so
// that nobody has to restart. A file that cannot be read leaves the old ones.
func (in *installation) watchSynonyms(ctx context.Context) {
	path := in.cfg.Search.Synonyms
	if path == "" {
		return
	}
	last := stamp(path)
	tick := time.NewTicker(2 * time.Second)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		now := stamp(path)
		if now == last {
			continue
		}
		last = now
		synonyms, err := readSynonyms(path)
		if err != nil {
			in.log.Warn("synonyms stay as they were", "err", err)
			continue
		}
		in.index.UseSynonyms(synonyms)
		in.log.Info("synonyms read again", slog.Int("groups", synonyms.Len()))
	}
}

// stamp changes when a file does.
func stamp(path string) string {
	info, err := os.Stat(path)
	if err != nil {
		return err.Error()
	}
	return fmt.Sprint(info.ModTime().UnixNano(), info.Size())
}

// version is the module's version, or the revision it was built from.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	if info.Main.Version != "" && info.Main.Version != "(devel)" {
		return info.Main.Version
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" && len(s.Value) >= 12 {
			return s.Value[:12]
		}
	}
	return "dev"
}
