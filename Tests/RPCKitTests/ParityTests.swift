import NIOCore
import RPCKit
import Testing

/// What the article Parity says and no other test shows.
@Suite(.timeLimit(.minutes(1)))
struct ParityTests {
  // GO-BEHAVIOUR 1.
  @Test func `Go's two paths are the defaults`() {
    #expect(RPCServer.defaultConnectPath == "/_goRPC_")
    #expect(ListenerOffers.connect().connectPath == "/_goRPC_")
    #expect(Endpoint.http("h", port: 1) == .http("h", port: 1, path: "/_goRPC_"))
    #expect(DebugPage().path == "/debug/rpc")
  }

  // GO-BEHAVIOUR 11: Go has no shutdown.
  @Test(arguments: Codec.allForTests)
  func `a server that is closed draining answers what is in flight, and nothing else`(codec: Codec)
    async throws
  {
    let holding = try HoldingServer()
    let busyPair = try await ConnectedPair.make()
    let idlePair = try await ConnectedPair.make()
    let servings = [
      try await serve(busyPair, by: holding.server, codec),
      try await serve(idlePair, by: holding.server, codec),
    ]
    let busy = RPCClient(channel: busyPair.client, codec: codec)
    let idle = RPCClient(channel: idlePair.client, codec: codec)
    let call = busy.start("Test.Hold", 1, returning: Int.self)
    await holding.started.happened()

    let draining = Task { await holding.server.close(draining: .seconds(30)) }
    // The idle connection is closed at once, while the other's call still runs.
    try await idlePair.client.closeFuture.get()
    let refused = await failure { () throws(RPCError) in
      try await idle.call("Test.Echo", "x", returning: String.self)
    }
    holding.release.happen()

    #expect(try await call.reply == 1)
    #expect(refused != nil)
    await draining.value
    for serving in servings { try await serving.value }
    try await busy.close()
  }

  #if os(Linux) || os(macOS)
    // GO-BEHAVIOUR 27.
    @Test func `a method that traps ends the process, as a panic does in Go`() async {
      await #expect(processExitsWith: .failure) {
        let server = RPCServer()
        try server.register("Bad.Trap") { (indices: [Int]) in indices[1] }
        try await withClient(of: server, .line) { client in
          _ = try await client.call("Bad.Trap", [0], returning: Int.self)
        }
      }
    }
  #endif

  // GO-BEHAVIOUR 39: Go's client may wait for a blocked write for ever.
  @Test(arguments: Codec.allForTests)
  func `the end reaches calls that wait for a server that does not read`(codec: Codec) async throws {
    var configuration = ClientConfiguration()
    configuration.maximumUnwrittenBytes = 1 << 16
    let pair = try await ConnectedPair.make()
    let client = RPCClient(channel: pair.client, codec: codec, configuration: configuration)
    let text = String(repeating: "x", count: 1 << 20)

    let calls = (0..<8).map { _ in client.start("X.Y", text, returning: Int.self) }
    // Nobody reads: what the system takes is less than these eight.
    try await pair.server.close().get()

    for call in calls {
      let error = await failure { () throws(RPCError) in try await call.reply }
      #expect(error.isConnectionLost)
    }
    try await client.close()
  }
}
