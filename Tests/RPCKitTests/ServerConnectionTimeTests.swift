import NIOCore
import NIOEmbedded
import Testing

@testable import RPCKit

/// What time does to a connection, by the clock of its channel in memory.
@Suite(.timeLimit(.minutes(1)))
struct ServerConnectionTimeTests {
  // MARK: Messages

  @Test func `a message that is not finished in 30 seconds is refused, and the connection closed`() throws {
    let server = try EmbeddedServer()

    try server.receive("0 S.Echo")
    server.wait(.milliseconds(29_999))
    let before = try server.sent()
    server.wait(.milliseconds(1))

    #expect(before == "")
    #expect(try server.sent() == refusal("message not finished within 30 seconds at byte 8"))
    #expect(!server.channel.isActive)
  }

  @Test func `after a refusal nobody looks at the clock of the message, while calls are waited for`() throws {
    let server = try EmbeddedServer()
    try server.receive("nonsense")
    let connection = try server.connection
    let before = connection.messageClock.deadline

    try server.receive("\n")

    #expect(before != nil)
    #expect(connection.messageClock.deadline == nil)
    #expect(try server.sent() == refusal("expected an id and a method at byte 0"))
  }

  @Test func `a byte every ten seconds does not keep a message alive`() throws {
    let server = try EmbeddedServer()

    for byte in ["0", " ", "S"] {
      try server.receive(byte)
      server.wait(.seconds(10))
    }

    #expect(try server.sent() == refusal("message not finished within 30 seconds at byte 3"))
  }

  @Test func `every message has its own time, also where one ends in the packet in which the next begins`()
    throws
  {
    let server = try EmbeddedServer()

    try server.receive("0 S.Echo")
    for number in 1...10 {
      server.wait(.seconds(20))
      try server.receive(" \"a\"\n\(number) S.Echo")
    }
    server.wait(.seconds(29))

    #expect(server.channel.isActive)
    #expect(try server.sent().split(separator: "\n").count == 10)
    server.wait(.seconds(1))
    #expect(try server.sent() == refusal("message not finished within 30 seconds at byte 9"))
  }

  @Test func `a connection that is idle between messages is never cut`() throws {
    let server = try EmbeddedServer()

    server.wait(.seconds(86_400))
    try server.receive("0 S.Echo \"a\"\n")
    server.wait(.seconds(86_400))
    try server.receive("1 S.Echo \"b\"\n")

    #expect(try server.sent() == "0 = \"a\"\n1 = \"b\"\n")
    #expect(server.channel.isActive)
  }

  @Test func `the time for a message stands still while the server does not read`() throws {
    let server = try EmbeddedServer()

    try server.receive("0 S.Echo")
    server.wait(.seconds(20))
    server.setWritable(false)
    server.wait(.seconds(3600))
    let whileFull = try server.sent()
    server.setWritable(true)
    server.wait(.milliseconds(9999))
    let before = try server.sent()
    server.wait(.milliseconds(1))

    #expect(whileFull == "")
    #expect(before == "")
    #expect(try server.sent() == refusal("message not finished within 30 seconds at byte 8"))
  }

  @Test func `the time for a message can be set, and there need be no limit`() throws {
    var configuration = ServerConfiguration()
    configuration.messageTimeout = .milliseconds(250)
    let quick = try EmbeddedServer(configuration)
    configuration.messageTimeout = nil
    let patient = try EmbeddedServer(configuration)

    for server in [quick, patient] {
      try server.receive("0 S.Echo")
      server.wait(.seconds(86_400))
    }

    #expect(try quick.sent() == refusal("message not finished within 0.25 seconds at byte 8"))
    #expect(patient.channel.isActive)
  }

  // MARK: Writes

