// The gobclient is Go's stock HTTP client: rpc.DialHTTPPath, which CONNECTs and then speaks gob.
//
//	gobclient http://127.0.0.1:1234/_goRPC_
//
// A server that speaks JSON-RPC behind CONNECT cannot answer it. It prints what became of its one call.
package main

import (
	"fmt"
	"log"
	"net/rpc"
	"os"
	"time"

	"rpckit.example/go/arith"
	"rpckit.example/go/endpoint"
)

func main() {
	log.SetFlags(0)
	if len(os.Args) != 2 {
		log.Fatal("usage: gobclient http://HOST:PORT/PATH")
	}
	server, err := endpoint.Parse(os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	start := time.Now()
	client, err := rpc.DialHTTPPath(server.Network, server.Address, server.Path)
	if err != nil {
		fmt.Println("not connected:", err)
		return
	}
	defer client.Close()
	var product int
	if err := client.Call("Arith.Multiply", arith.Args{A: 7, B: 8}, &product); err != nil {
		fmt.Printf("failed after %d ms: %v\n", time.Since(start).Milliseconds(), err)
		return
	}
	fmt.Println("answered:", product)
}
