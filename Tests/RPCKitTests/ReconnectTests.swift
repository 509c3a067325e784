import NIOCore
import NIOPosix
import Testing

@testable import RPCKit

/// Clients that come back, and clients of several servers, over real sockets.
@Suite(.timeLimit(.minutes(1)))
struct ReconnectTests {
  // MARK: One endpoint

  @Test(arguments: Codec.allForTests)
  func `a client comes back to its server`(codec: Codec) async throws {
    var server = try await ServerOnPort(codec: codec)
    let client = try await RPCClient.connect(to: server.endpoint, codec: codec, configuration: .quick)
    let before = try await client.call("T.Name", Empty(), returning: String.self)

    try await server.restart("second")
    let after = try await client.call("T.Name", Empty(), returning: String.self)

    #expect(before == "first")
    #expect(after == "second")
    try await client.close()
    await server.close()
  }

  @Test(arguments: [
    Endpoint.http("127.0.0.1", port: 0), .unix("/tmp/rpckit-reconnect-\(UInt32.random(in: 0 ... .max)).sock"),
  ])
  func `a client comes back over every kind of endpoint`(endpoint: Endpoint) async throws {
    var server = try await ServerOnPort(on: endpoint)
    let client = try await RPCClient.connect(to: server.endpoint, codec: .line, configuration: .quick)

    try await server.restart("second")
    let after = try await client.call("T.Name", Empty(), returning: String.self)

    #expect(after == "second")
    try await client.close()
    await server.close()
  }

  @Test func `connecting fails when nobody listens, and says why`() async throws {
    let server = try await ServerOnPort()
    await server.close()

    let error = await failure { () throws(RPCError) in
      try await RPCClient.connect(to: server.endpoint, codec: .line, configuration: .quick)
    }

    guard case .connectFailed(server.endpoint, let reason) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(reason == "Connection refused")
  }

  @Test(arguments: [nil, ReconnectPolicy()])
  func `connecting ends when its task is cancelled, and so does the connection`(reconnect: ReconnectPolicy?)
    async throws
  {
    var configuration = ClientConfiguration()
    configuration.reconnect = reconnect
    configuration.connectTimeout = .seconds(3600)
    var listener = try await RawListener()
    let endpoint = Endpoint.http("127.0.0.1", port: listener.port)
    let connecting = Task { [configuration] in
      await failure { () throws(RPCError) in
        try await RPCClient.connect(to: endpoint, codec: .line, configuration: configuration)
      }
    }
    var server = try await listener.accept()
    let request = await server.line()

    connecting.cancel()
    let error = await connecting.value

    #expect(request == "CONNECT /_goRPC_ HTTP/1.0")
    #expect(error.isCancelled)
    if reconnect == nil { while await server.line() != nil {} }
    await server.close()
    await listener.close()
  }

  @Test(arguments: [nil, ReconnectPolicy()])
  func `a task that is cancelled already gets no client`(reconnect: ReconnectPolicy?) async throws {
    var configuration = ClientConfiguration()
    configuration.reconnect = reconnect
    let server = try await ServerOnPort()

    let connecting = Task { [configuration] in
      withUnsafeCurrentTask { $0?.cancel() }
      return await failure { () throws(RPCError) in
        try await RPCClient.connect(to: server.endpoint, codec: .line, configuration: configuration)
      }
    }

    #expect(await connecting.value.isCancelled)
    await server.close()
  }

  @Test func `a call that waits for a connection is answered when the server is back`() async throws {
    var server = try await ServerOnPort()
    let client = try await RPCClient.connect(to: server.endpoint, codec: .line, configuration: .quick)
    await server.close()

    let call = Task { try await client.call("T.Name", Empty(), returning: String.self) }
    let handle = client.start("T.Name", Empty(), returning: String.self)
    try await server.restart("second")

    #expect(try await call.value == "second")
    #expect(try await handle.reply == "second")
    try await client.close()
    await server.close()
  }

