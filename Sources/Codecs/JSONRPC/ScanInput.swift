/// The bytes of a message that have come so far, up to where the scanner may look.
struct ScanInput {
  private let base: UnsafeRawPointer

  /// How many bytes there are.
  let end: Int

  /// Makes the input from a message's bytes; what lies behind the limit is left out.
  ///
  /// Nil when there are none.
  init?(_ bytes: UnsafeRawBufferPointer, limit: Int = .max) {
    guard let base = bytes.baseAddress else { return nil }
    self.base = base
    self.end = min(bytes.count, limit)
  }

  /// The byte at an offset, which must be less than ``end``.
  @inline(__always)
  subscript(position: Int) -> UInt8 {
    assert(position >= 0 && position < end)
    return base.load(fromByteOffset: position, as: UInt8.self)
  }

  /// The first byte from here on that is not white space.
  @inline(__always)
  func skipWhitespace(from start: Int) -> Int {
    var position = start
    while position < end, self[position].isJSONWhitespace { position &+= 1 }
    return position
  }

  /// The bytes in a range.
  @inline(__always)
  func bytes(_ range: Range<Int>) -> UnsafeBufferPointer<UInt8> {
    assert(range.lowerBound >= 0 && range.upperBound <= end)
    let start = (base + range.lowerBound).assumingMemoryBound(to: UInt8.self)
    return UnsafeBufferPointer(start: start, count: range.count)
  }

  /// Eight bytes as one number, the first one lowest.
  @inline(__always)
  func word(at position: Int) -> UInt64 {
    UInt64(littleEndian: base.loadUnaligned(fromByteOffset: position, as: UInt64.self))
  }

  /// The at most seven bytes of a range as one number, the first one lowest.
  @inline(__always)
  func word(of range: Range<Int>) -> UInt64 {
    assert(range.count < 8 && range.upperBound <= end)
    guard range.lowerBound &+ 8 > end else {
      return word(at: range.lowerBound) & ~(UInt64.max &<< UInt64(truncatingIfNeeded: 8 &* range.count))
    }
    var word: UInt64 = 0
    for position in range.reversed() {
      word = word << 8 | UInt64(self[position])
    }
    return word
  }
}
