// The client calls a server of Arith, written in Go or in Swift, by net/rpc/jsonrpc.
//
//	client ENDPOINT                 a few calls, each request and reply printed
//	client ENDPOINT calls -n 10000 -c 64
//	                                so many calls, so many at a time; every answer is checked
//	client ENDPOINT types           a value of every type there and back
//	client ENDPOINT errors          the errors and their texts
//	client ENDPOINT departures      what RPCKit answers where Go's server would not
//
// The endpoint is tcp://HOST:PORT, unix:///PATH, or http://HOST:PORT/PATH, to which it CONNECTs first; or tls://HOST:PORT,
// and before it -ca FILE, the authorities that are believed, and -cert FILE -key FILE, what the client shows.
// The exit status is 0 only when everything was as it should be. All but the first two need the service Misc.
package main

import (
	"flag"
	"fmt"
	"log"
	"net/rpc"
	"net/rpc/jsonrpc"

	"rpckit.example/go/endpoint"
)

var modes = map[string]func(client *rpc.Client, arguments []string) error{
	"demo":       demo,
	"calls":      calls,
	"types":      types,
	"errors":     errorTexts,
	"departures": departures,
}

func main() {
	log.SetFlags(0)
	var files endpoint.TLS
	files.Flags("ca", "the authorities whose servers are believed, for a tls:// endpoint")
	flag.Parse()
	if flag.NArg() == 0 {
		log.Fatal("usage: client [OPTIONS] ENDPOINT [demo | calls | types | errors | departures] [OPTIONS]")
	}
	name, arguments := "demo", flag.Args()[1:]
	if len(arguments) > 0 {
		name, arguments = arguments[0], arguments[1:]
	}
	mode, known := modes[name]
	if !known {
		log.Fatalf("no such mode: %s", name)
	}

	server, err := endpoint.Parse(flag.Arg(0))
	if err != nil {
		log.Fatal(err)
	}
	connection, err := server.Dial(files)
	if err != nil {
		log.Fatal(err)
	}
	client := jsonrpc.NewClient(connection)
	defer client.Close()
	if err := mode(client, arguments); err != nil {
		log.Fatalf("%s: %v", name, err)
	}
	if name != "demo" {
		fmt.Println(name, "ok")
	}
}
