import Codecs
import NIOCore
import RPCKit
import Testing

/// The client's side of CONNECT, against servers that say whatever they like.
@Suite(.timeLimit(.minutes(1)))
struct HTTPDialTests {
  @Test(arguments: Engine.all)
  func `a client connects by CONNECT and calls`(engine: Engine) async throws {
    try await withServer(on: .http("127.0.0.1", port: 0), codec: engine.codec) { _, endpoint in
      try await withClient(of: endpoint, codec: engine.codec) { client in
        let product = try await client.call("Arith.Multiply", Args(A: 7, B: 8), returning: Int.self)
        #expect(product == 56)
      }
    }
  }

  @Test func `the client's bytes are Go's`() async throws {
    let server = try await ScriptedServer.start(["HTTP/1.0 200 Connected to Go RPC\n\n"])
    try await withClient(of: .http("127.0.0.1", port: server.port)) { _ in }

    #expect(await server.received.text { text, _ in !text.isEmpty } == "CONNECT /_goRPC_ HTTP/1.0\n\n")
    await server.stop()
  }

  @Test(arguments: [
    "HTTP/1.0 200 Connected to Go RPC\n\n",
    "HTTP/1.1 200 Connected to Go RPC\r\n\r\n",
    "HTTP/1.1 200 Connected to Go RPC\r\nServer: nginx\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
    "HTTP/9.9 200 Connected to Go RPC\r\nX: caf\u{e9}\r\n folded\r\n\n",
  ])
  func `any version and any fields pass, in any pieces`(response: String) async throws {
    for pieces in [[response], response.map(String.init)] {
      let server = try await ScriptedServer.start(pieces)

      try await withClient(of: .http("127.0.0.1", port: server.port)) { _ in }

      await server.stop()
    }
  }

  @Test(arguments: [
    ("HTTP/1.1 404 Not Found\r\n\r\n", "unexpected HTTP response: 404 Not Found"),
    ("HTTP/1.0 200 OK\n\n", "unexpected HTTP response: 200 OK"),
    ("HTTP/1.0 200\n\n", "unexpected HTTP response: 200"),
    ("HTTP/1.0 200 connected to go rpc\n\n", "unexpected HTTP response: 200 connected to go rpc"),
    ("HTTP/1.0 200 Connected to Go RPC \n\n", "unexpected HTTP response: 200 Connected to Go RPC "),
    ("HTTP/1.0 405 must CONNECT \u{85}\n\n", #"unexpected HTTP response: 405 must CONNECT \u{0085}"#),
    ("HTTP/1.0 500 \u{1B}[31m\n\n", "malformed HTTP response"),
    ("SSH-2.0-OpenSSH_9.2\r\n", "malformed HTTP response"),
    (#"{"id":null,"result":null,"error":"x"}"#, "malformed HTTP response"),
    ("HTTP/1.0 200 " + String(repeating: "x", count: 9000), "malformed HTTP response"),
  ])
  func `another status text fails the connection and stands in its error`(
    response: String,
    reason: String
  ) async throws {
    let server = try await ScriptedServer.start([response])
    let endpoint = Endpoint.http("127.0.0.1", port: server.port)

    await expectFailure(reason, of: endpoint)

    await server.stop()
  }

  @Test(arguments: ["", "HTTP/1.0 200 Connec"])
  func `a server that closes before its answer is complete fails the connection`(beginning: String)
    async throws
  {
    let server = try await ScriptedServer.start([beginning], closes: true)

    await expectFailure("unexpected EOF", of: .http("127.0.0.1", port: server.port))

    await server.stop()
  }

  @Test func `a server that does not answer fails the connection in time`() async throws {
    let server = try await ScriptedServer.start([])
    var configuration = ClientConfiguration()
    configuration.connectTimeout = .seconds(1)

    await expectFailure(
      "no HTTP response within 1 second",
      of: .http("127.0.0.1", port: server.port),
      configuration
    )

    await server.stop()
  }

  @Test(arguments: ["", "_goRPC_", "/a b", "/a\nX: y", "/\u{e9}"])
  func `a path that would not be one word of the request is refused`(path: String) async throws {
    let server = try await ScriptedServer.start(["HTTP/1.0 200 Connected to Go RPC\n\n"])
    let endpoint = Endpoint.http("127.0.0.1", port: server.port, path: path)

    do {
      _ = try await RPCClient.connect(to: endpoint, codec: .foundationJSON)
      Issue.record("connected")
    } catch {
      #expect("\(error)".contains("not a path to CONNECT to"))
    }
    #expect(await server.received.text { _, _ in true } == "")
    await server.stop()
  }

  @Test func `what a server sends in the packet of its agreement reaches the client`() async throws {
    // A request of the server's own, which clients answer: RFC 7047, 4.1.11.
    let probe = #"{"method":"echo","params":[1],"id":"echo"}"#
    let server = try await ScriptedServer.start(["HTTP/1.0 200 Connected to Go RPC\n\n" + probe])

    try await withClient(of: .http("127.0.0.1", port: server.port)) { _ in
      let received = await server.received.text { text, _ in text.contains("}\n") }
      #expect(received.hasSuffix(#"{"id":"echo","result":[1],"error":null}"# + "\n"))
    }
    await server.stop()
  }

  private func expectFailure(
    _ reason: String,
    of endpoint: Endpoint,
    _ configuration: ClientConfiguration = ClientConfiguration(),
    sourceLocation: SourceLocation = #_sourceLocation
  ) async {
    do {
      _ = try await RPCClient.connect(to: endpoint, codec: .foundationJSON, configuration: configuration)
      Issue.record("connected", sourceLocation: sourceLocation)
    } catch {
      #expect("\(error)" == "cannot connect to \(endpoint): \(reason)", sourceLocation: sourceLocation)
    }
  }
}