  @Test func `a call that waits in vain fails at its deadline, and says why there is no connection`()
    async throws
  {
    let server = try await ServerOnPort()
    let client = try await RPCClient.connect(to: server.endpoint, codec: .line, configuration: .quick)
    await server.close()

    var error: RPCError?
    repeat {
      error = await failure { () throws(RPCError) in
        try await client.call("T.Name", Empty(), returning: String.self, timeout: .milliseconds(100))
      }
      // The first may have been sent before the client noticed.
    } while error.isConnectionLost

    guard case .connectFailed(server.endpoint, let reason) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(reason == "Connection refused")
    try await client.close()
  }

  @Test func `a call that waits for a connection can be cancelled`() async throws {
    let server = try await ServerOnPort()
    let client = try await RPCClient.connect(to: server.endpoint, codec: .line, configuration: .quick)
    await server.close()
    let task = Task { try await client.call("T.Name", Empty(), returning: String.self) }

    task.cancel()
    let result = await task.result

    #expect((result.error as? RPCError).isCancelled)
    try await client.close()
  }

  @Test func `closing fails the calls that wait for a connection with shutdown`() async throws {
    let server = try await ServerOnPort()
    let client = try await RPCClient.connect(to: server.endpoint, codec: .line, configuration: .quick)
    await server.close()
    let handle = client.start("T.Name", Empty(), returning: String.self)

    try await client.close()
    let later = await failure { () throws(RPCError) in
      try await client.call("T.Name", Empty(), returning: String.self)
    }

    #expect(await failure { () throws(RPCError) in try await handle.reply }.isShutdown)
    #expect(later.isShutdown)
  }

  @Test func `while there is no connection only so many started calls wait`() async throws {
    var configuration = ClientConfiguration.quick
    configuration.maximumCallsInFlight = 3
    let server = try await ServerOnPort()
    let client = try await RPCClient.connect(to: server.endpoint, codec: .line, configuration: configuration)
    await server.close()

    // Until the client sees that its connection is gone, calls go there, and fail.
    var refused: Int
    repeat {
      let handles = (0..<4).map { _ in
        client.start("T.Name", Empty(), returning: String.self, timeout: .milliseconds(100))
      }
      refused = 0
      for handle in handles {
        let error = await failure { () throws(RPCError) in try await handle.reply }
        if error.isTooManyCalls { refused += 1 }
      }
    } while refused == 0

    #expect(refused == 1)
    try await client.close()
  }

  // MARK: Calls under way

  @Test func `a call that the server may have got is not sent again`() async throws {
    var (client, listener) = try await clientOfListener()
    var first = try await listener.accept()
    let call = client.start("S.Pay", 1, returning: Int.self)
    _ = await first.line()

    await first.close()
    let error = await failure { () throws(RPCError) in try await call.reply }
    var second = try await listener.accept()
    let next = client.start("S.Next", 2, returning: Int.self)

    #expect(error.isConnectionLost)
    #expect(await second.line() == "0 S.Next 2")
    try await second.send("0 = 5\n")
    #expect(try await next.reply == 5)
    try await client.close()
    await listener.close()
  }

  @Test func `a call of an idempotent method is sent again on the next connection`() async throws {
    var (client, listener) = try await clientOfListener { $0.idempotentMethods = ["S.Read"] }
    var first = try await listener.accept()
    let call = client.start("S.Read", 1, returning: Int.self)
    let before = await first.line()

    await first.close()
    var second = try await listener.accept()
    let again = await second.line()
    try await second.send("0 = 5\n")

    #expect(before == "0 S.Read 1")
    #expect(again == "0 S.Read 1")
    #expect(try await call.reply == 5)
    try await client.close()
    await listener.close()
  }

  @Test func `a call that ends every server which gets it is not sent for ever`() async throws {
    var (client, listener) = try await clientOfListener { configuration in
      configuration.idempotentMethods = ["S.Crash"]
      configuration.maximumResends = 2
    }
    let call = client.start("S.Crash", 1, returning: Int.self)

    var received = 0
    for _ in 0..<3 {
      var server = try await listener.accept()
      if await server.line() == "0 S.Crash 1" { received += 1 }
      await server.close()
    }
    let error = await failure { () throws(RPCError) in try await call.reply }

    #expect(received == 3)
    #expect(error.isConnectionLost)
    try await client.close()
    await listener.close()
  }

