package backup

import (
	"context"
	"os"
	"slices"
	"time"

	"hongniang/internal/errs"
)

// Failure is an automatic backup that did not come about.
type Failure struct {
	At  time.Time
	Err error // nil: the last one came about, or none was tried
}

const (
	// nightHour is from when on, in China, the backup of a day is due.
	nightHour = 3
	// settleIn is how long a new installation runs before its first backup.
	settleIn = time.Hour
)

// due tells whether a backup should be made: none was since three in the morning,
// in China. A computer that is off at night makes it when it is on again.
func due(now, started, newest time.Time) bool {
	if newest.IsZero() {
		return now.Sub(started) >= settleIn
	}
	t := now.In(time.FixedZone("CST", 8*60*60))
	night := time.Date(t.Year(), t.Month(), t.Day(), nightHour, 0, 0, 0, t.Location())
	if night.After(t) {
		night = night.AddDate(0, 0, -1)
	}
	return newest.Before(night)
}

// Auto makes the backup of the day when it is due, and then removes the oldest of
// those that it made before; those that somebody asked for stay. It may be called
// as often as one likes; started is since when the process runs. Errors: those of
// Make, which Failed tells too.
func (k *Keeper) Auto(ctx context.Context, started time.Time) (made bool, err error) {
	if k.Keep == 0 {
		return false, nil
	}
	list, err := k.List()
	if err != nil {
		return false, k.note(err)
	}
	var newest time.Time
	for _, b := range list { // one of a clock that was wrong says nothing of today
		if newest.IsZero() && !b.At.After(k.Now()) {
			newest = b.At
		}
	}
	if !due(k.Now(), started, newest) {
		return false, nil
	}
	b, err := k.make(ctx, autoEnd)
	if errs.Is(err, errs.Locked) || ctx.Err() != nil {
		return false, nil // one is being made, or the process ends
	}
	if err != nil {
		return false, k.note(err)
	}
	return true, k.note(k.prune(append([]Backup{b}, list...)))
}

// note remembers how the last one went.
func (k *Keeper) note(err error) error {
	k.failing.Lock()
	defer k.failing.Unlock()
	k.failed = Failure{}
	if err != nil {
		k.failed = Failure{At: k.Now().UTC(), Err: err}
	}
	return err
}

// Failed tells why the last automatic backup of this process did not come about.
func (k *Keeper) Failed() Failure {
	k.failing.Lock()
	defer k.failing.Unlock()
	return k.failed
}

// prune removes automatic backups but for the newest; the copy goes first, for a
// sum alone is cleared away by the next backup. Those of a clock that was ahead are
// the oldest: else they would stand in the place of every day to come.
func (k *Keeper) prune(list []Backup) error {
	now, kept := k.Now(), 0
	ahead := func(b Backup) int {
		if b.At.After(now) {
			return 1
		}
		return 0
	}
	slices.SortStableFunc(list, func(a, b Backup) int { return ahead(a) - ahead(b) })
	for _, b := range list {
		if !b.Auto {
			continue
		}
		if kept++; kept <= k.Keep {
			continue
		}
		for _, path := range []string{k.path(b.Name), k.path(b.Name + sumEnd)} {
			if err := os.Remove(path); err != nil && !os.IsNotExist(err) {
				return unwritable(err)
			}
		}
	}
	return nil
}
