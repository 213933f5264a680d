package indexer

import (
	"context"
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"sync"
	"time"
)

// To prove every file of an index before it answers is to read all of it, which takes
// longer than all else at a start when the files are not in the page cache. A service
// opens files at once that are sealed: that look as they did when the index was closed
// in good order, or when they were proved. They are proved while it answers. All others
// are proved first: those that a process wrote that was killed, that are cut short, that
// were written to since.
//
// The seals are taken away while files that were not read serve, and for good when damage
// is found: whatever ends the process before they are proved, the next opening proves all.
// What is not seen is a file that was damaged without a trace, is merged into another in
// the seconds between, and whose process ends in them too.

// seal is how a segment file looks from outside.
type seal struct {
	Size     int64 `json:"size"`
	Modified int64 `json:"modified"` // in ns since 1970
}

// seals are those of segment files, by their names.
type seals map[string]seal

// sealFile lies in the directory of an index, beside the files of the library.
const sealFile = "seals.json"

func sealOf(file string) (seal, error) {
	info, err := os.Stat(file)
	if err != nil {
		return seal{}, err
	}
	return seal{Size: info.Size(), Modified: info.ModTime().UnixNano()}, nil
}

// readSeals reads the seals of an index; where they cannot be read there are none.
func readSeals(path string) seals {
	var known seals
	data, err := os.ReadFile(filepath.Join(path, sealFile))
	if err != nil || json.Unmarshal(data, &known) != nil {
		return nil
	}
	return known
}

func (s seals) write(path string) error {
	data, err := json.Marshal(s)
	if err != nil {
		return err
	}
	return replaceFile(filepath.Join(path, sealFile), data)
}

// removeSeals has all files proved at the next opening.
func removeSeals(path string) error {
	err := os.Remove(filepath.Join(path, sealFile))
	if os.IsNotExist(err) {
		return nil
	}
	return err
}

// proof is what is known of the files of an open index.
type proof struct {
	path string

	mu sync.Mutex
	// found are the files that were in use when the index was opened, as they looked
	// then; none for one that was made since.
	found seals
	// waiting are those of them that nobody has read whole. They are held open, since
	// they may be merged into others meanwhile.
	waiting []*os.File
	damaged bool
}

// newProof proves the files of a directory that no index has open, but for those that
// are sealed, where these may wait. Errors: what is wrong with a file.
func newProof(path string, files []string, mayWait bool) (*proof, error) {
	p := &proof{path: path, found: seals{}}
	var known seals
	if mayWait {
		known = readSeals(path)
	}
	var first []string
	for _, file := range files {
		now, err := sealOf(file)
		if err != nil {
			p.letGo()
			return nil, err
		}
		name := filepath.Base(file)
		p.found[name] = now
		if was, ok := known[name]; !ok || was != now {
			first = append(first, file)
			continue
		}
		f, err := os.Open(file)
		if err != nil {
			p.letGo()
			return nil, err
		}
		p.waiting = append(p.waiting, f)
	}
	if len(p.waiting) > 0 && removeSeals(path) != nil {
		p.letGo()
		return newProof(path, files, false)
	}
	if err := proveAll(first); err != nil {
		p.letGo()
		return nil, err
	}
	return p, nil
}

// letGo gives up proving what waits.
func (p *proof) letGo() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, f := range p.waiting {
		f.Close()
	}
	p.waiting = nil
}

// held are the files that wait.
func (p *proof) held() []*os.File {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.waiting
}

// proveWaiting proves what waits after a delay; between pieces it rests for as long as
// one took. It answers whether all are whole, and an error when one is not, or was let go
// meanwhile; neither when ctx ended before.
func (p *proof) proveWaiting(ctx context.Context, delay time.Duration) (whole bool, damage error) {
	files := p.held()
	if len(files) == 0 || pause(ctx, delay) != nil {
		return false, nil
	}
	for _, f := range files {
		err := prove(f, func(worked time.Duration) error { return pause(ctx, max(worked, time.Millisecond)) })
		if ctx.Err() != nil {
			return false, nil
		}
		if err != nil {
			return false, err
		}
	}
	p.letGo()
	return true, nil
}

// doubt keeps the files from being sealed.
func (p *proof) doubt() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.damaged {
		return nil
	}
	p.damaged = true
	return removeSeals(p.path)
}

// seal seals the segment files of the directory: those that look as when they were proved,
// and those written since the opening. (Which of them an opening will find in use the
// library settles last.) While files wait, or damage was found, none are sealed.
func (p *proof) seal() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.damaged || len(p.waiting) > 0 {
		return nil
	}
	store := filepath.Join(p.path, "store")
	files, err := os.ReadDir(store)
	if err != nil {
		return err
	}
	now := seals{}
	for _, file := range files {
		name := file.Name()
		if filepath.Ext(name) != ".zap" {
			continue
		}
		looks, err := sealOf(filepath.Join(store, name))
		if os.IsNotExist(err) {
			continue // merged away
		}
		if err != nil {
			return err
		}
		if was, ok := p.found[name]; !ok || was == looks {
			now[name] = looks
		}
	}
	if maps.Equal(now, readSeals(p.path)) {
		return nil
	}
	return now.write(p.path)
}

// sealFiles seals the files of the index. What goes wrong costs time at the next start, no
// more.
func (x *Index) sealFiles() {
	if err := x.proof.Load().seal(); err != nil {
		x.log.Warn("the index is not sealed; the next start reads all of it", "err", err)
	}
}

// ProvingDelay is how long after a start a service proves what it opened sealed: who asks
// first needs the disk and the processors.
const ProvingDelay = 30 * time.Second

// proveSealed proves the files that were opened because they were sealed.
func (x *Index) proveSealed(ctx context.Context) {
	p := x.proof.Load()
	whole, damage := p.proveWaiting(ctx, x.proveAfter)
	x.conclude(p, whole, damage)
}

// conclude tells Follow of damage that was found, and seals what was found whole, if these
// files still serve.
func (x *Index) conclude(p *proof, whole bool, damage error) {
	x.mu.RLock()
	defer x.mu.RUnlock()
	if x.open == nil || x.proof.Load() != p {
		return // closed, or made anew
	}
	if damage != nil {
		x.reportDamage(damage)
	}
	if whole {
		x.sealFiles()
	}
}
