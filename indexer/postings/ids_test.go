package postings

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

// Whatever is written, deleted and merged, a view finds by an id the document that it
// has under that id, an old view too; where it stood before does not matter.
func TestPlacesOfIDs(t *testing.T) {
	t.Parallel()
	s := newStock(t, 1<<20)
	random := rand.New(rand.NewPCG(3, 9))
	kinds := []string{"need", "result"}
	var views []*View
	for step := range 120 {
		id := fmt.Sprint(random.IntN(20))
		if random.IntN(4) == 0 {
			if err := s.Delete(id); err != nil {
				t.Fatal(err)
			}
		} else {
			s.put(id, kinds[random.IntN(2)], "x", "red")
		}
		views = append(views[max(0, len(views)-3):], s.view())
		for _, v := range views {
			for i := range 21 {
				samePlace(t, step, v, fmt.Sprint(i))
			}
		}
	}
}

func samePlace(t *testing.T, step int, v *View, id string) {
	t.Helper()
	internal, err := v.reader.InternalID(id)
	if err != nil {
		t.Fatal(err)
	}
	place, found, err := v.PlaceOf(id)
	if err != nil || found != (internal != nil) {
		t.Fatalf("step %d: %s found %v, %v; it is there: %v", step, id, found, err, internal != nil)
	}
	if !found {
		return
	}
	name, err := v.ID(place)
	if err != nil || name != id || v.Number(place) != internal.Value() {
		t.Fatalf("step %d: %s is said to stand at %d, where %s stands; %v", step, id, place, name, err)
	}
}
