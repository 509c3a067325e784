import NIOCore
import RPCKit
import Testing

/// Go's tests of `net/rpc/server_test.go`, under their names, for every codec.
///
/// | Go's test | here |
/// |---|---|
/// | TestRPC, TestBuiltinTypes, TestServeRequest, TestRegistrationError, TestSendDeadlock, TestClientWriteError, TestTCPClose, TestErrorAfterClientClose, TestAcceptExitAfterListenerClose, TestShutdown | below |
/// | TestHTTP, and HTTP in TestBuiltinTypes, TestTCPClose, TestErrorAfterClientClose | the latter three over TCP; HTTP comes later |
/// | TestCountMallocs, TestCountMallocsOverHTTP | print a number and check nothing: a benchmark |
/// | BenchmarkEndToEnd and its three relatives | benchmarks |
/// | the methods `Arith.Error`, which panics, in all of them | never called there either |
@Suite(.timeLimit(.minutes(1)))
struct GoServerTests {
  private func server() throws -> RPCServer {
    let server = RPCServer()
    try server.register(Arith())
    try server.register(Embed())
    try server.register(Arith(), as: "net.rpc.Arith")
    try server.register(Arith(), as: "newServer.Arith")
    try server.register(BuiltinTypes())
    return server
  }

  /// A server that listens on a port of the system's choice, and a client that is connected to it.
  private func connected(_ codec: Codec) async throws -> (RPCServer, RPCClient) {
    let server = try server()
    let listener = try await server.listen(on: .tcp("127.0.0.1", port: 0), codec: codec)
    return (server, try await RPCClient.connect(to: listener.endpoint, codec: codec))
  }

  @Test(arguments: Codec.allForTests)
  func `TestRPC: calls that succeed`(codec: Codec) async throws {
    let (server, client) = try await connected(codec)

    let add = try await client.call("Arith.Add", Args(A: 7, B: 8), returning: Reply.self)
    let embedded = try await client.call("Embed.Exported", Args(A: 7, B: 0), returning: Reply.self)
    let scan = try await client.call("Arith.Scan", "12345", returning: Reply.self)
    let string = try await client.call("Arith.String", Args(A: 27, B: 35), returning: String.self)
    let mul = try await client.call("Arith.Mul", Args(A: 7, B: 8), returning: Reply.self)
    let dotted = try await client.call("net.rpc.Arith.Add", Args(A: 7, B: 8), returning: Reply.self)
    let other = try await client.call("newServer.Arith.Add", Args(A: 7, B: 8), returning: Reply.self)

    #expect([add, embedded, scan, mul, dotted, other].map(\.C) == [15, 7, 12345, 56, 15, 15])
    #expect(string == "27+35=62")
    try await client.close()
    await server.close()
  }

  @Test(arguments: Codec.allForTests)
  func `TestRPC: calls that overtake each other`(codec: Codec) async throws {
    let (server, client) = try await connected(codec)

    let mul = client.start("Arith.Mul", Args(A: 7, B: 8), returning: Reply.self)
    let add = client.start("Arith.Add", Args(A: 7, B: 8), returning: Reply.self)

    #expect(try await add.reply == Reply(C: 15))
    #expect(try await mul.reply == Reply(C: 56))
    try await client.close()
    await server.close()
  }

  @Test(arguments: Codec.allForTests)
  func `TestRPC: calls that fail`(codec: Codec) async throws {
    let (server, client) = try await connected(codec)

    let noMethod = await failure { () throws(RPCError) in
      try await client.call("Arith.BadOperation", Args(A: 7, B: 0), returning: Reply.self)
    }
    let noService = await failure { () throws(RPCError) in
      try await client.call("Arith.Unknown", Args(A: 7, B: 8), returning: Reply.self)
    }
    let divide = await failure { () throws(RPCError) in
      try await client.call("Arith.Div", Args(A: 7, B: 0), returning: Reply.self)
    }
    // Go's codec complains of the type; with JSON a member is missing, since Swift has no zero values.
    let badType = await failure { () throws(RPCError) in
      try await client.call("Arith.Add", Reply(C: 1), returning: Reply.self)
    }

    #expect(noMethod.serverText?.hasPrefix("rpc: can't find method ") == true)
    #expect(noService.serverText?.contains("method") == true)
    #expect(divide.serverText == "divide by zero")
    #expect(badType.serverText == "rpc: cannot decode argument: missing member A")
    try await client.close()
    await server.close()
  }

  @Test(arguments: Codec.allForTests)
  func `TestBuiltinTypes`(codec: Codec) async throws {
    let (server, client) = try await connected(codec)

    let map = try await client.call("BuiltinTypes.Map", Args(A: 7, B: 8), returning: [Int: Int].self)
    let slice = try await client.call("BuiltinTypes.Slice", Args(A: 7, B: 8), returning: [Int].self)
    let array = try await client.call("BuiltinTypes.Array", Args(A: 7, B: 8), returning: [Int].self)

    #expect(map == [7: 8])
    #expect(slice == [7, 8])
    #expect(array == [7, 8])
    try await client.close()
    await server.close()
  }

