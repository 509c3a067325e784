import NIOCore

/// What has come on a server's connection and is not yet read as messages.
struct ServerInput {
  /// The bytes, which the codec takes off the front.
  var bytes = ByteBuffer()

  /// Whether the codec has asked for more bytes than have come.
  private(set) var isExhausted = true

  /// Keeps bytes that have come.
  mutating func append(_ new: consuming ByteBuffer) {
    isExhausted = false
    if bytes.readableBytes == 0 {
      bytes = new
    } else {
      // What is left of the buffer before is the beginning of a message; it moves to the front once.
      if bytes.readerIndex > 0 { bytes.discardReadBytes() }
      bytes.writeBuffer(&new)
    }
  }

  /// The codec asks for more.
  mutating func exhaust() {
    isExhausted = true
  }

  /// Gives the memory back, and with it what nobody will read.
  mutating func clear() {
    bytes = ByteBuffer()
  }

  /// How many bytes there are of a message that has begun and not ended, or nil between messages.
  ///
  /// White space between messages is not kept.
  var bytesOfUnfinishedMessage: Int? {
    isExhausted && bytes.readableBytes > 0 ? bytes.readableBytes : nil
  }
}
