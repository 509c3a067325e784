import NIOCore
import NIOEmbedded
import Testing

@testable import RPCKit

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Synchronous functions on the global executor, which share tasks.
@Suite(.timeLimit(.minutes(1)))
struct CallRunnersTests {
  @Test func `two functions of one connection that wait for each other run at the same time`() async throws {
    try #require(System.coreCount > 1, "Swift's executor has one thread here, and this test needs two")
    let server = RPCServer()
    let arrived = Event()
    try server.register("T.Meet") { (_: Empty) in
      arrived.happen()
      while arrived.count < 2 { sched_yield() }
      return Empty()
    }

    try await withClient(of: server, .line) { client in
      let first = client.start("T.Meet", Empty(), returning: Empty.self)
      _ = try await client.call("T.Meet", Empty(), returning: Empty.self)
      _ = try await first.reply
    }

    #expect(arrived.count == 2)
  }

  @Test func `a function sees that its peer is lost, and the next one of another peer does not`() async throws
  {
    try #require(System.coreCount > 1, "Swift's executor has one thread here, and this test needs two")
    let server = RPCServer()
    let started = Event()
    let cancelled = Event()
    try server.register("T.Spin") { (_: Empty) in
      started.happen()
      while !Task.isCancelled { sched_yield() }
      cancelled.happen()
      return Empty()
    }
    try server.register("T.IsCancelled") { (_: Empty) in Task.isCancelled }

    let lost = try await rawClient(of: server)
    try await lost.send("0 T.Spin {}\n")
    await started.happened()
    let replies = try await withClient(of: server, .line) { client in
      // They wait in the same queue from which the cancelled task would take its next call.
      let calls = (0..<50).map { _ in client.start("T.IsCancelled", Empty(), returning: Bool.self) }
      await lost.close()
      await cancelled.happened()
      var replies: [Bool] = []
      for call in calls { replies.append(try await call.reply) }
      return replies
    }

    #expect(replies == Array(repeating: false, count: 50))
  }

  @Test func `what a lost connection has not begun is never run`() async throws {
    let loop = EmbeddedEventLoop()
    let runners = CallRunners()
    let finished = Event()
    let outbox = Outbox<FinishedCall>(eventLoop: loop) { _ in }
    let called = Record<String>()
    func call(_ name: String, of info: ConnectionInfo) throws -> CallRunners.Call {
      let function = MethodFunction.synchronous { (_: Empty, _) in
        called.append(name)
        finished.happen()
        return Empty()
      }
      let connection = ServerConnection(core: ServerCore(ServerConfiguration()), info: info)
      let call = ServerCall(
        slot: 0,
        method: RegisteredMethod(service: "T", name: name, execution: nil, function: function),
        body: try Body(encoding: Empty(), coder: LineCoder()),
        info: info,
        connection: NIOLoopBound(connection, eventLoop: loop),
        outbox: outbox
      )
      return CallRunners.Call(call: call, function: try #require(function.callInPlace))
    }
    let lost = ConnectionInfo(peer: .local, endpoint: nil, codec: .line, logger: .silent)
    let other = ConnectionInfo(peer: .local, endpoint: nil, codec: .line, logger: .silent)
    var batch = [try call("a", of: lost), try call("b", of: other), try call("c", of: lost)]

    runners.append(&batch, on: loop)
    runners.cancelCalls(of: lost)
    loop.run()
    await finished.happened()

    #expect(batch.isEmpty)
    #expect(called.elements == ["b"])
  }
}
