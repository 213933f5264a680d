// Package backup keeps copies of an installation's database in one directory, each
// with its SHA-256 beside it, as sha256sum reads it. A copy is there whole or not at
// all: what a killed process or a full disk leaves is no backup, and is cleared away
// by the next one.
package backup

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"hongniang/internal/disk"
	"hongniang/internal/errs"
)

// Database is what is copied.
type Database struct {
	// Size is how many bytes a copy has at most; nil: there is room for any.
	Size func() (int64, error)
	// Snapshot writes the whole of it into a new file.
	Snapshot func(ctx context.Context, path string) error
	// Verify reads a copy and says in Chinese what is in it.
	Verify func(ctx context.Context, path string) (string, error)
}

// Keeper keeps backups in a directory, made when it is missing (mode 0700). It is
// safe for concurrent use by one process.
type Keeper struct {
	Dir string
	DB  Database
	Now func() time.Time
	// Free is how many bytes may still be written in a directory; nil: disk.Free.
	Free func(dir string) (int64, error)
	// Keep is how many of those that Auto made are kept; 0: it makes none.
	Keep int

	mu sync.Mutex

	failing sync.Mutex
	failed  Failure
}

// Backup is one copy.
type Backup struct {
	Name  string    `json:"name" doc:"Its file"`
	At    time.Time `json:"at"`
	Bytes int64     `json:"bytes"`
	Sum   string    `json:"sha256"`
	Auto  bool      `json:"automatic,omitempty" doc:"Made by itself; it goes when newer ones are there"`
}

const (
	stamp   = "20060102-150405"
	partEnd = ".part"
	sumEnd  = ".sha256"
	autoEnd = "-auto"
)

var names = regexp.MustCompile(`^hongniang-(\d{8}-\d{6})(-auto)?\.db$`)

// Make makes a backup. Errors: errs.Locked when one is being made, errs.Unavailable
// (backup.no_room, store.full and others of the database, backup.unwritable),
// errs.Internal when the copy is not good.
func (k *Keeper) Make(ctx context.Context) (Backup, error) { return k.make(ctx, "") }

// make makes a backup whose name ends so.
func (k *Keeper) make(ctx context.Context, end string) (Backup, error) {
	if !k.mu.TryLock() {
		return Backup{}, errs.New(errs.Locked, "backup.running", "正在做另一份备份，请等它完成。")
	}
	defer k.mu.Unlock()
	if err := os.MkdirAll(k.Dir, 0o700); err != nil {
		return Backup{}, unwritable(err)
	}
	if err := k.clear(); err != nil {
		return Backup{}, err
	}
	if err := k.hasRoom(); err != nil {
		return Backup{}, err
	}
	b := Backup{At: k.Now().UTC().Truncate(time.Second), Auto: end == autoEnd}
	b.Name = "hongniang-" + b.At.Format(stamp) + end + ".db"
	if _, err := os.Stat(k.path(b.Name)); err == nil {
		return b, errs.New(errs.Conflict, "backup.exists", "这一秒已有一份备份，请稍后再试。")
	}
	part := k.path(b.Name + partEnd)
	defer os.Remove(part) // there is nothing to remove when it was renamed
	if err := k.copy(ctx, part, &b); err != nil {
		return b, err
	}
	return b, k.publish(part, b)
}

// hasRoom refuses a copy that would fill the disk.
func (k *Keeper) hasRoom() error {
	if k.DB.Size == nil {
		return nil
	}
	size, err := k.DB.Size()
	if err != nil {
		return unreadable(err)
	}
	ask := k.Free
	if ask == nil {
		ask = disk.Free
	}
	free, err := ask(k.Dir)
	if err != nil {
		return unreadable(err)
	}
	if need := disk.Need(size); free < need {
		return errs.New(errs.Unavailable, "backup.no_room", fmt.Sprintf("磁盘只剩 %d MB，做一份备份要留 %d MB，没有备份，以免占满磁盘、数据存不进去。请腾出空间，或把旧的备份移走。", free>>20, need>>20))
	}
	return nil
}

// copy makes and proves the file.
func (k *Keeper) copy(ctx context.Context, part string, b *Backup) error {
	if err := k.DB.Snapshot(ctx, part); err != nil {
		return err
	}
	if err := syncFile(part); err != nil {
		return unwritable(err)
	}
	if _, err := k.DB.Verify(ctx, part); err != nil {
		return err
	}
	var err error
	b.Sum, b.Bytes, err = sumOf(part)
	return err
}

// publish writes the sum, then gives the copy its name: with that it is a backup.
func (k *Keeper) publish(part string, b Backup) error {
	sum := k.path(b.Name + sumEnd)
	err := os.WriteFile(sum+partEnd, []byte(b.Sum+"  "+b.Name+"\n"), 0o600)
	if err == nil {
		err = syncFile(sum + partEnd)
	}
	if err == nil {
		err = os.Rename(sum+partEnd, sum)
	}
	if err == nil {
		err = os.Chmod(part, 0o600)
	}
	if err == nil {
		err = os.Rename(part, k.path(b.Name))
	}
	if err != nil {
		_ = os.Remove(sum) // a sum without its copy is cleared away next time
		return unwritable(err)
	}
	return nil
}

