package catalog

import (
	"math"
	"strconv"
	"sync"
)

// point is a place on the earth in radians.
type point struct{ lat, lon float64 }

// seats reads configs/coordinates.tsv: where each prefecture's seat lies, by the
// first four digits of its code.
var seats = sync.OnceValue(func() map[string]point {
	out := map[string]point{}
	for _, row := range table("coordinates.tsv") {
		if len(row) < 3 {
			continue
		}
		lat, err1 := strconv.ParseFloat(row[1], 64)
		lon, err2 := strconv.ParseFloat(row[2], 64)
		if err1 == nil && err2 == nil {
			out[row[0]] = point{lat * math.Pi / 180, lon * math.Pi / 180}
		}
	}
	return out
})

// earthRadius is in kilometres.
const earthRadius = 6371

// Distance gives the kilometres between two regions as the crow flies, from
// prefecture to prefecture: 0 within one, right to about 20 km otherwise. False
// when either is unknown or no more than a province.
func Distance(a, b string) (km float64, ok bool) {
	from, ok1 := seatOf(a)
	to, ok2 := seatOf(b)
	if !ok1 || !ok2 {
		return 0, false
	}
	sinLat, sinLon := math.Sin((to.lat-from.lat)/2), math.Sin((to.lon-from.lon)/2)
	h := sinLat*sinLat + math.Cos(from.lat)*math.Cos(to.lat)*sinLon*sinLon
	return 2 * earthRadius * math.Asin(min(1, math.Sqrt(h))), true
}

// seatOf finds the prefecture of a region; a municipality (北京 …) is one.
func seatOf(region string) (point, bool) {
	if len(region) != 6 {
		return point{}, false
	}
	p, ok := seats()[region[:4]]
	if !ok {
		switch region[:2] {
		case "11", "12", "31", "50", "71", "81", "82":
			p, ok = seats()[region[:2]+"00"]
		}
	}
	return p, ok
}
