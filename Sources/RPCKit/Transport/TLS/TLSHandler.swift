#if TLS
  import NIOCore
  import NIOSSL
  import NIOTLS

  /// Stands behind the handler that encrypts: waits for the handshake, and says in few words what goes wrong later.
  final class TLSHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    private enum Phase {
      /// Goes to ``open``, or to ``failed``, where the time limit leads too.
      case handshaking(timer: Scheduled<Void>?)
      case open
      /// Nothing that still comes is anybody's business.
      case failed
    }

    private let encryption: NIOSSLHandler
    private let lingering: LingeringHandler?
    private let timeout: Duration
    private let completed: (Result<PeerCertificate?, TLSFailure>) -> Void
    private var phase = Phase.handshaking(timer: nil)

    /// - Parameters:
    ///   - encryption: The handler before this one.
    ///   - lingering: The handler before that, where a refusal is to arrive.
    ///   - timeout: How long the handshake may take.
    ///   - completed: Called once, on the event loop, with the peer's certificate, if it has shown one, or with what kept the
    ///     two from an agreement; the channel is closed then.
    init(
      behind encryption: NIOSSLHandler,
      lingering: LingeringHandler? = nil,
      timeout: Duration,
      completed: @escaping (Result<PeerCertificate?, TLSFailure>) -> Void
    ) {
      self.encryption = encryption
      self.lingering = lingering
      self.timeout = timeout
      self.completed = completed
    }

    // MARK: Channel events

    func handlerAdded(context: ChannelHandlerContext) {
      let handler = NIOLoopBound((self, context), eventLoop: context.eventLoop)
      let timer = context.eventLoop.scheduleTask(in: TimeAmount(timeout)) { [timeout] in
        let (handler, context) = handler.value
        handler.fail(.timedOut(after: timeout), context)
      }
      phase = .handshaking(timer: timer)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
      fail(.handshake(reason: WireText.unexpectedEnd), context)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      // A buffer without spare room, as a socket's is that was filled: the end of input may be next.
      context.fireChannelRead(wrapInboundOut(unwrapInboundIn(data).slice()))
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
      switch (event, phase) {
      case (TLSUserEvent.handshakeCompleted, .handshaking(let timer)):
        timer?.cancel()
        phase = .open
        context.fireUserInboundEventTriggered(HandshakeCompleted())
        completed(.success(encryption.peerCertificate.map(PeerCertificate.init)))
      case (TLSUserEvent.shutdownCompleted, _): break
      case (_, .open): context.fireUserInboundEventTriggered(event)
      case (_, .handshaking), (_, .failed): break
      }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
      let failure = TLSFailure(error, showing: encryption.peerCertificate)
      switch phase {
      case .handshaking:
        // The alert that tells the peer is on its way.
        lingering?.refuse()
        fail(failure, context)
      case .failed: break
      case .open:
        // The end without a close_notify follows, and whoever reads messages knows whether one was cut short.
        if case NIOSSLError.uncleanShutdown = error { return }
        // What is wrong with the line below is said as it is without TLS.
        let isOfTLS = error is NIOSSLError || error is BoringSSLError
        context.fireErrorCaught(isOfTLS ? failure : error)
      }
    }

    func channelInactive(context: ChannelHandlerContext) {
      fail(.handshake(reason: WireText.unexpectedEnd), context)
      context.fireChannelInactive()
    }

    private func fail(_ failure: TLSFailure, _ context: ChannelHandlerContext) {
      guard case .handshaking(let timer) = phase else { return }
      timer?.cancel()
      phase = .failed
      completed(.failure(failure))
      // A client's calls wait behind this one.
      context.fireErrorCaught(failure)
      context.close(promise: nil)
    }
  }
#endif
