import NIOCore

extension ByteBuffer {
  /// How much memory a connection keeps for what it will write next.
  private static let largestKept = 128 << 10

  /// Empties the buffer to be used again.
  ///
  /// One large message must not keep its memory for as long as the connection lives.
  mutating func empty() {
    if capacity > Self.largestKept { self = ByteBuffer() } else { clear() }
  }
}
