import NIOCore

/// Removes the file of a listener's socket before the socket is closed.
///
/// As long as the socket is there, nobody else's file can be taken for it: its inode is not given to another, and whoever
/// connects is not refused, so no server puts a socket of its own in its place.
final class SocketFileRemoval: ChannelOutboundHandler {
  typealias OutboundIn = Never

  private var file: SocketFile?

  init(_ file: SocketFile) {
    self.file = file
  }

  func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
    file.take()?.remove()
    context.close(mode: mode, promise: promise)
  }

  /// The channel was closed by the system or with its event loop.
  func handlerRemoved(context: ChannelHandlerContext) {
    file.take()?.remove()
  }
}
