package main

import (
	"encoding/json"
	"fmt"
	"net/rpc"

	"rpckit.example/go/arith"
)

// demo prints three calls, the last of which fails as it should.
func demo(client *rpc.Client, _ []string) error {
	var product int
	if err := show(client, "Arith.Multiply", arith.Args{A: 7, B: 8}, &product); err != nil {
		return err
	}
	var quotient arith.Quotient
	if err := show(client, "Arith.Divide", arith.Args{A: 7, B: 2}, &quotient); err != nil {
		return err
	}
	err := show(client, "Arith.Divide", arith.Args{A: 7, B: 0}, &quotient)
	if _, fromServer := err.(rpc.ServerError); !fromServer {
		return fmt.Errorf("a division by zero gave %v", err)
	}
	return nil
}

// show makes a call and prints it: Arith.Multiply {"A":7,"B":8} -> 56
func show(client *rpc.Client, method string, argument, reply any) error {
	err := client.Call(method, argument, reply)
	if err != nil {
		fmt.Printf("%s %s -> error: %v\n", method, asJSON(argument), err)
	} else {
		fmt.Printf("%s %s -> %s\n", method, asJSON(argument), asJSON(reply))
	}
	return err
}

func asJSON(value any) string {
	text, err := json.Marshal(value)
	if err != nil {
		return err.Error()
	}
	return string(text)
}
