import NIOCore

/// What is written on one connection: responses are gathered, and flushed together.
///
/// It lives on its channel's event loop. It is an object because writing may call back into its connection, which looks
/// here then.
final class ServerOutput {
  /// From so many bytes on, responses do not wait for the others of their batch: their readers go on meanwhile.
  ///
  /// Fifty small ones. A system call for each of them would cost more than all else, and with one for hundreds the two
  /// ends would take turns instead of working at the same time.
  private static let enoughBytes = 2048

  /// What the channel does not have yet.
  ///
  /// No two accesses can overlap: each is one call of the buffer, or of the codec that writes into it.
  @exclusivity(unchecked) var bytes = ByteBuffer()
  /// How many bytes the channel has been given in all.
  private(set) var bytesWritten = 0

  var isEnoughToFlush: Bool { bytes.readableBytes >= Self.enoughBytes }

  /// Hands over all there is.
  func flush(to context: ChannelHandlerContext) {
    // Taken before it is written, because writing may call back to here.
    var taken = exchange(&bytes, with: ByteBuffer())
    guard taken.readableBytes > 0 else { return }
    bytesWritten += taken.readableBytes
    context.writeAndFlush(NIOAny(taken), promise: nil)
    // Where the channel has written it already, the memory is ours again.
    guard bytes.readableBytes == 0 else { return }
    taken.empty()
    bytes = taken
  }

  /// Hands over all there is.
  ///
  /// - Returns: When all of it is with the system, and what was handed over before.
  func flushToEnd(of context: ChannelHandlerContext) -> EventLoopFuture<Void> {
    bytesWritten += bytes.readableBytes
    return context.writeAndFlush(NIOAny(exchange(&bytes, with: ByteBuffer())))
  }
}
