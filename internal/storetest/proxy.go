package storetest

import (
	"bytes"
	"encoding/binary"
	"io"
	"net"
	"sync"
	"testing"
	"time"
)

// proxy stands between a store and its MongoDB server. It can go away and come
// back, and break or hold up the connection at the n-th write command.
type proxy struct {
	addr, server string

	mu       sync.Mutex
	listener net.Listener
	conns    map[net.Conn]bool
	plan     cut
	writes   int
}

// cut says where to break: at the at-th write command (0: never), before it
// reaches the server or, with done, after the server has answered it. With
// instead, nothing is broken: the command waits while instead runs.
type cut struct {
	at      int
	done    bool
	instead func()
}

func newProxy(t *testing.T, server string) *proxy {
	t.Helper()
	p := &proxy{addr: "127.0.0.1:0", server: server, conns: map[net.Conn]bool{}}
	p.start(t)
	t.Cleanup(p.stop)
	return p
}

// start listens, at the same address each time.
func (p *proxy) start(t *testing.T) {
	t.Helper()
	l := Listen(t, p.addr)
	p.mu.Lock()
	p.listener, p.addr = l, l.Addr().String()
	p.mu.Unlock()
	go func() {
		for {
			client, err := l.Accept()
			if err != nil {
				return
			}
			go p.serve(client)
		}
	}()
}

// Listen listens on an address, also where it did before and where the machine has
// lent the port to somebody's connection for the moment.
func Listen(t testing.TB, addr string) net.Listener {
	t.Helper()
	for end := time.Now().Add(patience); ; time.Sleep(20 * time.Millisecond) {
		l, err := net.Listen("tcp", addr)
		if err == nil {
			return l
		}
		if time.Now().After(end) {
			t.Fatal(err)
		}
	}
}

// stop refuses and breaks all connections.
func (p *proxy) stop() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.listener.Close()
	for c := range p.conns {
		c.Close()
	}
	clear(p.conns)
}

func (p *proxy) cutAt(c cut) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.plan, p.writes = c, 0
}

// serve passes one request and its answer at a time.
func (p *proxy) serve(client net.Conn) {
	server, err := net.Dial("tcp", p.server)
	if err != nil {
		client.Close()
		return
	}
	p.mu.Lock()
	p.conns[client], p.conns[server] = true, true
	p.mu.Unlock()
	defer client.Close()
	defer server.Close()
	for {
		request, err := ReadMessage(client)
		if err != nil {
			return
		}
		broken := p.broken(request)
		if broken && p.plan.instead != nil {
			p.plan.instead()
			broken = false
		}
		if broken && !p.plan.done {
			p.stop()
			return
		}
		if _, err := server.Write(request); err != nil {
			return
		}
		answer, err := ReadMessage(server)
		if broken {
			p.stop()
		}
		if err != nil || broken {
			return
		}
		if _, err := client.Write(answer); err != nil {
			return
		}
	}
}

// broken counts the write commands and tells whether this is the one to break.
func (p *proxy) broken(message []byte) bool {
	switch Command(message) {
	case "insert", "update", "delete", "findAndModify":
	default:
		return false
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.writes++
	return p.writes == p.plan.at
}

// ReadMessage reads one message of MongoDB's wire protocol: it begins with its
// own length.
func ReadMessage(r io.Reader) ([]byte, error) {
	var size [4]byte
	if _, err := io.ReadFull(r, size[:]); err != nil {
		return nil, err
	}
	message := make([]byte, max(binary.LittleEndian.Uint32(size[:]), 16))
	copy(message, size[:])
	_, err := io.ReadFull(r, message[4:])
	return message, err
}

// Command names the command of an OP_MSG, such as "find", and is "" for another
// message: it is the key of the first element of its body, which is section 0.
// The driver may put document sequences only behind it.
func Command(message []byte) string {
	const opMsg, head = 2013, 16 + 4 + 1 + 4 + 1 // header, flags, section kind, document size, element type
	if len(message) <= head || binary.LittleEndian.Uint32(message[12:]) != opMsg || message[20] != 0 {
		return ""
	}
	name, _, _ := bytes.Cut(message[head:], []byte{0})
	return string(name)
}
