import ServiceLifecycle
import ServiceLifecycleTestKit
import Testing

@testable import RPCKit

@Suite(.timeLimit(.minutes(1)))
struct RPCClientServiceTests {
  @Test func `at a graceful shutdown a client answers what is in flight, and is closed`() async throws {
    let (client, raw) = try await clientOfRawServer()
    var server = raw
    let call = client.start("S.M", 1, returning: Int.self)
    _ = await server.line()

    let reply = try await testGracefulShutdown { trigger in
      let running = Task { await client.run() }
      trigger.triggerGracefulShutdown()
      while client.isOpen { await Task.yield() }
      try await raw.send("0 = 5\n")
      await running.value
      return try await call.reply
    }

    #expect(reply == 5)
    #expect(await failure { () throws(RPCError) in try await client.close() }.isShutdown)
  }

  @Test func `a client whose task is cancelled is closed at once`() async throws {
    let (client, raw) = try await clientOfRawServer()
    var server = raw
    let call = client.start("S.M", 1, returning: Int.self)
    _ = await server.line()

    let running = Task { await client.run() }
    running.cancel()
    await running.value

    #expect(await failure { () throws(RPCError) in try await call.reply }.isShutdown)
    #expect(await server.line() == nil)
  }
}
