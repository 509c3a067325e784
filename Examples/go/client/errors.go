package main

import (
	"fmt"
	"net/rpc"
	"strings"

	"rpckit.example/go/arith"
)

// errorTexts makes calls that fail, and one after each that must still succeed on the same connection.
func errorTexts(client *rpc.Client, _ []string) error {
	awkward := "quotes \" \\ <&> \u2028 \U0001F600 \x00 and a\nnew line"
	expectations := []struct {
		method   string
		argument any
		text     string
	}{
		{"Arith.Divide", arith.Args{A: 1}, "divide by zero"},
		{"Nope.Multiply", arith.Args{}, "rpc: can't find service Nope.Multiply"},
		{".Multiply", arith.Args{}, "rpc: can't find service .Multiply"},
		{"net.rpc.Arith.Multiply", arith.Args{}, "rpc: can't find service net.rpc.Arith.Multiply"},
		{"Arith.Nope", arith.Args{}, "rpc: can't find method Arith.Nope"},
		{"Arith.multiply", arith.Args{}, "rpc: can't find method Arith.multiply"},
		{"Arith.", arith.Args{}, "rpc: can't find method Arith."},
		{"Multiply", arith.Args{}, "rpc: service/method request ill-formed: Multiply"},
		{"", arith.Args{}, "rpc: service/method request ill-formed: "},
		{"Misc.Fail", awkward, awkward},
		{"Misc.Fail", strings.Repeat("long ", 10000), strings.Repeat("long ", 10000)},
	}
	for _, expected := range expectations {
		var reply any
		err := client.Call(expected.method, expected.argument, &reply)
		if err != rpc.ServerError(expected.text) {
			return fmt.Errorf("%s: got %v instead of %q", expected.method, err, expected.text)
		}
		if err := check(client, 6); err != nil {
			return fmt.Errorf("after %s: %w", expected.method, err)
		}
	}
	return wrongType(client)
}

// wrongType sends an argument of the wrong type. What the error says is the decoder's own; that it is the call's
// alone is what counts.
func wrongType(client *rpc.Client) error {
	var product int
	err := client.Call("Arith.Multiply", "seven times eight", &product)
	if _, fromServer := err.(rpc.ServerError); !fromServer {
		return fmt.Errorf("a string for a struct: got %v, %v", product, err)
	}
	return check(client, 6)
}

// departures makes the calls after which Go's server leaves Go's client dead or deceived, and RPCKit's does not.
func departures(client *rpc.Client, _ []string) error {
	for _, call := range []struct {
		method   string
		argument any
	}{
		{"Misc.Null", 0},  // Go answers null, and its client ends with "invalid error <nil>"
		{"Misc.Fail", ""}, // Go answers an error without a text as a success
	} {
		var reply any
		err := client.Call(call.method, call.argument, &reply)
		text, fromServer := err.(rpc.ServerError)
		if !fromServer || text == "" {
			return fmt.Errorf("%s: got %v, %v", call.method, reply, err)
		}
		if err := check(client, 6); err != nil {
			return fmt.Errorf("after %s: %w", call.method, err)
		}
	}
	return nil
}
