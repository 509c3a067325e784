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
  var plainInteger: Int? {
    withUnsafeReadableBytes { digits in
      // Eighteen digits never overflow. What begins with a zero may be an error.
      guard (1...18).contains(digits.count), digits[0] != .zero, digits.allSatisfy(\.isDigit) else {
        return nil
      }
      return digits.reduce(0) { $0 * 10 + Int($1 - .zero) }
    }
  }
}