func (k *Keeper) path(name string) string { return filepath.Join(k.Dir, name) }

// clear removes what an interrupted backup left.
func (k *Keeper) clear() error {
	entries, err := os.ReadDir(k.Dir)
	if err != nil {
		return unwritable(err)
	}
	for _, e := range entries {
		name := e.Name()
		orphan := strings.HasSuffix(name, sumEnd) && missing(k.path(strings.TrimSuffix(name, sumEnd)))
		if strings.HasPrefix(name, "hongniang-") && (strings.Contains(name, partEnd) || orphan) {
			if err := os.Remove(k.path(name)); err != nil {
				return unwritable(err)
			}
		}
	}
	return nil
}

func missing(path string) bool {
	_, err := os.Stat(path)
	return errors.Is(err, fs.ErrNotExist)
}

// List gives the backups, newest first.
func (k *Keeper) List() ([]Backup, error) {
	entries, err := os.ReadDir(k.Dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, unreadable(err)
	}
	var out []Backup
	for _, e := range entries {
		b, err := k.Get(e.Name())
		if errs.Is(err, errs.NotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		out = append(out, b)
	}
	slices.SortFunc(out, func(a, b Backup) int { return strings.Compare(b.Name, a.Name) })
	return out, nil
}

// Get finds a backup by its name. Errors: errs.NotFound for whatever is none.
func (k *Keeper) Get(name string) (Backup, error) {
	none := errs.New(errs.NotFound, "backup.not_found", "没有这份备份，请看备份列表。")
	m := names.FindStringSubmatch(name)
	if m == nil {
		return Backup{}, none
	}
	info, err := os.Stat(k.path(name))
	if errors.Is(err, fs.ErrNotExist) {
		return Backup{}, none
	}
	if err != nil {
		return Backup{}, unreadable(err)
	}
	at, err := time.Parse(stamp, m[1])
	if err != nil {
		return Backup{}, none
	}
	return Backup{Name: name, At: at, Bytes: info.Size(), Sum: sumBeside(k.path(name)), Auto: m[2] != ""}, nil
}

// Open opens a backup to be read as it is; the caller closes it.
func (k *Keeper) Open(name string) (*os.File, Backup, error) {
	b, err := k.Get(name)
	if err != nil {
		return nil, b, err
	}
	f, err := os.Open(k.path(name))
	if err != nil {
		return nil, b, unreadable(err)
	}
	return f, b, nil
}

// Check reads a backup whole and says in Chinese what is in it. Errors:
// errs.NotFound, errs.Internal (backup.changed: not the bytes that were written,
// backup.no_sum, and those of the database).
func (k *Keeper) Check(ctx context.Context, name string) (string, error) {
	b, err := k.Get(name)
	if err != nil {
		return "", err
	}
	return checkFile(ctx, k.path(name), b.Sum, k.DB.Verify)
}

// checkFile proves that a file has a sum, and what is in it.
func checkFile(ctx context.Context, path, sum string, verify func(context.Context, string) (string, error)) (string, error) {
	if sum == "" {
		return "", errs.New(errs.Internal, "backup.no_sum", fmt.Sprintf("没有“%s”的校验和（%s 文件），不能确认它没有变过。", filepath.Base(path), sumEnd))
	}
	got, _, err := sumOf(path)
	if err != nil {
		return "", err
	}
	if got != sum {
		return "", errs.New(errs.Internal, "backup.changed", fmt.Sprintf("“%s”与校验和不符，可能损坏或被改过，请不要用它恢复。", filepath.Base(path)))
	}
	return verify(ctx, path)
}

// sumBeside reads the sum that lies beside a file; "" without.
func sumBeside(path string) string {
	data, err := os.ReadFile(path + sumEnd)
	if err != nil {
		return ""
	}
	sum, _, _ := strings.Cut(string(data), " ")
	return sum
}

func sumOf(path string) (sum string, size int64, err error) {
	f, err := os.Open(path)
	if err != nil {
		return "", 0, unreadable(err)
	}
	defer f.Close()
	h := sha256.New()
	if size, err = io.Copy(h, f); err != nil {
		return "", 0, unreadable(err)
	}
	return hex.EncodeToString(h.Sum(nil)), size, nil
}

func syncFile(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	err = f.Sync()
	if closing := f.Close(); err == nil {
		err = closing
	}
	return err
}

func unwritable(err error) error {
	return errs.Wrap(err, errs.Unavailable, "backup.unwritable", "备份目录写不进去，没有备份。请检查磁盘空间和权限。")
}

func unreadable(err error) error {
	return errs.Wrap(err, errs.Unavailable, "backup.unreadable", "备份读不出来。请检查磁盘和权限。")
}
