import Codecs
import RPCKit
import Testing

/// A client that speaks raw bytes to a listener that offers CONNECT.
@Suite(.timeLimit(.minutes(2)))
struct HTTPConnectTests {
  private static let greeting = "HTTP/1.0 200 Connected to Go RPC\n\n"
  private static let request = #"{"method":"Arith.Multiply","params":[{"A":7,"B":8}],"id":1}"#
  private static let reply = #"{"id":1,"result":56,"error":null}"# + "\n"

  @Test(arguments: Engine.all)
  func `the bytes are Go's`(engine: Engine) async throws {
    try await withServer(codec: engine.codec, offering: .connect()) { _, endpoint in
      let connection = try await RawConnection.connect(to: endpoint)
      try await connection.send("CONNECT /_goRPC_ HTTP/1.0\n\n")
      let greeting = await connection.read(through: "\n\n")
      try await connection.send(Self.request)
      let all = await connection.read(through: Self.reply)

      #expect(greeting == Self.greeting)
      #expect(all == Self.greeting + Self.reply)
      await connection.close()
    }
  }

  @Test(arguments: [
    "CONNECT /_goRPC_ HTTP/1.0\r\n\r\n", "CONNECT /_goRPC_ HTTP/1.1\r\nHost: x\r\n\r\n",
    "CONNECT /_goRPC_ HTTP/1.1\r\n\r\n", "CONNECT /_goRPC_?a=b HTTP/1.1\nUser-Agent: curl\nX: y\r\n\n",
  ])
  func `either line ending, either version and any fields connect`(head: String) async throws {
    try await withServer(offering: .connect()) { _, endpoint in
      let all = try await answer(to: head + Self.request, from: endpoint, halfClosing: true)

      #expect(all == Self.greeting + Self.reply)
    }
  }

  @Test(arguments: Engine.all)
  func `a head that is split at any byte connects, and requests behind it are answered`(
    engine: Engine
  ) async throws {
    let text = "CONNECT /_goRPC_ HTTP/1.0\r\nHost: x\r\n\r\n" + Self.request
    try await withServer(codec: engine.codec, offering: .connect()) { _, endpoint in
      for split in 1..<text.utf8.count {
        let connection = try await RawConnection.connect(to: endpoint)
        try await connection.send(String(decoding: text.utf8.prefix(split), as: UTF8.self))
        try await connection.send(String(decoding: text.utf8.dropFirst(split), as: UTF8.self))
        try await connection.halfClose()

        #expect(await connection.readToEnd() == Self.greeting + Self.reply, "split at \(split)")
        await connection.close()
      }
    }
  }

  @Test func `a head that comes byte by byte connects`() async throws {
    try await withServer(offering: .connect()) { _, endpoint in
      let connection = try await RawConnection.connect(to: endpoint)
      for byte in "CONNECT /_goRPC_ HTTP/1.0\n\n" + Self.request { try await connection.send(String(byte)) }
      try await connection.halfClose()

      #expect(await connection.readToEnd() == Self.greeting + Self.reply)
      await connection.close()
    }
  }

  @Test(arguments: Engine.all)
  func `many requests in the packet of CONNECT are all answered, in half-closed connections too`(
    engine: Engine
  ) async throws {
    try await withServer(codec: engine.codec, offering: .connect()) { _, endpoint in
      let requests = (0..<100).map {
        #"{"method":"Arith.Multiply","params":[{"A":1,"B":\#($0)}],"id":\#($0)}"#
      }

      let all = try await answer(
        to: "CONNECT /_goRPC_ HTTP/1.0\n\n" + requests.joined(),
        from: endpoint,
        halfClosing: true
      )

      let replies = all.dropFirst(Self.greeting.count).split(separator: "\n").map(String.init)
      #expect(all.hasPrefix(Self.greeting))
      #expect(Set(replies) == Set((0..<100).map { #"{"id":\#($0),"result":\#($0),"error":null}"# }))
    }
  }

