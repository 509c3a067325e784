// The program sends numbers to a JSON-RPC server and back, or is that server.
//
//	numbers serve              prints its port, and serves until its input ends
//	numbers call ADDRESS COUNT
package main

import (
	"fmt"
	"io"
	"log"
	"math"
	"math/rand"
	"net"
	"net/rpc"
	"net/rpc/jsonrpc"
	"os"
	"strconv"
	"time"
)

// Fault echoes.
type Fault struct{}

func (Fault) Int64(value int64, reply *int64) error      { *reply = value; return nil }
func (Fault) UInt64(value uint64, reply *uint64) error   { *reply = value; return nil }
func (Fault) Double(value float64, reply *float64) error { *reply = value; return nil }

func main() {
	log.SetFlags(0)
	switch {
	case len(os.Args) == 2 && os.Args[1] == "serve":
		serve()
	case len(os.Args) == 4 && os.Args[1] == "call":
		count, err := strconv.Atoi(os.Args[3])
		check(err)
		call(os.Args[2], count)
	default:
		log.Fatal("usage: numbers serve | numbers call ADDRESS COUNT")
	}
}

func serve() {
	server := rpc.NewServer()
	check(server.Register(Fault{}))
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	check(err)
	fmt.Println(listener.Addr().(*net.TCPAddr).Port)
	go func() {
		for {
			connection, err := listener.Accept()
			check(err)
			go server.ServeCodec(jsonrpc.NewServerCodec(connection))
		}
	}()
	_, err = io.Copy(io.Discard, os.Stdin)
	check(err)
}

func call(address string, count int) {
	client, err := jsonrpc.Dial("tcp", address)
	check(err)
	random := rand.New(rand.NewSource(time.Now().UnixNano()))
	wrong := 0
	for i := 0; i < count; i++ {
		bits := random.Uint64() >> random.Intn(64)
		signed := int64(bits)
		if i%2 == 0 {
			signed = -signed
		}
		float := math.Float64frombits(random.Uint64())
		if math.IsNaN(float) || math.IsInf(float, 0) {
			float = math.Copysign(0, -1)
		}
		var signedReply int64
		check(client.Call("Fault.Int64", signed, &signedReply))
		var bitsReply uint64
		check(client.Call("Fault.UInt64", bits, &bitsReply))
		var floatReply float64
		check(client.Call("Fault.Double", float, &floatReply))
		if signedReply != signed {
			wrong++
		}
		if bitsReply != bits {
			wrong++
		}
		if math.Float64bits(floatReply) != math.Float64bits(float) {
			wrong++
		}
	}
	fmt.Printf("%d numbers, %d wrong\n", 3*count, wrong)
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