  @Test func `a call that was never written is sent on the next connection, whatever it is`() async throws {
    var (client, listener) = try await clientOfListener { $0.maximumCallsInFlight = 1 }
    var first = try await listener.accept()
    let sent = client.start("S.Pay", 1, returning: Int.self)
    _ = await first.line()
    let waiting = Task { [client] in try await client.call("S.Pay", 2, returning: Int.self) }
    while client.pendingCalls < 2 { await Task.yield() }

    await first.close()
    var second = try await listener.accept()
    let line = await second.line()
    try await second.send("0 = 7\n")

    #expect(await failure { () throws(RPCError) in try await sent.reply }.isConnectionLost)
    #expect(line == "0 S.Pay 2")
    #expect(try await waiting.value == 7)
    try await client.close()
    await listener.close()
  }

  @Test func `an idempotent call that finds no other server fails with what it lost`() async throws {
    var (client, listener) = try await clientOfListener { $0.idempotentMethods = ["S.Read"] }
    var server = try await listener.accept()
    let call = client.start("S.Read", 1, returning: Int.self, timeout: .milliseconds(200))
    _ = await server.line()

    await listener.close()
    await server.close()

    #expect(await failure { () throws(RPCError) in try await call.reply }.isConnectionLost)
    try await client.close()
  }

  @Test func `a client that comes back drains like any other`() async throws {
    var (client, listener) = try await clientOfListener()
    var server = try await listener.accept()
    let call = client.start("S.M", 1, returning: Int.self)
    _ = await server.line()

    let closing = Task { [client] in try await client.close(draining: .seconds(60)) }
    while client.isOpen { await Task.yield() }
    let later = await failure { () throws(RPCError) in try await client.call("S.M", 3, returning: Int.self) }
    try await server.send("0 = 10\n")
    try await closing.value

    #expect(later.isShutdown)
    #expect(try await call.reply == 10)
    #expect(await server.line() == nil)
    await listener.close()
  }

  @Test func `nobody reconnects for a client that nobody refers to any more`() async throws {
    var listener = try await RawListener()
    do {
      let client = try await RPCClient.connect(to: listener.endpoint, codec: .line, configuration: .quick)
      _ = client.codec
    }
    var server = try await listener.accept()

    #expect(await server.line() == nil)
    #expect(await listener.accepted(within: .milliseconds(50)) == 0)
    await listener.close()
  }

  // MARK: Several endpoints

  @Test func `calls take turns among the servers`() async throws {
    let servers = try await [ServerOnPort("a"), ServerOnPort("b"), ServerOnPort("c")]
    let client = try await RPCClient.connect(
      toAnyOf: servers.map(\.endpoint),
      codec: .line,
      configuration: .quick
    )

    var counts: [String: Int] = [:]
    repeat {
      counts = [:]
      for _ in 0..<30 {
        counts[try await client.call("T.Name", Empty(), returning: String.self), default: 0] += 1
      }
      // Until all three are connected.
    } while counts.count < 3

    for _ in 0..<30 { counts[try await client.call("T.Name", Empty()), default: 0] += 1 }
    #expect(counts.values.allSatisfy { $0 >= 10 })
    try await client.close()
    for server in servers { await server.close() }
  }

  @Test func `one server of several is enough, and the others join when they are there`() async throws {
    let one = try await ServerOnPort("one")
    var other = try await ServerOnPort("other")
    await other.close()

    let client = try await RPCClient.connect(
      toAnyOf: [other.endpoint, one.endpoint],
      codec: .line,
      configuration: .quick
    )
    let alone = try await client.call("T.Name", Empty(), returning: String.self)
    try await other.restart("other")
    while try await client.call("T.Name", Empty(), returning: String.self) != "other" {
      await Task.yield()
    }

    #expect(alone == "one")
    try await client.close()
    for server in [one, other] { await server.close() }
  }

  @Test func `when every server fails, connecting does`() async throws {
    let endpoints = [Endpoint.unix("/no/such/a"), .unix("/no/such/b")]

    let error = await failure { () throws(RPCError) in
      try await RPCClient.connect(toAnyOf: endpoints, codec: .line, configuration: .quick)
    }
    let none = await failure { () throws(RPCError) in
      try await RPCClient.connect(toAnyOf: [], codec: .line)
    }

    guard case .connectFailed(.unix, let reason) = error, case .connectFailed(nil, _) = none else {
      Issue.record("\(String(describing: error)) \(String(describing: none))")
      return
    }
    #expect(reason == "No such file or directory")
  }

