package sqlitestore_test

import (
	"testing"

	"hongniang/internal/account"
	"hongniang/internal/sqlitestore"
	"hongniang/internal/storetest"
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

// TestLayoutWithoutLists opens a file of before there were words for what a
// union asks for most: its cases are found by them as if they had been saved now.
func TestLayoutWithoutLists(t *testing.T) {
	s, path := fresh(t)
	storetest.FillCases(t, s.Introductions())
	s.Exec(t, "DELETE FROM introduction_words WHERE sort IN ('stage', 'owes')")
	s.Exec(t, "DROP INDEX accounts_latest")
	s.Exec(t, "CREATE INDEX accounts_owner ON accounts (kind, owner)")
	s.Pragma(t, "user_version = 4")
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	again, err := sqlitestore.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer again.Close()
	storetest.CheckCaseLists(t, again.Introductions())
}
