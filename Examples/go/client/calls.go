package main

import (
	"flag"
	"fmt"
	"net/rpc"
	"sync"

	"rpckit.example/go/arith"
)

// calls makes n calls on one connection, c of them at a time, and checks each answer.
func calls(client *rpc.Client, arguments []string) error {
	flags := flag.NewFlagSet("calls", flag.ExitOnError)
	count := flags.Int("n", 10000, "how many calls")
	concurrency := flags.Int("c", 64, "how many at a time")
	flags.Parse(arguments)

	numbers := make(chan int)
	failures := make(chan error, *concurrency)
	var callers sync.WaitGroup
	for i := 0; i < *concurrency; i++ {
		callers.Add(1)
		go func() {
			defer callers.Done()
			var first error
			for number := range numbers {
				if err := check(client, number); err != nil && first == nil {
					first = fmt.Errorf("call %d: %w", number, err)
				}
			}
			failures <- first
		}()
	}
	for number := 0; number < *count; number++ {
		numbers <- number
	}
	close(numbers)
	callers.Wait()
	close(failures)

	for err := range failures {
		if err != nil {
			return err
		}
	}
	fmt.Printf("%d calls, %d at a time, every answer right\n", *count, *concurrency)
	return nil
}

// check makes one call: a product, a quotient, and every so often a division by zero.
func check(client *rpc.Client, number int) error {
	args := arith.Args{A: number * 1000003, B: number % 7}
	if number%2 == 0 {
		var product int
		if err := client.Call("Arith.Multiply", args, &product); err != nil {
			return err
		}
		if product != args.A*args.B {
			return fmt.Errorf("%d * %d = %d", args.A, args.B, product)
		}
		return nil
	}
	var quotient arith.Quotient
	err := client.Call("Arith.Divide", args, &quotient)
	if args.B == 0 {
		if err != rpc.ServerError("divide by zero") {
			return fmt.Errorf("%d / 0 gave %v, %v", args.A, quotient, err)
		}
		return nil
	}
	if err != nil {
		return err
	}
	if quotient.Quo != args.A/args.B || quotient.Rem != args.A%args.B {
		return fmt.Errorf("%d / %d = %v", args.A, args.B, quotient)
	}
	return nil
}
