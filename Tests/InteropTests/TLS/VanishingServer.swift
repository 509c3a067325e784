#if TLS
  import NIOCore
  import NIOPosix
  import NIOSSL

  #if canImport(Darwin)
    import Darwin
  #elseif canImport(Musl)
    import Musl
  #else
    import Glibc
  #endif

  /// A server by TLS that answers with half a response and ends the connection below TLS, without a close_notify.
  enum VanishingServer {
    /// Listens on any port of this machine.
    ///
    /// - Parameters:
    ///   - certificates: Whose `server` it is.
    ///   - resets: Whether it resets its connections.
    /// - Returns: The listening channel.
    /// - Throws: When it cannot listen.
    static func listen(_ certificates: Certificates, resets: Bool) async throws -> any Channel {
      let chain = try NIOSSLCertificate.fromPEMFile(certificates.certificateFile(.server))
      let key = try NIOSSLPrivateKey(file: certificates.keyFile(.server), format: .pem)
      let context = try NIOSSLContext(
        configuration: .makeServerConfiguration(
          certificateChain: chain.map { .certificate($0) },
          privateKey: .privateKey(key)
        )
      )
      let lingering = linger(l_onoff: resets ? 1 : 0, l_linger: 0)
      return try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
        .childChannelInitializer { channel in
          let socket = channel as? any SocketOptionProvider
          let ready = socket?.setSoLinger(lingering) ?? channel.eventLoop.makeSucceededVoidFuture()
          return ready.flatMapThrowing {
            let encryption = NIOSSLServerHandler(context: context)
            try channel.pipeline.syncOperations.addHandlers([encryption, Vanishing()])
          }
        }
        .bind(host: "127.0.0.1", port: 0).get()
    }

    private final class Vanishing: ChannelInboundHandler {
      typealias InboundIn = ByteBuffer
      typealias OutboundOut = ByteBuffer

      func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let half = ByteBuffer(string: #"{"id":0,"result":"#)
        let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
        context.writeAndFlush(wrapOutboundOut(half)).whenComplete { _ in
          let pipeline = bound.value.pipeline.syncOperations
          try? pipeline.context(handlerType: NIOSSLServerHandler.self).close(promise: nil)
        }
      }

      func errorCaught(context: ChannelHandlerContext, error: any Error) {}
    }
  }
#endif
