import NIOCore
import NIOPosix
import RPCKit

/// A server that says what a test tells it to, once it has received an empty line.
final class ScriptedServer: Sendable {
  let port: Int
  private let listener: any Channel

  /// Everything that the clients sent.
  let received: ReceivedText

  /// - Parameters:
  ///   - response: What it sends to every client, piece by piece.
  ///   - closes: Whether it closes the connection then.
  /// - Returns: The server, listening.
  /// - Throws: When there is no port.
  static func start(_ response: [String], closes: Bool = false) async throws -> ScriptedServer {
    let received = ReceivedText()
    let listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(Script(response, closes, received))
        }
      }
      .bind(host: "127.0.0.1", port: 0).get()
    return ScriptedServer(listener, received)
  }

  private init(_ listener: any Channel, _ received: ReceivedText) {
    self.listener = listener
    self.port = listener.localAddress?.port ?? 0
    self.received = received
  }

  func stop() async {
    try? await listener.close().get()
  }

  private final class Script: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let response: [String]
    private let closes: Bool
    private let received: ReceivedText
    private var head = ""

    init(_ response: [String], _ closes: Bool, _ received: ReceivedText) {
      self.response = response
      self.closes = closes
      self.received = received
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      let text = String(buffer: unwrapInboundIn(data))
      let hadHead = head.contains("\n\n")
      head += text
      received.append(text)
      guard !hadHead, head.contains("\n\n") else { return }
      for piece in response {
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: piece)), promise: nil)
      }
      if closes { context.close(promise: nil) }
    }
  }
}
