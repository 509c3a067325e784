import Logging
import NIOCore
import NIOEmbedded
import TestSupport
import Testing

@testable import RPCKit

/// The clocks, which no test on sockets wants to wait for.
struct HTTPServerConnectionTests {
  @Test func `a head that is not complete after ten seconds ends the connection`() throws {
    let channel = try makeChannel { _ in .respond(.notFound) }
    try channel.writeInbound(ByteBuffer(string: "GET / HT"))

    channel.embeddedEventLoop.advanceTime(by: .seconds(9))
    try channel.writeInbound(ByteBuffer(string: "TP/1."))
    #expect(channel.isActive)
    channel.embeddedEventLoop.advanceTime(by: .seconds(1))

    #expect(!channel.isActive)
  }

  @Test func `a page that takes long is not cut by the clock of the head`() throws {
    let channel = try makeChannel { _ in
      .collect {
        await untilCancelled()
        return .notFound
      }
    }
    channel.embeddedEventLoop.advanceTime(by: .seconds(9))
    try channel.writeInbound(ByteBuffer(string: "GET / HTTP/1.0\n\n"))

    channel.embeddedEventLoop.advanceTime(by: .seconds(29))
    #expect(channel.isActive)
    channel.embeddedEventLoop.advanceTime(by: .seconds(1))

    #expect(!channel.isActive)
  }

  @Test func `what comes behind a response is thrown away, for a second`() throws {
    let channel = try makeChannel { _ in .respond(.notFound) }
    try channel.writeInbound(ByteBuffer(string: "GET / HTTP/1.0\n\n"))
    try channel.writeInbound(ByteBuffer(string: "GET / HTTP/1.0\n\n"))

    let responses = try channel.readAllOutbound()
    #expect(responses.components == 1)
    #expect(responses.text.hasPrefix("HTTP/1.1 404 Not Found\r\n"))
    #expect(channel.isActive)
    channel.embeddedEventLoop.advanceTime(by: .seconds(1))
    #expect(!channel.isActive)
  }

  @Test func `what comes behind a response is thrown away up to a mebibyte`() throws {
    let channel = try makeChannel { _ in .respond(.notFound) }
    try channel.writeInbound(ByteBuffer(string: "GET / HTTP/1.0\n\n"))
    try channel.writeInbound(ByteBuffer(repeating: 0, count: 1 << 20))
    #expect(channel.isActive)

    try channel.writeInbound(ByteBuffer(repeating: 0, count: 1))

    #expect(!channel.isActive)
  }

  @Test func `the clock of the head ends with CONNECT`() throws {
    let channel = try makeChannel { _ in .connect }
    try channel.writeInbound(ByteBuffer(string: "CONNECT / HTTP/1.0\n\nrest"))

    channel.embeddedEventLoop.advanceTime(by: .hours(1))

    #expect(channel.isActive)
    #expect(try channel.readInbound(as: ByteBuffer.self).map(String.init(buffer:)) == "rest")
    #expect(try channel.readAllOutbound().text == "HTTP/1.0 200 Connected to Go RPC\n\n")
  }

  private func makeChannel(
    answer: @escaping (HTTPRequest) -> HTTPServerConnection.Answer
  ) throws -> EmbeddedChannel {
    let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
    let connection = HTTPServerConnection(logger: logger, answer: answer, addRPC: { _ in })
    let channel = EmbeddedChannel(handlers: [HalfClosure(), connection])
    try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
    return channel
  }
}

/// Keeps the output's end from the embedded channel, which would close altogether.
private final class HalfClosure: ChannelOutboundHandler {
  typealias OutboundIn = ByteBuffer

  func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
    guard mode == .output else { return context.close(mode: mode, promise: promise) }
    promise?.succeed()
  }
}

extension EmbeddedChannel {
  fileprivate func readAllOutbound() throws -> (components: Int, text: String) {
    var all: (components: Int, text: String) = (0, "")
    while let buffer = try readOutbound(as: ByteBuffer.self) {
      all.components += 1
      all.text += String(buffer: buffer)
    }
    return all
  }
}
