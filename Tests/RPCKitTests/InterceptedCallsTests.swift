import NIOCore
import NIOPosix
import Testing

@testable import RPCKit

@Suite(.timeLimit(.minutes(1)))
struct InterceptedCallsTests {
  /// A configuration whose interceptor holds each call until it is released.
  private func holding(_ entered: Event, until release: Event) -> ClientConfiguration {
    var configuration = ClientConfiguration()
    configuration.interceptors = [
      { _, argument, next in
        entered.happen()
        await release.happened()
        return try await next(argument)
      }
    ]
    return configuration
  }

  @Test func `a client that drains waits for a call that its interceptor has not sent yet`() async throws {
    let (entered, release) = (Event(), Event())
    let configuration = holding(entered, until: release)
    try await withClient(of: try HoldingServer().server, .line, configuration) { client in
      let call = client.start("Test.Echo", "hello", returning: String.self)
      await entered.happened()

      let closing = Task { try await client.close(draining: .seconds(60)) }
      while client.isOpen { await Task.yield() }
      let later = await failure { () throws(RPCError) in
        try await client.call("Test.Echo", "later", returning: String.self)
      }
      release.happen()

      #expect(later.isShutdown)
      #expect(try await call.reply == "hello")
      try await closing.value
    }
  }

  @Test func `closing ends the wait for an interceptor`() async throws {
    let (entered, release) = (Event(), Event())
    let configuration = holding(entered, until: release)
    try await withClient(of: try HoldingServer().server, .line, configuration) { client in
      let call = client.start("Test.Echo", "hello", returning: String.self)
      await entered.happened()

      let closing = Task { try await client.close(draining: .seconds(60)) }
      while client.isOpen { await Task.yield() }
      try await client.close()
      try await closing.value
      release.happen()

      #expect(await failure { () throws(RPCError) in try await call.reply }.isShutdown)
    }
  }

  @Test func `nobody waits for an interceptor when the client is closed already`() async throws {
    let calls = InterceptedCalls()
    let eventLoop = MultiThreadedEventLoopGroup.singleton.any()
    #expect(calls.begin())

    calls.close()
    await calls.drain(until: .distantFuture, on: eventLoop)

    #expect(!calls.begin())
    calls.end()
  }

  @Test func `nobody waits for an interceptor longer than the limit`() async throws {
    let calls = InterceptedCalls()
    let eventLoop = MultiThreadedEventLoopGroup.singleton.any()
    #expect(calls.begin())

    await calls.drain(until: .now(), on: eventLoop)

    #expect(!calls.begin())
    calls.end()
  }
}
