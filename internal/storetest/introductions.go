package storetest

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"hongniang/internal/brokering"
	"hongniang/internal/catalog"
	"hongniang/internal/errs"
)

// IntroductionKeeper is a store that keeps introductions beside records.
type IntroductionKeeper interface {
	catalog.Store
	Introductions() brokering.Store
}

// Introductions checks the contract of brokering.Store on the places of a
// backend, whose stores must be IntroductionKeepers.
func Introductions(t *testing.T, b Backend) {
	tests := []clause{
		{"round trip of a whole life", testCaseRoundTrip},
		{"insert and replace", testCaseRevisions},
		{"lists", testCaseLists},
		{"pages", testCasePages},
		{"revisions", testCaseRevisionList},
		{"told and untold", testCaseTold},
		{"files", testCaseFiles},
		{"odd words", testCaseOddWords},
		{"import as it is", testCaseImport},
		{"20 clients on one introduction", testCaseClients},
		{"one answer to an invitation", testCaseAnswers},
		{"killed in the middle of steps", testCaseKilled},
		{"cancelled", testCaseCancelled},
	}
	if b.Server {
		tests = append(tests, clause{"connection cut at a step", testCaseCut})
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) { tt.run(t, b.New(t)) })
	}
	t.Run("copy", func(t *testing.T) { testCaseCopy(t, b.New(t).introductions(t), b.New(t).introductions(t)) })
}

func introductionsOf(t *testing.T, s catalog.Store) brokering.Store {
	t.Helper()
	keeper, ok := s.(IntroductionKeeper)
	if !ok {
		t.Fatal("the store keeps no introductions")
	}
	return keeper.Introductions()
}

func (p Place) introductions(t *testing.T) brokering.Store {
	t.Helper()
	return introductionsOf(t, p.open(t))
}

// The people of the tests.
var (
	caseBroker   = brokering.Actor{User: "U-wang", Name: "红娘王", Seat: brokering.Seat{Part: brokering.Staff}}
	caseFirm     = brokering.Actor{User: "U-firm", Name: "赵敏", Seat: brokering.Seat{Part: brokering.Enterprise, Needs: []string{"XQ-1"}}}
	caseProvider = brokering.Actor{User: "U-qian", Name: "钱师傅", Seat: brokering.Seat{Part: brokering.Provider, Target: "ZJ-1"}}
)

func newCase(t *testing.T, code string) *brokering.Introduction {
	t.Helper()
	in, err := beginCase(code)
	if err != nil {
		t.Fatal(err)
	}
	return in
}

func beginCase(code string) (*brokering.Introduction, error) {
	in, _, err := brokering.Begin(brokering.Draft{
		Code:  code,
		Needs: []brokering.NeedRef{{Code: "XQ-1", Title: "圆角滚压 $.a", Org: "DW-1", OrgName: "天润", RegionCode: "371002", Confidentiality: "summary_only"}},
		Targets: []brokering.Target{
			{Kind: "expert", Code: "ZJ-1", Name: "钱师傅", Org: "DW-2", Person: "ZJ-1"}, {Kind: "studio", Code: "GZS-1", Name: "创新工作室", Org: "DW-3", Person: "ZJ-3"},
		},
		Broker: brokering.Broker{User: "U-wang", Name: "红娘王", Union: "GH-1"}, Union: "GH-1", RegionCode: "371002",
	}, caseBroker, morning)
	return in, err
}

func insertCase(t *testing.T, s brokering.Store, in *brokering.Introduction) *brokering.Introduction {
	t.Helper()
	if err := s.Insert(t.Context(), in); err != nil {
		t.Fatalf("insert %s: %v", in.Code, err)
	}
	return in
}

// stepped applies a step and saves it.
func stepped(ctx context.Context, s brokering.Store, in *brokering.Introduction, who brokering.Actor, step brokering.Step) (*brokering.Introduction, error) {
	next, _, err := brokering.Apply(in, step, who, morning.Add(time.Duration(len(in.History))*time.Minute))
	if err != nil {
		return nil, err
	}
	return next, s.Replace(ctx, next)
}

