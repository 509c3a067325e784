import Foundation
import RPCKit
import Testing

/// What curl sees of a listener that offers HTTP.
@Suite(.needs(.curl), .timeLimit(.minutes(1)))
struct CurlTests {
  @Test(arguments: [
    ("/_goRPC_", "405", "text/plain; charset=utf-8", "405 must CONNECT\n"),
    ("/elsewhere", "404", "text/plain; charset=utf-8", "404 page not found\n"),
  ])
  func `curl sees 405 and 404`(path: String, status: String, type: String, body: String) async throws {
    try await withPage { address in
      let seen = try await curl("http://\(address)\(path)")

      #expect(seen == "\(body)\(status) \(type)")
    }
  }

  @Test func `curl sees the page, and the same as JSON`() async throws {
    try await withPage { address in
      let page = try await curl("http://\(address)/debug/rpc")
      let json = try await curl("http://\(address)/debug/rpc.json")

      #expect(page.contains("\nService Arith\n"))
      #expect(page.hasSuffix("</html>\n200 text/html; charset=utf-8"))
      #expect(json.contains(#""name":"Multiply""#))
      #expect(json.hasSuffix("}\n200 application/json"))
    }
  }

  @Test func `curl under another name is refused`() async throws {
    try await withPage { address in
      let seen = try await curl("--header", "Host: evil.example", "http://\(address)/debug/rpc")

      #expect(seen.hasSuffix("403 text/plain; charset=utf-8"))
    }
  }

  @Test func `JSON that curl posts is not run`() async throws {
    try await withPage { address in
      let request = #"{"method":"Arith.Multiply","params":[{"A":7,"B":8}],"id":1}"#
      let seen = try await curl("--data", request, "http://\(address)/_goRPC_")
      let page = try await curl("http://\(address)/debug/rpc")

      #expect(seen.contains("405 must CONNECT\n"))
      #expect(page.contains("Multiply(Args, Int) error</td>\n<td align=center>0</td>"))
    }
  }

  private func withPage(body: (_ address: Substring) async throws -> Void) async throws {
    try await withSwiftServer(
      on: .http("127.0.0.1", port: 0),
      codec: Engine.all[0].codec,
      offering: .debugPage()
    ) { endpoint in
      try await body("\(endpoint)".split(separator: "/")[1])
    }
  }

  /// The body, and behind it the status and the content's type.
  private func curl(_ arguments: String...) async throws -> String {
    let written = [
      "--silent", "--show-error", "--max-time", "10", "--write-out", "%{http_code} %{content_type}",
    ]
    let curl = try await run(Peer.curl.required(), written + arguments)
    #expect(curl.status == 0, "\(curl.errors)")
    return curl.output
  }
}
