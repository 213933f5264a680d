package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"hongniang/internal/bench"
	"hongniang/internal/bench/service"
	"hongniang/internal/collection"
	"hongniang/internal/datadir"
	"hongniang/internal/errs"
)

// benchTarget is the service that is measured: one that runs, or one that is
// started on a data directory for the time of the measurement.
type benchTarget struct {
	app        *app
	url, token string
	env        []string // settings of a service that is started, beside those of the environment
}

func (t *benchTarget) add(cmd *cobra.Command) {
	cmd.Flags().StringVar(&t.url, "url", "", "量一个正在运行的服务，如 http://localhost:8080（缺省：在 --data 上临时启动一个）")
	cmd.Flags().StringVar(&t.token, "token", "", "工作人员令牌；与 --url 同用，写入和重建要它")
}

// running is a service to be measured.
type running struct {
	*service.Service
	started time.Duration // from the start of the process to its first answer to a match; 0 when it ran before
	stop    func()
}

// open starts or names the service; clients is how many will ask at once.
func (t benchTarget) open(ctx context.Context, clients int, first collection.Query) (*running, error) {
	if t.url != "" {
		s, err := service.New(t.url, t.token, clients)
		return &running{Service: s, stop: func() {}}, err
	}
	if t.app.data == "" {
		return nil, errs.New(errs.Invalid, "bench.target", "请用 --url 给出正在运行的服务，或用 --data 给出数据目录。")
	}
	if _, err := os.Stat(t.app.data); err != nil {
		return nil, errs.Wrap(err, errs.NotFound, "data.none", fmt.Sprintf("没有数据目录“%s”。请检查 --data。", t.app.data))
	}
	return t.start(ctx, clients, first)
}

// start runs this program's serve on a free port.
func (t benchTarget) start(ctx context.Context, clients int, first collection.Query) (*running, error) {
	program, err := os.Executable()
	if err != nil {
		return nil, notStarted(err, t.app.data)
	}
	args := []string{"serve", "--data", t.app.data, "--addr", "127.0.0.1:0"}
	if t.app.configPath != "" {
		args = append(args, "--config", t.app.configPath)
	}
	process := exec.CommandContext(ctx, program, args...)
	process.Cancel = func() error { return end(process.Process) }
	process.WaitDelay = 20 * time.Second
	process.Env = append(os.Environ(), t.env...)
	stdout, err := process.StdoutPipe()
	if err != nil {
		return nil, notStarted(err, t.app.data)
	}
	start := time.Now()
	if err := process.Start(); err != nil {
		return nil, notStarted(err, t.app.data)
	}
	out := &running{stop: func() {
		_ = end(process.Process) // it may have ended by itself
		_ = process.Wait()
	}}
	if err := out.greet(ctx, stdout, t.app.data, clients); err != nil {
		out.stop()
		return nil, err
	}
	if err := out.Match(ctx, first); err != nil {
		out.stop()
		return nil, err
	}
	out.started = time.Since(start)
	return out, nil
}

// end asks a process to end, or ends it where it cannot be asked.
func end(process *os.Process) error {
	if err := process.Signal(syscall.SIGTERM); err != nil {
		return process.Kill()
	}
	return nil
}

// greet reads the address from the greeting and the token from the directory.
func (r *running) greet(ctx context.Context, stdout io.Reader, dir string, clients int) error {
	lines := bufio.NewReader(stdout)
	greeting, err := lines.ReadString('\n')
	if err != nil {
		return firstError(ctx.Err(), notStarted(err, dir))
	}
	go func() { _, _ = io.Copy(io.Discard, lines) }() // ends with the process
	server, isRunning, err := datadir.Peek(dir)
	if err != nil || !isRunning {
		return notStarted(err, dir)
	}
	_, address, _ := strings.Cut(strings.TrimSpace(greeting), "：")
	r.Service, err = service.New(address, server.Token, clients)
	return err
}

func notStarted(err error, dir string) error {
	return errs.Wrap(err, errs.Unavailable, "bench.not_started", fmt.Sprintf("服务没有启动。请单独运行 hongniang serve --data %s ，看它说什么。", dir))
}

// benchServe measures a service under load.
type benchServe struct {
	benchFlags
	target benchTarget
	what   string
	writes int
}

