import RPCKit
import Testing

@Suite(.timeLimit(.minutes(1)))
struct EndpointTests {
  @Test(arguments: [
    ("tcp://127.0.0.1:1234", Endpoint.tcp("127.0.0.1", port: 1234)),
    ("tcp://localhost:0", .tcp("localhost", port: 0)),
    ("tcp://example.com:65535", .tcp("example.com", port: 65535)),
    ("tcp://[::1]:1234", .tcp("::1", port: 1234)),
    ("tcp://[fe80::1%lo]:1234", .tcp("fe80::1%lo", port: 1234)),
    ("tls://rpc.example.com:1234", .tls("rpc.example.com", port: 1234)),
    ("tls://[::1]:0", .tls("::1", port: 0)),
    ("unix:///run/arith.sock", .unix("/run/arith.sock")),
    ("unix:///tmp/with space/and%20percent", .unix("/tmp/with space/and%20percent")),
    ("unix:///tmp/é", .unix("/tmp/é")),
    ("http://127.0.0.1:1234/_goRPC_", .http("127.0.0.1", port: 1234)),
    ("http://[::1]:0/a/b?c", .http("::1", port: 0, path: "/a/b?c")),
  ])
  func `an endpoint is parsed from its URL and printed as it`(text: String, expected: Endpoint) throws {
    let endpoint = try Endpoint(text)

    #expect(endpoint == expected)
    #expect(String(describing: endpoint) == text)
  }

  @Test(arguments: ["http://a:1", "http://a:1/"])
  func `the path of HTTP is Go's unless it is given`(text: String) throws {
    let endpoint = try Endpoint(text)

    #expect(endpoint == .http("a", port: 1, path: "/_goRPC_"))
  }

  @Test(arguments: ["http://a:1/b c", "http://a:1/b\r\nX: y", "http://a:1/é", "http://a:1/\u{0}"])
  func `the path of HTTP is printable ASCII, and cannot bring headers of its own`(text: String) {
    #expect(throws: EndpointError.invalidPath(text)) { try Endpoint(text) }
  }

  @Test func `a port may have leading zeros`() throws {
    let endpoint = try Endpoint("tcp://a:0080")

    #expect(endpoint == .tcp("a", port: 80))
  }

  @Test(arguments: [
    "", "127.0.0.1:1234", "https://127.0.0.1:1234", "TCP://a:1", "TLS://a:1", "tcp:/a:1", " tcp://a:1",
    "unix:/a",
  ])
  func `only four schemes are known`(text: String) {
    #expect(throws: EndpointError.unknownScheme(text)) { try Endpoint(text) }
  }

  @Test(arguments: ["tcp://", "tcp://host", "tcp://[::1]", "tls://host", "http://host/path", "http:///path"])
  func `a TCP endpoint has a port`(text: String) {
    #expect(throws: EndpointError.missingPort(text)) { try Endpoint(text) }
  }

  @Test(arguments: [
    "tcp://a:", "tcp://a:x", "tcp://a:65536", "tcp://a:-1", "tcp://a:+1", "tcp://a: 1", "tcp://a:1 ",
    "tcp://a:1/",
    "tcp://a:٣", "tcp://a:99999999999999999999",
  ])
  func `a port is a number from 0 to 65535`(text: String) {
    #expect(throws: EndpointError.invalidPort(text)) { try Endpoint(text) }
  }

  @Test(arguments: [
    "tcp://:1", "tcp://[]:1", "tcp://[a]:1", "tcp://[::1:1", "tcp://a b:1", "tcp://a/b:1", "tcp://a?b:1",
    "tcp://a#b:1", "tcp://u@a:1", "tcp://a]:1", "tcp://a\u{0}b:1", "tcp://a\nb:1", "tcp://[::1]x:1",
    "tcp://a\u{7F}:1",
  ])
  func `a host has no character that none has`(text: String) {
    #expect(throws: EndpointError.invalidHost(text)) { try Endpoint(text) }
  }

  @Test(arguments: ["tcp://::1:1234", "tcp://::1", "tcp://1:2:3"])
  func `an IPv6 address stands in brackets`(text: String) {
    #expect(throws: EndpointError.unbracketedIPv6(text)) { try Endpoint(text) }
  }

  @Test(arguments: ["unix://", "unix:///", "unix://a", "unix://./a"])
  func `a socket's path is absolute`(text: String) {
    #expect(throws: EndpointError.missingPath(text)) { try Endpoint(text) }
  }

  @Test func `a socket's path has no NUL, behind which the system would not look`() {
    let text = "unix:///a\u{0}b"

    #expect(throws: EndpointError.invalidPath(text)) { try Endpoint(text) }
  }

  @Test func `a socket's path fits into a socket address`() throws {
    #if os(Linux)
      let maximum = 107
    #else
      let maximum = 103
    #endif
    let longest = "unix:///" + String(repeating: "a", count: maximum - 1)

    #expect(throws: Never.self) { try Endpoint(longest) }
    #expect(throws: EndpointError.pathTooLong(longest + "a", maximumBytes: maximum)) {
      try Endpoint(longest + "a")
    }
  }

  @Test(arguments: [
    EndpointError.unknownScheme("x"), .missingPort("x"), .invalidPort("x"), .invalidHost("x"),
    .unbracketedIPv6("x"),
    .missingPath("x"), .invalidPath("x"), .pathTooLong("x", maximumBytes: 107),
  ])
  func `an error begins with the text that is wrong, and says why`(error: EndpointError) {
    let text = String(describing: error)

    #expect(text.hasPrefix("x: "))
    #expect(text.count > 10)
  }
}
