import Codecs
import NIOCore
import RPCKit
import Testing

/// Go's tests of `net/rpc/jsonrpc/all_test.go`, under their names, for each engine.
///
/// | Go's test | here |
/// |---|---|
/// | all ten | below, with the departures of the design where they say so |
@Suite(.timeLimit(.minutes(1)))
struct GoJSONRPCTests {
  private func server() throws -> RPCServer {
    let server = RPCServer()
    try server.register(Arith())
    try server.register(BuiltinTypes())
    return server
  }

  @Test(arguments: Codec.json)
  func `TestServerNoParams`(codec: Codec) async throws {
    var peer = try await rawClient(of: server(), codec)

    try await peer.send(#"{"method": "Arith.Add", "id": "123"}"#)

    #expect(
      await peer.line() == #"{"id":"123","result":null,"error":"jsonrpc: request body missing params"}"#
    )
    await peer.close()
  }

  @Test(arguments: Codec.json)
  func `TestServerEmptyMessage`(codec: Codec) async throws {
    var peer = try await rawClient(of: server(), codec)

    try await peer.send("{}")

    let expected = #"{"id":null,"result":null,"error":"rpc: service/method request ill-formed: "}"#
    #expect(await peer.line() == expected)
    await peer.close()
  }

  // Go's ids are "\u0000" to "\u0009"; the bytes come back as they were sent.
  @Test(arguments: Codec.json)
  func `TestServer`(codec: Codec) async throws {
    var peer = try await rawClient(of: server(), codec)

    for number in 0..<10 {
      let id = #""\u000\#(number)""#
      let params = #"[{"A": \#(number), "B": \#(number + 1)}]"#
      try await peer.send(#"{"method": "Arith.Add", "id": \#(id), "params": \#(params)}"#)
      let line = await peer.line()
      #expect(line == #"{"id":\#(id),"result":{"C":\#(2 * number + 1)},"error":null}"#)
    }
    await peer.close()
  }

  @Test(arguments: Codec.json)
  func `TestClient`(codec: Codec) async throws {
    try await withClient(of: server(), codec) { client in
      let add = try await client.call("Arith.Add", Args(A: 7, B: 8), returning: Reply.self)
      let mul = try await client.call("Arith.Mul", Args(A: 7, B: 8), returning: Reply.self)
      let mulCall = client.start("Arith.Mul", Args(A: 7, B: 8), returning: Reply.self)
      let addCall = client.start("Arith.Add", Args(A: 7, B: 8), returning: Reply.self)
      let laterReplies = [try await addCall.reply, try await mulCall.reply]
      let divide = await failure { () throws(RPCError) in
        try await client.call("Arith.Div", Args(A: 7, B: 0), returning: Reply.self)
      }

      #expect([add, mul] == [Reply(C: 15), Reply(C: 56)])
      #expect(laterReplies == [Reply(C: 15), Reply(C: 56)])
      #expect(divide.serverText == "divide by zero")
    }
  }

  @Test(arguments: Codec.json)
  func `TestBuiltinTypes`(codec: Codec) async throws {
    try await withClient(of: server(), codec) { client in
      let map = try await client.call("BuiltinTypes.Map", 7, returning: [Int: Int].self)
      let slice = try await client.call("BuiltinTypes.Slice", 7, returning: [Int].self)
      let array = try await client.call("BuiltinTypes.Array", 7, returning: [Int].self)

      #expect(map == [7: 7])
      #expect(slice == [7])
      #expect(array == [7])
    }
  }

  // Go closes without a word; here one line says why, and then the connection ends.
  @Test(arguments: Codec.json)
  func `TestMalformedInput`(codec: Codec) async throws {
    var peer = try await rawClient(of: server(), codec)

    try await peer.send("{id:1}")
    let lines = await peer.lines()

    #expect(lines.count == 1)
    let beginning = #"{"id":null,"result":null,"error":"rpc: server cannot decode request: "#
    #expect(lines.first?.hasPrefix(beginning) == true)
  }

  // Go's client dies of it; here the one call fails, and only because it wants a value.
  @Test(arguments: Codec.json)
  func `TestMalformedOutput`(codec: Codec) async throws {
    var (client, server) = try await clientOfRawServer(codec)
    let call = client.start("Arith.Add", Args(A: 7, B: 8), returning: Reply.self)
    _ = await server.line()
    try await server.send(#"{"id":0,"result":null,"error":null}"#)

    let error = await failure { () throws(RPCError) in try await call.reply }
    let next = client.start("Arith.Add", Args(A: 7, B: 8), returning: Reply.self)
    _ = await server.line()
    try await server.send(#"{"id":1,"result":{"C":15},"error":null}"#)

    #expect(error.isReplyNotDecodable)
    #expect(try await next.reply == Reply(C: 15))
    try await client.close()
  }

  @Test(arguments: Codec.json)
  func `TestServerErrorHasNullResult`(codec: Codec) async throws {
    let server = RPCServer()
    try server.register("Arith.Add") { (_: Empty) throws -> String in throw ServerError("some error") }
    var peer = try await rawClient(of: server, codec)

    try await peer.send(#"{"method": "Arith.Add", "id": "123", "params": [{}]}"#)

    #expect(await peer.line() == #"{"id":"123","result":null,"error":"some error"}"#)
    await peer.close()
  }

  @Test(arguments: Codec.json)
  func `TestUnexpectedError`(codec: Codec) async throws {
    let server = try server()
    let pair = try await ConnectedPair.make()
    let serving = try await serve(pair, by: server, codec)
    var peer = await RawPeer(pair.client)
    try await peer.send("{}")
    _ = await peer.line()

    pair.server.pipeline.fireErrorCaught(ServerError("unexpected error!"))
    try await serving.value

    #expect(await peer.line() == nil)
  }
}

extension Codec {
  /// The codecs that speak JSON-RPC.
  fileprivate static let json = allForTests.filter { $0.name != Codec.line.name }
}

private struct BuiltinTypes: RPCService {
  static let methods = [
    RPCMethod<BuiltinTypes>("Map") { (_, number: Int) in [number: number] },
    RPCMethod<BuiltinTypes>("Slice") { (_, number: Int) in [number] },
    RPCMethod<BuiltinTypes>("Array") { (_, number: Int) in [number] },
  ]
}
