import Codecs
import Foundation
import RPCKit
import Testing

/// The page, as a browser asks for it.
@Suite(.timeLimit(.minutes(1)))
struct DebugPageTests {
  @Test func `the page is off unless it is asked for`() async throws {
    try await withServer(offering: .connect()) { _, endpoint in
      let response = try await answer(to: get("/debug/rpc"), from: endpoint)

      #expect(response.hasPrefix("HTTP/1.1 404 "))
    }
  }

  @Test(arguments: Engine.all)
  func `services and methods stand in byte order with Go's counts`(engine: Engine) async throws {
    try await withServer(codec: engine.codec, offering: .debugPage()) { server, endpoint in
      try server.register("b.Later") { (_: Empty) in 1 }
      try server.register("Z.b") { (_: Empty) in 1 }
      try server.register("Z.B") { (_: String) in "x" }
      try await withClient(of: endpoint, codec: engine.codec) { client in
        _ = try await client.call("Z.b", Empty(), returning: Int.self)
        // It fails, and counts. The two after it are not dispatched, and do not count.
        await expectError("divide by zero") {
          try await client.call("Arith.Divide", Args(A: 1, B: 0), returning: Quotient.self)
        }
        _ = try? await client.call("Arith.Divide", "no arguments", returning: Quotient.self)
        _ = try? await client.call("Arith.Nope", Args(A: 1, B: 0), returning: Quotient.self)
      }

      let page = try await answer(to: get("/debug/rpc"), from: endpoint)

      #expect(page.hasPrefix("HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n"))
      #expect(
        rows(of: page) == [
          "Service Arith", "Divide(Args, Quotient) error 1", "Multiply(Args, Int) error 0",
          "Service Z", "B(String, String) error 0", "b(Empty, Int) error 1",
          "Service b", "Later(Empty, Int) error 0",
        ]
      )
    }
  }

  @Test(arguments: [MethodExecution.concurrent, .eventLoop, .blocking])
  func `a call counts when its argument was decoded, wherever it runs`(execution: MethodExecution)
    async throws
  {
    var configuration = ServerConfiguration()
    configuration.execution = execution
    try await withServer(configuration, offering: .debugPage()) { _, endpoint in
      try await withClient(of: endpoint) { client in
        _ = try await client.call("Arith.Multiply", Args(A: 1, B: 2), returning: Int.self)
        for argument in ["small", String(repeating: "large", count: 2000)] {
          _ = try? await client.call("Arith.Multiply", argument, returning: Int.self)
        }
      }

      let snapshot = try await snapshot(of: endpoint)

      #expect(snapshot.method("Arith", "Multiply")?.calls == 1)
      #expect(snapshot.method("Arith", "Multiply")?.errors == 2)
    }
  }

  @Test func `a service called <script> shows as text`() async throws {
    try await withServer(offering: .debugPage()) { server, endpoint in
      try server.register("<script>alert('x')</script>.\"Go\"&") { (_: Empty) in 1 }

      let page = try await answer(to: get("/debug/rpc"), from: endpoint)

      #expect(page.contains("Service &lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;\n"))
      #expect(page.contains("&#34;Go&#34;&amp;(Empty, Int) error"))
      #expect(!page.contains("<script"))
    }
  }

  @Test(arguments: Engine.all)
  func `JSON has calls in flight with their age, and connections with peer and codec`(engine: Engine)
    async throws
  {
    try await withServer(codec: engine.codec, offering: .debugPage()) { server, endpoint in
      let gate = Gate()
      try server.register("Slow.Wait") { (_: Empty) in
        try await gate.pass()
        return 1
      }
      try await withClient(of: endpoint, codec: engine.codec) { client in
        _ = try await client.call("Arith.Multiply", Args(A: 7, B: 8), returning: Int.self)
        let call = client.start("Slow.Wait", Empty(), returning: Int.self)
        await gate.waitForArrival()

        let busy = try await snapshot(of: endpoint)
        gate.open()
        _ = try await call.reply
        let idle = try await snapshot(of: endpoint)

        #expect(busy.connections.count == 1)
        #expect(busy.connections.first?.peer.hasPrefix("tcp://127.0.0.1:") == true)
        #expect(busy.connections.first?.codec == engine.name)
        #expect(busy.connections.first?.callsInFlight.map(\.method) == ["Slow.Wait"])
        #expect(busy.connections.first?.callsInFlight.allSatisfy { $0.ageMilliseconds >= 0 } == true)
        #expect(busy.method("Slow", "Wait")?.calls == 1)
        #expect(busy.method("Slow", "Wait")?.p99Microseconds == nil)
        #expect(idle.connections.first?.callsInFlight.isEmpty == true)
        let multiply = try #require(idle.method("Arith", "Multiply"))
        #expect(multiply.requestBytes == #"{"A":7,"B":8}"#.utf8.count)
        #expect(multiply.replyBytes == 2)
        let (p50, p99) = try (#require(multiply.p50Microseconds), #require(multiply.p99Microseconds))
        #expect(p50 > 0 && p50 <= p99)
      }
    }
  }

  @Test(arguments: ["/debug/rpc", "/debug/rpc.json", "/debug/rpc.css"])
  func `every response forbids what a page does not need`(path: String) async throws {
    try await withServer(offering: .debugPage()) { _, endpoint in
      let response = try await answer(to: get(path, origin: "http://evil.example"), from: endpoint)
      let head = response.components(separatedBy: "\r\n\r\n")[0].lowercased()

      #expect(head.hasPrefix("http/1.1 200 ok"))
      #expect(head.contains("\r\nx-content-type-options: nosniff"))
      #expect(head.contains("\r\ncontent-security-policy: default-src 'none'; style-src 'self'; "))
      #expect(head.contains("\r\ncross-origin-resource-policy: same-origin"))
      #expect(head.contains("\r\ncache-control: no-store"))
      #expect(head.contains("\r\nconnection: close"))
      #expect(!head.contains("access-control-"))
    }
  }

  @Test func `the page takes nothing from anywhere but its own port, and no script`() async throws {
    try await withServer(offering: .debugPage()) { _, endpoint in
      let page = try await answer(to: get("/debug/rpc"), from: endpoint)

      #expect(!page.contains("://") && !page.contains("<script") && !page.contains("style="))
      #expect(page.contains(#"<link rel="stylesheet" href="/debug/rpc.css">"#))
      #expect(page.contains(#"<meta http-equiv="refresh" content="2">"#))
    }
  }

  @Test(arguments: [
    ("localhost", 200), ("LOCALHOST:1234", 200), ("127.0.0.1", 200), ("127.0.0.1:80", 200), ("[::1]", 200),
    ("[::1]:8080", 200), ("evil.example", 403), ("localhost.evil.example", 403),
    ("127.0.0.1.evil.example:80", 403),
    ("localhost:80:evil.example", 403), ("[::1].evil.example", 403), ("[::1", 403), ("::1", 403), ("", 403),
    ("localhost:x", 403), ("localhost@evil.example", 403), (" localhost", 200), ("localhost.", 403),
  ])
  func `only a host of the list sees the page`(host: String, status: Int) async throws {
    try await withServer(offering: .debugPage()) { _, endpoint in
      for path in ["/debug/rpc", "/debug/rpc.json", "/debug/rpc.css"] {
        let response = try await answer(to: get(path, host: host), from: endpoint)

        #expect(response.hasPrefix("HTTP/1.1 \(status) "), "\(path)")
        #expect(status == 200 || !response.contains("Arith"))
      }
    }
  }

  @Test func `a request without a host sees nothing`() async throws {
    try await withServer(offering: .debugPage()) { _, endpoint in
      let response = try await answer(to: "GET /debug/rpc HTTP/1.0\n\n", from: endpoint)
      #expect(response.hasPrefix("HTTP/1.1 403 "))
    }
  }

  @Test func `hosts and path can be chosen`() async throws {
    var page = DebugPage()
    page.path = "/status"
    page.hosts = ["Rpc.Internal", "[::1]"]
    try await withServer(offering: .debugPage(page)) { _, endpoint in
      let found = try await answer(to: get("/status?x=y", host: "rpc.internal:80"), from: endpoint)
      let refused = try await answer(to: get("/status"), from: endpoint)
      let missing = try await answer(to: get("/debug/rpc", host: "rpc.internal"), from: endpoint)

      #expect(found.hasPrefix("HTTP/1.1 200 "))
      #expect(refused.hasPrefix("HTTP/1.1 403 "))
      #expect(missing.hasPrefix("HTTP/1.1 404 "))
    }
  }

  @Test(arguments: ["GET", "POST", "HEAD", "PUT"])
  func `as in Go any method is answered, HEAD without a body`(method: String) async throws {
    try await withServer(offering: .debugPage()) { _, endpoint in
      let response = try await answer(
        to: "\(method) /debug/rpc HTTP/1.1\r\nHost: localhost\r\n\r\n",
        from: endpoint
      )

      #expect(response.hasPrefix("HTTP/1.1 200 "))
      #expect(response.hasSuffix("\r\n\r\n") == (method == "HEAD"))
    }
  }

  @Test func `a page of many connections arrives whole, and netcat gets it too`() async throws {
    try await withServer(offering: .debugPage()) { server, endpoint in
      let gate = Gate()
      try server.register("Slow.Wait") { (_: Empty) in
        try await gate.pass()
        return 1
      }
      var clients: [RPCClient] = []
      for _ in 0..<60 {
        let client = try await RPCClient.connect(to: endpoint, codec: .foundationJSON)
        clients.append(client)
        for _ in 0..<5 { _ = client.start("Slow.Wait", Empty(), returning: Int.self) }
        _ = try await client.call("Arith.Multiply", Args(A: 1, B: 1), returning: Int.self)
      }

      let page = try await answer(to: get("/debug/rpc"), from: endpoint, halfClosing: true)

      #expect(page.contains("Connections: 60\n"))
      #expect(page.contains("Calls in flight: 300\n"))
      #expect(page.contains("and 100 more\n"))
      #expect(page.hasSuffix("</html>\n"))
      for client in clients { try await client.close() }
    }
  }

  @Test func `a codec that is not JSON has no JSON page`() async throws {
    let json = Codec.foundationJSON
    let codec = Codec(
      name: "other",
      coder: OpaqueCoder(),
      makeClientCodec: json.makeClientCodec,
      makeServerCodec: json.makeServerCodec
    )
    try await withServer(codec: codec, offering: .debugPage()) { _, endpoint in
      let json = try await answer(to: get("/debug/rpc.json"), from: endpoint)
      let page = try await answer(to: get("/debug/rpc"), from: endpoint)

      #expect(json.hasPrefix("HTTP/1.1 404 "))
      #expect(page.hasPrefix("HTTP/1.1 200 "))
    }
  }
}

