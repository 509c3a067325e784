// The server serves Arith and Misc by net/rpc/jsonrpc, as Go's documentation does it, until it is killed.
//
//	server -listen tcp://127.0.0.1:0
//
// Its first line tells where it listens: "listening on tcp://127.0.0.1:40123".
package main

import (
	"flag"
	"fmt"
	"log"
	"net"
	"net/rpc"
	"net/rpc/jsonrpc"

	"rpckit.example/go/arith"
	"rpckit.example/go/endpoint"
	"rpckit.example/go/misc"
)

func main() {
	log.SetFlags(0)
	listen := flag.String("listen", "tcp://127.0.0.1:0", "the endpoint to listen on")
	flag.Parse()

	server := rpc.NewServer()
	register(server)
	listener, err := endpoint.Listen(*listen)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("listening on", endpoint.Name(listener.Addr()))
	serve(server, listener)
}

func register(server *rpc.Server) {
	for _, service := range []any{arith.Arith{}, misc.Misc{}} {
		if err := server.Register(service); err != nil {
			log.Fatal(err)
		}
	}
}

func serve(server *rpc.Server, listener net.Listener) {
	for {
		connection, err := listener.Accept()
		if err != nil {
			log.Fatal(err)
		}
		go server.ServeCodec(jsonrpc.NewServerCodec(connection))
	}
}
