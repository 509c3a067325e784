import NIOCore
import Testing

@testable import RPCKit

@Suite(.timeLimit(.minutes(1)))
struct RPCClientTests {
  // MARK: Calls

  @Test(arguments: Codec.allForTests)
  func `ten thousand calls at the same time over one connection are each answered with their own reply`(
    codec: Codec
  ) async throws {
    let server = RPCServer()
    try server.register(Arith())

    let wrong = try await withClient(of: server, codec) { client in
      try await withThrowingTaskGroup(of: Bool.self) { group in
        for number in 0..<10_000 {
          group.addTask {
            let reply = try await client.call("Arith.Mul", Args(A: number, B: 3), returning: Reply.self)
            return reply.C == number * 3
          }
        }
        return try await group.reduce(0) { $0 + ($1 ? 0 : 1) }
      }
    }

    #expect(wrong == 0)
  }

  @Test func `calls are numbered from 0 in the order they are made`() async throws {
    var (client, server) = try await clientOfRawServer()

    _ = client.start("S.A", 1, returning: Int.self)
    _ = client.start("S.B", 2, returning: Int.self)
    let lines = [await server.line(), await server.line()]

    #expect(lines == ["0 S.A 1", "1 S.B 2"])
    try await client.close()
  }

  @Test func `replies that overtake each other reach their callers`() async throws {
    var (client, server) = try await clientOfRawServer()
    let calls = (0..<3).map { client.start("S.M", $0, returning: Int.self) }
    for _ in calls { _ = await server.line() }

    try await server.send("2 = 20\n0 = 0\n1 = 10\n")
    var replies: [Int] = []
    for call in calls { replies.append(try await call.reply) }

    #expect(replies == [0, 10, 20])
    try await client.close()
  }

  @Test(arguments: Codec.allForTests)
  func `a body passes through as it is encoded`(codec: Codec) async throws {
    let server = RPCServer()
    try server.register("T.Echo") { (numbers: [Double]) in numbers }
    let body = try Body(encoding: [1.5, 2.5], coder: codec.coder)

    let reply = try await withClient(of: server, codec) { client in
      try await client.call("T.Echo", body: body)
    }

    #expect(reply.bytes == body.bytes)
    #expect(try reply.decode(as: [Double].self) == [1.5, 2.5])
  }

  @Test(arguments: Codec.allForTests)
  func `a call may discard its reply`(codec: Codec) async throws {
    let server = RPCServer()
    try server.register(Arith())

    try await withClient(of: server, codec) { client in
      let reply = try await client.call("Arith.Add", Args(A: 1, B: 2), returning: Empty.self)
      #expect(reply == Empty())
    }
  }

  // MARK: What fails alone

  @Test(arguments: Codec.allForTests)
  func `an argument that cannot be encoded is never sent`(codec: Codec) async throws {
    let server = RPCServer()
    try server.register("T.Echo") { (number: Double) in number }

    let (error, next) = try await withClient(of: server, codec) { client in
      let error = await failure { () throws(RPCError) in
        try await client.call("T.Echo", Double.nan, returning: Double.self)
      }
      return (error, try await client.call("T.Echo", 1.5, returning: Double.self))
    }

    #expect(error.isArgumentNotEncodable)
    #expect(next == 1.5)
  }

  @Test(arguments: Codec.allForTests)
  func `a reply of another type fails its call alone`(codec: Codec) async throws {
    let server = RPCServer()
    try server.register(Arith())

    let (error, next) = try await withClient(of: server, codec) { client in
      let error = await failure { () throws(RPCError) in
        try await client.call("Arith.Add", Args(A: 1, B: 2), returning: String.self)
      }
      return (error, try await client.call("Arith.Add", Args(A: 1, B: 2), returning: Reply.self))
    }

    #expect(error.isReplyNotDecodable)
    #expect(next == Reply(C: 3))
  }

  @Test func `nothing that a server says without being asked harms a call`() async throws {
    var (client, server) = try await clientOfRawServer()
    let call = client.start("S.M", 1, returning: Int.self)
    _ = await server.line()

    try await server.send("7 = 1\n- = 2\nx = 3\n?odd\n- > update [1]\np > echo [5]\n0 = 4\n0 = 5\n")

    #expect(try await call.reply == 4)
    #expect(await server.line() == "p = [5]")
    try await client.close()
  }

  // MARK: Time