  @Test(arguments: ["GET", "POST", "PUT", "OPTIONS"])
  func `another method gets Go's 405`(method: String) async throws {
    try await withServer(offering: .connect()) { _, endpoint in
      let response = try await answer(to: "\(method) /_goRPC_ HTTP/1.1\r\nHost: x\r\n\r\n", from: endpoint)

      #expect(response.hasPrefix("HTTP/1.1 405 Method Not Allowed\r\n"))
      #expect(response.contains("\r\nContent-Type: text/plain; charset=utf-8\r\n"))
      #expect(response.contains("\r\nConnection: close\r\n"))
      #expect(response.hasSuffix("\r\n\r\n405 must CONNECT\n"))
    }
  }

  @Test func `the answer to HEAD is a head`() async throws {
    try await withServer(offering: .connect()) { _, endpoint in
      let response = try await answer(to: "HEAD /_goRPC_ HTTP/1.1\r\n\r\n", from: endpoint)

      #expect(response.hasPrefix("HTTP/1.1 405 "))
      #expect(response.contains("\r\nContent-Length: 17\r\n"))
      #expect(response.hasSuffix("\r\n\r\n"))
    }
  }

  @Test(arguments: ["/", "/_goRPC", "/_goRPC_/", "/x/../_goRPC_", "//_goRPC_", "/%5FgoRPC_", "/debug/rpc"])
  func `another path gets 404, and nothing behind it is run`(path: String) async throws {
    try await withServer(offering: .connect()) { _, endpoint in
      let response = try await answer(to: "CONNECT \(path) HTTP/1.0\n\n" + Self.request, from: endpoint)

      #expect(response.hasPrefix("HTTP/1.1 404 Not Found\r\n"))
      #expect(!response.contains("56"))
    }
  }

  @Test func `the path can be chosen`() async throws {
    try await withServer(on: .http("127.0.0.1", port: 0, path: "/rpc/v1")) { _, endpoint in
      #expect(endpoint == .http("127.0.0.1", port: endpoint.port, path: "/rpc/v1"))
      let product = try await withClient(of: endpoint) { client in
        try await client.call("Arith.Multiply", Args(A: 7, B: 8), returning: Int.self)
      }

      #expect(product == 56)
    }
  }

  @Test func `JSON in the body of an HTTP request is never run`() async throws {
    try await withServer(offering: .connect()) { server, endpoint in
      let calls = Counter()
      try server.register("Probe.Hit") { (_: Empty) in calls.increment() }
      let body = #"{"method":"Probe.Hit","params":[{}],"id":1}"#
      for start in [
        "POST / HTTP/1.1", "POST /_goRPC_ HTTP/1.1", "GET / HTTP/1.0", "CONNECT /_goRPC_ HTTP/1.1",
      ] {
        let head = "\(start)\r\nHost: 127.0.0.1\r\nContent-Length: \(body.utf8.count)\r\n\r\n"

        let response = try await answer(to: head + body + body, from: endpoint)

        #expect(response.hasPrefix("HTTP/1.1 4"))
      }
      #expect(calls.count == 0)
    }
  }

  @Test func `a head of more than 8 KiB gets 431`() async throws {
    try await withServer(offering: .connect()) { _, endpoint in
      let head = "CONNECT /_goRPC_ HTTP/1.1\r\nA: " + String(repeating: "a", count: 8200)

      let response = try await answer(to: head, from: endpoint)

      #expect(response.hasPrefix("HTTP/1.1 431 "))
    }
  }

  @Test func `a client that is still sending a megabyte gets its whole refusal`() async throws {
    try await withServer(offering: .connect()) { _, endpoint in
      let body = String(repeating: "x", count: 500_000)

      let response = try await answer(
        to: "POST /nope HTTP/1.1\r\nContent-Length: 500000\r\n\r\n" + body,
        from: endpoint
      )

      #expect(response.hasSuffix("\r\n\r\n404 page not found\n"))
    }
  }

  @Test func `malformed JSON behind CONNECT gets the line that says so`() async throws {
    try await withServer(offering: .connect()) { _, endpoint in
      let all = try await answer(to: "CONNECT /_goRPC_ HTTP/1.0\n\n{nonsense}", from: endpoint)

      #expect(
        all.hasPrefix(
          Self.greeting + #"{"id":null,"result":null,"error":"rpc: server cannot decode request: "#
        )
      )
    }
  }
}
