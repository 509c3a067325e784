// The comparison is the Go side of the article "Coming from Go": each snippet there stands here, and runs.
//
//	comparison
//
// It prints what its calls return, and exits with 0 when all of them did as the article says.
package main

import (
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/rpc"
	"net/rpc/jsonrpc"
	"os"
	"path/filepath"
)

func main() {
	log.SetFlags(0)
	for _, run := range []func() error{overTCP, overUnix, overHTTP, oneConnection, oneRequest} {
		if err := run(); err != nil {
			log.Fatal(err)
		}
	}
}

func newServer() (*rpc.Server, error) {
	server := rpc.NewServer()
	err := server.Register(Arith{})
	if err == nil {
		err = server.RegisterName("net.rpc.Arith", Arith{})
	}
	return server, err
}

func serve(server *rpc.Server, listener net.Listener) {
	for {
		connection, err := listener.Accept()
		if err != nil {
			return
		}
		go server.ServeCodec(jsonrpc.NewServerCodec(connection))
	}
}

func overTCP() error {
	server, err := newServer()
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	go serve(server, listener)

	client, err := jsonrpc.Dial("tcp", listener.Addr().String())
	if err != nil {
		return err
	}
	if err := call(client); err != nil {
		return err
	}
	if err := start(client); err != nil {
		return err
	}
	return fail(client)
}

func call(client *rpc.Client) error {
	var product int
	err := client.Call("Arith.Multiply", Args{7, 8}, &product)
	fmt.Println("product:", product)
	return err
}

func start(client *rpc.Client) error {
	var quotient Quotient
	call := client.Go("Arith.Divide", Args{7, 2}, &quotient, nil)
	<-call.Done
	fmt.Println("quotient:", quotient.Quo, quotient.Rem)
	return call.Error
}

func fail(client *rpc.Client) error {
	err := client.Call("Arith.Divide", Args{7, 0}, &Quotient{})
	var text rpc.ServerError
	if errors.As(err, &text) {
		fmt.Println("the method said:", text)
	}

	client.Close()
	err = client.Call("Arith.Divide", Args{7, 2}, &Quotient{})
	if errors.Is(err, rpc.ErrShutdown) {
		fmt.Println("closed:", err)
	}
	return nil
}

func overUnix() error {
	server, err := newServer()
	if err != nil {
		return err
	}
	directory, err := os.MkdirTemp("", "comparison")
	if err != nil {
		return err
	}
	defer os.RemoveAll(directory)
	path := filepath.Join(directory, "arith.sock")

	listener, err := net.Listen("unix", path)
	if err != nil {
		return err
	}
	go serve(server, listener)

	client, err := jsonrpc.Dial("unix", path)
	if err != nil {
		return err
	}
	defer client.Close()
	return call(client)
}

func overHTTP() error {
	server, err := newServer()
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}

	// Behind CONNECT, Go speaks gob. The debug page is at /debug/rpc.
	server.HandleHTTP(rpc.DefaultRPCPath, rpc.DefaultDebugPath)
	go http.Serve(listener, nil)

	client, err := rpc.DialHTTP("tcp", listener.Addr().String())
	if err != nil {
		return err
	}
	defer client.Close()
	return call(client)
}

func oneConnection() error {
	server, err := newServer()
	if err != nil {
		return err
	}
	clientSide, serverSide := net.Pipe()

	go server.ServeCodec(jsonrpc.NewServerCodec(serverSide))
	client := jsonrpc.NewClient(clientSide)
	defer client.Close()
	return call(client)
}

func oneRequest() error {
	server, err := newServer()
	if err != nil {
		return err
	}
	clientSide, connection := net.Pipe()
	go io.WriteString(clientSide, `{"method":"Arith.Multiply","params":[{"A":7,"B":8}],"id":1}`)
	served := make(chan error)
	go func() {
		served <- server.ServeRequest(jsonrpc.NewServerCodec(connection))
	}()

	response := make([]byte, 64)
	count, err := clientSide.Read(response)
	fmt.Print(string(response[:count]))
	if err != nil {
		return err
	}
	return <-served
}