  @Test func `a call that is not answered in time fails, and the connection is as good as before`()
    async throws
  {
    var (client, server) = try await clientOfRawServer()

    let error = await failure { () throws(RPCError) in
      try await client.call("S.Slow", 1, returning: Int.self, timeout: .milliseconds(20))
    }
    let next = client.start("S.Next", 2, returning: Int.self)
    let lines = [await server.line(), await server.line()]
    try await server.send("0 = 1\n1 = 2\n")

    guard case .timedOut(after: .milliseconds(20)) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(lines == ["0 S.Slow 1", "1 S.Next 2"])
    #expect(try await next.reply == 2)
    try await client.close()
  }

  @Test func `the configuration's time limit holds where the call names none`() async throws {
    var configuration = ClientConfiguration()
    configuration.defaultTimeout = .milliseconds(20)
    let (client, server) = try await clientOfRawServer(.line, configuration)

    let error = await failure { () throws(RPCError) in try await client.call("S.Slow", 1, returning: Int.self)
    }

    #expect(error.isTimedOut)
    try await client.close()
    await server.close()
  }

  @Test(arguments: [Duration.zero, .seconds(-5), .nanoseconds(1)])
  func `a call without time fails in any case`(timeout: Duration) async throws {
    let (client, server) = try await clientOfRawServer()

    let error = await failure { () throws(RPCError) in
      try await client.call("S.M", 1, returning: Int.self, timeout: timeout)
    }

    #expect(error.isTimedOut)
    try await client.close()
    await server.close()
  }

  @Test(arguments: [Duration.zero, .seconds(-5)])
  func `a call without time is not sent`(timeout: Duration) async throws {
    var (client, server) = try await clientOfRawServer()

    _ = await failure { () throws(RPCError) in
      try await client.call("S.First", 1, returning: Int.self, timeout: timeout)
    }
    let next = client.start("S.Second", 2, returning: Int.self)

    #expect(await server.line() == "0 S.Second 2")
    next.cancel()
    try await client.close()
    await server.close()
  }

  @Test func `calls with different time limits fail each at its own`() async throws {
    let (client, server) = try await clientOfRawServer()
    let limits = [90, 30, 60].map(Duration.milliseconds)

    let calls = limits.map { client.start("S.M", 1, returning: Int.self, timeout: $0) }
    var passed: [Duration] = []
    for call in calls {
      if case .timedOut(let limit) = await failure({ () throws(RPCError) in try await call.reply }) {
        passed.append(limit)
      }
    }

    #expect(passed == limits)
    try await client.close()
    await server.close()
  }

  @Test func `the time that a call waits for its turn counts`() async throws {
    var configuration = ClientConfiguration()
    configuration.maximumCallsInFlight = 1
    var (client, server) = try await clientOfRawServer(.line, configuration)
    let first = client.start("S.First", 1, returning: Int.self)

    let error = await failure { () throws(RPCError) in
      try await client.call("S.Second", 2, returning: Int.self, timeout: .milliseconds(20))
    }
    _ = await server.line()
    try await server.send("0 = 1\n")
    _ = try await first.reply
    let third = client.start("S.Third", 3, returning: Int.self)

    #expect(error.isTimedOut)
    #expect(await server.line() == "2 S.Third 3")
    third.cancel()
    try await client.close()
  }

  // R17.
  @Test func `a hundred thousand calls that nobody answers leave nothing behind`() async throws {
    let (client, server) = try await clientOfRawServer()

    let timedOut = await withTaskGroup(of: Int.self) { group in
      for _ in 0..<200 {
        group.addTask {
          var timedOut = 0
          for _ in 0..<500 {
            let error = await failure { () throws(RPCError) in
              try await client.call("S.Never", 1, returning: Int.self, timeout: .microseconds(200))
            }
            if error.isTimedOut { timedOut += 1 }
          }
          return timedOut
        }
      }
      return await group.reduce(0, +)
    }
    let left = client.pendingCalls

    #expect(timedOut == 100_000)
    #expect(left == 0)
    try await client.close()
    await server.close()
  }

  // MARK: Cancellation

  @Test func `a cancelled task's call fails, and its late reply is dropped`() async throws {
    var (client, server) = try await clientOfRawServer()
    let task = Task { try await client.call("S.M", 1, returning: Int.self) }
    _ = await server.line()

    task.cancel()
    let result = await task.result
    let next = client.start("S.Next", 2, returning: Int.self)
    _ = await server.line()
    try await server.send("0 = 1\n1 = 2\n")

    #expect((result.error as? RPCError).isCancelled)
    #expect(try await next.reply == 2)
    try await client.close()
  }

