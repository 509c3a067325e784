// Measures Go's encoding/json with the same bodies as bench-coders, and prints the same lines: for all works, or for the
// one that is named.
package main

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"time"
)

type Args struct{ A, B int }

type Item struct {
	A int
	B string
}

func items(count int) []Item {
	items := make([]Item, count)
	for i := range items {
		items[i] = Item{A: i, B: fmt.Sprintf("item %06d", i)}
	}
	return items
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// measure prints the nanoseconds that one operation takes, in the best of five batches of at least 10 ms.
func measure(name string, bytes int, operation func()) {
	if len(os.Args) > 1 && os.Args[1] != name {
		return
	}
	operations, best := 1, math.Inf(1)
	for rest := 5; rest > 0; {
		start := time.Now()
		for i := 0; i < operations; i++ {
			operation()
		}
		took := float64(time.Since(start).Nanoseconds())
		if took < 10e6 {
			operations *= 2
			continue
		}
		best = math.Min(best, took/float64(operations))
		rest--
	}
	fmt.Println(name, bytes, best)
}

func both[T any](name string, value T) {
	body, err := json.Marshal(value)
	check(err)
	measure("decode-"+name, len(body), func() {
		var decoded T
		check(json.Unmarshal(body, &decoded))
	})
	measure("encode-"+name, len(body), func() {
		_, err := json.Marshal(value)
		check(err)
	})
}

func main() {
	both("small", Args{123, 8})
	both("8K", items(280))
	both("1M", items(33000))
}
