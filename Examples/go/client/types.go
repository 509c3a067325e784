package main

import (
	"fmt"
	"net/rpc"
	"reflect"

	"rpckit.example/go/misc"
)

// types sends a value of every type to the peer's echo and compares what comes back, field by field.
func types(client *rpc.Client, _ []string) error {
	sent := misc.NewEverything()
	var received misc.Everything
	if err := client.Call("Misc.EchoEverything", sent, &received); err != nil {
		return err
	}
	if !sent.When.Equal(received.When) || !sent.Before.Equal(received.Before) {
		return fmt.Errorf("sent %v and %v, received %v and %v",
			sent.When, sent.Before, received.When, received.Before)
	}
	// Equal times can differ in their representation, which DeepEqual would see.
	received.When, received.Before = sent.When, sent.Before
	return firstDifference(reflect.ValueOf(sent), reflect.ValueOf(received))
}

func firstDifference(sent, received reflect.Value) error {
	for i := 0; i < sent.NumField(); i++ {
		if !reflect.DeepEqual(sent.Field(i).Interface(), received.Field(i).Interface()) {
			return fmt.Errorf("%s: sent %#v, received %#v",
				sent.Type().Field(i).Name, sent.Field(i).Interface(), received.Field(i).Interface())
		}
	}
	return nil
}
