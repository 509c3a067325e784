import Codecs
import NIOCore
import RPCKit
import Synchronization
import Testing

/// Closures around calls, on the server's side.
@Suite(.timeLimit(.minutes(1)))
struct ServerInterceptorTests {
  @Test(arguments: [MethodExecution.concurrent, .eventLoop, .blocking])
  func `the first interceptor is the outermost`(execution: MethodExecution) async throws {
    let steps = Steps()
    var configuration = ServerConfiguration()
    configuration.execution = execution
    configuration.interceptors = ["outer", "inner"].map { name in
      { _, argument, next in
        steps.add("\(name) before")
        defer { steps.add("\(name) after") }
        return try await next(argument)
      }
    }
    try await withServer(configuration) { server, endpoint in
      try server.register("Probe.Hit") { (_: Empty) in
        steps.add("method")
        return Empty()
      }
      try await withClient(of: endpoint) {
        _ = try await $0.call("Probe.Hit", Empty(), returning: Empty.self)
      }
    }

    #expect(steps.all == ["outer before", "inner before", "method", "inner after", "outer after"])
  }

  @Test(arguments: Engine.all)
  func `authorisation refuses by peer and method, and the method does not run`(engine: Engine) async throws {
    var configuration = ServerConfiguration()
    configuration.interceptors = [
      { context, argument, next in
        guard context.serviceMethod != "Arith.Divide" || context.peer.endpoint == nil else {
          throw ServerError("not allowed")
        }
        return try await next(argument)
      }
    ]
    try await withServer(configuration, codec: engine.codec, offering: .debugPage()) { _, endpoint in
      try await withClient(of: endpoint, codec: engine.codec) { client in
        await expectError("not allowed") {
          try await client.call("Arith.Divide", Args(A: 1, B: 1), returning: Quotient.self)
        }
        let product = try await client.call("Arith.Multiply", Args(A: 7, B: 8), returning: Int.self)
        #expect(product == 56)
      }
      let page = try await answer(to: "GET /debug/rpc HTTP/1.1\r\nHost: localhost\r\n\r\n", from: endpoint)
      #expect(page.contains("Divide(Args, Quotient) error</td>\n<td align=center>0</td>"))
    }
  }

  @Test(arguments: Engine.all)
  func `argument and reply can be read and changed`(engine: Engine) async throws {
    var configuration = ServerConfiguration()
    configuration.interceptors = [
      { _, argument, next in
        var args = try argument.decode(as: Args.self)
        args.A += 1
        let reply = try await next(Body(encoding: args, coder: argument.coder))
        return try Body(encoding: reply.decode(as: Int.self) * 100, coder: reply.coder)
      }
    ]
    try await withServer(configuration, codec: engine.codec) { _, endpoint in
      try await withClient(of: endpoint, codec: engine.codec) { client in
        let product = try await client.call("Arith.Multiply", Args(A: 6, B: 8), returning: Int.self)
        #expect(product == 5600)
      }
    }
  }

  @Test func `what a method threw is a ServerError to an interceptor, which may answer in its place`()
    async throws
  {
    var configuration = ServerConfiguration()
    configuration.interceptors = [
      { _, argument, next in
        do { return try await next(argument) } catch let error as ServerError {
          return try Body(encoding: Quotient(Quo: error.text.count, Rem: 0), coder: argument.coder)
        }
      }
    ]
    try await withServer(configuration) { _, endpoint in
      try await withClient(of: endpoint) { client in
        let quotient = try await client.call("Arith.Divide", Args(A: 1, B: 0), returning: Quotient.self)
        #expect(quotient == Quotient(Quo: "divide by zero".count, Rem: 0))
      }
    }
  }

  @Test func `timing sees the call's whole length`() async throws {
    let durations = Mutex<[Duration]>([])
    var configuration = ServerConfiguration()
    configuration.interceptors = [
      { _, argument, next in
        let start = ContinuousClock.now
        defer { durations.withLock { $0.append(ContinuousClock.now - start) } }
        return try await next(argument)
      }
    ]
    try await withServer(configuration) { server, endpoint in
      try server.register("Slow.Wait") { (_: Empty) in
        try await Task.sleep(for: .milliseconds(30))
        return Empty()
      }
      try await withClient(of: endpoint) {
        _ = try await $0.call("Slow.Wait", Empty(), returning: Empty.self)
      }
    }

    #expect(durations.withLock { $0.count == 1 && $0[0] >= .milliseconds(30) })
  }

