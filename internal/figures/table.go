package figures

// table keeps rows by code, close together in memory.
type table[T any] struct {
	rows []T
	code []string
	at   map[string]int
}

func (t *table[T]) put(code string, row T) {
	if t.at == nil {
		t.at = map[string]int{}
	}
	if i, ok := t.at[code]; ok {
		t.rows[i] = row
		return
	}
	t.at[code] = len(t.rows)
	t.rows, t.code = append(t.rows, row), append(t.code, code)
}

// find gives the row of a code, nil when there is none. It holds until the next
// put or drop.
func (t *table[T]) find(code string) *T {
	i, ok := t.at[code]
	if !ok {
		return nil
	}
	return &t.rows[i]
}

// drop takes a row out; the last one takes its place.
func (t *table[T]) drop(code string) {
	i, ok := t.at[code]
	if !ok {
		return
	}
	last := len(t.rows) - 1
	t.rows[i], t.code[i] = t.rows[last], t.code[last]
	t.at[t.code[i]] = i
	var none T
	t.rows[last] = none
	t.rows, t.code = t.rows[:last], t.code[:last]
	delete(t.at, code)
}
