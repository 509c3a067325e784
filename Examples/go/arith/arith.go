// Package arith is the service of net/rpc's own documentation, as the Swift examples have it too.
package arith

import "errors"

// Args are the two numbers. On the wire: {"A":7,"B":8}.
type Args struct {
	A, B int
}

// Quotient is what Divide answers. On the wire: {"Quo":3,"Rem":1}.
type Quotient struct {
	Quo, Rem int
}

// Arith multiplies and divides. Its methods are called as Arith.Multiply and Arith.Divide.
type Arith struct{}

// Multiply answers A * B.
func (Arith) Multiply(args Args, reply *int) error {
	*reply = args.A * args.B
	return nil
}

// Divide answers A / B with its remainder, or the error "divide by zero".
func (Arith) Divide(args Args, reply *Quotient) error {
	if args.B == 0 {
		return errors.New("divide by zero")
	}
	reply.Quo = args.A / args.B
	reply.Rem = args.A % args.B
	return nil
}