func mustStep(t *testing.T, s brokering.Store, in *brokering.Introduction, who brokering.Actor, steps ...brokering.Step) *brokering.Introduction {
	t.Helper()
	for _, step := range steps {
		next, err := stepped(t.Context(), s, in, who, step)
		if err != nil {
			t.Fatalf("%s: %v", step.Kind, err)
		}
		in = next
	}
	return in
}

func getCase(t *testing.T, s brokering.Store, code string) *brokering.Introduction {
	t.Helper()
	in, err := s.Get(t.Context(), code)
	if err != nil {
		t.Fatalf("get %s: %v", code, err)
	}
	return in
}

func wantCase(t *testing.T, s brokering.Store, want *brokering.Introduction) {
	t.Helper()
	if diff := cmp.Diff(want, getCase(t, s, want.Code), cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("%s differs (-want +got):\n%s", want.Code, diff)
	}
}

// signed brings a case to a signed, registered and paid contract with a benefit.
func signed(t *testing.T, s brokering.Store, code string) *brokering.Introduction {
	t.Helper()
	day := morning.Format(time.DateOnly)
	in := insertCase(t, s, newCase(t, code))
	in = mustStep(t, s, in, caseBroker, brokering.Step{Kind: brokering.Review}, brokering.Step{Kind: brokering.Invite, Nonce: "n", Text: "请帮忙"})
	in = mustStep(t, s, in, caseProvider, brokering.Step{Kind: brokering.Accept},
		brokering.Step{Kind: brokering.Answer, Answers: &brokering.Answers{HowWeHelp: "改参数\n第二行", WhatUnclear: "无", AboutUs: "三十年"}})
	in = mustStep(t, s, in, caseBroker, brokering.Step{Kind: brokering.Recommend})
	in = mustStep(t, s, in, caseFirm, brokering.Step{Kind: brokering.Interest}, brokering.Step{Kind: brokering.ReleaseStep, Release: &brokering.Release{What: brokering.NeedName}},
		brokering.Step{Kind: brokering.RecordHelp, Help: &brokering.Help{Kind: "training", Date: day, Persons: []string{"ZJ-1"}, Hours: 2.5, PeopleTrained: 9}},
		brokering.Step{Kind: brokering.SignContract, Contract: &brokering.Contract{ProjectName: "滚压", Type: "transfer", Subtype: "tech_secret_transfer", SignDate: day,
			Buyer: brokering.Signatory{Name: "天润"}, Seller: brokering.Signatory{Name: "工作室"}, TechField: "manufacturing", Payment: "instalment", IPKind: "tech_secret",
			Fen: 9_007_199_254_993, TechFen: 9_007_199_254_991, NewInputFen: 1, NewOutputFen: 2}})
	in = mustStep(t, s, in, caseBroker, brokering.Step{Kind: brokering.Register, Registration: &brokering.Registration{Office: "市场", AppliedAt: day, Verdict: "registered", No: "2026370100012345", Fen: 5}},
		brokering.Step{Kind: brokering.ReceivePayment, Payment: &brokering.Payment{Date: day, Fen: 3}})
	return mustStep(t, s, in, caseFirm, brokering.Step{Kind: brokering.Start}, brokering.Step{Kind: brokering.AcceptWork, Acceptance: &brokering.Acceptance{Date: day, Passed: true, Conclusion: "好"}},
		brokering.Step{Kind: brokering.ClaimBenefit, Benefit: &brokering.Benefit{Period: "2025", Beneficiary: "worker", Kind: "energy_tce", Quantity: 3, Unit: "吨标准煤", Method: "抄表"}})
}

func testCaseRoundTrip(t *testing.T, p Place) {
	s := p.introductions(t)
	in := signed(t, s, "DJ-1")
	if in.Rev != int64(len(in.History)) || in.Stage != brokering.Benefiting {
		t.Fatalf("revision %d, %d steps, %s", in.Rev, len(in.History), in.Stage)
	}
	wantCase(t, s, in)
	wantCase(t, p.introductions(t), in)
}

