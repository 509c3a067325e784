// The server serves Arith and Misc by net/rpc/jsonrpc, as Go's documentation does it, until it is killed.
//
//	server -listen tcp://127.0.0.1:0
//	server -listen http://127.0.0.1:0/_goRPC_
//	server -listen tls://127.0.0.1:0 -cert FILE -key FILE [-client-ca FILE]
//
// Its first line tells where it listens: "listening on tcp://127.0.0.1:40123". By http, it turns each CONNECT to the path
// into a JSON-RPC connection, and has Go's debug page at /debug/rpc.
package main

import (
	"flag"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/rpc"
	"net/rpc/jsonrpc"

	"rpckit.example/go/arith"
	"rpckit.example/go/endpoint"
	"rpckit.example/go/misc"
)

func main() {
	log.SetFlags(0)
	listen := flag.String("listen", "tcp://127.0.0.1:0", "the endpoint to listen on")
	var files endpoint.TLS
	files.Flags("client-ca", "the authorities one of which must have issued a client's certificate")
	flag.Parse()

	server := rpc.NewServer()
	register(server)
	where, err := endpoint.Parse(*listen)
	if err != nil {
		log.Fatal(err)
	}
	listener, err := where.Listen(files)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("listening on", where.Name(listener.Addr()))
	if where.Path == "" {
		serve(server, listener)
	} else {
		serveHTTP(server, listener, where.Path)
	}
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

func serveHTTP(server *rpc.Server, listener net.Listener, path string) {
	// The first of its two paths is net/rpc's own, which speaks gob.
	server.HandleHTTP("/gob", rpc.DefaultDebugPath)
	http.Handle(path, endpoint.Handler(func(connection io.ReadWriteCloser) {
		server.ServeCodec(jsonrpc.NewServerCodec(connection))
	}))
	log.Fatal(http.Serve(listener, nil))
}
