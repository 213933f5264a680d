package matcher

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"hongniang/internal/catalog"
	"hongniang/internal/errs"
)

// Proposals finds common needs in the background: hundreds of needs are ranked
// against each other, which takes longer than a page may. It keeps what it found
// in memory alone; after a start the next question has it found anew.
type Proposals struct {
	// Groups compares needs and tells how many are done; Matcher.GroupsTold does.
	Groups func(ctx context.Context, needs []*catalog.Need, told func(done int)) ([]Group, error)
	// Read gives a need whole. Errors: errs.NotFound leaves it out, any other ends it.
	Read func(ctx context.Context, code string) (*catalog.Need, error)
	// Patience is how long a question waits for an answer that is soon there.
	Patience time.Duration

	mu    sync.Mutex
	known map[string]*comparison
	order []string // keys of known, the oldest first
	asked chan *comparison
}

const (
	mostCompared = 100 // answers that are remembered
	mostWaiting  = 50  // comparisons in the queue
)

// comparison is one list of needs being compared.
type comparison struct {
	key   string
	codes []string
	ended chan struct{} // closed when it is done

	mu    sync.Mutex // of what follows
	done  int
	found []Group
	err   error
}

// Comparing tells how far a comparison is.
type Comparing struct {
	Found []Group // once Ready
	Ready bool
	Done  int // needs compared so far
	Total int
}

// Ask gives what is found among needs, of which code and revision are read; until
// it is found, how far it is. Who asks must be allowed to read each of them. The
// same question is asked again for the answer. Errors: errs.Unavailable while too
// many wait; those of the comparison, once: the next question begins anew.
func (p *Proposals) Ask(ctx context.Context, needs []*catalog.Need) (Comparing, error) {
	c, err := p.enter(needs)
	if err != nil {
		return Comparing{}, err
	}
	timer := time.NewTimer(p.Patience)
	defer timer.Stop()
	select {
	case <-c.ended:
	case <-timer.C:
	case <-ctx.Done():
		return Comparing{}, ctx.Err()
	}
	select {
	case <-c.ended:
	default:
		c.mu.Lock()
		defer c.mu.Unlock()
		return Comparing{Done: c.done, Total: len(c.codes)}, nil
	}
	if c.err != nil {
		p.forget(c)
		return Comparing{}, c.err
	}
	return Comparing{Found: c.found, Ready: true, Done: len(c.codes), Total: len(c.codes)}, nil
}

// enter finds the comparison of a list, or puts it into the queue.
func (p *Proposals) enter(needs []*catalog.Need) (*comparison, error) {
	var key strings.Builder
	fresh := &comparison{ended: make(chan struct{})}
	for _, n := range needs {
		key.WriteString(n.Code + "/" + strconv.FormatInt(n.Rev, 10) + " ")
		fresh.codes = append(fresh.codes, n.Code)
	}
	fresh.key = key.String()
	p.mu.Lock()
	defer p.mu.Unlock()
	if c, ok := p.known[fresh.key]; ok {
		return c, nil
	}
	select {
	case p.queue() <- fresh:
	default:
		return nil, errs.New(errs.Unavailable, "groups.busy", "现在要比对的太多，请过几分钟再来看。")
	}
	if p.known == nil {
		p.known = map[string]*comparison{}
	}
	p.known[fresh.key], p.order = fresh, append(p.order, fresh.key)
	if len(p.order) > mostCompared {
		delete(p.known, p.order[0])
		p.order = p.order[1:]
	}
	return fresh, nil
}

// queue is there from the first use on; p.mu is held.
func (p *Proposals) queue() chan *comparison {
	if p.asked == nil {
		p.asked = make(chan *comparison, mostWaiting)
	}
	return p.asked
}

// forget lets a comparison that failed be begun anew; one that was is left alone.
func (p *Proposals) forget(c *comparison) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.known[c.key] != c {
		return
	}
	delete(p.known, c.key)
	p.order = slices.DeleteFunc(p.order, func(key string) bool { return key == c.key })
}

// Work compares what is asked for, one list after another, until ctx ends.
func (p *Proposals) Work(ctx context.Context) {
	p.mu.Lock()
	asked := p.queue()
	p.mu.Unlock()
	for {
		select {
		case <-ctx.Done():
			return
		case c := <-asked:
			found, err := p.compare(ctx, c)
			c.mu.Lock()
			c.found, c.err = found, err
			c.mu.Unlock()
			close(c.ended)
		}
	}
}

func (p *Proposals) compare(ctx context.Context, c *comparison) ([]Group, error) {
	var needs []*catalog.Need
	for _, code := range c.codes {
		need, err := p.Read(ctx, code)
		if errs.Is(err, errs.NotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		needs = append(needs, need)
	}
	return p.Groups(ctx, needs, func(done int) {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.done = done
	})
}