  @Test func `the call of a task that is cancelled already is not answered`() async throws {
    let server = RPCServer()
    try server.register(Arith())

    let result = try await withClient(of: server, .line) { client in
      let go = Event()
      let task = Task {
        await go.happened()
        return try await client.call("Arith.Add", Args(A: 1, B: 2), returning: Reply.self)
      }
      task.cancel()
      go.happen()
      return await task.result
    }

    #expect((result.error as? RPCError).isCancelled)
  }

  // R18.
  @Test func `ten thousand cancelled calls leave nothing behind`() async throws {
    let holding = try HoldingServer()

    let sum = try await withClient(of: holding.server, .line) { client in
      try holding.server.register(Arith())
      let tasks = (0..<10_000).map { _ in Task { try await client.call("Test.Hold", 1, returning: Int.self) }
      }
      await holding.started.happened()
      for task in tasks { task.cancel() }
      var cancelled = 0
      for task in tasks where (await task.result.error as? RPCError).isCancelled { cancelled += 1 }
      #expect(cancelled == 10_000)
      #expect(client.pendingCalls == 0)
      holding.release.happen()
      return try await client.call("Arith.Add", Args(A: 1, B: 2), returning: Reply.self)
    }

    #expect(sum == Reply(C: 3))
  }

  // MARK: Too many calls

  @Test func `past the limit a call waits until another is answered`() async throws {
    var configuration = ClientConfiguration()
    configuration.maximumCallsInFlight = 2
    var (client, server) = try await clientOfRawServer(.line, configuration)
    let calls = (0..<3).map { number in
      Task { [client] in try await client.call("S.M", number, returning: Int.self) }
    }

    let first = [await server.line(), await server.line()].compactMap { $0?.prefix(1) }
    try await server.send("0 = 7\n")
    let third = await server.line()
    try await server.send("1 = 7\n2 = 7\n")

    #expect(first == ["0", "1"])
    #expect(third?.prefix(1) == "2")
    for call in calls { #expect(try await call.value == 7) }
    try await client.close()
  }

  @Test(arguments: Codec.allForTests)
  func `any number of calls wait for their turn`(codec: Codec) async throws {
    var configuration = ClientConfiguration()
    configuration.maximumCallsInFlight = 3
    let holding = try HoldingServer()
    holding.release.happen()

    let replies = try await withClient(of: holding.server, codec, configuration) { client in
      try await withThrowingTaskGroup(of: Int.self) { group in
        for _ in 0..<500 { group.addTask { try await client.call("Test.Hold", 1) } }
        return try await group.reduce(0, +)
      }
    }

    #expect(replies == 500)
    #expect(holding.running.most <= 3)
  }

  // MARK: The connection is lost

  @Test(arguments: Codec.allForTests)
  func `when the connection is lost every pending call fails at once, and every later one with shutdown`(
    codec: Codec
  ) async throws {
    let holding = try HoldingServer()

    let (pending, later) = try await withClient(of: holding.server, codec) { client in
      let calls = (0..<50).map { _ in client.start("Test.Hold", 1, returning: Int.self) }
      await holding.started.happened(times: 50)
      await holding.server.close()
      var pending: [RPCError?] = []
      for call in calls { pending.append(await failure { () throws(RPCError) in try await call.reply }) }
      let later = await failure { () throws(RPCError) in try await client.call("X.Y", 1, returning: Int.self)
      }
      return (pending, later)
    }

    #expect(pending.count == 50)
    #expect(pending.allSatisfy { $0.isConnectionLost })
    #expect(later.isShutdown)
  }

  @Test func `a server that ends its output ends the calls`() async throws {
    var (client, server) = try await clientOfRawServer()
    let call = client.start("S.M", 1, returning: Int.self)
    _ = await server.line()

    try await server.endOutput()
    let error = await failure { () throws(RPCError) in try await call.reply }

    guard case .connectionLost(let reason) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    // Go: io.ErrUnexpectedEOF; GO-BEHAVIOUR.md, 36.
    #expect(reason == "unexpected EOF")
    #expect(await server.line() == nil)
  }

  @Test func `a server that answers half and goes fails the call`() async throws {
    var (client, server) = try await clientOfRawServer()
    let call = client.start("S.M", 1, returning: Int.self)
    _ = await server.line()

    try await server.send("0 = 1234")
    await server.close()

    #expect(await failure { () throws(RPCError) in try await call.reply }.isConnectionLost)
    _ = client
  }

  @Test func `something malformed fails the calls, and the server sees the connection close`() async throws {
    var (client, server) = try await clientOfRawServer()
    let calls = (0..<2).map { client.start("S.M", $0, returning: Int.self) }
    for _ in calls { _ = await server.line() }

    try await server.send("#bad\n")

    for call in calls {
      let error = await failure { () throws(RPCError) in try await call.reply }
      #expect(error.protocolViolation == .malformed(reason: "bad", offset: 0))
    }
    #expect(await server.line() == nil)
    #expect(
      await failure { () throws(RPCError) in try await client.call("X.Y", 1, returning: Int.self) }.isShutdown
    )
  }

