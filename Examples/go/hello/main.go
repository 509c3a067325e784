// Hello calls Arith.Multiply on a server at an address: hello 127.0.0.1:1234
package main

import (
	"fmt"
	"log"
	"net/rpc/jsonrpc"
	"os"
)

type Args struct{ A, B int }

func main() {
	client, err := jsonrpc.Dial("tcp", os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	var product int
	if err := client.Call("Arith.Multiply", Args{7, 8}, &product); err != nil {
		log.Fatal(err)
	}
	fmt.Println("7 × 8 =", product)
}