  /// Gives each of two servers the one call that it may have.
  private func occupyBothServers(of client: RPCClient) async {
    var calls = 0
    // The second connection may not be ready yet.
    while calls < 2 {
      _ = client.start("S.M", calls, returning: Int.self)
      if client.pendingCalls > calls { calls += 1 }
      await Task.yield()
    }
  }

  @Test func `a server that has as many calls as it may is passed over`() async throws {
    var configuration = ClientConfiguration.quick
    configuration.maximumCallsInFlight = 1
    var (one, two) = (try await RawListener(), try await RawListener())
    let client = try await RPCClient.connect(
      toAnyOf: [one.endpoint, two.endpoint],
      codec: .line,
      configuration: configuration
    )
    var servers = [try await one.accept(), try await two.accept()]

    await occupyBothServers(of: client)
    let third = await failure { () throws(RPCError) in
      try await client.start("S.M", 3, returning: Int.self).reply
    }
    let lines = [await servers[0].line(), await servers[1].line()]

    #expect(lines.allSatisfy { $0?.hasPrefix("0 S.M ") == true })
    #expect(third.isTooManyCalls)
    try await client.close()
    await one.close()
    await two.close()
  }

  @Test func `calls for which no server has room go to the first that answers one`() async throws {
    var configuration = ClientConfiguration.quick
    configuration.maximumCallsInFlight = 1
    var (hung, quick) = (try await RawListener(), try await RawListener())
    let client = try await RPCClient.connect(
      toAnyOf: [hung.endpoint, quick.endpoint],
      codec: .line,
      configuration: configuration
    )
    var servers = [try await hung.accept(), try await quick.accept()]
    await occupyBothServers(of: client)
    let waiting = (2..<6).map { number in
      Task { try await client.call("S.M", number, returning: Int.self, timeout: .seconds(20)) }
    }
    while client.pendingCalls < 6 { await Task.yield() }

    // The first server never answers.
    for sequence in 0..<5 {
      _ = await servers[1].line()
      try await servers[1].send("\(sequence) = 7\n")
    }

    for call in waiting { #expect(try await call.value == 7) }
    while client.pendingCalls > 1 { await Task.yield() }
    try await client.close()
    for listener in [hung, quick] { await listener.close() }
  }

  @Test func `a call for which no server has room fails when its time is over, or is given up`() async throws
  {
    var (client, listener) = try await clientOfListener { $0.maximumCallsInFlight = 1 }
    var server = try await listener.accept()
    let first = client.start("S.M", 1, returning: Int.self)
    _ = await server.line()
    let cancelled = Task { [client] in try await client.call("S.M", 2, returning: Int.self) }

    let late = await failure { () throws(RPCError) in
      try await client.call("S.M", 3, returning: Int.self, timeout: .milliseconds(1))
    }
    cancelled.cancel()
    let result = await cancelled.result
    first.cancel()
    let last = client.start("S.M", 4, returning: Int.self)

    #expect(late.isTimedOut)
    #expect((result.error as? RPCError).isCancelled)
    #expect(await server.line() == "1 S.M 4")
    try await server.send("1 = 5\n")
    #expect(try await last.reply == 5)
    try await client.close()
    await listener.close()
  }

  @Test(arguments: Codec.allForTests)
  func `no idempotent call is lost while servers come and go`(codec: Codec) async throws {
    var configuration = ClientConfiguration.quick
    configuration.idempotentMethods = ["T.Double"]
    configuration.maximumResends = 100
    var servers = [ServerOnPort]()
    for name in ["a", "b", "c"] { servers.append(try await ServerOnPort(name, codec: codec)) }
    let client = try await RPCClient.connect(
      toAnyOf: servers.map(\.endpoint),
      codec: codec,
      configuration: configuration
    )
    let isOver = Event()

    let callers = (0..<20).map { caller in
      Task {
        var calls = 0
        while isOver.count == 0 {
          let number = caller * 1_000_000 + calls
          let reply = try await client.call("T.Double", number, returning: Int.self)
          #expect(reply == 2 * number)
          calls += 1
        }
        return calls
      }
    }
    for round in 0..<9 { try await servers[round % 3].restart("again") }
    isOver.happen()
    var calls = 0
    for caller in callers { calls += try await caller.value }

    #expect(calls > 0)
    try await client.close()
    for server in servers { await server.close() }
  }

  // R18.
  @Test func `calls that are cancelled while connections come and go complete exactly once`() async throws {
    var server = try await ServerOnPort()
    let client = try await RPCClient.connect(to: server.endpoint, codec: .line, configuration: .quick)

    for round in 0..<10 {
      let tasks = (0..<200).map { _ in
        Task { try await client.call("T.Name", Empty(), returning: String.self) }
      }
      if round % 2 == 0 { try await server.restart("again") }
      for task in tasks { task.cancel() }
      for task in tasks { _ = await task.result }
    }

    #expect(client.pendingCalls == 0)
    try await client.close(draining: .seconds(10))
    await server.close()
  }

  // MARK: Steps of the tests

  /// A client that comes back, and the listener that it connects to.
  private func clientOfListener(
    _ change: (inout ClientConfiguration) -> Void = { _ in }
  ) async throws -> (RPCClient, RawListener) {
    var configuration = ClientConfiguration.quick
    change(&configuration)
    let listener = try await RawListener()
    return (
      try await RPCClient.connect(to: listener.endpoint, codec: .line, configuration: configuration), listener
    )
  }
}

extension ClientConfiguration {
  /// Comes back within milliseconds.
  fileprivate static var quick: ClientConfiguration {
    var configuration = ClientConfiguration()
    configuration.reconnect = ReconnectPolicy(initialDelay: .milliseconds(2), maximumDelay: .milliseconds(20))
    // A client may call before it has noticed that its server is gone.
    configuration.idempotentMethods = ["T.Name"]
    return configuration
  }
}

/// A server that can be closed, and started again on the same port.
private struct ServerOnPort {
  let endpoint: Endpoint
  private let codec: Codec
  private var server: RPCServer

