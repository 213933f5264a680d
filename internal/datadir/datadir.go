// Package datadir owns the directory in which one installation keeps its data:
// it makes it, locks it against a second process, says who has it, and keeps
// the staff token.
package datadir

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"hongniang/internal/errs"
)

// The files that this package keeps in the directory.
const (
	lockFile   = "lock"
	serverFile = "server.json"
	tokenFile  = "staff.token"
	linksFile  = "links.key"
)

// A looker holds the lock for a moment to see whether anybody has it (Peek):
// Open tries so often, with a pause between, before it gives up.
const (
	tries = 20
	pause = 20 * time.Millisecond
)

// tokenBytes is how many random bytes make a token, and linksBytes a key.
const (
	tokenBytes = 24
	linksBytes = 32
)

// Dir is a data directory that this process owns until Close.
type Dir struct {
	path string
	lock *os.File
	made bool
}

// Server says who runs on a data directory.
type Server struct {
	PID   int    `json:"pid"`
	Addr  string `json:"addr"`  // HOST:PORT, "" while it starts or when it serves nothing
	Token string `json:"token"` // staff token of the server
}

// Open makes the directory when it is missing (mode 0700, parents too), checks
// that it can be written, and locks it. Errors: Locked with code
// datadir.locked when another process has it, Denied with datadir.not_writable
// when this user may not write there, Unavailable with datadir.unusable
// otherwise.
func Open(path string) (*Dir, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, unusable(path, err)
	}
	d := &Dir{path: path}
	if err := os.MkdirAll(path, 0o700); err != nil {
		return nil, unusable(path, err)
	}
	if err := tryWrite(path); err != nil {
		return nil, unusable(path, err)
	}
	if d.lock, err = os.OpenFile(d.File(lockFile), os.O_RDWR|os.O_CREATE, 0o600); err != nil {
		return nil, unusable(path, err)
	}
	if err := d.acquire(); err != nil {
		d.lock.Close()
		return nil, err
	}
	if d.made, err = isNew(path); err != nil {
		d.Close()
		return nil, unusable(path, err)
	}
	if err := d.write(serverFile, Server{PID: os.Getpid()}); err != nil {
		d.Close()
		return nil, err
	}
	return d, nil
}

// acquire takes the lock, with some patience for lookers. It is tries that count: on a
// machine that does much else, all the time may pass between two of them.
func (d *Dir) acquire() error {
	for n := 1; ; n++ {
		free, err := lock(d.lock, exclusive)
		switch {
		case err != nil:
			return unusable(d.path, err)
		case free:
			return nil
		case n == tries:
			return d.locked()
		}
		time.Sleep(pause)
	}
}

func (d *Dir) locked() error {
	who := "另一个进程"
	where := "请先停止它，再试一次。"
	if s, err := readServer(d.path); err == nil {
		who = fmt.Sprintf("另一个进程（进程号 %d）", s.PID)
		if s.Addr != "" {
			where = fmt.Sprintf("它的地址是 http://%s ，可以直接使用；要换成本进程，请先停止它。", s.Addr)
		}
	}
	return errs.New(errs.Locked, "datadir.locked", fmt.Sprintf("数据目录“%s”正由%s使用。%s", d.path, who, where))
}

// isNew tells whether the directory holds no data: what this package makes, and
// what a file system puts into its root, are none.
func isNew(path string) (bool, error) {
	entries, err := os.ReadDir(path)
	for _, e := range entries {
		switch name := e.Name(); {
		case name == lockFile, name == serverFile, name == tokenFile, name == linksFile, name == "lost+found", strings.HasPrefix(name, "."):
		default:
			return false, err
		}
	}
	return err == nil, err
}

func tryWrite(path string) error {
	f, err := os.CreateTemp(path, ".probe-*")
	if err != nil {
		return err
	}
	f.Close()
	return os.Remove(f.Name())
}

func unusable(path string, err error) error {
	switch {
	case errors.Is(err, fs.ErrPermission):
		return errs.Wrap(err, errs.Denied, "datadir.not_writable", fmt.Sprintf("没有数据目录“%s”的读写权限。请改用有权限的目录（--data），或让管理员授权。", path))
	case isReadOnly(err):
		return errs.Wrap(err, errs.Denied, "datadir.not_writable", fmt.Sprintf("数据目录“%s”所在的磁盘是只读的。请改用可以写的目录（--data）。", path))
	case isFull(err):
		return errs.Wrap(err, errs.Unavailable, "datadir.full", fmt.Sprintf("数据目录“%s”所在的磁盘已满。请腾出空间后再试。", path))
	}
	return errs.Wrap(err, errs.Unavailable, "datadir.unusable", fmt.Sprintf("数据目录“%s”不能使用：它或它的上级不是目录，或磁盘有问题。请换一个目录（--data）。", path))
}