func newBenchServe(a *app) *cobra.Command {
	b := benchServe{target: benchTarget{app: a}}
	cmd := &cobra.Command{
		Use:   "serve --data DIR --needs FILE",
		Short: "经 HTTP 衡量服务：几个人同时提问，也可同时写入",
		Long: "在 --data 上临时启动服务，或用 --url 量正在运行的服务。\n" +
			"--writes R 时另量一遍：其间每秒修改 R 条成果，每秒新建一条并找到它。新建的随后删除，修改的会留下痕迹，请勿用于正式数据。",
		Example: "  hongniang bench serve --data /tmp/bench-data --needs needs.jsonl --clients 1,8 --writes 50",
		Args:    exactly(0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := needFlags(cmd, "needs"); err != nil {
				return err
			}
			return b.run(cmd)
		},
	}
	b.addLoad(cmd)
	b.target.add(cmd)
	cmd.Flags().StringVar(&b.what, "what", "match", "match：完整匹配；search：检索，带分面和摘要")
	cmd.Flags().IntVar(&b.writes, "writes", 0, "另在每秒修改这么多条成果时量一遍")
	return cmd
}

func (b benchServe) run(cmd *cobra.Command) error {
	ctx := cmd.Context()
	if b.what != "match" && b.what != "search" {
		return errs.New(errs.Invalid, "bench.what", "--what 只能是 match 或 search。")
	}
	if b.writes < 0 || b.writes > 10_000 {
		return errs.New(errs.Invalid, "bench.writes", "--writes 应在 0 到 10000 之间。")
	}
	needs, _, err := b.read()
	if err != nil {
		return err
	}
	s, err := b.target.open(ctx, mostOf(b.clients), needs[0])
	if err != nil {
		return err
	}
	defer s.stop()
	r, err := s.report(ctx, "serve")
	if err != nil {
		return err
	}
	l := &serviceLoad{running: s, needs: needs, what: b.what, report: r}
	if err := s.Settled(ctx); err != nil {
		return err
	}
	if err := l.warm(ctx); err != nil {
		return err
	}
	for _, clients := range b.clients {
		if _, err := l.add(ctx, bench.RowOf(l.name(), clients), bench.Load{Clients: clients, Runs: b.rounds * len(needs)}); err != nil {
			return err
		}
	}
	if b.writes > 0 {
		if err := b.whileWriting(ctx, l); err != nil {
			return err
		}
	}
	return l.finish(ctx, cmd.OutOrStdout())
}

func mostOf(clients []int) int {
	most := 1
	for _, n := range clients {
		most = max(most, n)
	}
	return most
}

// report begins a report with what the service says of itself.
func (s *running) report(ctx context.Context, command string) (*bench.Report, error) {
	n, err := s.Documents(ctx)
	r := &bench.Report{Command: command, Machine: bench.ThisMachine(), Documents: n}
	if s.started > 0 {
		r.Fact("start_milliseconds", "从启动到第一次答复匹配", bench.Milliseconds(s.started), "毫秒")
	}
	return r, err
}

// serviceLoad asks a service and reports.
type serviceLoad struct {
	*running
	needs  []collection.Query
	what   string
	report *bench.Report
}

func (l *serviceLoad) name() string {
	return map[string]string{"match": bench.RowHTTPMatch, "search": "HTTP 检索，带分面和摘要"}[l.what]
}

func (l *serviceLoad) ask(ctx context.Context, i int) error {
	need := l.needs[i%len(l.needs)]
	if l.what == "search" {
		return l.Search(ctx, need.Title)
	}
	return l.Match(ctx, need)
}

// warm asks everything once; here a failure ends the measurement.
func (l *serviceLoad) warm(ctx context.Context) error {
	for i := range l.needs {
		if err := l.ask(ctx, i); err != nil {
			return err
		}
	}
	return nil
}

// add runs a load and adds its row.
func (l *serviceLoad) add(ctx context.Context, name string, load bench.Load) (bench.Times, error) {
	load.Now, load.Work = time.Now, l.ask
	t, err := load.Run(ctx)
	if err == nil {
		l.report.Add(name, t, nil, "")
	}
	return t, err
}

