import NIOCore
import NIOEmbedded
import Testing

@testable import RPCKit

@Suite(.timeLimit(.minutes(1)))
struct ClientConnectionTests {
  private let channel = EmbeddedChannel()
  private let client: Client

  init() throws {
    client = try Client(on: channel)
  }

  // MARK: Writing

  @Test func `requests are written in one piece, numbered from 0`() throws {
    _ = try client.call("S.A", "1")
    _ = try client.call("S.B", "2")

    channel.embeddedEventLoop.run()

    #expect(try sent() == ["0 S.A 1\n1 S.B 2\n"])
  }

  @Test func `calls that were made before the connection was there are written when it is`() throws {
    let channel = EmbeddedChannel()

    let client = try Client(on: channel) { client in _ = try client.call("S.A", "1") }
    channel.embeddedEventLoop.run()

    #expect(try channel.readOutbound(as: ByteBuffer.self) == ByteBuffer(string: "0 S.A 1\n"))
    #expect(client.outbox.count == 1)
  }

  // Go: client.go, send(); GO-BEHAVIOUR.md, 34.
  @Test func `a request that cannot be written fails alone, and its number is used up`() throws {
    let bad = try client.call("unwritable", "1")
    let good = try client.call("S.B", "2")

    channel.embeddedEventLoop.run()

    #expect(bad.results.map { $0.error.isArgumentNotEncodable } == [true])
    #expect(good.results.isEmpty)
    #expect(try sent() == ["1 S.B 2\n"])
  }

  @Test func `nothing is written while the server does not read`() throws {
    channel.isWritable = false
    _ = try client.call("S.A", "1")
    channel.embeddedEventLoop.run()
    let whileFull = try sent()

    channel.isWritable = true
    channel.pipeline.fireChannelWritabilityChanged()

    #expect(whileFull == [])
    #expect(try sent() == ["0 S.A 1\n"])
  }

  @Test func `a call past the limit is written when another is answered`() throws {
    let channel = EmbeddedChannel()
    let client = try Client(on: channel, maximumInFlight: 1)
    _ = try client.call("S.A", "1")
    _ = try client.call("S.B", "2")
    channel.embeddedEventLoop.run()
    let before = try channel.readOutbound(as: ByteBuffer.self)

    try channel.writeInbound(ByteBuffer(string: "0 = 1\n"))

    #expect(before == ByteBuffer(string: "0 S.A 1\n"))
    #expect(try channel.readOutbound(as: ByteBuffer.self) == ByteBuffer(string: "1 S.B 2\n"))
  }

  // MARK: Reading

  @Test func `responses complete their calls in any order`() throws {
    let first = try client.call("S.A", "1")
    let second = try client.call("S.B", "2")

    try receive("1 = 20\n0 = 10\n")

    #expect(first.texts == ["10"])
    #expect(second.texts == ["20"])
  }

  @Test(arguments: 1...10)
  func `responses in pieces of any size complete their calls`(size: Int) throws {
    let first = try client.call("S.A", "1")
    let second = try client.call("S.B", "2")
    var rest = Substring("0 = 10\n1 ! no\n")

    while !rest.isEmpty {
      try receive(String(rest.prefix(size)))
      rest = rest.dropFirst(size)
    }

    #expect(first.texts == ["10"])
    #expect(second.texts == ["! no"])
  }

  @Test func `an error of the server is its text, with or without a body`() throws {
    let call = try client.call("S.A", "1")

    try receive("0 ! divide by zero\n")

    #expect(call.results.first?.error.serverText == "divide by zero")
  }

  // Go's client dies with all its calls: GO-BEHAVIOUR.md, 35.
  @Test func `a response without a body fails its call alone`() throws {
    let first = try client.call("S.A", "1")
    let second = try client.call("S.B", "2")

    try receive("0 =\n1 = 20\n")

    #expect(first.results.map { $0.error.isReplyNotDecodable } == [true])
    #expect(second.texts == ["20"])
  }

  @Test(arguments: [
    "7 = 1\n", "- = 1\n", "x = 1\n", "0x = 1\n", "7 ! no\n", "?odd\n", "18446744073709551615 = 1\n",
  ])
  func `a response that nobody waits for is ignored`(line: String) throws {
    let call = try client.call("S.A", "1")

    try receive(line + "0 = 10\n")

    #expect(call.texts == ["10"])
    #expect(channel.isActive)
  }

  @Test func `a second response to a call is ignored`() throws {
    let call = try client.call("S.A", "1")

    try receive("0 = 10\n0 = 11\n0 ! no\n")

    #expect(call.texts == ["10"])
  }

  // MARK: Requests of the server's own

