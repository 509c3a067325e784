import NIOCore
import RPCKit
import Testing

@Suite(.timeLimit(.minutes(1)))
struct RPCServerTests {
  // MARK: Calls at the same time

  @Test(arguments: Codec.allForTests)
  func `calls of one connection run at the same time and are answered as they finish`(codec: Codec)
    async throws
  {
    let holding = try HoldingServer()

    let replies = try await withClient(of: holding.server, codec) { client in
      let second = client.start("Test.Hold", 2, returning: Int.self)
      let first = client.start("Test.Hold", 1, returning: Int.self)
      await holding.started.happened(times: 2)
      holding.release.happen()
      let early = try await first.reply
      holding.release.happen()
      return [early, try await second.reply]
    }

    #expect(replies == [1, 2])
    #expect(holding.running.most == 2)
  }

  @Test(arguments: Codec.allForTests, [1, 4])
  func `no more calls of one connection run than are allowed`(codec: Codec, maximum: Int) async throws {
    var configuration = ServerConfiguration()
    configuration.maximumCallsInFlight = maximum
    let server = RPCServer(configuration: configuration)
    let running = Gauge()
    try server.register("Test.Work") { (number: Int) async in
      running.rise()
      for _ in 0..<20 { await Task.yield() }
      running.fall()
      return number
    }

    let replies = try await withClient(of: server, codec) { client in
      try await withThrowingTaskGroup(of: Int.self) { group in
        for number in 0..<100 { group.addTask { try await client.call("Test.Work", number) } }
        return try await group.reduce(into: Set<Int>()) { $0.insert($1) }
      }
    }

    #expect(replies == Set(0..<100))
    #expect(running.most <= maximum)
  }

  @Test func `at the limit of calls the rest waits unread, and none is lost`() async throws {
    var configuration = ServerConfiguration()
    configuration.maximumCallsInFlight = 2
    let holding = try HoldingServer(configuration)
    var peer = try await rawClient(of: holding.server)

    try await peer.send((1...5).map { "\($0) Test.Hold \($0)\n" }.joined())
    var lines: [String] = []
    for number in 1...5 {
      await holding.started.happened(times: min(number + 1, 5))
      holding.release.happen()
      lines.append(await peer.line() ?? "")
    }
    await peer.close()

    #expect(lines == (1...5).map { "\($0) = \($0)" })
    #expect(holding.running.most == 2)
  }

  @Test func `past the limit of bytes in flight the rest waits unread, and none is lost`() async throws {
    var configuration = ServerConfiguration()
    configuration.maximumBytesInFlight = 1
    let holding = try HoldingServer(configuration)
    var peer = try await rawClient(of: holding.server)

    try await peer.send("1 Test.Hold 1\n2 Test.Hold 2\n")
    await holding.started.happened()
    holding.release.happen()
    holding.release.happen()
    let lines = [await peer.line(), await peer.line()]
    await peer.close()

    #expect(lines == ["1 = 1", "2 = 2"])
    #expect(holding.running.most == 1)
  }

  @Test(arguments: Codec.allForTests, [MethodExecution.concurrent, .blocking, .eventLoop])
  func `an ordered server runs one call at a time and answers in order`(
    codec: Codec,
    execution: MethodExecution
  ) async throws {
    var configuration = ServerConfiguration()
    configuration.isOrdered = true
    configuration.execution = execution
    let server = RPCServer(configuration: configuration)
    let running = Gauge()
    let order = Record<Int>()
    try server.register("Test.Wait") { (number: Int) async in
      running.rise()
      for _ in 0..<(10 - number % 10) { await Task.yield() }
      order.append(number)
      running.fall()
      return number
    }
    try server.register("Test.Quick") { (number: Int) in
      order.append(number)
      return number
    }

    try await withClient(of: server, codec) { client in
      let calls = (0..<50).map {
        client.start($0 % 3 == 0 ? "Test.Quick" : "Test.Wait", $0, returning: Int.self)
      }
      for call in calls { _ = try await call.reply }
    }

    #expect(order.elements == Array(0..<50))
    #expect(running.most == 1)
  }

