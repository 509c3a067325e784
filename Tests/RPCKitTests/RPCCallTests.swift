import RPCKit
import Testing

/// Go's `Client.Go`: a call that is started, and awaited later.
@Suite(.timeLimit(.minutes(1)))
struct RPCCallTests {
  @Test(arguments: Codec.allForTests)
  func `a call runs while nobody waits for it`(codec: Codec) async throws {
    let holding = try HoldingServer()

    let reply = try await withClient(of: holding.server, codec) { client in
      let call = client.start("Test.Hold", 1, returning: Int.self)
      await holding.started.happened()
      holding.release.happen()
      _ = try await client.call("Test.Hold", 1, returning: Int.self)
      return try await call.reply
    }

    #expect(reply == 1)
  }

  @Test func `a call that nobody else's client is left for is answered all the same`() async throws {
    let pair = try await ConnectedPair.make()
    var server = await RawPeer(pair.server)
    let call = RPCClient(channel: pair.client, codec: .line).start("S.M", 1, returning: Int.self)
    let line = await server.line()

    try await server.send("0 = 7\n")

    #expect(line == "0 S.M 1")
    #expect(try await call.reply == 7)
  }

  @Test func `a call knows its method`() async throws {
    let (client, server) = try await clientOfRawServer()

    let call = client.start("S.M", 1, returning: Int.self)

    #expect(call.serviceMethod == "S.M")
    try await client.close()
    await server.close()
  }

  @Test func `its reply may be awaited several times, by several tasks`() async throws {
    var (client, server) = try await clientOfRawServer()
    let call = client.start("S.M", 1, returning: Int.self)
    let tasks = (0..<5).map { _ in Task { try await call.reply } }
    _ = await server.line()

    try await server.send("0 = 7\n")

    for task in tasks { #expect(try await task.value == 7) }
    #expect(try await call.reply == 7)
    try await client.close()
  }

  @Test func `a reply that does not fit is the caller's error`() async throws {
    var (client, server) = try await clientOfRawServer()
    let call = client.start("S.M", 1, returning: String.self)
    _ = await server.line()

    try await server.send("0 = 7\n")

    #expect(await failure { () throws(RPCError) in try await call.reply }.isReplyNotDecodable)
    try await client.close()
  }

  @Test func `past the limit of calls in flight it fails, and nothing is sent`() async throws {
    var configuration = ClientConfiguration()
    configuration.maximumCallsInFlight = 1
    var (client, server) = try await clientOfRawServer(.line, configuration)
    let first = client.start("S.First", 1, returning: Int.self)

    let second = client.start("S.Second", 2, returning: Int.self)
    let error = await failure { () throws(RPCError) in try await second.reply }
    _ = await server.line()
    try await server.send("0 = 7\n")
    _ = try await first.reply
    _ = client.start("S.Third", 3, returning: Int.self)

    #expect(error.isTooManyCalls)
    #expect(await server.line() == "1 S.Third 3")
    try await client.close()
  }

  @Test func `a call that is given up fails, and the connection is as good as before`() async throws {
    var (client, server) = try await clientOfRawServer()
    let call = client.start("S.M", 1, returning: Int.self)
    _ = await server.line()

    call.cancel()
    call.cancel()
    let next = client.start("S.Next", 2, returning: Int.self)
    _ = await server.line()
    try await server.send("0 = 1\n1 = 2\n")

    #expect(await failure { () throws(RPCError) in try await call.reply }.isCancelled)
    #expect(try await next.reply == 2)
    try await client.close()
  }

  @Test func `giving up a call that is answered changes nothing`() async throws {
    var (client, server) = try await clientOfRawServer()
    let call = client.start("S.M", 1, returning: Int.self)
    _ = await server.line()
    try await server.send("0 = 7\n")
    _ = try await call.reply

    call.cancel()

    #expect(try await call.reply == 7)
    try await client.close()
  }

  @Test func `what cannot be encoded or sent fails the handle`() async throws {
    let (client, server) = try await clientOfRawServer()
    let unencodable = client.start("S.M", Double.nan, returning: Int.self)
    try await client.close()

    let late = client.start("S.M", 1, returning: Int.self)

    #expect(await failure { () throws(RPCError) in try await unencodable.reply }.isArgumentNotEncodable)
    #expect(await failure { () throws(RPCError) in try await late.reply }.isShutdown)
    late.cancel()
    await server.close()
  }
}