  // RFC 7047, 4.1.11: ovsdb-server probes idle clients so.
  @Test func `an echo is answered with its params`() throws {
    try receive("x > echo [1,2]\n")

    #expect(try sent() == ["x = [1,2]\n"])
  }

  @Test func `another request is answered with an error`() throws {
    try receive("x > update [1]\n")

    #expect(try sent() == ["x ! \(WireText.unknownServerRequest)\n"])
  }

  @Test func `a notification is not answered`() throws {
    try receive("- > echo [1]\n- > update [1]\n")

    #expect(try sent() == [])
    #expect(channel.isActive)
  }

  // MARK: The end

  @Test func `something malformed fails every call and closes the connection`() throws {
    let first = try client.call("S.A", "1")
    let second = try client.call("S.B", "2")

    try receive("#bad\n")

    let expected = CodecError.malformed(reason: "bad", offset: 0)
    #expect(first.results.map { $0.error.protocolViolation } == [expected])
    #expect(second.results.map { $0.error.protocolViolation } == [expected])
    #expect(!channel.isActive)
  }

  @Test func `a body that leaves what follows without sense fails every call`() throws {
    let call = try client.call("S.A", "1")

    try receive("0 = #bad\n")

    #expect(call.results.map { $0.error.protocolViolation } == [.malformed(reason: "bad", offset: 0)])
    #expect(!channel.isActive)
  }

  @Test func `a response behind something malformed completes nothing`() throws {
    let call = try client.call("S.A", "1")

    try receive("#bad\n0 = 10\n")

    #expect(call.results.count == 1)
    #expect(call.results.first?.error != nil)
  }

  @Test func `the end of the connection fails every call once`() throws {
    let call = try client.call("S.A", "1")

    try channel.close().wait()
    channel.embeddedEventLoop.run()

    #expect(call.results.map { $0.error.isConnectionLost } == [true])
    #expect(Result { () throws(RPCError) in try client.call("S.A", "1") }.error.isShutdown)
  }

  // Go: client.go, input(): EOF ends the client. A half-closed server will answer nothing.
  @Test func `the end of the server's output is the end of the connection`() throws {
    let call = try client.call("S.A", "1")

    channel.pipeline.fireUserInboundEventTriggered(ChannelEvent.inputClosed)

    #expect(call.results.map { $0.error.isConnectionLost } == [true])
    #expect(!channel.isActive)
  }

  @Test func `an error of the channel is the reason that the calls fail with`() throws {
    let call = try client.call("S.A", "1")

    channel.pipeline.fireErrorCaught(ServerError("no route"))

    guard case .connectionLost(let reason) = call.results.first?.error else {
      Issue.record("\(call.results)")
      return
    }
    #expect(reason == "no route")
    #expect(!channel.isActive)
  }

  @Test func `calls whose time is over fail when the earliest deadline has passed`() throws {
    let late = try client.call("S.A", "1", timeout: .zero)
    let other = try client.call("S.B", "2")
    channel.embeddedEventLoop.run()

    channel.embeddedEventLoop.advanceTime(to: late.deadline.time)

    #expect(late.results.map { $0.error.isTimedOut } == [true])
    #expect(other.results.isEmpty)
  }

  @Test func `a late response is ignored`() throws {
    let call = try client.call("S.A", "1", timeout: .zero)
    channel.embeddedEventLoop.run()
    channel.embeddedEventLoop.advanceTime(to: call.deadline.time)

    try receive("0 = 10\n")

    #expect(call.results.count == 1)
    #expect(call.results.first?.error.isTimedOut == true)
    #expect(channel.isActive)
  }

  // MARK: A server that hangs

  @Test func `a message that is never finished loses the connection`() throws {
    let call = try client.call("S.A", "1")
    try receive("0 = 1")

    channel.embeddedEventLoop.advanceTime(by: .seconds(29))
    let early = call.results.count
    channel.embeddedEventLoop.advanceTime(by: .seconds(5))

    #expect(early == 0)
    #expect(call.texts == ["! connection lost: a message of the server was not finished within 30 seconds"])
    #expect(!channel.isActive)
  }

  @Test func `between messages a server may be silent for ever`() throws {
    let call = try client.call("S.A", "1", timeout: .seconds(1 << 40))
    try receive("0 = 1\n")

    channel.embeddedEventLoop.advanceTime(by: .hours(1000))

    #expect(call.texts == ["1"])
    #expect(channel.isActive)
  }

