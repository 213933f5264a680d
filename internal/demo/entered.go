package demo

import (
	"hash/fnv"
	"time"

	"hongniang/internal/catalog"
)

// The year over which the stock is entered, in days before now. Records of one
// fortnight are entered together.
const (
	oldest    = 350
	fortnight = 14
	lead      = 21 // what a case is about is there so long before it
)

// entered are the days before now on which those records are there at the latest
// which cases and judgings are about.
type entered map[string]int

func entries() entered {
	out := entered{"XQ-2026-A022": oldest - fortnight} // has waited longest for somebody
	for _, s := range scripts() {
		for _, code := range append([]string{s.need}, s.targets...) {
			out[code] = max(out[code], s.ago+lead)
		}
	}
	for _, c := range callDays() {
		for _, a := range c.entries {
			out[a.result], out[a.expert] = max(out[a.result], c.ago+lead), max(out[a.expert], c.ago+lead)
		}
	}
	return out
}

// ago is how many days before now a record is entered: organisations at first,
// needs when they say that they begin to hold if that was within the year, the
// others by chance that is always the same.
func (e entered) ago(rec catalog.Record, now time.Time) int {
	m := rec.Base()
	if rec.Kind() == catalog.KindOrganisation {
		return oldest
	}
	h := fnv.New32a()
	_, _ = h.Write([]byte(m.Code)) // never fails
	days := 1 + int(h.Sum32()%(oldest-fortnight))
	if need, ok := rec.(*catalog.Need); ok {
		if from, err := time.ParseInLocation(time.DateOnly, need.ValidFrom, catalog.China()); err == nil {
			if since := int(now.Sub(from).Hours() / 24); since > 0 && since < oldest-fortnight {
				days = since
			}
		}
	}
	days = max(days, e[m.Code])
	return min(oldest, days-days%fortnight+1)
}
