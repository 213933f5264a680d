package frontend_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"hongniang/frontend"
	"hongniang/internal/catalog"
	"hongniang/internal/search"
)

// asking counts the questions that an engine is asked.
type asking struct {
	search.Engine
	questions []search.Request
}

func (a *asking) Search(ctx context.Context, r search.Request) (search.Response, error) {
	a.questions = append(a.questions, r)
	return a.Engine.Search(ctx, r)
}

// The page of open needs counts the fields that it shows, and nothing else.
func TestOpenNeedsAskForOneFacet(t *testing.T) {
	engine := &asking{}
	w := newWorld(t, func(d *frontend.Deps) { engine.Engine, d.Engine = d.Engine, engine })
	for path, want := range map[string]int{"/open": 1, "/open?region=371000": 1, "/open?field=manufacturing": 2, "/open?field=manufacturing&region=371000": 2} {
		engine.questions = nil
		if res, _ := w.get(path); res.StatusCode != http.StatusOK || len(engine.questions) != want {
			t.Errorf("%s: %d, %d questions; want %d", path, res.StatusCode, len(engine.questions), want)
		}
	}
}

// A page whose needs were all solved meanwhile still leads to the others.
func TestOpenNeedsLeadOn(t *testing.T) {
	w := newWorld(t)
	var recs []catalog.Record
	for i := range 40 {
		recs = append(recs, &catalog.Need{Meta: catalog.Meta{Code: fmt.Sprintf("XQ-S%d", i), RegionCode: "371000", Status: "solved"}, Title: fmt.Sprintf("第%d项已解决的难题", i), SummaryPublic: "刀具磨损快。", EnterpriseName: fmt.Sprintf("第%d厂", i)})
	}
	for i, err := range w.records.SaveAll(t.Context(), "test", recs) {
		if err != nil {
			t.Fatalf("%d: %v", i, err)
		}
	}
	_, body := w.get("/open?page=2")
	if strings.Contains(body, "已解决的难题") || !strings.Contains(body, `aria-label="翻页"`) || !strings.Contains(body, `href="/open`) {
		t.Errorf("the page does not lead on:\n%s", body[strings.Index(body, "<main"):])
	}
}
