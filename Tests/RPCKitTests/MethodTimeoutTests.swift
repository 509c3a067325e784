import NIOCore
import NIOEmbedded
import Synchronization
import Testing

@testable import RPCKit

/// How long methods may take, by the clock of a channel in memory.
@Suite(.timeLimit(.minutes(1)))
struct MethodTimeoutTests {
  @Test(arguments: [MethodExecution.concurrent, .blocking, .eventLoop])
  func `a method that takes too long is answered by an error and cancelled, and its late reply dropped`(
    execution: MethodExecution
  ) async throws {
    let server = try await TimedServer { $0.methodTimeout = .seconds(2) }
    try server.register("M.Hold", execution: execution)

    try await server.receive("7 M.Hold {}\n")
    await server.started.happened()
    await server.wait(.milliseconds(1999))
    let before = try await server.sent()
    await server.wait(.milliseconds(1))
    let after = try await server.sent()
    await server.cancelled.happened()
    server.release.happen()
    try await server.untilNoCallIsInFlight()
    try await server.receive("8 M.Echo \"a\"\n")

    #expect(before == "")
    #expect(after == "7 ! rpc: method took longer than 2 seconds\n")
    #expect(try await server.sent() == "8 = \"a\"\n")
  }

  @Test func `a method that ignores its cancellation keeps its place among the calls in flight`() async throws
  {
    let server = try await TimedServer {
      $0.methodTimeout = .seconds(1)
      $0.maximumCallsInFlight = 2
    }
    try server.register("M.Hold")

    try await server.receive("0 M.Hold {}\n1 M.Hold {}\n2 M.Echo \"a\"\n")
    await server.started.happened(times: 2)
    await server.wait(.seconds(1))
    let whileTheyRun = try await server.sent()
    server.release.happen()
    let echo = try await server.nextLine()

    #expect(whileTheyRun.split(separator: "\n").allSatisfy { $0.hasSuffix("took longer than 1 second") })
    #expect(whileTheyRun.split(separator: "\n").count == 2)
    #expect(echo == "2 = \"a\"\n")
    #expect(server.running.most == 2)
  }

  @Test func `a method's limit counts before its service's, and that before the server's`() async throws {
    let server = try await TimedServer { $0.methodTimeout = .seconds(3) }
    try server.registry.register(Sleepy(server: server), as: "Own", methods: Sleepy.methods, execution: nil)
    try server.registry.register(
      Sleepy(server: server),
      as: "Service",
      methods: Sleepy.methods,
      execution: nil,
      timeout: .seconds(2)
    )

    try await server.receive("0 Own.Plain {}\n1 Own.Quick {}\n2 Service.Plain {}\n3 Service.Quick {}\n")
    await server.started.happened(times: 4)
    var lines: [Set<Substring>] = []
    for _ in 1...3 {
      await server.wait(.seconds(1))
      lines.append(Set(try await server.sent().split(separator: "\n")))
    }

    #expect(
      lines == [
        ["1 ! rpc: method took longer than 1 second", "3 ! rpc: method took longer than 1 second"],
        ["2 ! rpc: method took longer than 2 seconds"], ["0 ! rpc: method took longer than 3 seconds"],
      ]
    )
  }

  @Test func `a method that is called in place has no limit`() async throws {
    let server = try await TimedServer { $0.methodTimeout = .nanoseconds(1) }

    try await server.receive("0 M.Echo \"a\"\n")

    #expect(try await server.sent() == "0 = \"a\"\n")
  }

  @Test func `calls that end in time leave no timer behind`() async throws {
    let server = try await TimedServer { $0.methodTimeout = .seconds(2) }
    try server.register("M.Hold")

    try await server.receive("0 M.Hold {}\n")
    await server.started.happened()
    server.release.happen()
    let reply = try await server.nextLine()
    await server.wait(.seconds(10))

    #expect(reply == "0 = {}\n")
    #expect(try await server.sent() == "")
    #expect(try await server.look { $0.alarm == nil })
  }

  @Test func `a call past its limit is reported once, as one that failed`() async throws {
    let server = try await TimedServer { $0.methodTimeout = .seconds(2) }
    server.core.watch()
    try server.register("M.Hold")

    try await server.receive("0 M.Hold {}\n")
    await server.started.happened()
    await server.wait(.seconds(2))
    server.release.happen()
    try await server.untilNoCallIsInFlight()

    let method = try server.registry.method(named: "M.Hold")
    #expect(method.numberOfCalls == 1)
    #expect(method.statistics.snapshot.errors == 1)
  }

  @Test func `the requests in a buffer have time limits too`() async throws {
    let server = RPCServer()
    let never = Event()
    let isCancelled = Event()
    try server.register("M.Hold", timeout: .milliseconds(20)) { (_: Empty) async in
      await never.happened()
      isCancelled.happen()
      return Empty()
    }
    try server.register("M.Stuck", execution: .blocking, timeout: .milliseconds(20)) { (_: Empty) async in
      // It does not look whether it is cancelled.
      await Task { await isCancelled.happened(times: 2) }.value
      return Empty()
    }

    let responses = await server.respond(
      to: ByteBuffer(string: "0 M.Hold {}\n1 M.Stuck {}\n"),
      codec: .line
    )
    await isCancelled.happened()
    isCancelled.happen()

    let late = "! rpc: method took longer than 0.02 seconds"
    #expect(String(buffer: responses) == "0 \(late)\n1 \(late)\n")
  }
}

