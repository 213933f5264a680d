package ferrettest

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"
)

// lines gives results as JSON lines, and their titles by code.
func lines(prefix string, n int) (string, map[string]string) {
	var file strings.Builder
	titles := map[string]string{}
	for i := range n {
		code, title := fmt.Sprintf("%s-%03d", prefix, i), fmt.Sprintf("%s批第%d号滚压工装", prefix, i)
		fmt.Fprintln(&file, result(code, title, 0))
		titles[code] = title
	}
	return file.String(), titles
}

// importer imports small files, one after the other, until the service is gone,
// notes the records that were reported as saved, and tells of each file.
func (s *service) importer(prefix string, acked map[string]string, told chan<- bool) {
	defer close(told)
	for n := 0; ; n++ {
		file, titles := lines(fmt.Sprintf("%s-%d", prefix, n), 5)
		got, err := s.ask(http.MethodPost, "/api/v1/imports/result?filename=a.jsonl", file)
		var report struct{ Created int }
		if err != nil || got.status != http.StatusOK || json.Unmarshal(got.body, &report) != nil || report.Created != len(titles) {
			return
		}
		maps.Copy(acked, titles)
		told <- true
	}
}

// TestKilled kills the service without warning while files are imported, a
// large one and many small ones, and starts it again on the same data.
func TestKilled(t *testing.T) {
	t.Parallel()
	m, dir := startMongod(t), t.TempDir()
	const rounds, rows = 3, 80
	large, titles := lines("CG-L", rows)
	acked := map[string]string{}
	for round := range rounds {
		s := start(t, m, "killed", dir)
		told := make(chan bool)
		var all sync.WaitGroup
		all.Go(func() { _, _ = s.ask(http.MethodPost, "/api/v1/imports/result?filename=l.jsonl", large) }) // it may be cut off
		all.Go(func() { s.importer(fmt.Sprintf("CG-K%d", round), acked, told) })
		for range round + 1 {
			<-told
		}
		time.AfterFunc(time.Duration(37*round)*time.Millisecond, s.kill)
		for range told { // until it is dead
		}
		<-s.ended
		all.Wait()
	}
	if len(acked) < 5*rounds {
		t.Errorf("only %d records were acknowledged", len(acked))
	}
	s := start(t, m, "killed", dir)
	s.awaitSame()
	s.checkAcked(acked)
	s.must(http.StatusOK, http.MethodPost, "/api/v1/imports/result?filename=l.jsonl", large)
	s.checkAcked(titles)
	s.awaitSame()
	t.Logf("%d records acknowledged in %d rounds, %d in the end", len(acked), rounds, s.stored()["result"])
}
