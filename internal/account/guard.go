package account

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"math"
	"net/netip"
	"time"

	"hongniang/internal/errs"
)

// limit says how guesses at one thing are slowed down.
type limit struct {
	free   int           // failures without delay
	first  time.Duration // delay after the next one; it doubles with each
	most   time.Duration
	forget time.Duration // without a failure for so long, all is forgotten
}

// Guesses at one login, and guesses from one address, behind which a whole
// office may sit.
var (
	loginLimit   = limit{free: 5, first: 15 * time.Second, most: 15 * time.Minute, forget: 24 * time.Hour}
	addressLimit = limit{free: 30, first: 15 * time.Second, most: 15 * time.Minute, forget: time.Hour}
)

// delay is how long to wait after the n-th failure.
func (l limit) delay(n int) time.Duration {
	if n <= l.free {
		return 0
	}
	over := n - l.free - 1
	if over > 30 {
		return l.most
	}
	return min(l.first<<over, l.most)
}

// attempt is the count of failures of one login or address. Whether the login
// exists makes no difference to it.
type attempt struct {
	Failures int       `json:"failures"`
	Last     time.Time `json:"last"`
	Until    time.Time `json:"until"` // no guess before
}

// attemptKey hides what was guessed at: people type passwords into the wrong box.
func attemptKey(what, value string) string {
	sum := sha256.Sum256([]byte(what + ":" + value))
	return what + "-" + hex.EncodeToString(sum[:16])
}

func loginKey(login string) string { return attemptKey("login", login) }

// addressKey takes the network of 64 bits for an IPv6 address: everybody has as
// many addresses in it as he likes.
func addressKey(addr string) string {
	if ip, err := netip.ParseAddr(addr); err == nil {
		ip = ip.Unmap().WithZone("")
		if prefix, err := ip.Prefix(64); err == nil && ip.Is6() {
			return attemptKey("address", prefix.String())
		}
		return attemptKey("address", ip.String())
	}
	return attemptKey("address", addr)
}

// SlowDown is the cause of a login.slow_down error.
type SlowDown struct{ Wait time.Duration }

// Error says how long.
func (s SlowDown) Error() string { return "locked for " + s.Wait.String() }

// WaitOf gives how long the caller of a refused sign-in should wait; 0 when
// err is another error.
func WaitOf(err error) time.Duration {
	var s SlowDown
	if errors.As(err, &s) {
		return s.Wait
	}
	return 0
}

func slowDown(wait time.Duration) error {
	text := fmt.Sprintf("%d 秒", int(math.Ceil(wait.Seconds())))
	if wait > time.Minute {
		text = fmt.Sprintf("%d 分钟", int(math.Ceil(wait.Minutes())))
	}
	return errs.Wrap(SlowDown{wait}, errs.Denied, "login.slow_down", "尝试的次数太多，请 "+text+"后再试。忘了密码请联系管理员重设。")
}

// maxRaces is how often a counter is read again because another request wrote
// it first.
const maxRaces = 50

// admit counts a guess before it is made, so that a thousand at once are a
// thousand, and refuses it while an earlier one makes it wait.
func (s *Service) admit(ctx context.Context, key string, l limit) error {
	return s.count(ctx, key, l.forget, func(a *attempt, now time.Time) error {
		if wait := a.Until.Sub(now); wait > 0 {
			return slowDown(wait)
		}
		if now.Sub(a.Last) > l.forget {
			a.Failures = 0
		}
		a.Failures++
		a.Last, a.Until = now, now.Add(l.delay(a.Failures))
		return nil
	})
}

// forgive takes back a guess that was right.
func (s *Service) forgive(ctx context.Context, login, address string) error {
	if err := s.Store.Delete(ctx, KindAttempt, login); err != nil {
		return err
	}
	return s.count(ctx, address, addressLimit.forget, func(a *attempt, now time.Time) error {
		a.Failures, a.Until = max(a.Failures-1, 0), now
		return nil
	})
}

// count changes a counter, whoever else does at the same time.
func (s *Service) count(ctx context.Context, key string, keep time.Duration, change func(*attempt, time.Time) error) error {
	for range maxRaces {
		it, err := s.Store.Get(ctx, KindAttempt, key)
		isNew := errs.Is(err, errs.NotFound)
		if err != nil && !isNew {
			return err
		}
		var a attempt
		if !isNew {
			if err := decode(it, &a); err != nil {
				return err
			}
		}
		now := s.now()
		if err := change(&a, now); err != nil {
			return err
		}
		it.Kind, it.ID, it.Expires = KindAttempt, key, now.Add(keep)
		if it, err = encode(it, a); err != nil {
			return err
		}
		if isNew {
			err = s.Store.Insert(ctx, it)
		} else {
			err = s.Store.Replace(ctx, it)
		}
		if !raced(err) {
			return err
		}
	}
	return slowDown(time.Second)
}

// raced tells whether another request wrote first.
func raced(err error) bool {
	return errs.Is(err, errs.Stale) || errs.Is(err, errs.Conflict) || errs.Is(err, errs.NotFound)
}