// finish adds the memory and prints.
func (l *serviceLoad) finish(ctx context.Context, stdout io.Writer) error {
	memory, err := l.Memory(ctx)
	if err != nil {
		return err
	}
	l.report.Memory = &memory
	return l.report.Write(stdout)
}

// whileWriting measures one client once more beside a writer, at least until a
// new record has been looked for.
func (b benchServe) whileWriting(ctx context.Context, l *serviceLoad) error {
	idle, err := l.add(ctx, l.name()+"，不写入", bench.Load{Clients: 1, Runs: b.rounds * len(l.needs)})
	if err != nil {
		return err
	}
	until := make(chan struct{})
	type outcome struct {
		service.Written
		err error
	}
	done := make(chan outcome, 1)
	go func() {
		w, err := service.Writing{Service: l.Service, PerSecond: b.writes, Now: time.Now}.Run(ctx, until)
		done <- outcome{w, err}
	}()
	busy, err := l.add(ctx, fmt.Sprintf("%s，每秒改 %d 条", l.name(), b.writes), bench.Load{Clients: 1, Runs: b.rounds * len(l.needs)})
	close(until)
	w := <-done
	if err := firstError(err, w.err); err != nil {
		return err
	}
	l.report.Add("修改一条成果", w.Changes, nil, "")
	l.report.Add(bench.RowFound, w.Found, nil, "")
	l.report.Fact("writing_p95_ratio", "写入时与不写入时的 p95 之比", ratio(busy.P95, idle.P95), "")
	return nil
}

func ratio(a, b float64) float64 {
	if b == 0 {
		return 0
	}
	return a / b
}

// newBenchRebuild measures a service while it makes its index anew.
func newBenchRebuild(a *app) *cobra.Command {
	target := benchTarget{app: a}
	b := benchFlags{clients: []int{1}}
	clients := 1
	cmd := &cobra.Command{
		Use:     "rebuild --data DIR --needs FILE",
		Short:   "衡量重建索引期间的检索：有无失败，比平时慢多少",
		Example: "  hongniang bench rebuild --data /tmp/bench-data --needs needs.jsonl",
		Args:    exactly(0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := needFlags(cmd, "needs"); err != nil {
				return err
			}
			b.clients = []int{clients}
			return b.rebuild(cmd, target)
		},
	}
	target.add(cmd)
	cmd.Flags().StringVar(&b.needs, "needs", "", "需求（JSONL，可为 .gz），以名称为检索词")
	cmd.Flags().IntVar(&b.first, "first", 0, "只用前几条需求（0：全部）")
	cmd.Flags().IntVar(&b.rounds, "rounds", 3, "平时每条量几遍")
	cmd.Flags().IntVar(&clients, "clients", 1, "同时提问的人数")
	return cmd
}

func (b benchFlags) rebuild(cmd *cobra.Command, target benchTarget) error {
	ctx := cmd.Context()
	needs, _, err := b.read()
	if err != nil {
		return err
	}
	s, err := target.open(ctx, b.clients[0], needs[0])
	if err != nil {
		return err
	}
	defer s.stop()
	r, err := s.report(ctx, "rebuild")
	if err != nil {
		return err
	}
	l := &serviceLoad{running: s, needs: needs, what: "search", report: r}
	if err := s.Settled(ctx); err != nil {
		return err
	}
	if err := l.warm(ctx); err != nil {
		return err
	}
	idle, err := l.add(ctx, bench.RowOf("平时", b.clients[0]), bench.Load{Clients: b.clients[0], Runs: b.rounds * len(needs)})
	if err != nil {
		return err
	}
	done, start := make(chan struct{}), time.Now()
	var failure error
	var took time.Duration
	go func() {
		defer close(done)
		failure = l.Rebuild(ctx)
		took = time.Since(start)
	}()
	busy, err := l.add(ctx, bench.RowOf("重建期间", b.clients[0]), bench.Load{Clients: b.clients[0], Until: done})
	<-done
	if err := firstError(err, failure); err != nil {
		return err
	}
	r.Fact("rebuild_seconds", "重建用时", took.Seconds(), "秒")
	r.Fact("failed_requests", "重建期间失败的请求", float64(busy.Failed), "次")
	r.Fact("rebuild_p95_ratio", "重建期间与平时的 p95 之比", ratio(busy.P95, idle.P95), "")
	return l.finish(ctx, cmd.OutOrStdout())
}