  @Test func `an ordered server answers requests that fail in their place`() async throws {
    var configuration = ServerConfiguration()
    configuration.isOrdered = true
    let holding = try HoldingServer(configuration)
    var peer = try await rawClient(of: holding.server)

    try await peer.send("1 Test.Hold 1\n2 Nobody.Here 1\n3 Test.Hold \"x\"\n4 Test.Echo \"y\"\n")
    await holding.started.happened()
    holding.release.happen()
    var lines: [String?] = []
    for _ in 1...4 { lines.append(await peer.line()) }
    await peer.close()

    #expect(
      lines == [
        "1 = 1", "2 ! rpc: can't find service Nobody.Here", "3 ! rpc: cannot decode argument: wrong type",
        "4 = \"y\"",
      ]
    )
  }

  // MARK: The peer goes

  // Go: TestShutdown; GO-BEHAVIOUR.md, 28.
  @Test func `a half-closed peer gets all its answers, and then the end`() async throws {
    let holding = try HoldingServer()
    var peer = try await rawClient(of: holding.server)

    try await peer.send("1 Test.Hold 1\n2 Test.Hold 1\n3 Test.Echo \"x\"\n")
    try await peer.endOutput()
    await holding.started.happened(times: 2)
    holding.release.happen()
    let lines = await peer.lines()

    #expect(lines.sorted() == ["1 = 1", "2 = 1", "3 = \"x\""])
    #expect(holding.cancelled.count == 0)
  }

  @Test func `a half-closed peer gets the answers to requests that waited unread`() async throws {
    var configuration = ServerConfiguration()
    configuration.maximumCallsInFlight = 1
    let holding = try HoldingServer(configuration)
    var peer = try await rawClient(of: holding.server)

    try await peer.send((1...3).map { "\($0) Test.Hold 1\n" }.joined())
    try await peer.endOutput()
    holding.release.happen()
    let lines = await peer.lines()

    #expect(lines == ["1 = 1", "2 = 1", "3 = 1"])
  }

  @Test func `the calls of a peer that is lost are cancelled`() async throws {
    let holding = try HoldingServer()
    let listener = try await holding.server.listen(on: .tcp("127.0.0.1", port: 0), codec: .line)
    let peer = try await RawPeer.connect(to: listener.endpoint)
    try await peer.send("1 Test.Hold 1\n2 Test.Hold 1\n")
    await holding.started.happened(times: 2)

    try await peer.reset()
    await holding.cancelled.happened(times: 2)

    #expect(holding.cancelled.count == 2)
    await holding.server.close()
  }

  @Test(arguments: [MethodExecution.concurrent, .blocking, .eventLoop])
  func `closing the server cancels the calls that run, wherever they do`(execution: MethodExecution)
    async throws
  {
    var configuration = ServerConfiguration()
    configuration.execution = execution
    let holding = try HoldingServer(configuration)
    var peer = try await rawClient(of: holding.server)
    try await peer.send("1 Test.Hold 1\n")
    await holding.started.happened()

    await holding.server.close()
    await holding.cancelled.happened()

    #expect(await peer.line() == nil)
  }

  @Test func `a malformed message is refused behind the answers to the calls before it`() async throws {
    let holding = try HoldingServer()
    var peer = try await rawClient(of: holding.server)

    try await peer.send("1 Test.Hold 1\n#bad\n2 Test.Echo \"x\"\n")
    await holding.started.happened()
    holding.release.happen()
    let lines = await peer.lines()

    #expect(lines == ["1 = 1", "- ! rpc: server cannot decode request: bad at byte 0"])
  }

  // DESIGN.md, 7: a plain close would reset the line away.
  @Test func `the line that says why arrives though the peer goes on sending`() async throws {
    let server = RPCServer()
    let listener = try await server.listen(on: .tcp("127.0.0.1", port: 0), codec: .line)
    var peer = try await RawPeer.connect(to: listener.endpoint)

    try await peer.send("#bad\n")
    let rest = String(repeating: "x", count: 1 << 19)
    peer.channel.writeAndFlush(ByteBuffer(string: rest), promise: nil)
    let lines = await peer.lines()

    #expect(lines == ["- ! rpc: server cannot decode request: bad at byte 0"])
    await peer.close()
    await server.close()
  }

  @Test func `a refused peer that goes is forgotten at once`() async throws {
    let server = RPCServer()
    let pair = try await ConnectedPair.make()
    let serving = try await serve(pair, by: server)
    var peer = await RawPeer(pair.client)

    try await peer.send("#bad\n")
    let line = await peer.line()
    await peer.close()
    try await serving.value

    #expect(line == "- ! rpc: server cannot decode request: bad at byte 0")
  }

  @Test func `a refused peer that stays is cut off`() async throws {
    let server = RPCServer()
    let pair = try await ConnectedPair.make()
    let serving = try await serve(pair, by: server)
    var peer = await RawPeer(pair.client)

    try await peer.send("#bad\n")
    let lines = await peer.lines()
    try await serving.value

    #expect(lines.count == 1)
  }

  // MARK: Large messages

  // A write that fills the channel's buffer calls back into the handler while it is writing.
  @Test(arguments: [1, 2, 1000, 16 << 10, 1 << 20], [60, 60_000, 300_000])
  func `every reply is sent once, however little may wait to be written`(mark: Int, size: Int) async throws {
    var configuration = ServerConfiguration()
    configuration.maximumUnwrittenBytes = mark
    let server = RPCServer(configuration: configuration)
    let text = String(repeating: "x", count: size)
    try server.register("Test.Large", execution: .eventLoop) { (number: Int) in "\(number)" + text }
    try server.register("Test.Later") { (number: Int) in "\(number)" + text }
    var peer = try await rawClient(of: server)

    try await peer.send((0..<20).map { "\($0) Test.\($0 % 2 == 0 ? "Large" : "Later") \($0)\n" }.joined())
    try await peer.endOutput()
    let lines = await peer.lines()

    #expect(lines.count == 20)
    #expect(Set(lines) == Set((0..<20).map { "\($0) = \"\($0)\(text)\"" }))
  }

  @Test func `thousands of large replies in place do not overflow the stack`() async throws {
    var configuration = ServerConfiguration()
    configuration.maximumUnwrittenBytes = 1000
    let server = RPCServer(configuration: configuration)
    let text = String(repeating: "x", count: 2000)
    try server.register("T.L", execution: .eventLoop) { (_: Empty) in text }
    var peer = try await rawClient(of: server)

    // Nobody waits for these writes: the peer must read while it writes.
    let requests = ByteBuffer(string: String(repeating: "0 T.L {}\n", count: 6000))
    peer.channel.writeAndFlush(requests, promise: nil)
    peer.channel.close(mode: .output, promise: nil)
    let lines = await peer.lines()

    #expect(lines.count == 6000)
  }

  // MARK: Registering

  @Test(arguments: Codec.allForTests)
  func `a service that is registered while a connection is served can be called on it`(codec: Codec)
    async throws
  {
    let server = RPCServer()

    let (before, after) = try await withClient(of: server, codec) { client in
      let before = await failure { () throws(RPCError) in
        try await client.call("Arith.Add", Args(A: 7, B: 8), returning: Reply.self)
      }
      try server.register(Arith())
      return (before, try await client.call("Arith.Add", Args(A: 7, B: 8), returning: Reply.self))
    }

    #expect(before.serverText == "rpc: can't find service Arith.Add")
    #expect(after == Reply(C: 15))
  }

  @Test func `a second service of one name is refused, and the first is served on`() async throws {
    let server = RPCServer()
    try server.register(Arith())

    #expect(throws: RegistrationError.duplicateService(name: "Arith")) { try server.register(Arith()) }
    let sum = try await withClient(of: server, .line) { client in
      try await client.call("Arith.Add", Args(A: 7, B: 8), returning: Reply.self)
    }

    #expect(sum == Reply(C: 15))
  }

  // MARK: Answering a buffer

  @Test func `the requests in a buffer are answered in their order`() async throws {
    let server = RPCServer()
    try server.register(Arith())
    let requests = """
      0 Arith.Add {"A":1,"B":2}
      1 Arith.Div {"A":1,"B":0}
      2 Arith.Sub {"A":1,"B":0}
      3 Arith.Add
      4 Arith.Mul {"A":3,"B":4}

      """

    let responses = await server.respond(to: ByteBuffer(string: requests), codec: .line)

    let expected = """
      0 = {"C":3}
      1 ! divide by zero
      2 ! rpc: can't find method Arith.Sub
      3 ! no body
      4 = {"C":12}

      """
    #expect(String(buffer: responses) == expected)
  }

  @Test func `when the task is cancelled, the requests of a buffer that are left are not run`() async throws {
    let started = Event()
    let server = RPCServer()
    try server.register("T.Wait", timeout: .seconds(60)) { (_: Empty) async throws in
      started.happen()
      try await Task.sleep(for: .seconds(60))
      return Empty()
    }
    let requests = ByteBuffer(string: "0 T.Wait {}\n1 T.Wait {}\n2 T.None {}\n")

    let task = Task { await server.respond(to: requests, codec: .line) }
    await started.happened()
    task.cancel()
    let responses = await task.value

    let expected = """
      0 ! rpc: call was cancelled
      1 ! rpc: call was cancelled
      2 ! rpc: can't find method T.None

      """
    #expect(String(buffer: responses) == expected)
    #expect(started.count == 1)
  }

  @Test func `an empty buffer has no answers`() async {
    let server = RPCServer()

    let responses = await server.respond(to: ByteBuffer(), codec: .line)

    #expect(responses.readableBytes == 0)
  }

  @Test(arguments: [("#bad\n", "bad at byte 0"), ("1 Arith.A", "unexpected end of input at byte 9")])
  func `behind something malformed in a buffer nothing is run`(end: String, reason: String) async throws {
    let server = RPCServer()
    try server.register(Arith())

    let responses = await server.respond(
      to: ByteBuffer(string: "0 Arith.Add {\"A\":1,\"B\":2}\n" + end),
      codec: .line
    )

    #expect(String(buffer: responses) == "0 = {\"C\":3}\n- ! rpc: server cannot decode request: \(reason)\n")
  }

  @Test func `a message that fails alone does not keep the rest of a buffer from being run`() async throws {
    let server = RPCServer()
    try server.register(Arith())

    let responses = await server.respond(
      to: ByteBuffer(string: "?odd\n0 Arith.Add {\"A\":1,\"B\":2}\n"),
      codec: .line
    )

    #expect(String(buffer: responses) == "- ! odd\n0 = {\"C\":3}\n")
  }

  @Test func `the caller of a buffer is in the methods' contexts`() async throws {
    let server = RPCServer()
    try server.register("C.Who") { (_: Empty, context: RPCContext) async in "\(context.peer) \(context.codec)"
    }
    let peer = Peer(endpoint: .tcp("192.0.2.1", port: 7))

    let responses = await server.respond(to: ByteBuffer(string: "0 C.Who {}\n"), codec: .line, peer: peer)

    #expect(String(buffer: responses) == "0 = \"tcp://192.0.2.1:7 line\"\n")
  }

  // MARK: Closing

  @Test func `a closed server serves and listens no more, and is closed twice without harm`() async throws {
    let server = RPCServer()
    await server.close()
    await server.close()
    let pair = try await ConnectedPair.make()

    let serving = await failure { () throws(RPCError) in try await server.serve(pair.server, codec: .line) }
    let listening = await failure { () throws(RPCError) in
      try await server.listen(on: .tcp("127.0.0.1", port: 0), codec: .line)
    }

    #expect(serving.isShutdown)
    #expect(listening.isShutdown)
    #expect(!pair.server.isActive)
    try? await pair.client.close()
  }

  @Test func `closing the server ends its listeners and its connections`() async throws {
    let server = RPCServer()
    let listener = try await server.listen(on: .tcp("127.0.0.1", port: 0), codec: .line)
    let client = try await RPCClient.connect(to: listener.endpoint, codec: .line)
    _ = await failure { () throws(RPCError) in try await client.call("X.Y", 1, returning: Int.self) }

    await server.close()
    await listener.waitUntilClosed()
    let refused = await failure { () throws(RPCError) in
      try await RPCClient.connect(to: listener.endpoint, codec: .line)
    }

    guard case .connectFailed(listener.endpoint, _) = refused else {
      Issue.record("\(String(describing: refused))")
      return
    }
  }

  @Test func `past the limit of connections the newest is closed, and there is room when another has gone`()
    async throws
  {
    var configuration = ServerConfiguration()
    configuration.maximumConnections = 1
    let server = RPCServer(configuration: configuration)
    try server.register(Arith())
    let first = try await ConnectedPair.make()
    let serving = try await serve(first, by: server)
    let client = RPCClient(channel: first.client, codec: .line)
    _ = try await client.call("Arith.Add", Args(A: 1, B: 2), returning: Reply.self)

    let second = try await ConnectedPair.make()
    var peer = await RawPeer(second.client)
    let refused = await failure { () throws(RPCError) in try await server.serve(second.server, codec: .line) }
    let line = await peer.line()
    try await client.close()
    try await serving.value
    let third = try await withClient(of: server, .line) { client in
      try await client.call("Arith.Add", Args(A: 1, B: 2), returning: Reply.self)
    }

    #expect(refused != nil)
    #expect(line == nil)
    #expect(third == Reply(C: 3))
  }
}