// New tells whether the directory held no data yet when it was opened.
func (d *Dir) New() bool { return d.made }

// Path is the directory, absolute.
func (d *Dir) Path() string { return d.path }

// File gives the path of a file in the directory.
func (d *Dir) File(name string) string { return filepath.Join(d.path, name) }

// Announce tells other processes of this user, through server.json (mode
// 0600), where the server of this directory listens and which staff token it
// takes.
func (d *Dir) Announce(addr, token string) error {
	return d.write(serverFile, Server{PID: os.Getpid(), Addr: addr, Token: token})
}

// Close takes the announcement back and gives the lock up. Closing twice is no
// error.
func (d *Dir) Close() error {
	if d.lock == nil {
		return nil
	}
	err := os.Remove(d.File(serverFile))
	if errors.Is(err, fs.ErrNotExist) {
		err = nil
	}
	if closeErr := unlock(d.lock); err == nil {
		err = closeErr
	}
	d.lock = nil
	if err != nil {
		return unusable(d.path, err)
	}
	return nil
}

// Peek tells who runs on the directory; running is false when nobody does,
// whatever a killed process left behind, or when there is no such directory.
func Peek(path string) (s Server, running bool, err error) {
	f, err := os.Open(filepath.Join(path, lockFile))
	if errors.Is(err, fs.ErrNotExist) {
		return Server{}, false, nil
	}
	if err != nil {
		return Server{}, false, unusable(path, err)
	}
	defer unlock(f)
	free, err := lock(f, shared)
	if err != nil {
		return Server{}, false, unusable(path, err)
	}
	if free {
		return Server{}, false, nil
	}
	s, err = readServer(path)
	if errors.Is(err, fs.ErrNotExist) { // it begins or ends at this moment
		return Server{}, true, nil
	}
	if err != nil {
		return Server{}, true, unusable(path, err)
	}
	return s, true, nil
}

func readServer(path string) (Server, error) {
	var s Server
	data, err := os.ReadFile(filepath.Join(path, serverFile))
	if err != nil {
		return s, err
	}
	return s, json.Unmarshal(data, &s)
}

// StaffToken reads the token of the directory, and makes one of 48 hexadecimal
// digits from random when there is none; the file can be read by its owner
// only.
func (d *Dir) StaffToken(random io.Reader) (string, error) {
	return d.secret(tokenFile, tokenBytes, random)
}

// LinkKey is the same for the key that signs links in mails; processes that
// share a database must share its file too.
func (d *Dir) LinkKey(random io.Reader) ([]byte, error) {
	key, err := d.secret(linksFile, linksBytes, random)
	return []byte(key), err
}

// secret reads a file of one line, or makes it of n random bytes in hexadecimal.
func (d *Dir) secret(name string, n int, random io.Reader) (string, error) {
	data, err := os.ReadFile(d.File(name))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", unusable(d.path, err)
	}
	if token := strings.TrimSpace(string(data)); token != "" {
		return token, nil
	}
	raw := make([]byte, n)
	if _, err := io.ReadFull(random, raw); err != nil {
		return "", errs.Wrap(err, errs.Internal, "datadir.no_random", "系统没有给出随机数，不能生成口令。请重启机器后再试。")
	}
	token := hex.EncodeToString(raw)
	return token, d.replace(name, []byte(token+"\n"))
}

func (d *Dir) write(name string, v any) error {
	data, err := json.Marshal(v)
	if err != nil {
		return unusable(d.path, err)
	}
	return d.replace(name, append(data, '\n'))
}

// replace writes a file (mode 0600) so that a reader sees the old content or
// the new, never a part.
func (d *Dir) replace(name string, data []byte) error {
	f, err := os.CreateTemp(d.path, "."+name+"-*") // made with mode 0600
	if err != nil {
		return unusable(d.path, err)
	}
	defer os.Remove(f.Name()) // fails when the rename was done
	_, err = f.Write(data)
	if err == nil {
		err = f.Sync()
	}
	if closeErr := f.Close(); err == nil {
		err = closeErr
	}
	if err == nil {
		err = os.Rename(f.Name(), d.File(name))
	}
	if err != nil {
		return unusable(d.path, err)
	}
	return nil
}
