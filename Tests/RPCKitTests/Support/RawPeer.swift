import NIOCore
import NIOPosix
import RPCKit
import Testing

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// The other end of a connection, which sends bytes as they are and sees them as they come.
struct RawPeer {
  let channel: any Channel
  private var incoming: AsyncStream<ByteBuffer>.Iterator
  private var buffer = ByteBuffer()

  /// Takes over a channel from which nobody has read.
  init(_ channel: any Channel) async {
    let (stream, continuation) = AsyncStream.makeStream(of: ByteBuffer.self)
    self.channel = channel
    self.incoming = stream.makeAsyncIterator()
    do {
      // In one turn: the end of the other's output must not come between.
      try await channel.eventLoop.submit {
        try channel.syncOptions?.setOption(.allowRemoteHalfClosure, value: true)
        try channel.pipeline.syncOperations.addHandler(Forwarder(continuation))
        try channel.syncOptions?.setOption(.autoRead, value: true)
      }.get()
    } catch {
      // The other end was quicker, and has closed.
      continuation.finish()
    }
  }

  static func connect(to endpoint: Endpoint) async throws -> RawPeer {
    let bootstrap = ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .channelOption(.autoRead, value: false)
    let channel: any Channel =
      switch endpoint {
      case .tcp(let host, let port), .tls(let host, let port), .http(let host, let port, _):
        try await bootstrap.connect(host: host, port: port).get()
      case .unix(let path): try await bootstrap.connect(unixDomainSocketPath: path).get()
      }
    return await RawPeer(channel)
  }

  func send(_ text: String) async throws {
    try await channel.writeAndFlush(ByteBuffer(string: text)).get()
  }

  /// As `nc -N` does at the end of its input.
  func endOutput() async throws {
    try await channel.close(mode: .output).get()
  }

  func close() async {
    try? await channel.close().get()
  }

  /// Closes a TCP connection so that the other end sees a reset.
  func reset() async throws {
    let socket = try #require(channel as? any SocketOptionProvider)
    try await socket.setSoLinger(linger(l_onoff: 1, l_linger: 0)).get()
    try await channel.close().get()
  }

  /// The next line without its end, or what is left when the other end has ended its output, or nil behind that.
  mutating func line() async -> String? {
    while true {
      if let length = buffer.lengthOfLine {
        let line = buffer.readString(length: length)
        buffer.moveReaderIndex(forwardBy: 1)
        return line
      }
      guard var more = await incoming.next() else {
        return buffer.readableBytes == 0 ? nil : buffer.readString(length: buffer.readableBytes)
      }
      buffer.writeBuffer(&more)
    }
  }

  /// All lines until the other end ends its output.
  mutating func lines() async -> [String] {
    var lines: [String] = []
    while let line = await line() { lines.append(line) }
    return lines
  }

  private final class Forwarder: ChannelInboundHandler, Sendable {
    typealias InboundIn = ByteBuffer

    private let continuation: AsyncStream<ByteBuffer>.Continuation

    init(_ continuation: AsyncStream<ByteBuffer>.Continuation) {
      self.continuation = continuation
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      continuation.yield(unwrapInboundIn(data))
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
      if case ChannelEvent.inputClosed = event { continuation.finish() }
    }

    func channelInactive(context: ChannelHandlerContext) {
      continuation.finish()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
      continuation.finish()
      context.close(promise: nil)
    }
  }
}
