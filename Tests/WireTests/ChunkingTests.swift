import NIOCore
import RPCKit
import Testing

/// The same answers, whatever pieces the bytes come in. (RELIABILITY.md R5)
///
/// The seeds are new in each run and printed; the environment variable `RPCKIT_SEED` sets one.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct ChunkingTests {
  /// 20 connections with 250 requests each, per engine: 10,000 cases for two engines.
  private static let connections = 20
  private static let requestsPerConnection = 250

  @Test(arguments: Engine.all)
  func `random values in random pieces are echoed as they are`(_ engine: Engine) async throws {
    let seed = TestSeed.next("random values", engine)
    var generator = SeededGenerator(seed: seed)
    let (server, _) = try TestServer.make()

    for connection in 0..<Self.connections {
      let pair = try await ConnectedPair.make()
      try await Self.read(pair.server, in: RandomReads(largest: 6, using: &generator))
      try await Self.read(pair.client, in: RandomReads(largest: 6, using: &generator))
      async let served: Void = server.serve(pair.server, codec: engine.codec)
      let client = RPCClient(channel: pair.client, codec: engine.codec)
      let values = (0..<Self.requestsPerConnection).map { _ in JSONValue.random(using: &generator) }

      let wrong = try await withThrowingTaskGroup { group in
        for value in values {
          group.addTask { () -> JSONValue? in
            // A bare null is answered with an error: each value is echoed within an array.
            let echo = try await client.call("Misc.Value", [value], returning: [JSONValue].self)
            return echo == [value] ? nil : value
          }
        }
        return try await group.reduce(into: []) { $0 += [$1].compactMap(\.self) }
      }

      #expect(wrong == [], "seed \(seed), connection \(connection)")
      try await client.close()
      try await served
    }
    await server.close()
  }

  @Test(arguments: Engine.all)
  func `random requests, right and wrong, get the same answers in random pieces as in one`(
    _ engine: Engine
  ) async throws {
    let seed = TestSeed.next("random requests", engine)
    var generator = SeededGenerator(seed: seed)
    let (server, _) = try TestServer.make(TestServer.ordered)

    for connection in 0..<Self.connections {
      var stream = ""
      for id in 0..<Self.requestsPerConnection {
        stream += RandomRequest.text(id: id, engine, using: &generator)
      }
      if generator.oneIn(2) { stream += RandomRequest.malformed(using: &generator) }
      let whole = await server.respond(to: ByteBuffer(string: stream), codec: engine.codec)

      let pair = try await ConnectedPair.make()
      try await Self.read(pair.server, in: RandomReads(largest: 8, using: &generator))
      async let served: Void = server.serve(pair.server, codec: engine.codec)
      let answers = try await Collector.answers(to: stream, on: pair.client)
      try await served

      #expect(answers == String(buffer: whole), "seed \(seed), connection \(connection)")
    }
    await server.close()
  }

  @Test(arguments: Engine.all)
  func `a request that is cut at any of its bytes gets the same answer`(_ engine: Engine) async throws {
    let request = "{\"method\":\"Misc.Echo\",\"params\":[\"\\ud83d\\ude00 é😀\\n\"],\"id\":-1.50e+3} null"
    let expected =
      "{\"id\":-1.50e+3,\"result\":\"😀 é😀\\n\",\"error\":null}\n"
      + #"{"id":null,"result":null,"error":"rpc: service/method request ill-formed: "}"# + "\n"

    for cut in 0...request.utf8.count {
      let bytes = Array(request.utf8)
      let (server, _) = try TestServer.make(TestServer.ordered)
      let pair = try await ConnectedPair.make()
      async let served: Void = server.serve(pair.server, codec: engine.codec)
      let answers = try await Collector.answers(to: [bytes[..<cut], bytes[cut...]], on: pair.client)
      try await served

      #expect(answers == expected, "cut at \(cut)")
    }
  }

  private static func read(_ channel: any Channel, in pieces: RandomReads) async throws {
    try await channel.setOption(.recvAllocator, value: pieces).get()
  }
}
