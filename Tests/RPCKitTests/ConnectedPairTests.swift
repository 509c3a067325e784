import NIOCore
import RPCKit
import Testing

@Suite(.timeLimit(.minutes(1)))
struct ConnectedPairTests {
  @Test(arguments: Codec.allForTests)
  func `its ends are a client's and a server's`(codec: Codec) async throws {
    let server = RPCServer()
    try server.register(Arith())
    let pair = try await ConnectedPair.make()

    let client = RPCClient(channel: pair.client, codec: codec)
    async let serving: Void = server.serve(pair.server, codec: codec)
    let sum = try await client.call("Arith.Add", Args(A: 7, B: 8), returning: Reply.self)
    try await client.close()
    try await serving

    #expect(sum == Reply(C: 15))
  }

  @Test func `what a client sends waits for its server`() async throws {
    let server = RPCServer()
    try server.register(Arith())
    let pair = try await ConnectedPair.make()
    let client = RPCClient(channel: pair.client, codec: .line)

    let calls = (1...20).map { client.start("Arith.Add", Args(A: $0, B: 1), returning: Reply.self) }
    try await pair.client.eventLoop.submit {}.get()
    let serving = try await serve(pair, by: server)

    for (number, call) in zip(1..., calls) { #expect(try await call.reply == Reply(C: number + 1)) }
    try await client.close()
    try await serving.value
  }

  @Test func `what a server sends first waits for its client`() async throws {
    let pair = try await ConnectedPair.make()
    var server = await RawPeer(pair.server)

    try await server.send("x > echo [1]\n")
    let client = RPCClient(channel: pair.client, codec: .line)

    #expect(await server.line() == "x = [1]")
    try await client.close()
  }

  @Test func `it has no addresses`() async throws {
    let pair = try await ConnectedPair.make()
    let server = RPCServer()
    try server.register("C.Who") { (_: Empty, context: RPCContext) async in "\(context.peer)" }

    let serving = try await serve(pair, by: server)
    let client = RPCClient(channel: pair.client, codec: .line)
    let peer = try await client.call("C.Who", Empty(), returning: String.self)

    #expect(peer == "local")
    try await client.close()
    try await serving.value
  }
}
