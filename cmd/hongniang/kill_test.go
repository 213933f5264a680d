package main_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"hongniang/internal/catalog"
)

// killRounds is how often an import is killed through the command line and as
// often through a server: HONGNIANG_TEST_KILLS, 4 by default.
func killRounds(t *testing.T) int {
	if text := os.Getenv("HONGNIANG_TEST_KILLS"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 {
			t.Fatalf("HONGNIANG_TEST_KILLS=%s is no number", text)
		}
		return n
	}
	return 4
}

// killRows is how many organisations a file has.
const killRows = 600

// killed is a data directory on which imports are killed.
type killed struct {
	t     *testing.T
	dir   string
	work  string
	acked map[string]string // code → name: what was acknowledged, and must stay
	first chan struct{}     // closed when something was
}

// TestKill kills imports at random moments, by the command line and by HTTP
// while others save single records. Whatever was acknowledged is there after
// the restart, index and database hold the same, and importing the file again
// completes it.
func TestKill(t *testing.T) {
	t.Parallel()
	k := &killed{t: t, dir: demoDir(t), work: t.TempDir(), acked: map[string]string{}, first: make(chan struct{})}
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 1))
	began := time.Now()
	imported(t, "organisation", k.file("r0"), "--data", k.dir)
	whole := time.Since(began)
	for round := range killRounds(t) {
		cli, web := fmt.Sprintf("c%d", round), fmt.Sprintf("h%d", round)
		k.killCommand(k.file(cli), time.Duration(random.Float64()*float64(whole)))
		s := serve(t, k.dir)
		k.verify(s)
		k.complete(cli)
		k.killServer(s, k.file(web), time.Duration(random.Float64()*float64(whole)), round == killRounds(t)-1)
		k.complete(web) // before any restart: the index has to catch up by itself
		s = serve(t, k.dir)
		k.verify(s)
		if code := s.stop(); code != 0 {
			t.Errorf("exit code %d: %s", code, s.log)
		}
	}
	if got := imported(t, "organisation", k.file("r0"), "--data", k.dir); got.Created != 0 || got.Updated+got.Unchanged != killRows {
		t.Errorf("importing the first file again: %+v", got)
	}
	if len(k.acked) == 0 {
		t.Error("not one record was acknowledged")
	}
	t.Logf("%d single saves were acknowledged", len(k.acked))
}

// file writes the file of a round: half of its rows are those of every round,
// with other products, so that they are updates.
func (k *killed) file(round string) string {
	var b bytes.Buffer
	for i := range killRows {
		id := fmt.Sprintf("all-%04d", i)
		if i%2 == 1 {
			id = fmt.Sprintf("%s-%04d", round, i)
		}
		fmt.Fprintf(&b, `{"external_id":%q,"name":"断电试验%s示例有限公司","region_code":"371000","products":"第 %s 轮的轴承"}`+"\n", id, id, round)
	}
	path := filepath.Join(k.work, round+".jsonl")
	if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
		k.t.Fatal(err)
	}
	return path
}

func (k *killed) killCommand(file string, after time.Duration) {
	cmd := command(k.work, "import", "organisation", file, "--data", k.dir)
	if err := cmd.Start(); err != nil {
		k.t.Fatal(err)
	}
	time.Sleep(after)
	_ = cmd.Process.Kill() // it may have ended
	_ = cmd.Wait()
}

// killServer imports a file and saves single records until the server dies; the last
// one does so only after something was acknowledged, in whichever round.
func (k *killed) killServer(s *server, file string, after time.Duration, last bool) {
	k.t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		k.t.Fatal(err)
	}
	var all sync.WaitGroup
	all.Go(func() {
		_, _, _ = s.ask(http.MethodPost, "/imports/organisation?filename=x.jsonl", bytes.NewReader(data)) // it is to break off
	})
	all.Go(func() { k.saveUntilDead(s, filepath.Base(file)) })
	time.Sleep(after)
	if last {
		select {
		case <-k.first:
		case <-time.After(patience):
		}
	}
	s.kill()
	all.Wait()
}

// saveUntilDead saves one record after the other and notes what the server
// acknowledged.
func (k *killed) saveUntilDead(s *server, round string) {
	for n := 0; ; n++ {
		name := fmt.Sprintf("单存%s-%d示例厂", round, n)
		code, answer, err := s.ask(http.MethodPost, "/organisations", strings.NewReader(`{"name":"`+name+`"}`))
		if err != nil {
			return
		}
		var made catalog.Organisation
		if err := json.Unmarshal(answer, &made); code != http.StatusCreated || err != nil {
			k.t.Errorf("saving: %d %s", code, answer)
			return
		}
		if k.acked[made.Code] = name; len(k.acked) == 1 {
			close(k.first)
		}
	}
}

// complete imports the file of a round again: nothing is lost or doubled.
func (k *killed) complete(round string) {
	k.t.Helper()
	file := filepath.Join(k.work, round+".jsonl")
	if got := imported(k.t, "organisation", file, "--data", k.dir); got.Rows != killRows || got.Failed != 0 || got.Created+got.Updated+got.Unchanged != killRows {
		k.t.Errorf("importing %s again: %+v", round, got)
	}
}

// verify compares database and index, and looks for what was acknowledged.
func (k *killed) verify(s *server) {
	k.t.Helper()
	s.awaitIndex()
	for _, kind := range catalog.Kinds() {
		lines := bytes.Count(k.get(s, "/exports/"+string(kind)+"?format=jsonl"), []byte("\n"))
		if found := k.found(s, "", string(kind)); found != lines {
			k.t.Errorf("%s: %d public records, %d in the index", kind, lines, found)
		}
	}
	all := k.get(s, "/exports/organisation?format=jsonl&confidential=true")
	stored := map[string]catalog.Organisation{}
	rounds := map[string]int{}
	for line := range bytes.Lines(all) {
		var o catalog.Organisation
		if err := json.Unmarshal(line, &o); err != nil {
			k.t.Fatal(err)
		}
		stored[o.Code] = o
		if strings.HasPrefix(o.Products, "第 ") {
			rounds[o.Products]++
		}
	}
	for code, name := range k.acked {
		if stored[code].Name != name {
			k.t.Errorf("acknowledged %s %s, stored %q", code, name, stored[code].Name)
		}
	}
	for products, n := range rounds {
		if found := k.found(s, `"`+products+`"`, "organisation"); found != n {
			k.t.Errorf("%q: %d records, %d in the index", products, n, found)
		}
	}
}

func (k *killed) found(s *server, query, kind string) int {
	k.t.Helper()
	var page struct{ Total int }
	data := k.get(s, "/search?size=1&kind="+kind+"&q="+url.QueryEscape(query))
	if err := json.Unmarshal(data, &page); err != nil {
		k.t.Fatal(err)
	}
	return page.Total
}

func (k *killed) get(s *server, path string) []byte {
	k.t.Helper()
	code, data, err := s.ask(http.MethodGet, path, nil)
	if err != nil || code != http.StatusOK {
		k.t.Fatalf("%s: %d, %v: %.300s\n%s", path, code, err, data, s.log)
	}
	return data
}
