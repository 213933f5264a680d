package main

import (
	"net"
	"net/netip"
	"testing"
)

// Links that are passed on begin with the listening address only where nobody
// else can be listening to it.
func TestLocalURL(t *testing.T) {
	for addr, want := range map[string]string{"127.0.0.1:8080": "http://localhost:8080", "[::1]:8080": "http://localhost:8080", "0.0.0.0:8080": "", "[::]:8080": "", "192.0.2.7:80": ""} {
		at := net.TCPAddrFromAddrPort(netip.MustParseAddrPort(addr))
		if got := localURL(at); got != want {
			t.Errorf("%s: %q, want %q", addr, got, want)
		}
	}
}