  @Test func `a reply past the limit ends the connection while it is read`() async throws {
    var configuration = ClientConfiguration()
    configuration.messageLimits.maximumBytes = 100
    var (client, server) = try await clientOfRawServer(.line, configuration)
    let call = client.start("S.M", 1, returning: Int.self)
    _ = await server.line()

    try await server.send("0 = " + String(repeating: "1", count: 200))
    let error = await failure { () throws(RPCError) in try await call.reply }

    #expect(error.protocolViolation == .limitExceeded(.bytes, maximum: 100, messageID: .absent))
    _ = client
  }

  @Test func `a client of a channel that is closed already fails its calls`() async throws {
    let pair = try await ConnectedPair.make()
    try await pair.client.close()

    let client = RPCClient(channel: pair.client, codec: .line)
    let error = await failure { () throws(RPCError) in try await client.call("S.M", 1, returning: Int.self) }

    #expect(error.isConnectionLost || error.isShutdown)
    try? await pair.server.close()
  }

  // MARK: Closing

  // Go: client.go, Close(); GO-BEHAVIOUR.md, 40.
  @Test func `closing twice is Go's error`() async throws {
    let (client, server) = try await clientOfRawServer()

    try await client.close()
    let second = await failure { () throws(RPCError) in try await client.close() }

    #expect(second.isShutdown)
    await server.close()
  }

  @Test func `a client that has lost its connection can be closed once`() async throws {
    var (client, server) = try await clientOfRawServer()
    let call = client.start("S.M", 1, returning: Int.self)
    _ = await server.line()
    await server.close()
    _ = await failure { () throws(RPCError) in try await call.reply }

    try await client.close()

    #expect(await failure { () throws(RPCError) in try await client.close() }.isShutdown)
  }

  @Test func `closing fails pending calls with shutdown`() async throws {
    var (client, server) = try await clientOfRawServer()
    let call = client.start("S.M", 1, returning: Int.self)
    _ = await server.line()

    try await client.close()

    #expect(await failure { () throws(RPCError) in try await call.reply }.isShutdown)
    #expect(await server.line() == nil)
  }

  @Test func `a client that drains answers the calls in flight, and takes no more`() async throws {
    var configuration = ClientConfiguration()
    configuration.maximumCallsInFlight = 1
    var (client, server) = try await clientOfRawServer(.line, configuration)
    let first = Task { [client] in try await client.call("S.M", 1, returning: Int.self) }
    _ = await server.line()
    let second = Task { [client] in try await client.call("S.M", 2, returning: Int.self) }
    while client.pendingCalls < 2 { await Task.yield() }

    let closing = Task { [client] in try await client.close(draining: .seconds(60)) }
    while client.isOpen { await Task.yield() }
    let later = await failure { () throws(RPCError) in try await client.call("S.M", 3, returning: Int.self) }
    try await server.send("0 = 10\n")
    let line = await server.line()
    try await server.send("1 = 20\n")
    try await closing.value

    #expect(later.isShutdown)
    #expect(line == "1 S.M 2")
    #expect(try await first.value == 10)
    #expect(try await second.value == 20)
    #expect(await server.line() == nil)
  }

  @Test func `what is left at the limit of draining fails with shutdown`() async throws {
    var (client, server) = try await clientOfRawServer()
    let call = client.start("S.M", 1, returning: Int.self)
    _ = await server.line()

    try await client.close(draining: .milliseconds(20))

    #expect(await failure { () throws(RPCError) in try await call.reply }.isShutdown)
    #expect(await server.line() == nil)
  }

  @Test func `closing ends the wait of a client that drains`() async throws {
    var (client, server) = try await clientOfRawServer()
    let call = client.start("S.M", 1, returning: Int.self)
    _ = await server.line()
    let draining = Task { [client] in try await client.close(draining: .seconds(60)) }
    while client.isOpen { await Task.yield() }

    try await client.close()
    try await draining.value

    #expect(await failure { () throws(RPCError) in try await call.reply }.isShutdown)
    #expect(await failure { () throws(RPCError) in try await client.close(draining: .zero) }.isShutdown)
  }

