// Package endpoint listens on and dials the URLs that RPCKit's endpoints are written as:
// tcp://127.0.0.1:1234 and unix:///run/arith.sock.
package endpoint

import (
	"fmt"
	"net"
	"net/url"
)

// Listen listens on an endpoint. Port 0 takes any free port; Name tells which.
func Listen(text string) (net.Listener, error) {
	network, address, err := parse(text)
	if err != nil {
		return nil, err
	}
	return net.Listen(network, address)
}

// Dial connects to an endpoint.
func Dial(text string) (net.Conn, error) {
	network, address, err := parse(text)
	if err != nil {
		return nil, err
	}
	return net.Dial(network, address)
}

// Name is the endpoint at which an address is reached.
func Name(address net.Addr) string {
	return address.Network() + "://" + address.String()
}

func parse(text string) (network, address string, err error) {
	parsed, err := url.Parse(text)
	if err != nil {
		return "", "", err
	}
	switch {
	case parsed.Scheme == "tcp" && parsed.Host != "":
		return "tcp", parsed.Host, nil
	case parsed.Scheme == "unix" && parsed.Host == "" && parsed.Path != "":
		return "unix", parsed.Path, nil
	}
	return "", "", fmt.Errorf("not an endpoint: %q (tcp://host:port or unix:///path)", text)
}
