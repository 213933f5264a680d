package frontend_test

// recount has the figures take in what was written.
func (w *world) recount() {
	w.t.Helper()
	if err := w.book.Refresh(w.t.Context(), w.source); err != nil {
		w.t.Fatal(err)
	}
}
