package review_test

import (
	"fmt"
	"strings"
	"testing"

	"hongniang/internal/account"
	"hongniang/internal/errs"
	"hongniang/internal/review"
)

// Whoever objects signs in, or says how he is reached.
func TestWhoObjects(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	h.post()
	const text = "换型时间与实际不符，有生产记录。"
	stranger, signed := account.Actor{}, account.Actor{User: "U-9", Name: "郑工", Role: account.Provider}
	for _, c := range []struct {
		who     account.Actor
		in      review.Complaint
		refused string // field
	}{
		{stranger, review.Complaint{Name: "郑工", Contact: "13812345678"}, ""},
		{stranger, review.Complaint{Name: "郑工", Contact: "一三八 1234 5678"}, ""},
		{stranger, review.Complaint{Name: "郑工", Contact: "zheng@example.cn"}, ""},
		{stranger, review.Complaint{Name: "郑工", Contact: "5230000"}, ""},
		{stranger, review.Complaint{Name: "郑工", Contact: "您猜猜看吧"}, "contact"},
		{stranger, review.Complaint{Name: "郑工"}, "contact"},
		{stranger, review.Complaint{Contact: "13812345678"}, "name"},
		{signed, review.Complaint{}, ""},
		{signed, review.Complaint{Contact: "办公室找我"}, ""},
		{signed, review.Complaint{Contact: "x"}, "contact"},
	} {
		c.in.Result, c.in.Text = "CG-0", text
		o, err := h.Object(t.Context(), c.who, h.code, c.in)
		switch {
		case c.refused != "" && (!errs.Is(err, errs.Invalid) || errs.As(err).Fields[0].Field != c.refused):
			t.Errorf("%+v: %v, want a fault of %s", c.in, err, c.refused)
		case c.refused == "" && (err != nil || o.User != c.who.User || o.Name != "郑工"):
			t.Errorf("%+v: %+v, %v", c.in, o, err)
		}
	}
}

// Strangers can fill what is kept for strangers alone, and are told what else to
// do; whoever signs in is heard all the same, to an end of his own.
func TestTooManyObjections(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	h.post()
	object := func(who account.Actor, n int) (err error) {
		for range n {
			_, err = h.Object(t.Context(), who, h.code, review.Complaint{Result: "CG-0", Name: "郑工", Contact: "13812345678", Text: "换型时间与实际不符，有生产记录。"})
			if err != nil {
				return err
			}
		}
		return nil
	}
	h.must(object(account.Actor{}, 500))
	if err := object(account.Actor{}, 1); !errs.Is(err, errs.Conflict) || !strings.Contains(err.Error(), "登录后提出") || !strings.Contains(err.Error(), "市总工会") {
		t.Errorf("a stranger too many: %v", err)
	}
	for i := range 2 {
		who := account.Actor{User: fmt.Sprint("U-", i), Name: "郑工", Role: account.Provider}
		h.must(object(who, 20))
		if err := object(who, 1); !errs.Is(err, errs.Conflict) || !strings.Contains(err.Error(), "20 条") {
			t.Errorf("one too many of one: %v", err)
		}
	}
}