func testCaseRevisions(t *testing.T, p Place) {
	s := p.introductions(t)
	in := insertCase(t, s, newCase(t, "DJ-1"))
	if in.Rev != 1 {
		t.Errorf("inserted as revision %d", in.Rev)
	}
	wantKind(t, s.Insert(t.Context(), newCase(t, "DJ-1")), errs.Conflict)
	mustStep(t, s, in, caseBroker, brokering.Step{Kind: brokering.Review})
	_, err := stepped(t.Context(), s, in, caseBroker, brokering.Step{Kind: brokering.CloseFail, Reason: "conflict"})
	wantKind(t, err, errs.Stale)
	if got := getCase(t, s, "DJ-1"); got.Rev != 2 || got.Stage != brokering.Reviewed || len(got.History) != 2 {
		t.Errorf("revision %d at %s after a stale step", got.Rev, got.Stage)
	}
	missing := newCase(t, "DJ-9")
	missing.Rev = 1
	wantKind(t, s.Replace(t.Context(), missing), errs.NotFound)
	if missing.Rev != 1 {
		t.Errorf("a refused step made revision %d", missing.Rev)
	}
	_, err = s.Get(t.Context(), "DJ-9")
	wantKind(t, err, errs.NotFound)
}

// testCaseRevisionList: every introduction with its current revision, in pages.
func testCaseRevisionList(t *testing.T, p Place) {
	s := p.introductions(t)
	for _, code := range []string{"DJ-2", "DJ-1", "DJ-3"} {
		insertCase(t, s, newCase(t, code))
	}
	in, err := s.Get(t.Context(), "DJ-2")
	if err != nil {
		t.Fatal(err)
	}
	mustStep(t, s, in, caseBroker, brokering.Step{Kind: brokering.Review})
	var got []brokering.Revision
	for after := ""; ; after = got[len(got)-1].Code {
		list, err := s.Revisions(t.Context(), after, 2)
		if err != nil {
			t.Fatal(err)
		}
		if len(list) == 0 {
			break
		}
		got = append(got, list...)
	}
	if diff := cmp.Diff([]brokering.Revision{{Code: "DJ-1", Rev: 1}, {Code: "DJ-2", Rev: 2}, {Code: "DJ-3", Rev: 1}}, got); diff != "" {
		t.Error(diff)
	}
	if list, err := s.Revisions(t.Context(), "", 0); err != nil || len(list) != 0 {
		t.Errorf("limit 0 gives %v, %v", list, err)
	}
}

func testCaseTold(t *testing.T, p Place) {
	s := p.introductions(t)
	in := insertCase(t, s, newCase(t, "DJ-1"))
	in = mustStep(t, s, in, caseBroker, brokering.Step{Kind: brokering.Review})
	wantUntold := func(told int64, any bool) {
		t.Helper()
		list, err := s.Untold(t.Context(), 10)
		if err != nil || len(list) == 1 != any || any && (list[0].Told != told || list[0].Introduction.Code != "DJ-1") {
			t.Errorf("untold is %+v, %v; want told %d, any %v", list, err, told, any)
		}
	}
	tell := func(seq int64) {
		t.Helper()
		if err := s.Told(t.Context(), "DJ-1", seq); err != nil {
			t.Error(err)
		}
	}
	wantUntold(0, true)
	tell(1)
	wantUntold(1, true)
	tell(2)
	wantUntold(2, false)
	in = mustStep(t, s, in, caseBroker, brokering.Step{Kind: brokering.Invite})
	wantUntold(2, true)
	tell(1) // a slow teller changes nothing
	wantUntold(2, true)
	tell(3)
	wantUntold(3, false)
	wantCase(t, s, in)
}

