#if TLS
  import NIOCore
  import NIOPosix
  import NIOSSL
  import RPCKit

  /// A client without RPCKit, by TLS or by plain TCP: it can do what no proper client does.
  struct TLSPeer {
    private let channel: any Channel
    private let received: AsyncStream<ByteBuffer>

    /// Connects to a port of this machine.
    ///
    /// - Parameters:
    ///   - port: The port.
    ///   - certificates: Whom to trust, or nil to speak plain TCP.
    /// - Returns: The peer, connected. Its handshake may be going on.
    /// - Throws: When nobody listens.
    static func connect(to port: Int, trusting certificates: Certificates?) async throws -> TLSPeer {
      let context = try certificates.map { certificates in
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.trustRoots = .file(certificates.certificateFile(.authority))
        return try NIOSSLContext(configuration: configuration)
      }
      let (received, receive) = AsyncStream.makeStream(of: ByteBuffer.self)
      let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
        .channelInitializer { channel in
          channel.eventLoop.makeCompletedFuture {
            if let context {
              let encryption = try NIOSSLClientHandler(context: context, serverHostname: "localhost")
              try channel.pipeline.syncOperations.addHandler(encryption)
            }
            try channel.pipeline.syncOperations.addHandler(Receiver(receive))
          }
        }
        .connect(host: "127.0.0.1", port: port).get()
      return TLSPeer(channel: channel, received: received)
    }

    func send(_ text: String) async throws {
      try await channel.writeAndFlush(ByteBuffer(string: text))
    }

    /// Ends the output as TLS does, by a close_notify, and goes on reading.
    func endOutput() async throws {
      try await channel.close(mode: .output)
    }

    /// Closes the connection as TCP does, without a close_notify.
    func cutOff() async throws {
      try await channel.eventLoop.submit {
        try channel.pipeline.syncOperations.context(handlerType: NIOSSLClientHandler.self).close(promise: nil)
      }.get()
    }

    /// What comes until the server closes the connection.
    func everything() async -> String {
      await received.reduce(into: "") { $0 += String(buffer: $1) }
    }

    private final class Receiver: ChannelInboundHandler {
      typealias InboundIn = ByteBuffer

      private let receive: AsyncStream<ByteBuffer>.Continuation

      init(_ receive: AsyncStream<ByteBuffer>.Continuation) {
        self.receive = receive
      }

      func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        receive.yield(unwrapInboundIn(data))
      }

      func channelInactive(context: ChannelHandlerContext) {
        receive.finish()
      }

      // The end is what is waited for, whatever came before it.
      func errorCaught(context: ChannelHandlerContext, error: any Error) {}
    }
  }
#endif
