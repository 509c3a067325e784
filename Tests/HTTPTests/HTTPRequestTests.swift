import NIOCore
import Testing

@testable import RPCKit

struct HTTPRequestTests {
  @Test(arguments: ["HTTP/1.0", "HTTP/1.1"])
  func `a request has a method, a path without its query, and a host`(version: String) throws {
    let request = try read(
      "GET /debug/rpc?a=b \(version)\r\nUser-Agent: x\r\nHOST: \t localhost:1234 \t\r\n\r\n"
    )

    #expect(request?.method == "GET")
    #expect(request?.path == "/debug/rpc")
    #expect(request?.host == "localhost:1234")
  }

  @Test func `a CONNECT needs no field and passes with any`() throws {
    let fields = [
      "", "Host:\r\n", "Host: 127.0.0.1:1234\r\n", "Content-Length: 0\r\n", "Cookie: a=\u{e9}\u{1F600}\r\n",
      "Proxy-Authorization: Basic x\r\nX: y\r\nX: z\r\n", "Empty:\r\n", "Odd!#$%&'*+-.^_`|~09: :\r\n",
    ]
    for field in fields {
      let request = try read("CONNECT /_goRPC_ HTTP/1.1\r\n\(field)\r\n")

      #expect(request?.method == "CONNECT")
      #expect(request?.path == "/_goRPC_")
    }
  }

  @Test(arguments: [
    // RFC 9112, 3.2: the forms for proxies.
    "GET http://127.0.0.1/debug/rpc HTTP/1.1\r\n\r\n",
    "CONNECT 127.0.0.1:1234 HTTP/1.1\r\n\r\n",
    "OPTIONS * HTTP/1.1\r\n\r\n",
    // RFC 9112, 3: exactly two spaces, and a version we know.
    "GET / HTTP/1.1 \r\n\r\n",
    "GET  / HTTP/1.1\r\n\r\n",
    "GET /a b HTTP/1.1\r\n\r\n",
    "GET\t/ HTTP/1.1\r\n\r\n",
    "GET /a\tb HTTP/1.1\r\n\r\n",
    "GET /\u{e9} HTTP/1.1\r\n\r\n",
    "GET /\r\n\r\n",
    "GET / HTTP/2.0\r\n\r\n",
    "GET / http/1.1\r\n\r\n",
    "GET / HTTP/1.10\r\n\r\n",
    "G3T / HTTP/1.1\r\n\r\n",
    " GET / HTTP/1.1\r\n\r\n",
    "\r\n\r\n",
    // RFC 9112, 5: a fold, a space before the colon, no colon, no name.
    "GET / HTTP/1.1\r\nA: b\r\n c\r\n\r\n",
    "GET / HTTP/1.1\r\nA: b\r\n\tc: d\r\n\r\n",
    "GET / HTTP/1.1\r\n A: b\r\n\r\n",
    "GET / HTTP/1.1\r\nHost : localhost\r\n\r\n",
    "GET / HTTP/1.1\r\nHost\r\n\r\n",
    "GET / HTTP/1.1\r\n: localhost\r\n\r\n",
    "GET / HTTP/1.1\r\nA\u{e9}: b\r\n\r\n",
    // RFC 9112, 6: what says two things about the body.
    "POST / HTTP/1.1\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
    "POST / HTTP/1.1\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\n",
    "POST / HTTP/1.1\r\ncontent-length: 5, 5\r\n\r\n",
    "POST / HTTP/1.1\r\ncontent-length: +5\r\n\r\n",
    "POST / HTTP/1.1\r\ncontent-length:\r\n\r\n",
    "GET / HTTP/1.1\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n\r\n",
    // A tunnel has no body: who announces one means something else.
    "CONNECT /_goRPC_ HTTP/1.1\r\nContent-Length: 27\r\n\r\n",
    "CONNECT /_goRPC_ HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n",
  ])
  func `what is not a plain request for a path is refused`(text: String) {
    #expect {
      try read(text)
    } throws: { error in
      guard case .malformed = error as? HTTPHeadError else { return false }
      return true
    }
  }

  private func read(_ text: String) throws -> HTTPRequest? {
    var input = ByteBuffer(string: text)
    return try HTTPRequest.read(from: &input)
  }
}
