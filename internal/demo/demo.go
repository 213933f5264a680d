// Package demo is a small, realistic stock: needs, results, patents, people,
// studios and organisations, so that a new installation can be tried at once.
// Public examples carry their real names; everything else is marked 示例.
package demo

import (
	"bufio"
	"bytes"
	"context"
	"embed"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"sort"
	"strings"
	"time"

	"hongniang/internal/catalog"
	"hongniang/internal/errs"
)

//go:embed data/*.jsonl
var files embed.FS

// By is who the demonstration records are signed by.
const By = "示例数据"

// Records gives the records of a kind, in the order of the files.
func Records(kind catalog.Kind) ([]catalog.Record, error) {
	names, err := fs.Glob(files, "data/"+string(kind)+"-*.jsonl")
	if err != nil {
		return nil, err
	}
	sort.Strings(names)
	var out []catalog.Record
	for _, name := range names {
		recs, err := readFile(kind, name)
		if err != nil {
			return nil, err
		}
		out = append(out, recs...)
	}
	return out, nil
}

// regionalUnion manages what lies in the regions whose codes begin with region.
type regionalUnion struct{ region, code string }

// unions are the managing unions by the beginning of the region's code, longest
// first; what lies in no region is managed by the province.
var unions = []regionalUnion{{"3710", "DW-2026-U002"}, {"21", "DW-2026-U003"}, {"", "DW-2026-U001"}}

// setUnion names the union that manages a record, and that above a union.
func setUnion(rec catalog.Record) {
	m := rec.Base()
	at := slices.IndexFunc(unions, func(u regionalUnion) bool { return strings.HasPrefix(m.RegionCode, u.region) })
	union := unions[at].code
	org, ok := rec.(*catalog.Organisation)
	switch {
	case !ok || org.OrganisationKind != "union":
		m.Union = union
	case org.ParentCode == "" && m.Code != union:
		org.ParentCode = union
	}
}

func readFile(kind catalog.Kind, name string) ([]catalog.Record, error) {
	data, err := files.ReadFile(name)
	if err != nil {
		return nil, err
	}
	var out []catalog.Record
	lines := bufio.NewScanner(bytes.NewReader(data))
	lines.Buffer(nil, 1<<20)
	for n := 1; lines.Scan(); n++ {
		if len(bytes.TrimSpace(lines.Bytes())) == 0 {
			continue
		}
		rec, err := catalog.Decode(kind, lines.Bytes())
		if err != nil {
			return nil, fmt.Errorf("%s, line %d: %w", path.Base(name), n, err)
		}
		rec.Base().Source = &catalog.Source{Kind: "demo", Ref: path.Base(name)}
		setUnion(rec)
		out = append(out, rec)
	}
	return out, lines.Err()
}

// Load saves every record that is not there yet, so that an interrupted load
// can be run again, and answers how many it saved. They are entered over the year
// before, the oldest first, as a union's stock grows.
func Load(ctx context.Context, service *catalog.Service) (int, error) {
	stock, now, saved := map[int][]catalog.Record{}, service.Now(), 0
	entered := entries()
	for _, kind := range catalog.Kinds() {
		recs, err := Records(kind)
		if err != nil {
			return saved, err
		}
		for _, rec := range recs {
			ago := entered.ago(rec, now)
			stock[ago] = append(stock[ago], rec)
		}
	}
	for _, ago := range slices.Backward(slices.Sorted(maps.Keys(stock))) {
		then := *service
		then.Now = func() time.Time { return now.AddDate(0, 0, -ago) }
		for _, err := range then.SaveAll(ctx, By, stock[ago]) {
			switch {
			case err == nil:
				saved++
			case !errs.Is(err, errs.Conflict):
				return saved, err
			}
		}
	}
	return saved, nil
}
