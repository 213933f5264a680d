package api_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"hongniang/internal/account"
	"hongniang/internal/notice"
	"hongniang/internal/review"
)

// secrets of a judging: what applicants, objectors and jurors said, who they are, and
// points. No notice and no letter says any of them, to anybody.
var judgingSecrets = []string{"理由密语", "举报人甲", "13800000000", "异议密语", "解聘密语", "亲属密语", "回避密语", `"totals"`, "9000"}

// writable gives every account a mail address, so that letters are asked for.
func (s *service) writable() {
	s.t.Helper()
	users, err := s.users.Users(s.t.Context(), "", 100)
	if err != nil {
		s.t.Fatal(err)
	}
	for _, u := range users {
		reader := notice.ToUser(u.Code)
		it := account.Item{Kind: notice.KindPreference, ID: reader, Owner: reader, Body: []byte(`{"mail":"somebody@example.cn"}`)}
		if err := s.store.Accounts().Insert(s.t.Context(), it); err != nil {
			s.t.Fatal(err)
		}
	}
}

// tell tells what is new of judgings.
func (j *judging) tell() {
	j.t.Helper()
	news, err := newReviews(j.service).News(j.t.Context())
	if err == nil {
		err = j.notices.Judging(j.t.Context(), news)
	}
	if err != nil {
		j.t.Fatal(err)
	}
}

// From the call to the prizes, what people are told of a judging holds nothing of what
// only some may read on its page: the notices of everybody and all letters are looked
// through.
func TestNothingConfidentialIsInNewsOfJudgings(t *testing.T) {
	j := newJudging(t, 2)
	j.writable()
	j.tell()
	jury := j.jury()
	j.take("own broker", "name", "juror", people["institute"].Login, "chair", true, "relatives", []string{"亲属密语"})
	for _, result := range j.results {
		if got := j.apply(result); got.status != http.StatusCreated {
			t.Fatalf("%d %s", got.status, got.body)
		}
	}
	j.tell()
	j.take("own broker", "begin", "note", "都报齐了")
	if got := j.cast["other broker"](http.MethodPost, j.at+"/entries/"+j.results[1]+"/recusal", map[string]any{"kind": "other", "note": "回避密语"}); got.status != http.StatusOK {
		t.Fatalf("%d %s", got.status, got.body)
	}
	j.tell()
	for i, result := range j.results {
		for _, who := range jury[:3] {
			if got := j.score(who, result, 90-i); got.status != http.StatusOK {
				t.Fatalf("%d %s", got.status, got.body)
			}
		}
	}
	j.tell()
	j.take("own broker", "excuse", "juror", people["other broker"].Login, "note", "解聘密语")
	j.take("own broker", "rank")
	j.tell()
	j.take("own broker", "post")
	complaint := map[string]any{"result": j.results[0], "name": "举报人甲", "contact": "13800000000", "text": "异议密语：不是他们独立完成的，有记录可查。"}
	code := decode[struct{ Code string }](t, j.visitor(http.MethodPost, j.at+"/objections", complaint)).Code
	j.tell()
	decode[review.Sight](t, j.cast["own broker"](http.MethodPost, j.at+"/objections/"+code, map[string]any{"upheld": true, "reason": "属实，取消获奖。"}))
	j.today = testTime.AddDate(0, 0, 8)
	j.tell()
	j.take("own broker", "announce")
	j.tell()
	j.searched(jury)
}

// searched looks through all that was told, and holds that it was much.
func (j *judging) searched(jury []string) {
	j.t.Helper()
	told, topics := 0, map[string]bool{}
	look := func(where string, data []byte) {
		for _, secret := range judgingSecrets {
			if strings.Contains(string(data), secret) {
				j.t.Errorf("%s holds %s: %s", where, secret, data)
			}
		}
	}
	for who, send := range j.cast {
		got := send(http.MethodGet, "/api/v1/notices", nil)
		look("what "+who+" is told", got.body)
		var box struct{ Notices []notice.Notice }
		if got.status != http.StatusOK || json.Unmarshal(got.body, &box) != nil {
			continue
		}
		for _, n := range box.Notices {
			told++
			topics[n.ID[strings.LastIndexByte(n.ID, '/')+1:]] = true
			if strings.Contains(n.Text, "评委") && !slices.Contains(jury, who) {
				j.t.Errorf("%s is told of jurors: %s", who, n.Text)
			}
		}
	}
	letters, err := json.Marshal(j.letters)
	if err != nil {
		j.t.Fatal(err)
	}
	look("a letter", letters)
	look("the log", []byte(j.log.String()))
	if told < 15 || len(topics) < 7 || len(j.letters) < 15 {
		j.t.Errorf("only %d notices of %d sorts and %d letters were there to be searched: %s", told, len(topics), len(j.letters), fmt.Sprint(topics))
	}
}