  @Test func `a peer that reads nothing for 30 seconds is cut off, at most an eighth later`() throws {
    let server = try EmbeddedServer()
    let dam = Dam()
    try server.channel.pipeline.syncOperations.addHandler(dam, position: .first)

    try server.receive("0 S.Echo \"a\"\n")
    server.wait(.seconds(30))
    let atLimit = server.channel.isActive
    server.wait(.seconds(3.75))

    #expect(atLimit)
    #expect(!server.channel.isActive)
    #expect(try server.sent() == "")
  }

  @Test func `a peer that reads now and then is served`() throws {
    let server = try EmbeddedServer()
    let dam = Dam()
    try server.channel.pipeline.syncOperations.addHandler(dam, position: .first)

    for number in 0..<10 {
      try server.receive("\(number) S.Echo \"a\"\n")
      server.wait(.seconds(25))
      dam.release()
    }

    #expect(server.channel.isActive)
    #expect(try server.sent().split(separator: "\n").count == 10)
  }

  @Test func `a connection that is closing does not wait for a peer that reads nothing`() throws {
    let server = try EmbeddedServer()
    try server.channel.pipeline.syncOperations.addHandler(Dam(), position: .first)

    try server.receive("0 S.Echo \"a\"\n")
    server.inputEnds()
    let before = server.channel.isActive
    server.wait(.seconds(33.75))

    #expect(before)
    #expect(!server.channel.isActive)
  }

  @Test func `without a limit a peer may read when it likes`() throws {
    var configuration = ServerConfiguration()
    configuration.writeTimeout = nil
    let server = try EmbeddedServer(configuration)
    try server.channel.pipeline.syncOperations.addHandler(Dam(), position: .first)

    try server.receive("0 S.Echo \"a\"\n")
    server.wait(.seconds(86_400))

    #expect(server.channel.isActive)
  }

  // MARK: Timers

  @Test func `a thousand small calls have one timer, and an idle connection has none`() throws {
    let server = try EmbeddedServer()

    try server.receive("0 S.Echo \"a\"\n")
    let connection = try server.connection
    let first = connection.alarm?.time
    for number in 1..<1000 { try server.receive("\(number) S.Echo \"a\"\n") }
    let last = connection.alarm?.time
    server.wait(.seconds(3.75))

    #expect(first != nil)
    #expect(first == last)
    #expect(connection.alarm == nil)
  }

  @Test func `a connection that is closed takes its timer with it`() throws {
    let server = try EmbeddedServer()

    try server.receive("0 S.Echo")
    let connection = try server.connection
    let isSet = connection.alarm != nil
    try server.channel.close().wait()

    #expect(isSet)
    #expect(connection.alarm == nil)
  }

  // MARK: Draining

  @Test func `a connection that drains is answered what it has asked, and its unfinished request is dropped`()
    throws
  {
    let server = try EmbeddedServer()

    server.setWritable(false)
    try server.receive("0 S.Echo \"a\"\n1 S.Echo \"b\"\n2 S.Ec")
    try server.connection.drain()
    let whileFull = try server.sent()
    server.setWritable(true)

    #expect(whileFull == "")
    #expect(try server.sent() == "0 = \"a\"\n1 = \"b\"\n")
    #expect(!server.channel.isActive)
  }

  private func refusal(_ reason: String) -> String { "- ! rpc: server cannot decode request: \(reason)\n" }
}

extension EmbeddedServer {
  /// Whether the peer reads, as far as the channel can see.
  fileprivate func setWritable(_ isWritable: Bool) {
    channel.isWritable = isWritable
    channel.pipeline.fireChannelWritabilityChanged()
    channel.embeddedEventLoop.run()
  }
}

/// Holds back what is written, as a peer that does not read does.
private final class Dam: ChannelOutboundHandler {
  typealias OutboundIn = ByteBuffer

  private var context: ChannelHandlerContext?

  func handlerAdded(context: ChannelHandlerContext) { self.context = context }
  func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }
  func flush(context: ChannelHandlerContext) {}

  /// Lets through what is there.
  func release() { context?.flush() }
}
