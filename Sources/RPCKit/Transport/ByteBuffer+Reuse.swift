import NIOCore

extension ByteBuffer {
  /// How much memory is kept that is not needed, by a connection for what it will write next, or by a call.
  private static let largestKept = 128 << 10

  /// Empties the buffer to be used again.
  ///
  /// One large message must not keep its memory for as long as the connection lives.
  mutating func empty() {
    if capacity > Self.largestKept { self = ByteBuffer() } else { clear() }
  }

  /// The same bytes, without the memory of something much larger that they lie in.
  ///
  /// A slice keeps all of the buffer that it was taken from.
  var withoutLargeSurroundings: ByteBuffer {
    guard storageCapacity > Self.largestKept, storageCapacity / 4 > readableBytes else { return self }
    return ByteBufferAllocator().buffer(buffer: self)
  }
}