private func get(_ path: String, host: String = "localhost", origin: String? = nil) -> String {
  "GET \(path) HTTP/1.1\r\nHost: \(host)\r\n" + (origin.map { "Origin: \($0)\r\n" } ?? "") + "\r\n"
}

/// What Go's page has, in its order: `Service NAME`, and for each method its signature and its count.
private func rows(of page: String) -> [String] {
  let service = /^(Service .*)$/.anchorsMatchLineEndings()
  let method = /<td align=left font=fixed>(.*)<\/td>\n<td align=center>(\d+)<\/td>/
  let found =
    page.matches(of: service).map { ($0.range.lowerBound, String($0.1)) }
    + page.matches(of: method).map { ($0.range.lowerBound, "\($0.1) \($0.2)") }
  return found.sorted { $0.0 < $1.0 }.map(\.1)
}

/// `/debug/rpc.json`.
private struct Snapshot: Decodable {
  struct Service: Decodable {
    var name: String
    var methods: [Method]
  }

  struct Method: Decodable {
    var name: String
    var argument: String
    var reply: String
    var calls: Int
    var errors: Int
    var requestBytes: Int
    var replyBytes: Int
    var p50Microseconds: Double?
    var p99Microseconds: Double?
  }

  struct Connection: Decodable {
    var peer: String
    var codec: String
    var callsInFlight: [Call]
  }

  struct Call: Decodable {
    var method: String
    var ageMilliseconds: Int
  }

  var services: [Service]
  var connections: [Connection]

  func method(_ service: String, _ method: String) -> Method? {
    services.first { $0.name == service }?.methods.first { $0.name == method }
  }
}

private func snapshot(of endpoint: Endpoint) async throws -> Snapshot {
  let response = try await answer(to: get("/debug/rpc.json"), from: endpoint)
  let parts = response.components(separatedBy: "\r\n\r\n")
  #expect(parts[0].contains("\r\nContent-Type: application/json\r\n"))
  return try JSONDecoder().decode(Snapshot.self, from: Data(parts[1].utf8))
}
