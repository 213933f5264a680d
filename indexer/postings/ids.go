package postings

import "sync"

// Key tells a document from all others that the index has or had; one that is
// changed has another key.
type Key struct {
	Segment uint64
	Number  uint32
}

// KeyOf gives the key of a document.
func (v *View) KeyOf(place int) Key {
	p := v.partOf(place)
	return Key{p.segment.id, p.numbers[place-p.from]}
}

// whereabouts are the keys of documents by their ids: to find one in the files, each
// segment's dictionary is asked. Where a document is deleted, or its segment is no more,
// the key is of nothing that lives, so it holds for any view.
type whereabouts struct {
	mu   sync.RWMutex
	keys map[string]Key
}

// mostWhereabouts bounds how many are kept.
const mostWhereabouts = 200_000

func (w *whereabouts) get(id string) (Key, bool) {
	w.mu.RLock()
	defer w.mu.RUnlock()
	key, known := w.keys[id]
	return key, known
}

func (w *whereabouts) put(id string, key Key) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.keys == nil || len(w.keys) >= mostWhereabouts {
		w.keys = map[string]Key{}
	}
	w.keys[id] = key
}

// ID gives the identifier of a document.
func (v *View) ID(place int) (string, error) {
	p := v.partOf(place)
	have := &p.ids[place-p.from]
	if known := have.Load(); known != nil {
		return *known, nil
	}
	defer v.touch(1)
	raw, err := p.source.DocID(uint64(p.numbers[place-p.from]))
	if err != nil {
		return "", err
	}
	id := string(raw)
	have.Store(&id)
	if !p.dead.has(uint32(place - p.from)) {
		v.cache.where.put(id, v.KeyOf(place))
	}
	return id, nil
}

// PlaceOf gives the place of the living document of an id.
func (v *View) PlaceOf(id string) (place int, found bool, err error) {
	if key, known := v.cache.where.get(id); known {
		if place, found := v.living(key); found {
			return place, true, nil
		}
	}
	if _, absent := v.absent.Load(id); absent {
		return 0, false, nil
	}
	defer v.touch(int64(len(v.parts)))
	internal, err := v.reader.InternalID(id)
	if err != nil {
		return 0, false, err
	}
	if internal == nil {
		if v.remembered.Add(1) <= mostRemembered {
			v.absent.Store(id, true)
		}
		return 0, false, nil
	}
	place = v.Place(internal.Value())
	v.cache.where.put(id, v.KeyOf(place))
	return place, true, nil
}

// living gives the place of the document of a key, if the view has it and it lives.
func (v *View) living(key Key) (place int, found bool) {
	for i := range v.parts {
		if p := &v.parts[i]; p.segment.id == key.Segment {
			at := p.places[key.Number]
			return p.from + int(at), !p.dead.has(at)
		}
	}
	return 0, false
}
