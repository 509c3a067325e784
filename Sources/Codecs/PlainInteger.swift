import NIOCore

// Bodies that are one integer, which most small calls answer with: an engine's way to it costs many times more.
extension ByteBuffer {
  /// Writes a body that is an integer.
  mutating func writePlainInteger(_ integer: Int) {
    // A sign and twenty digits.
    writeWithUnsafeMutableBytes(minimumWritableBytes: 21) { target in
      var writer = JSONWriter(target)
      if integer < 0 { writer.write("-") }
      writer.write(decimal: UInt64(integer.magnitude))
      return writer.count
    }
  }

  /// Reads a body that is nothing but digits, or nil where there is more to look at.
  var plainInteger: Int? { withUnsafeReadableBytes(\.plainInteger) }
}

extension UnsafeRawBufferPointer {
  /// The integer that these bytes are, if they are nothing but digits, and few enough.
  @inline(__always)
  var plainInteger: Int? {
    // Eighteen digits never overflow. What begins with a zero may be an error.
    guard (1...18).contains(count), self[0] != .zero else { return nil }
    var integer = 0
    for byte in self {
      guard byte.isDigit else { return nil }
      integer = integer &* 10 &+ Int(byte &- .zero)
    }
    return integer
  }
}
