// The server that a user would pick instead: net/rpc/jsonrpc, with the services that loadgen asks for.
package main

import (
	"fmt"
	"net"
	"net/rpc"
	"net/rpc/jsonrpc"
	"os"
)

type Args struct{ A, B int }

type Arith struct{}

func (Arith) Multiply(args Args, reply *int) error {
	*reply = args.A * args.B
	return nil
}

type Item struct {
	A int
	B string
}

type Echo struct{}

func (Echo) Batch(items []Item, reply *[]Item) error {
	*reply = items
	return nil
}

func main() {
	for _, service := range []any{Arith{}, Echo{}} {
		if err := rpc.Register(service); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Printf("listening on tcp://%s\n", listener.Addr())
	for {
		connection, err := listener.Accept()
		if err != nil {
			os.Exit(1)
		}
		go jsonrpc.ServeConn(connection)
	}
}
