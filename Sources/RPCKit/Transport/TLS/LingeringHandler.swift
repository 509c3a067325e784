#if TLS
  import NIOCore

  /// Stands before the handler that encrypts, and keeps a connection that it has refused open until the refusal has arrived.
  ///
  /// A client may have sent its first call behind its part of the handshake. To close with that unread would reset the
  /// connection, and the alert that says why would be lost with it (``Lingering``).
  final class LingeringHandler: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = ByteBuffer

    private enum Phase {
      case passing
      /// The next close is the refusal's.
      case refusing
      /// Our output is shut down. What still comes is thrown away.
      case lingering(remainingBytes: Int)
    }

    private var phase = Phase.passing

    /// The peer is refused: the close that follows takes its time.
    func refuse() {
      phase = .refusing
    }

    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
      guard mode == .all else { return context.close(mode: mode, promise: promise) }
      switch phase {
      case .passing: context.close(promise: promise)
      case .refusing:
        context.channel.closeFuture.cascade(to: promise)
        linger(context)
      case .lingering: context.channel.closeFuture.cascade(to: promise)
      }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      guard case .lingering(let remaining) = phase else { return context.fireChannelRead(data) }
      let bytes = unwrapInboundIn(data).readableBytes
      guard bytes <= remaining else { return end(context) }
      phase = .lingering(remainingBytes: remaining - bytes)
    }

    private func linger(_ context: ChannelHandlerContext) {
      phase = .lingering(remainingBytes: Lingering.maximumBytes)
      context.close(mode: .output, promise: nil)
      let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
      context.eventLoop.scheduleTask(in: Lingering.time) {
        let (handler, context) = bound.value
        handler.end(context)
      }
    }

    private func end(_ context: ChannelHandlerContext) {
      phase = .passing
      context.close(promise: nil)
    }
  }
#endif