func testCaseFiles(t *testing.T, p Place) {
	s := p.introductions(t)
	for _, size := range []int{1, 1 << 20, 1<<20 + 1, 3<<20 + 5} {
		data := bytes.Repeat([]byte{7, 0, 255, byte(size)}, size/4+1)[:size]
		sum := sha256.Sum256(data)
		name := hex.EncodeToString(sum[:])
		for range 2 {
			if err := s.PutFile(t.Context(), name, data); err != nil {
				t.Fatal(err)
			}
		}
		got, err := p.introductions(t).File(t.Context(), name)
		if err != nil || !bytes.Equal(got, data) {
			t.Errorf("%d bytes of %d came back, %v", len(got), size, err)
		}
	}
	_, err := s.File(t.Context(), strings.Repeat("0", 64))
	wantKind(t, err, errs.NotFound)
	large := bytes.Repeat([]byte{3}, 2<<20)
	one, two := strings.Repeat("a", 64), strings.Repeat("b", 64)
	for _, name := range []string{one, two} {
		if err := s.PutFile(t.Context(), name, large); err != nil {
			t.Fatal(err)
		}
	}
	for range 2 {
		if err := s.DeleteFile(t.Context(), one); err != nil {
			t.Fatal(err)
		}
	}
	_, err = s.File(t.Context(), one)
	wantKind(t, err, errs.NotFound)
	if data, err := s.File(t.Context(), two); err != nil || len(data) != len(large) {
		t.Errorf("another file after the deletion: %d bytes, %v", len(data), err)
	}
}

// testCaseOddWords: words are compared as they are, dollars and dots too.
func testCaseOddWords(t *testing.T, p Place) {
	s := p.introductions(t)
	in := newCase(t, "对接·1（a）")
	in.Broker.User, in.Needs[0].Code, in.Union = "$U.1", "x.$y", "总工会'\""
	insertCase(t, s, in)
	wantCase(t, s, in)
	for _, q := range []brokering.Query{{Broker: "$U.1"}, {Need: "x.$y"}, {Unions: []string{"总工会'\""}}} {
		q.Limit = 1
		if got := codes(t, s, q); got != in.Code {
			t.Errorf("%+v finds %q", q, got)
		}
	}
	if got := codes(t, s, brokering.Query{Need: "%", Limit: 1}) + codes(t, s, brokering.Query{Need: "x.", Limit: 1}); got != "" {
		t.Errorf("a part of a word finds %q", got)
	}
}

func testCaseImport(t *testing.T, p Place) {
	s := p.introductions(t)
	in := newCase(t, "DJ-1")
	in.Rev = 5
	for range 2 {
		if err := s.Import(t.Context(), brokering.Untold{Introduction: in, Told: 5}); err != nil {
			t.Fatal(err)
		}
	}
	wantCase(t, s, in)
	if list, err := s.Untold(t.Context(), 5); err != nil || len(list) != 0 {
		t.Errorf("untold %v, %v", list, err)
	}
	in.Rev = 0
	wantKind(t, s.Import(t.Context(), brokering.Untold{Introduction: in}), errs.Invalid)
}

// testCaseCopy copies twice; the second time finds everything there.
func testCaseCopy(t *testing.T, from, to brokering.Store) {
	data := []byte("协议")
	sum := sha256.Sum256(data)
	name := hex.EncodeToString(sum[:])
	if err := from.PutFile(t.Context(), name, data); err != nil {
		t.Fatal(err)
	}
	in := insertCase(t, from, newCase(t, "DJ-1"))
	in = mustStep(t, from, in, caseBroker, brokering.Step{Kind: brokering.Attach, Attachment: &brokering.Attachment{Name: "a.pdf", Size: 6, SHA256: name, Visibility: brokering.ToBrokers}})
	insertCase(t, from, newCase(t, "DJ-2"))
	if err := from.Told(t.Context(), "DJ-1", in.Rev); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if n, err := brokering.Copy(t.Context(), from, to); err != nil || n != 2 {
			t.Fatalf("copied %d, %v", n, err)
		}
	}
	wantCase(t, to, in)
	if got, err := to.File(t.Context(), name); err != nil || !bytes.Equal(got, data) {
		t.Errorf("the file is %q, %v", got, err)
	}
	if list, err := to.Untold(t.Context(), 5); err != nil || len(list) != 1 || list[0].Introduction.Code != "DJ-2" {
		t.Errorf("untold %+v, %v", list, err)
	}
	mustStep(t, to, in, caseBroker, brokering.Step{Kind: brokering.Review})
	_, err := brokering.Copy(t.Context(), from, to)
	wantKind(t, err, errs.Conflict)
}