  init(
    _ name: String = "first",
    on endpoint: Endpoint = .tcp("127.0.0.1", port: 0),
    codec: Codec = .line
  ) async throws {
    self.codec = codec
    server = try Self.server(name)
    self.endpoint = try await server.listen(on: endpoint, codec: codec).endpoint
  }

  mutating func restart(_ name: String) async throws {
    await server.close()
    server = try Self.server(name)
    _ = try await server.listen(on: endpoint, codec: codec)
  }

  func close() async {
    await server.close()
  }

  private static func server(_ name: String) throws -> RPCServer {
    let server = RPCServer()
    try server.register("T.Name") { (_: Empty) in name }
    try server.register("T.Double") { (number: Int) in 2 * number }
    return server
  }
}

/// A listener whose connections are served by the test itself, as bytes.
private struct RawListener {
  let endpoint: Endpoint
  let port: Int
  private let channel: any Channel
  private let count = Gauge()
  private var accepted: AsyncStream<any Channel>.Iterator

  init() async throws {
    let (stream, continuation) = AsyncStream.makeStream(of: (any Channel).self)
    channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .childChannelOption(.autoRead, value: false)
      .childChannelInitializer { [count] channel in
        count.rise()
        continuation.yield(channel)
        return channel.eventLoop.makeSucceededVoidFuture()
      }
      .bind(host: "127.0.0.1", port: 0).get()
    port = try #require(channel.localAddress?.port)
    endpoint = .tcp("127.0.0.1", port: port)
    accepted = stream.makeAsyncIterator()
  }

  mutating func accept() async throws -> RawPeer {
    let channel = try #require(await accepted.next())
    count.fall()
    // It is active a turn later.
    try await channel.eventLoop.submit {}.get()
    return await RawPeer(channel)
  }

  /// How many connections come while nobody expects any.
  func accepted(within time: Duration) async -> Int {
    try? await Task.sleep(for: time)
    return count.now
  }

  func close() async {
    try? await channel.close()
  }
}
