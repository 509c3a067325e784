import Codecs
import RPCKit
import Testing

/// One port for all of it, and each of it switched off.
@Suite(.timeLimit(.minutes(1)))
struct ListenerOffersTests {
  private static let raw = #"{"method":"Arith.Multiply","params":[{"A":7,"B":8}],"id":1}"#
  private static let connect = "CONNECT /_goRPC_ HTTP/1.0\n\n"
  private static let page = "GET /debug/rpc HTTP/1.1\r\nHost: localhost\r\n\r\n"

  @Test(arguments: [true, false], [true, false])
  func `what is offered works on the one port, and what is not does not`(rpc: Bool, connect: Bool)
    async throws
  {
    for debugPage in [true, false] {
      var offers = ListenerOffers()
      offers.rpc = rpc
      offers.connectPath = connect ? RPCServer.defaultConnectPath : nil
      offers.debugPage = debugPage ? DebugPage() : nil
      try await withServer(offering: offers) { _, endpoint in
        let raw = try await answer(to: Self.raw, from: endpoint, halfClosing: true)
        let connected = try await answer(to: Self.connect + Self.raw, from: endpoint, halfClosing: true)
        let page = try await answer(to: Self.page, from: endpoint)

        #expect(raw == (rpc ? #"{"id":1,"result":56,"error":null}"# + "\n" : ""))
        #expect(connected.contains("56") == connect)
        #expect(page.hasPrefix("HTTP/1.1 200 OK") == debugPage)
        // Where nothing of HTTP is offered, an upper-case letter gets no word.
        #expect(page.isEmpty == (!connect && !debugPage))
      }
    }
  }

  @Test(arguments: [
    "\u{16}\u{3}\u{1}\u{2}\0\u{1}", "SSH-2.0-OpenSSH_9.2\r\n", "EHLO x\r\n", "GET / HTTP/1.1\r\n\r\n", "\0",
  ])
  func `another protocol is closed without a word where HTTP is not offered`(beginning: String) async throws {
    try await withServer { _, endpoint in
      let response = try await answer(to: beginning, from: endpoint)
      #expect(response == "")
    }
  }

  @Test func `an SSH banner is no HTTP`() async throws {
    try await withServer(offering: .connect()) { _, endpoint in
      let response = try await answer(to: "SSH-2.0-OpenSSH_9.2\r\n\r\n", from: endpoint)

      #expect(response.hasPrefix("HTTP/1.1 400 "))
    }
  }

  @Test func `a connection that ends before its first byte is closed`() async throws {
    try await withServer(offering: .connect()) { _, endpoint in
      let response = try await answer(to: "", from: endpoint, halfClosing: true)
      #expect(response == "")
    }
  }

  @Test(arguments: ["", "rpc", "/rpc?x", "/rpc#x", "/a b", "/caf\u{e9}"])
  func `a path that no request has is not listened on`(path: String) async throws {
    var page = DebugPage()
    page.path = path
    let offers = [ListenerOffers.connect(path: path), .debugPage(page)]
    let places: [(Endpoint, ListenerOffers)] =
      [(.http("127.0.0.1", port: 0, path: path), .rpc)] + offers.map { (.tcp("127.0.0.1", port: 0), $0) }
    let server = RPCServer()

    for (endpoint, offers) in places {
      do {
        _ = try await server.listen(on: endpoint, codec: .foundationJSON, offering: offers)
        Issue.record("it listens")
      } catch {
        let reason = "\(path): the path has a character that no path has, or no slash in front"
        #expect("\(error)" == "cannot listen on \(endpoint): \(reason)")
      }
    }
    await server.close()
  }

  @Test func `two servers on two ports of one process do not know each other`() async throws {
    try await withServer(on: .http("127.0.0.1", port: 0)) { one, first in
      try await withServer(on: .http("127.0.0.1", port: 0)) { two, second in
        try one.register("Only.One") { (_: Empty) in 1 }
        try two.register("Only.Two") { (_: Empty) in 2 }

        try await withClient(of: first) { client in
          let reply = try await client.call("Only.One", Empty(), returning: Int.self)
          #expect(reply == 1)
          await expectError("rpc: can't find method Only.Two") {
            try await client.call("Only.Two", Empty(), returning: Int.self)
          }
        }
        try await withClient(of: second) { client in
          let reply = try await client.call("Only.Two", Empty(), returning: Int.self)
          #expect(reply == 2)
        }
      }
    }
  }

  @Test func `one server listens on two ports, each with its own offers`() async throws {
    try await withServer(on: .http("127.0.0.1", port: 0)) { server, first in
      let second = try await server.listen(
        on: .tcp("127.0.0.1", port: 0),
        codec: .foundationJSON,
        offering: .debugPage()
      )

      try await withClient(of: first) {
        _ = try await $0.call("Arith.Multiply", Args(A: 1, B: 1), returning: Int.self)
      }
      let page = try await answer(to: Self.page, from: second.endpoint)

      #expect(page.contains("<td align=center>1</td>"))
      let response = try await answer(to: Self.page, from: first)
      #expect(response.hasPrefix("HTTP/1.1 404 "))
    }
  }
}

/// Expects that a call fails with an error of the server that has this text.
func expectError(
  _ text: String,
  sourceLocation: SourceLocation = #_sourceLocation,
  isolation: isolated (any Actor)? = #isolation,
  call: () async throws -> some Any
) async {
  do {
    _ = try await call()
    Issue.record("the call was answered", sourceLocation: sourceLocation)
  } catch RPCError.server(let error) {
    #expect(error.text == text, sourceLocation: sourceLocation)
  } catch {
    Issue.record(error, sourceLocation: sourceLocation)
  }
}