  @Test func `an interceptor is cancelled when the peer is lost`() async throws {
    let gate = Gate()
    let cancelled = AsyncStream.makeStream(of: Void.self)
    var configuration = ServerConfiguration()
    configuration.interceptors = [
      { _, argument, next in
        do { try await gate.pass() } catch { cancelled.continuation.yield() }
        return try await next(argument)
      }
    ]
    try await withServer(configuration) { server, endpoint in
      try await withClient(of: endpoint) { client in
        _ = client.start("Arith.Multiply", Args(A: 1, B: 1), returning: Int.self)
        await gate.waitForArrival()
      }
      await server.close()
      for await _ in cancelled.stream { break }
    }
  }
}

/// Closures around calls, on the client's side.
@Suite(.timeLimit(.minutes(1)))
struct ClientInterceptorTests {
  @Test(arguments: Engine.all)
  func `the first interceptor is the outermost, and bodies can be changed`(engine: Engine) async throws {
    let steps = Steps()
    let configuration = configuration(
      { method, argument, next in
        steps.add("outer \(method)")
        let reply = try await next(argument)
        return try Body(encoding: reply.decode(as: Int.self) * 100, coder: reply.coder)
      },
      { _, argument, next in
        steps.add("inner")
        var args = try argument.decode(as: Args.self)
        args.A += 1
        return try await next(Body(encoding: args, coder: argument.coder))
      }
    )
    try await withServer(codec: engine.codec) { _, endpoint in
      try await withClient(of: endpoint, configuration, codec: engine.codec) { client in
        let product = try await client.call("Arith.Multiply", Args(A: 6, B: 8), returning: Int.self)
        let started = try await client.start("Arith.Multiply", Args(A: 0, B: 1), returning: Int.self).reply

        #expect(product == 5600)
        #expect(started == 100)
      }
    }
    #expect(steps.all == ["outer Arith.Multiply", "inner", "outer Arith.Multiply", "inner"])
  }

  @Test func `an interceptor that throws refuses the call, and nothing is sent`() async throws {
    struct Refusal: Error {}
    let configuration = configuration { _, _, _ in throw Refusal() }
    try await withServer(offering: .debugPage()) { _, endpoint in
      try await withClient(of: endpoint, configuration) { client in
        do {
          _ = try await client.call("Arith.Multiply", Args(A: 1, B: 1), returning: Int.self)
          Issue.record("the call was answered")
        } catch RPCError.interceptor(let error) {
          #expect(error is Refusal)
        }
      }
      let page = try await answer(to: "GET /debug/rpc HTTP/1.1\r\nHost: localhost\r\n\r\n", from: endpoint)
      #expect(page.contains("Multiply(Args, Int) error</td>\n<td align=center>0</td>"))
    }
  }

  @Test func `the server's errors pass through, and can be answered by another call`() async throws {
    let configuration = configuration { _, argument, next in
      do { return try await next(argument) } catch RPCError.server {
        return try await next(Body(encoding: Args(A: 9, B: 3), coder: argument.coder))
      }
    }
    try await withServer { _, endpoint in
      try await withClient(of: endpoint, configuration) { client in
        let quotient = try await client.call("Arith.Divide", Args(A: 1, B: 0), returning: Quotient.self)
        #expect(quotient == Quotient(Quo: 3, Rem: 0))
        await expectError("rpc: can't find method Arith.Nope") {
          try await client.call("Arith.Nope", 1, returning: Int.self)
        }
      }
    }
  }