/// A connection of a server on a channel in memory, whose clock stands still unless a test moves it.
///
/// `M.Echo` answers in place. What a test registers waits until it is released, whether it is cancelled or not.
private struct TimedServer {
  let channel: NIOAsyncTestingChannel
  let core: ServerCore
  let connection: NIOLoopBound<ServerConnection>
  let started = Event()
  let cancelled = Event()
  let release = Event()
  let running = Gauge()

  var registry: ServiceRegistry { core.registry }

  init(_ change: (inout ServerConfiguration) -> Void) async throws {
    var configuration = ServerConfiguration()
    configuration.writeTimeout = nil
    change(&configuration)
    let core = ServerCore(configuration)
    let channel = NIOAsyncTestingChannel()
    self.core = core
    self.channel = channel
    try core.registry.register(
      "M.Echo",
      execution: .eventLoop,
      function: .synchronous { (text: String, _) in text }
    )
    connection = try await channel.testingEventLoop.executeInContext {
      let info = ConnectionInfo(peer: .local, endpoint: nil, codec: .line, logger: .silent)
      let connection = ServerConnection(core: core, info: info)
      try channel.pipeline.syncOperations.addHandler(connection)
      return NIOLoopBound(connection, eventLoop: channel.testingEventLoop)
    }
    try await channel.connect(to: SocketAddress(unixDomainSocketPath: "/test")).get()
  }

  func register(_ method: String, execution: MethodExecution = .concurrent) throws {
    try registry.register(
      method,
      execution: execution,
      function: .asynchronous { (_: Empty, _) in await hold() }
    )
  }

  func hold() async -> Empty {
    running.rise()
    started.happen()
    await withTaskCancellationHandler {
      await Task { await release.happened() }.value
    } onCancel: {
      cancelled.happen()
    }
    running.fall()
    return Empty()
  }

  func receive(_ text: String) async throws {
    try await channel.writeInbound(ByteBuffer(string: text))
    await channel.testingEventLoop.run()
  }

  func wait(_ time: Duration) async {
    await channel.testingEventLoop.advanceTime(by: TimeAmount(time))
  }

  func look<Value: Sendable>(_ at: @escaping @Sendable (ServerConnection) -> Value) async throws -> Value {
    try await channel.testingEventLoop.executeInContext { at(connection.value) }
  }

  /// Returns when the tasks of all calls have ended, and the connection has seen it.
  func untilNoCallIsInFlight() async throws {
    while try await look({ $0.state.callsInFlight }) > 0 { await Task.yield() }
  }

  /// What has been sent since the last time.
  func sent() async throws -> String {
    await channel.testingEventLoop.run()
    var sent = ""
    while let buffer = try await channel.readOutbound(as: ByteBuffer.self) { sent += String(buffer: buffer) }
    return sent
  }

  /// What is sent next.
  func nextLine() async throws -> String {
    while true {
      let sent = try await sent()
      if !sent.isEmpty { return sent }
      await Task.yield()
    }
  }
}

private struct Sleepy: RPCService {
  static let methods = [RPCMethod("Plain", hold), RPCMethod("Quick", timeout: .seconds(1), hold)]

  let server: TimedServer

  func hold(_: Empty) async -> Empty { await server.hold() }
}