  @Test func `a client that nobody refers to any more closes its connection`() async throws {
    let pair = try await ConnectedPair.make()
    var server = await RawPeer(pair.server)

    do {
      let client = RPCClient(channel: pair.client, codec: .line)
      _ = client.codec
    }

    #expect(await server.line() == nil)
  }

  @Test func `nothing of a client outlives its connection`() async throws {
    let isReleased = Event()
    let codec = Codec(
      name: "watched",
      coder: LineCoder(),
      makeClientCodec: { WatchedCodec(LineClientCodec($0), isReleased) },
      makeServerCodec: LineServerCodec.init
    )
    let server = RPCServer()
    try server.register(Arith())

    try await withClient(of: server, codec) { client in
      _ = try await client.call("Arith.Add", Args(A: 1, B: 2), returning: Reply.self)
    }
    await isReleased.happened()

    #expect(isReleased.count == 1)
  }

  // MARK: Connecting

  @Test(arguments: [
    Endpoint.unix("/no/such/socket"), .tcp("no-such-host.invalid", port: 1), .tcp("127.0.0.1", port: 70_000),
    .tcp("127.0.0.1", port: -1), .tcp("a\u{0}b", port: 1), .unix(""),
    .unix("/tmp/" + String(repeating: "x", count: 200)),
  ])
  func `an endpoint that nobody listens on is an error that says why`(endpoint: Endpoint) async {
    let error = await failure { () throws(RPCError) in try await RPCClient.connect(to: endpoint, codec: .line)
    }

    guard case .connectFailed(endpoint, let reason) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(!reason.isEmpty)
    #expect(!reason.contains("NIOConnectionError("))
  }

  // MARK: A server that hangs

  @Test func `a server that reads nothing is lost`() async throws {
    var configuration = ClientConfiguration()
    configuration.writeTimeout = .milliseconds(100)
    let pair = try await ConnectedPair.make()
    let client = RPCClient(channel: pair.client, codec: .line, configuration: configuration)

    let error = await failure { () throws(RPCError) in
      try await client.call("S.M", String(repeating: "x", count: 8 << 20), returning: Int.self)
    }

    guard case .connectionLost(let reason) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(reason == "the server has read nothing for 0.1 seconds")
    try? await pair.server.close()
  }

  @Test(arguments: Codec.allForTests)
  func `white space is no message, and a connection that is idle behind it is not lost`(codec: Codec)
    async throws
  {
    var configuration = ClientConfiguration()
    configuration.messageTimeout = .milliseconds(20)
    let server = RPCServer()
    try server.register(Arith())

    try await withClient(of: server, codec, configuration) { client in
      _ = try await client.call("Arith.Add", Args(A: 1, B: 2), returning: Reply.self)
      try await Task.sleep(for: .milliseconds(100))
      let reply = try await client.call("Arith.Add", Args(A: 1, B: 2), returning: Reply.self)
      #expect(reply == Reply(C: 3))
    }
  }

  // MARK: Large messages

  // A write that fills the channel's buffer calls back into the handler while it is writing.
  @Test(arguments: [1, 2, 1000, 16 << 10, 1 << 20], [60, 60_000, 300_000])
  func `every request is sent once, however little may wait to be written`(mark: Int, size: Int) async throws
  {
    var configuration = ClientConfiguration()
    configuration.maximumUnwrittenBytes = mark
    var (client, server) = try await clientOfRawServer(.line, configuration)
    let text = String(repeating: "x", count: size)

    let calls = (0..<20).map { _ in client.start("S.M", text, returning: Int.self) }
    var lines: [String?] = []
    for _ in calls { lines.append(await server.line()) }
    try await client.close()
    let rest = await server.lines()

    #expect(lines == (0..<20).map { "\($0) S.M \"\(text)\"" })
    #expect(rest == [])
  }
}

/// A codec that tells when it is gone, and its connection with it.
private final class WatchedCodec: ClientCodec {
  private var codec: LineClientCodec
  private let isReleased: Event

  init(_ codec: LineClientCodec, _ isReleased: Event) {
    self.codec = codec
    self.isReleased = isReleased
  }

  deinit {
    isReleased.happen()
  }

  func writeRequest(_ header: RequestHeader, _ body: Body, to output: inout ByteBuffer) throws(CodecError) {
    try codec.writeRequest(header, body, to: &output)
  }

  func readHeader(from input: inout ByteBuffer) throws(CodecError) -> IncomingHeader? {
    try codec.readHeader(from: &input)
  }

  func readBody() throws(CodecError) -> Body {
    try codec.readBody()
  }
}
