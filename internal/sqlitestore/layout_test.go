package sqlitestore_test

import (
	"testing"

	"hongniang/internal/account"
	"hongniang/internal/sqlitestore"
)

// TestEarlierLayout opens a file as the first release left it.
func TestEarlierLayout(t *testing.T) {
	s, path := fresh(t)
	mustSave(t, s, needs("A", 2, ""))
	for _, table := range []string{"accounts", "introductions", "introduction_words", "files"} {
		s.Exec(t, "DROP TABLE "+table)
	}
	s.Pragma(t, "user_version = 1")
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	for range 2 { // the second time there is nothing to be done
		again, err := sqlitestore.Open(t.Context(), path)
		if err != nil {
			t.Fatal(err)
		}
		wantState(t, again, 2)
		if _, err := again.Accounts().Scan(t.Context(), account.KindUser, "", 1); err != nil {
			t.Error(err)
		}
		if _, err := again.Introductions().Untold(t.Context(), 1); err != nil {
			t.Error(err)
		}
		if err := again.Close(); err != nil {
			t.Fatal(err)
		}
	}
}
