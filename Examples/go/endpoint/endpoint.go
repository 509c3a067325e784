// Package endpoint listens on and dials the URLs that RPCKit's endpoints are written as:
// tcp://127.0.0.1:1234, tls://localhost:1234, unix:///run/arith.sock and http://127.0.0.1:1234/_goRPC_.
package endpoint

import (
	"crypto/tls"
	"fmt"
	"net"
	"net/url"
)

// Endpoint is a network address, and a path where it is an HTTP server's. Scheme is "tls" where the connection is
// encrypted, and the network's name or "http" otherwise.
type Endpoint struct {
	Scheme           string
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
	case (parsed.Scheme == "tcp" || parsed.Scheme == "tls") && parsed.Host != "":
		return Endpoint{Scheme: parsed.Scheme, Network: "tcp", Address: parsed.Host}, nil
	case parsed.Scheme == "http" && parsed.Host != "" && len(parsed.Path) > 1:
		return Endpoint{Scheme: "http", Network: "tcp", Address: parsed.Host, Path: parsed.Path}, nil
	case parsed.Scheme == "http" && parsed.Host != "":
		return Endpoint{Scheme: "http", Network: "tcp", Address: parsed.Host, Path: DefaultPath}, nil
	case parsed.Scheme == "unix" && parsed.Host == "" && parsed.Path != "":
		return Endpoint{Scheme: "unix", Network: "unix", Address: parsed.Path}, nil
	}
	return Endpoint{}, fmt.Errorf(
		"not an endpoint: %q (tcp://host:port, tls://host:port, unix:///path or http://host:port/path)", text)
}

// Listen listens on an endpoint. Port 0 takes any free port; Name tells which.
func (e Endpoint) Listen(files TLS) (net.Listener, error) {
	if e.Scheme != "tls" {
		return net.Listen(e.Network, e.Address)
	}
	config, err := files.server()
	if err != nil {
		return nil, err
	}
	return tls.Listen(e.Network, e.Address, config)
}

// Dial connects to an endpoint.
func (e Endpoint) Dial(files TLS) (net.Conn, error) {
	switch e.Scheme {
	case "tls":
		config, err := files.config()
		if err != nil {
			return nil, err
		}
		return tls.Dial(e.Network, e.Address, config)
	case "http":
		return DialHTTP(e.Network, e.Address, e.Path)
	default:
		return net.Dial(e.Network, e.Address)
	}
}

// Name is the endpoint's URL at the address on which it is listened.
func (e Endpoint) Name(address net.Addr) string {
	return e.Scheme + "://" + address.String() + e.Path
}
