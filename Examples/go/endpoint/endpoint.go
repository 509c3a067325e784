// Package endpoint listens on and dials the URLs that RPCKit's endpoints are written as:
// tcp://127.0.0.1:1234, unix:///run/arith.sock and http://127.0.0.1:1234/_goRPC_.
package endpoint

import (
	"fmt"
	"net"
	"net/url"
)

// Endpoint is a network address, and a path where it is an HTTP server's.
type Endpoint struct {
	Network, Address string
	Path             string
}

// Parse takes an endpoint's URL apart.
func Parse(text string) (Endpoint, error) {
	parsed, err := url.Parse(text)
	if err != nil {
		return Endpoint{}, err
	}
	switch {
	case parsed.Scheme == "tcp" && parsed.Host != "":
		return Endpoint{Network: "tcp", Address: parsed.Host}, nil
	case parsed.Scheme == "http" && parsed.Host != "" && len(parsed.Path) > 1:
		return Endpoint{Network: "tcp", Address: parsed.Host, Path: parsed.Path}, nil
	case parsed.Scheme == "http" && parsed.Host != "":
		return Endpoint{Network: "tcp", Address: parsed.Host, Path: DefaultPath}, nil
	case parsed.Scheme == "unix" && parsed.Host == "" && parsed.Path != "":
		return Endpoint{Network: "unix", Address: parsed.Path}, nil
	}
	return Endpoint{}, fmt.Errorf(
		"not an endpoint: %q (tcp://host:port, unix:///path or http://host:port/path)", text)
}

// Listen listens on an endpoint. Port 0 takes any free port; Name tells which.
func (e Endpoint) Listen() (net.Listener, error) {
	return net.Listen(e.Network, e.Address)
}

// Dial connects to an endpoint.
func (e Endpoint) Dial() (net.Conn, error) {
	if e.Path != "" {
		return DialHTTP(e.Network, e.Address, e.Path)
	}
	return net.Dial(e.Network, e.Address)
}

// Name is the endpoint's URL at the address on which it is listened.
func (e Endpoint) Name(address net.Addr) string {
	if e.Path != "" {
		return "http://" + address.String() + e.Path
	}
	return e.Network + "://" + address.String()
}
