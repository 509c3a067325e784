import NIOCore

/// What is written on one connection: responses are gathered, and flushed together.
///
/// It lives on its channel's event loop. It is an object because writing may call back into its connection, which looks
/// here then.
final class ServerOutput {
  /// What is written is handed to the channel in pieces of about this size, flushed or not.
  static let pieceBytes = 64 << 10

  /// What the channel does not have yet.
  var bytes = ByteBuffer()
  /// How many bytes the channel has been given in all.
  private(set) var bytesWritten = 0
  /// Something has been handed to the channel that is not flushed.
  private var hasUnflushed = false

  /// Hands over what there is, if that is a piece.
  func handOverPiece(to context: ChannelHandlerContext) {
    guard bytes.readableBytes >= Self.pieceBytes else { return }
    bytesWritten += bytes.readableBytes
    hasUnflushed = true
    context.write(NIOAny(exchange(&bytes, with: ByteBuffer())), promise: nil)
  }

  /// Hands over all there is, and flushes.
  func flush(to context: ChannelHandlerContext) {
    // Taken before it is written, because writing may call back to here.
    var taken = exchange(&bytes, with: ByteBuffer())
    let mustFlush = exchange(&hasUnflushed, with: false)
    guard taken.readableBytes > 0 else {
      if mustFlush { context.flush() }
      return
    }
    bytesWritten += taken.readableBytes
    context.writeAndFlush(NIOAny(taken), promise: nil)
    // Where the channel has written it already, the memory is ours again.
    guard bytes.readableBytes == 0 else { return }
    taken.clear()
    bytes = taken
  }

  /// Hands over all there is, and flushes.
  ///
  /// - Returns: When all of it is with the system, and what was handed over before.
  func flushToEnd(of context: ChannelHandlerContext) -> EventLoopFuture<Void> {
    bytesWritten += bytes.readableBytes
    return context.writeAndFlush(NIOAny(exchange(&bytes, with: ByteBuffer())))
  }
}
