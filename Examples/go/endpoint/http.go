package endpoint

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/rpc"
)

// connected is the status that net/rpc answers CONNECT with, and expects.
const connected = "200 Connected to Go RPC"

// DialHTTP connects to a path of an HTTP server by CONNECT, as rpc.DialHTTPPath does. What the connection then
// speaks is the caller's choice: rpc.DialHTTPPath itself always makes it gob.
func DialHTTP(network, address, path string) (net.Conn, error) {
	connection, err := net.Dial(network, address)
	if err != nil {
		return nil, err
	}
	io.WriteString(connection, "CONNECT "+path+" HTTP/1.0\n\n")
	reader := bufio.NewReader(connection)
	response, err := http.ReadResponse(reader, &http.Request{Method: "CONNECT"})
	if err == nil && response.Status != connected {
		err = fmt.Errorf("unexpected HTTP response: %s", response.Status)
	}
	if err != nil {
		connection.Close()
		return nil, err
	}
	return hijacked{connection, reader}, nil
}

// Handler answers CONNECT as rpc.Server's ServeHTTP does, and leaves the connection to serve.
func Handler(serve func(io.ReadWriteCloser)) http.Handler {
	return http.HandlerFunc(func(writer http.ResponseWriter, request *http.Request) {
		if request.Method != http.MethodConnect {
			writer.Header().Set("Content-Type", "text/plain; charset=utf-8")
			writer.WriteHeader(http.StatusMethodNotAllowed)
			io.WriteString(writer, "405 must CONNECT\n")
			return
		}
		connection, buffered, err := writer.(http.Hijacker).Hijack()
		if err != nil {
			return
		}
		io.WriteString(connection, "HTTP/1.0 "+connected+"\n\n")
		// What came behind the CONNECT is in the buffer. Go's own ServeHTTP throws it away.
		serve(hijacked{connection, buffered.Reader})
	})
}

// DefaultPath is where CONNECT begins RPC unless another path is chosen.
const DefaultPath = rpc.DefaultRPCPath

// hijacked is a connection some of whose input has been read already.
type hijacked struct {
	net.Conn
	reader *bufio.Reader
}

func (h hijacked) Read(bytes []byte) (int, error) { return h.reader.Read(bytes) }
