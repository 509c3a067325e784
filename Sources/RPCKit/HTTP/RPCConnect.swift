/// Go's way of speaking RPC through an HTTP port: a CONNECT request, after which the connection is RPC's.
///
/// Go: server.go, ServeHTTP(); client.go, DialHTTPPath(). The bytes are Go's: bare line feeds, no Host.
enum RPCConnect {
  static let defaultPath = "/_goRPC_"
  static let expectedStatus = "200 Connected to Go RPC"

  static func request(path: String) -> String { "CONNECT \(path) HTTP/1.0\n\n" }
  static let response = "HTTP/1.0 \(expectedStatus)\n\n"
}
