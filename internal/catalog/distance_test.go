package catalog_test

import (
	"math"
	"strings"
	"testing"

	"hongniang/internal/catalog"
)

// Distances that any atlas gives, to 25 km: each prefecture's place is rounded.
func TestDistance(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		a, b string
		want float64
	}{
		{"371000", "371002", 0}, {"371000", "370600", 62}, {"371000", "370100", 460}, {"370200", "370100", 312},
		{"210100", "210200", 355}, {"110105", "310115", 1067}, {"530100", "440100", 1080}, {"110000", "120000", 109},
		{"650100", "230100", 3060}, {"429004", "420100", 105},
	} {
		got, ok := catalog.Distance(tt.a, tt.b)
		back, _ := catalog.Distance(tt.b, tt.a)
		if !ok || math.Abs(got-tt.want) > 25 || got != back {
			t.Errorf("%s–%s: %.0f km (back %.0f, %v), want %.0f", tt.a, tt.b, got, back, ok, tt.want)
		}
	}
	for _, unknown := range []string{"", "37", "370000", "999999", "abcdef"} {
		if km, ok := catalog.Distance(unknown, "371000"); ok {
			t.Errorf("%q is %f km away", unknown, km)
		}
	}
}

// Every prefecture of the code list has a place, and each lies near the others
// of its province: a digit written wrongly would put it elsewhere.
func TestEveryPrefectureHasAPlace(t *testing.T) {
	t.Parallel()
	byProvince := map[string][]string{}
	for _, p := range catalog.Places() {
		if strings.HasSuffix(p.Code, "00") && !strings.HasSuffix(p.Code, "0000") {
			byProvince[p.Code[:2]] = append(byProvince[p.Code[:2]], p.Code)
		}
	}
	for province, codes := range byProvince {
		for _, code := range codes {
			nearest := math.Inf(1)
			for _, other := range codes {
				km, ok := catalog.Distance(code, other)
				if !ok {
					t.Errorf("%s or %s has no place", code, other)
				}
				if code != other && km > 0 {
					nearest = min(nearest, km)
				}
			}
			most := 260.0 // the plains and coasts
			if province == "15" || province == "23" || province == "46" || province >= "54" && province != "61" {
				most = 950
			}
			if nearest > most {
				t.Errorf("%s %s: the nearest of its province is %.0f km away", code, catalog.PlaceName(code), nearest)
			}
		}
	}
}
