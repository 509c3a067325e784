// The server that a user would pick instead: net/rpc, with jsonrpc or gob, and the services that loadgen asks for.
package main

import (
	"flag"
	"fmt"
	"log"
	"net"
	"net/rpc"
	"net/rpc/jsonrpc"
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
	gob := flag.Bool("gob", false, "speak gob instead of JSON")
	flag.Parse()
	serve := jsonrpc.ServeConn
	if *gob {
		serve = rpc.ServeConn
	}
	for _, service := range []any{Arith{}, Echo{}} {
		if err := rpc.Register(service); err != nil {
			log.Fatal(err)
		}
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("listening on tcp://%s\n", listener.Addr())
	for {
		connection, err := listener.Accept()
		if err != nil {
			log.Fatal(err)
		}
		go serve(connection)
	}
}
