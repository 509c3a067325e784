// Package misc is a service for tests: it echoes what it is given, waits, and fails.
package misc

import (
	"encoding/json"
	"errors"
	"time"
)

// Misc is served by the Go server and, under the same name, by the Swift one of the tests.
type Misc struct{}

// Echo answers the text it is given. A string for a string is what ovs-appctl can call.
func (Misc) Echo(text string, reply *string) error {
	*reply = text
	return nil
}

// EchoEverything answers the value it is given.
func (Misc) EchoEverything(value Everything, reply *Everything) error {
	*reply = value
	return nil
}

// EchoRaw answers the JSON it is given, without reading it.
func (Misc) EchoRaw(value json.RawMessage, reply *json.RawMessage) error {
	*reply = value
	return nil
}

// Sleep answers after so many milliseconds.
func (Misc) Sleep(milliseconds int, reply *int) error {
	time.Sleep(time.Duration(milliseconds) * time.Millisecond)
	*reply = milliseconds
	return nil
}

// Fail fails with the text it is given.
func (Misc) Fail(text string, reply *string) error {
	return errors.New(text)
}

// Null answers null, which Go's own client does not survive.
func (Misc) Null(ignored int, reply **int) error {
	return nil
}
