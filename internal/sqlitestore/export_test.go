package sqlitestore

import "testing"

// Pragma runs a PRAGMA on the writing connection, to make the disk full or the
// file read-only.
func (s *Store) Pragma(t *testing.T, pragma string) {
	t.Helper()
	if _, err := s.write.Exec("PRAGMA " + pragma); err != nil {
		t.Fatal(err)
	}
}

// Exec runs a statement on the writing connection.
func (s *Store) Exec(t *testing.T, statement string, args ...any) {
	t.Helper()
	if _, err := s.write.Exec(statement, args...); err != nil {
		t.Fatal(err)
	}
}