  @Test(arguments: Codec.allForTests)
  func `TestServeRequest`(codec: Codec) async throws {
    let server = try server()
    var client = codec.makeClientCodec(MessageLimits())
    var requests = ByteBuffer()
    let header = { RequestHeader(serviceMethod: "Arith.Add", messageID: MessageID($0)) }
    try client.writeRequest(header(0), Body(encoding: Args(A: 7, B: 8), coder: codec.coder), to: &requests)
    try client.writeRequest(header(1), Body(encoding: Int?.none, coder: codec.coder), to: &requests)

    var responses = await server.respond(to: requests, codec: codec)
    let first = try client.readHeader(from: &responses)
    let sum = try client.readBody().decode(as: Reply.self)
    let second = try client.readHeader(from: &responses)

    #expect(first == .response(ResponseHeader(messageID: MessageID(0))))
    #expect(sum == Reply(C: 15))
    guard case .response(let failed) = second else {
      Issue.record("\(String(describing: second))")
      return
    }
    #expect(failed.messageID == MessageID(1))
    #expect(failed.error != nil)
  }

  // Methods of unsuitable types do not compile here; what is left is a type without methods.
  @Test func `TestRegistrationError`() throws {
    let server = RPCServer()

    #expect(throws: RegistrationError.noMethods(type: "Unsuitable")) { try server.register(Unsuitable()) }
  }

  @Test(arguments: Codec.allForTests)
  func `TestSendDeadlock`(codec: Codec) async throws {
    let failing = Codec(
      name: codec.name,
      coder: codec.coder,
      makeClientCodec: { _ in WriteFailCodec() },
      makeServerCodec: codec.makeServerCodec
    )
    let (client, server) = try await clientOfRawServer(failing)

    for _ in 0..<2 {
      let error = await failure { () throws(RPCError) in
        try await client.call("Arith.Add", Args(A: 7, B: 8), returning: Reply.self)
      }
      #expect(error.isArgumentNotEncodable)
    }
    try await client.close()
    await server.close()
  }

  // In Go the call has the write's error; here it has what the lost connection is known for.
  @Test func `TestClientWriteError`() async throws {
    let (client, server) = try await clientOfRawServer()
    await server.close()

    let error = await failure { () throws(RPCError) in
      while true { _ = try await client.call("foo", 1, returning: Bool.self) }
    }

    #expect(error.isConnectionLost || error.isShutdown)
    try await client.close()
  }

  @Test(arguments: Codec.allForTests)
  func `TestTCPClose`(codec: Codec) async throws {
    let (server, client) = try await connected(codec)

    let reply = try await client.call("Arith.Mul", Args(A: 17, B: 8), returning: Reply.self)

    #expect(reply == Reply(C: 136))
    try await client.close()
    await server.close()
  }

  @Test(arguments: Codec.allForTests)
  func `TestErrorAfterClientClose`(codec: Codec) async throws {
    let (server, client) = try await connected(codec)

    try await client.close()
    let error = await failure { () throws(RPCError) in
      try await client.call("Arith.Add", Args(A: 7, B: 9), returning: Reply.self)
    }

    #expect(error.isShutdown)
    #expect(error.map(String.init(describing:)) == "connection is shut down")
    await server.close()
  }

  @Test(arguments: Codec.allForTests)
  func `TestAcceptExitAfterListenerClose`(codec: Codec) async throws {
    let server = try server()
    let listener = try await server.listen(on: .tcp("127.0.0.1", port: 0), codec: codec)

    await listener.close()
    await listener.waitUntilClosed()

    #expect(listener.endpoint != .tcp("127.0.0.1", port: 0))
  }

  // Go's method sleeps; this one waits until the client's output has ended.
  @Test(arguments: Codec.allForTests)
  func `TestShutdown`(codec: Codec) async throws {
    let holding = try HoldingServer()
    try holding.server.register(Arith())
    let pair = try await ConnectedPair.make()
    let serving = try await serve(pair, by: holding.server, codec)
    let client = RPCClient(channel: pair.client, codec: codec)
    _ = try await client.call("Arith.Add", Args(A: 7, B: 8), returning: Reply.self)

    let call = client.start("Test.Hold", 1, returning: Int.self)
    await holding.started.happened()
    try await pair.client.close(mode: .output).get()
    holding.release.happen()

    #expect(try await call.reply == 1)
    try await serving.value
    try await client.close()
  }
}

private protocol Hidden: Sendable {}

extension Hidden {
  func exported(_ args: Args) -> Reply { Reply(C: args.A + args.B) }
}

/// In Go a struct that embeds one whose method it lends out; in Swift a protocol lends it.
private struct Embed: RPCService, Hidden {
  static let methods = [RPCMethod("Exported", exported)]
}

private struct BuiltinTypes: RPCService {
  static let methods = [
    RPCMethod<BuiltinTypes>("Map") { (_, args: Args) in [args.A: args.B] },
    RPCMethod<BuiltinTypes>("Slice") { (_, args: Args) in [args.A, args.B] },
    RPCMethod<BuiltinTypes>("Array") { (_, args: Args) in [args.A, args.B] },
  ]
}

private struct Unsuitable: RPCService {
  static let methods: [RPCMethod<Unsuitable>] = []
}

/// Writes nothing, and never has anything to read.
private struct WriteFailCodec: ClientCodec {
  func writeRequest(_ header: RequestHeader, _ body: Body, to output: inout ByteBuffer) throws(CodecError) {
    throw .unencodable(reason: "fail")
  }

  func readHeader(from input: inout ByteBuffer) throws(CodecError) -> IncomingHeader? { nil }

  func readBody() throws(CodecError) -> Body { throw .invalidBody(reason: "fail") }
}