  @Test(.timeLimit(.minutes(1)))
  func `the time limit holds also for an interceptor that never ends`() async throws {
    let wasCancelled = AsyncStream.makeStream(of: Void.self)
    let configuration = configuration { _, argument, next in
      do { try await Task.sleep(for: .seconds(3600)) } catch { wasCancelled.continuation.yield() }
      return try await next(argument)
    }
    try await withServer { _, endpoint in
      try await withClient(of: endpoint, configuration) { client in
        await expect(.timedOut(after: .milliseconds(50))) {
          try await client.call(
            "Arith.Multiply",
            Args(A: 1, B: 1),
            returning: Int.self,
            timeout: .milliseconds(50)
          )
        }
        for await _ in wasCancelled.stream { break }
      }
    }
  }

  @Test func `the time limit holds for a server that does not answer, through interceptors`() async throws {
    let gate = Gate()
    let configuration = configuration { _, argument, next in try await next(argument) }
    try await withServer { server, endpoint in
      try server.register("Slow.Wait") { (_: Empty) in
        try await gate.pass()
        return Empty()
      }
      try await withClient(of: endpoint, configuration) { client in
        await expect(.timedOut(after: .milliseconds(50))) {
          try await client.call("Slow.Wait", Empty(), returning: Empty.self, timeout: .milliseconds(50))
        }
        let product = try await client.call("Arith.Multiply", Args(A: 7, B: 8), returning: Int.self)
        #expect(product == 56)
      }
    }
  }

  @Test func `a call that is given up ends at once, even where an interceptor does not`() async throws {
    let entered = AsyncStream.makeStream(of: Void.self)
    let release = AsyncStream.makeStream(of: Void.self)
    let configuration = configuration { _, argument, next in
      entered.continuation.yield()
      // It does not listen to cancellation: the task that waits here is another.
      await Task { for await _ in release.stream { break } }.value
      return try await next(argument)
    }
    try await withServer { _, endpoint in
      try await withClient(of: endpoint, configuration) { client in
        let call = client.start("Arith.Multiply", Args(A: 1, B: 1), returning: Int.self)
        for await _ in entered.stream { break }
        call.cancel()

        await expect(.cancelled) { try await call.reply }
        release.continuation.yield()
      }
    }
  }

  @Test func `a cancelled caller cancels its interceptors`() async throws {
    let entered = AsyncStream.makeStream(of: Void.self)
    let cancelled = AsyncStream.makeStream(of: Void.self)
    let configuration = configuration { _, argument, next in
      entered.continuation.yield()
      do { try await Task.sleep(for: .seconds(3600)) } catch { cancelled.continuation.yield() }
      return try await next(argument)
    }
    try await withServer { _, endpoint in
      try await withClient(of: endpoint, configuration) { client in
        let caller = Task { try await client.call("Arith.Multiply", Args(A: 1, B: 1), returning: Int.self) }
        for await _ in entered.stream { break }
        caller.cancel()

        await expect(.cancelled) { try await caller.value }
        for await _ in cancelled.stream { break }
      }
    }
  }

  @Test func `a client that is closed fails the calls in its interceptors`() async throws {
    let configuration = configuration { _, argument, next in try await next(argument) }
    let gate = Gate()
    try await withServer { server, endpoint in
      try server.register("Slow.Wait") { (_: Empty) in
        try await gate.pass()
        return Empty()
      }
      try await withClient(of: endpoint, configuration) { client in
        let call = client.start("Slow.Wait", Empty(), returning: Empty.self)
        await gate.waitForArrival()
        try await client.close()

        await expect(.shutdown) { try await call.reply }
      }
    }
  }

  private func configuration(_ interceptors: ClientInterceptor...) -> ClientConfiguration {
    var configuration = ClientConfiguration()
    configuration.interceptors = interceptors
    return configuration
  }

  private func expect(
    _ expected: RPCError,
    sourceLocation: SourceLocation = #_sourceLocation,
    call: () async throws -> some Any
  ) async {
    do {
      _ = try await call()
      Issue.record("the call was answered", sourceLocation: sourceLocation)
    } catch {
      #expect("\(error)" == "\(expected)", sourceLocation: sourceLocation)
    }
  }
}

/// What happened, in order.
final class Steps: Sendable {
  private let steps = Mutex<[String]>([])

  var all: [String] { steps.withLock { $0 } }

  func add(_ step: String) { steps.withLock { $0.append(step) } }
}
