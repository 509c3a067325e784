import NIOCore
import RPCKit
import Testing

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Sockets: TCP of both versions, host names, Unix sockets, and the codec for each connection.
@Suite(.timeLimit(.minutes(1)))
struct RPCListenerTests {
  private func sum(at endpoint: Endpoint, _ codec: Codec) async throws -> Reply {
    let client = try await RPCClient.connect(to: endpoint, codec: codec)
    let sum = try await client.call("Arith.Add", Args(A: 7, B: 8), returning: Reply.self)
    try await client.close()
    return sum
  }

  private func arithServer(_ configuration: ServerConfiguration = ServerConfiguration()) throws -> RPCServer {
    let server = RPCServer(configuration: configuration)
    try server.register(Arith())
    return server
  }

  @Test(arguments: Codec.allForTests, ["127.0.0.1", "::1", "localhost"])
  func `an address of either version and a name can be listened on`(codec: Codec, host: String) async throws {
    let server = try arithServer()

    let listener = try await server.listen(on: .tcp(host, port: 0), codec: codec)
    let sum = try await sum(at: listener.endpoint, codec)
    await server.close()

    guard case .tcp(host, let port) = listener.endpoint else {
      Issue.record("\(listener.endpoint)")
      return
    }
    #expect(port > 0)
    #expect(sum == Reply(C: 15))
  }

  @Test(arguments: Codec.allForTests)
  func `a Unix socket is served, and its file is gone when its listener has closed`(codec: Codec) async throws
  {
    let server = try arithServer()
    let path = temporaryPath()

    let listener = try await server.listen(on: .unix(path), codec: codec)
    let sum = try await sum(at: .unix(path), codec)
    let existed = access(path, F_OK) == 0
    await listener.close()

    #expect(listener.endpoint == .unix(path))
    #expect(sum == Reply(C: 15))
    #expect(existed)
    #expect(access(path, F_OK) != 0)
    await server.close()
  }

  @Test func `a Unix socket can be listened on again at once`() async throws {
    let server = try arithServer()
    let path = temporaryPath()

    for _ in 0..<50 {
      let listener = try await server.listen(on: .unix(path), codec: .line)
      await listener.close()
    }
    await server.close()

    #expect(access(path, F_OK) != 0)
  }

  @Test func `a closed listener accepts nobody, and those it accepted are served on`() async throws {
    let server = try arithServer()
    let listener = try await server.listen(on: .tcp("127.0.0.1", port: 0), codec: .line)
    let client = try await RPCClient.connect(to: listener.endpoint, codec: .line)
    _ = try await client.call("Arith.Add", Args(A: 1, B: 2), returning: Reply.self)

    await listener.close()
    await listener.close()
    await listener.waitUntilClosed()
    let refused = await failure { () throws(RPCError) in
      try await RPCClient.connect(to: listener.endpoint, codec: .line)
    }
    let sum = try await client.call("Arith.Add", Args(A: 7, B: 8), returning: Reply.self)

    #expect(refused != nil)
    #expect(sum == Reply(C: 15))
    try await client.close()
    await server.close()
  }

  @Test func `an address that is in use is an error that says so`() async throws {
    let server = try arithServer()
    let listener = try await server.listen(on: .tcp("127.0.0.1", port: 0), codec: .line)

    let error = await failure { () throws(RPCError) in
      try await server.listen(on: listener.endpoint, codec: .line)
    }
    await server.close()

    guard case .listenFailed(listener.endpoint, let reason) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(reason.contains("in use"))
  }

  @Test(arguments: [
    Endpoint.tcp("no-such-host.invalid", port: 0), .tcp("127.0.0.1", port: 70_000),
    .tcp("127.0.0.1", port: -1),
    .tcp("", port: 0), .http("127.0.0.1", port: 65_536), .unix("/no/such/directory/x"), .unix(""),
    .unix("/tmp/" + String(repeating: "x", count: 200)),
  ])
  func `an address that nobody can listen on is an error`(endpoint: Endpoint) async throws {
    let server = try arithServer()

    let error = await failure { () throws(RPCError) in try await server.listen(on: endpoint, codec: .line) }
    await server.close()

    guard case .listenFailed(endpoint, let reason) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(!reason.isEmpty)
  }

  @Test func `the codec can be chosen for each connection`() async throws {
    let server = try arithServer()
    try server.register("C.Codec") { (_: Empty, context: RPCContext) async in context.codec }
    let peers = Record<Peer>()
    let codecs = Record<Codec>()
    for name in ["first", "second"] { codecs.append(.line(named: name)) }
    let listener = try await server.listen(on: .tcp("127.0.0.1", port: 0)) { peer in
      peers.append(peer)
      return codecs.elements[peers.elements.count - 1]
    }

    var names: [String] = []
    for _ in 0..<2 {
      let client = try await RPCClient.connect(to: listener.endpoint, codec: .line)
      names.append(try await client.call("C.Codec", Empty()))
      try await client.close()
    }
    await server.close()

    #expect(names == ["first", "second"])
    #expect(peers.elements.allSatisfy { $0.endpoint != nil })
  }

  @Test func `past the limit of connections the newest is closed, and the others are served on`() async throws
  {
    var configuration = ServerConfiguration()
    configuration.maximumConnections = 2
    let server = try arithServer(configuration)
    let listener = try await server.listen(on: .tcp("127.0.0.1", port: 0), codec: .line)
    var clients: [RPCClient] = []
    for _ in 0..<2 {
      let client = try await RPCClient.connect(to: listener.endpoint, codec: .line)
      _ = try await client.call("Arith.Add", Args(A: 1, B: 2), returning: Reply.self)
      clients.append(client)
    }

    var third = try await RawPeer.connect(to: listener.endpoint)
    let line = await third.line()

    #expect(line == nil)
    for client in clients {
      #expect(try await client.call("Arith.Add", Args(A: 7, B: 8), returning: Reply.self) == Reply(C: 15))
      try await client.close()
    }
    await server.close()
  }

  @Test func `one server listens on several endpoints`() async throws {
    let server = try arithServer()
    let path = temporaryPath()
    let listeners = [
      try await server.listen(on: .tcp("127.0.0.1", port: 0), codec: .line),
      try await server.listen(on: .unix(path), codec: .line),
    ]

    for listener in listeners { #expect(try await sum(at: listener.endpoint, .line) == Reply(C: 15)) }
    await server.close()

    for listener in listeners { await listener.waitUntilClosed() }
    #expect(access(path, F_OK) != 0)
  }

  private func temporaryPath() -> String {
    "/tmp/rpckit-\(getpid())-\(UInt32.random(in: .min ... .max)).sock"
  }
}

extension Codec {
  /// The line format under another name.
  fileprivate static func line(named name: String) -> Codec {
    Codec(
      name: name,
      coder: LineCoder(),
      makeClientCodec: LineClientCodec.init,
      makeServerCodec: LineServerCodec.init
    )
  }
}
