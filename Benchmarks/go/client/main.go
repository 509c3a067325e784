// The client that a user would pick instead: net/rpc/jsonrpc, calling from many goroutines over one connection.
// Prints the same line as bench-client.
package main

import (
	"flag"
	"fmt"
	"log"
	"net/rpc/jsonrpc"
	"sort"
	"syscall"
	"time"
)

type Args struct{ A, B int }

// cpu is the processor time that this process has used.
func cpu() time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		log.Fatal(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

func main() {
	callers := flag.Int("callers", 64, "how many goroutines call")
	seconds := flag.Float64("seconds", 2, "for how long, in seconds")
	flag.Parse()
	client, err := jsonrpc.Dial("tcp", flag.Arg(0))
	if err != nil {
		log.Fatal(err)
	}
	cpuBefore, start := cpu(), time.Now()
	end := start.Add(time.Duration(*seconds * float64(time.Second)))
	results := make(chan []time.Duration)
	for caller := 0; caller < *callers; caller++ {
		go func(caller int) {
			var latencies []time.Duration
			for now := time.Now(); now.Before(end); {
				args := Args{A: caller + len(latencies), B: 8}
				var product int
				if err := client.Call("Arith.Multiply", args, &product); err != nil {
					log.Fatal(err)
				}
				if product != args.A*args.B {
					log.Fatalf("a wrong product: %d", product)
				}
				after := time.Now()
				latencies = append(latencies, after.Sub(now))
				now = after
			}
			results <- latencies
		}(caller)
	}
	var latencies []time.Duration
	for caller := 0; caller < *callers; caller++ {
		latencies = append(latencies, <-results...)
	}
	took, used := time.Since(start), cpu()-cpuBefore
	sort.Slice(latencies, func(i, j int) bool { return latencies[i] < latencies[j] })
	percentile := func(percent int) float64 {
		return float64(latencies[len(latencies)*percent/100].Nanoseconds()) / 1e3
	}
	fmt.Printf("{\"calls\": %d, \"seconds\": %.6f, \"p50\": %.1f, \"p99\": %.1f, \"cpu\": %d}\n",
		len(latencies), took.Seconds(), percentile(50), percentile(99), used.Microseconds())
}
