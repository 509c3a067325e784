/// Reads a string's UTF-8 with its escapes resolved, from what stands between its quotes.
///
/// The bytes have passed the scanner, so each escape is whole and each surrogate has its other half.
struct JSONStringReader: Sequence, IteratorProtocol {
  private let bytes: UnsafeBufferPointer<UInt8>
  private var position = 0

  /// What is left of an escaped character that takes several bytes, the next one lowest.
  private var pending: UInt32 = 0

  init(_ bytes: UnsafeBufferPointer<UInt8>) {
    self.bytes = bytes
  }

  mutating func next() -> UInt8? {
    if pending != 0 {
      defer { pending >>= 8 }
      return UInt8(truncatingIfNeeded: pending)
    }
    guard let byte = take() else { return nil }
    return byte == .backslash ? nextEscaped() : byte
  }

  private mutating func nextEscaped() -> UInt8? {
    switch take() {
    case UInt8(ascii: "b"): return 0x08
    case UInt8(ascii: "f"): return 0x0C
    case UInt8(ascii: "n"): return 0x0A
    case UInt8(ascii: "r"): return 0x0D
    case UInt8(ascii: "t"): return 0x09
    case UInt8(ascii: "u"): return nextByCodePoint()
    case let byte: return byte  // a quote, a backslash or a slash stands for itself
    }
  }

  private mutating func nextByCodePoint() -> UInt8? {
    var codePoint = takeCodeUnit()
    if 0xD800..<0xDC00 ~= codePoint {
      position += 2  // the \u of the other half
      codePoint = 0x10000 + (codePoint - 0xD800) << 10 + (takeCodeUnit() & 0x3FF)
    }
    guard let scalar = Unicode.Scalar(codePoint), let encoded = Unicode.UTF8.encode(scalar) else {
      return nil
    }
    var first: UInt8?
    for (index, byte) in encoded.enumerated() {
      if index == 0 { first = byte } else { pending |= UInt32(byte) << UInt32(8 * (index - 1)) }
    }
    return first
  }

  private mutating func takeCodeUnit() -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<4 {
      value = value << 4 | (take()?.hexDigitValue ?? 0)
    }
    return value
  }

  private mutating func take() -> UInt8? {
    guard position < bytes.count else { return nil }
    defer { position += 1 }
    return bytes[position]
  }
}