  @Test func `a silent server is called, and whatever it says is an answer`() throws {
    let channel = EmbeddedChannel()
    var configuration = ClientConfiguration()
    configuration.probe = ServerProbe(interval: .seconds(8), timeout: .seconds(4))
    let client = try Client(on: channel, configuration)
    _ = try client.call("S.A", "1", timeout: .seconds(1 << 40))
    channel.embeddedEventLoop.run()
    _ = try channel.readOutbound(as: ByteBuffer.self)

    channel.embeddedEventLoop.advanceTime(by: .seconds(9))
    let probe = try channel.readOutbound(as: ByteBuffer.self)
    try channel.writeInbound(ByteBuffer(string: "1 ! no such method\n"))
    channel.embeddedEventLoop.advanceTime(by: .seconds(7))

    #expect(probe == ByteBuffer(string: "1 RPC.Ping {}\n"))
    #expect(channel.isActive)
    #expect(client.outbox.count == 1)
  }

  @Test func `a server that does not answer the probe is lost, and that is the reason`() throws {
    let channel = EmbeddedChannel()
    var configuration = ClientConfiguration()
    configuration.probe = ServerProbe("Arith.Ping", interval: .seconds(8), timeout: .seconds(4))
    let client = try Client(on: channel, configuration)
    let call = try client.call("S.A", "1", timeout: .seconds(1 << 40))

    channel.embeddedEventLoop.advanceTime(by: .seconds(20))

    #expect(call.texts == ["! connection lost: the server did not answer a probe within 4 seconds"])
    #expect(!channel.isActive)
  }

  @Test func `a server that may be too busy is not lost before a call has no more time`() throws {
    let channel = EmbeddedChannel()
    var configuration = ClientConfiguration()
    configuration.probe = ServerProbe(interval: .seconds(8), timeout: .seconds(4))
    configuration.maximumCallsInFlight = 2
    let client = try Client(on: channel, configuration, maximumInFlight: 2)
    for argument in ["1", "2"] { _ = try client.call("S.A", argument, timeout: .seconds(1 << 40)) }

    channel.embeddedEventLoop.advanceTime(by: .hours(1))

    #expect(channel.isActive)
    #expect(client.outbox.count == 2)
  }

  @Test func `a connection that is still in its handshake is neither watched nor written to`() throws {
    let channel = EmbeddedChannel()
    var configuration = ClientConfiguration()
    configuration.probe = ServerProbe(interval: .seconds(8), timeout: .seconds(4))
    let client = try Client(on: channel, configuration, isInHandshake: true)
    _ = try client.call("S.A", "1", timeout: .seconds(1 << 40))

    channel.embeddedEventLoop.advanceTime(by: .hours(1))
    let before = try channel.readOutbound(as: ByteBuffer.self)
    channel.pipeline.fireUserInboundEventTriggered(HandshakeCompleted())
    let after = try channel.readOutbound(as: ByteBuffer.self)
    channel.embeddedEventLoop.advanceTime(by: .seconds(20))

    #expect(before == nil)
    #expect(after == ByteBuffer(string: "0 S.A 1\n"))
    #expect(!channel.isActive)
  }

  // MARK: Steps of the tests

  private func receive(_ text: String) throws {
    channel.embeddedEventLoop.run()
    try channel.writeInbound(ByteBuffer(string: text))
  }

  private func sent() throws -> [String] {
    var sent: [String] = []
    while let buffer = try channel.readOutbound(as: ByteBuffer.self) { sent.append(String(buffer: buffer)) }
    return sent
  }

  /// A client's connection and its outbox.
  private struct Client {
    let outbox: CallOutbox

    init(
      on channel: EmbeddedChannel,
      _ configuration: ClientConfiguration = ClientConfiguration(),
      maximumInFlight: Int = 10,
      isInHandshake: Bool = false,
      before: (Client) throws -> Void = { _ in }
    ) throws {
      let start = ConnectionStart()
      outbox = CallOutbox(eventLoop: channel.eventLoop, maximumInFlight: maximumInFlight) {
        start.connection?.value.writeRequests()
      }
      try channel.connect(to: SocketAddress(unixDomainSocketPath: "/test")).wait()
      try before(self)
      let connection = ClientConnection(
        codec: .line,
        configuration: configuration,
        outbox: outbox,
        logger: .silent,
        isInHandshake: isInHandshake
      )
      start.begin(connection, on: channel, maximumUnwrittenBytes: 1 << 20)
    }

    func call(
      _ serviceMethod: String,
      _ body: String,
      timeout: Duration = .seconds(60)
    ) throws(RPCError) -> FakeCall {
      let call = FakeCall(timeout: timeout)
      let body = Body(bytes: ByteBuffer(string: body), coder: LineCoder())
      _ = try outbox.insert(call, serviceMethod, body, waits: true)
      return call
    }
  }
}

extension FakeCall {
  /// The bodies it was completed with, or the errors behind an exclamation mark.
  fileprivate var texts: [String] {
    results.map { result in
      switch result {
      case .success(let body): String(buffer: body.bytes)
      case .failure(let error): "! \(error)"
      }
    }
  }
}
