extension Envelope.Name {
  /// Recognises a member's name by its bytes: exact letters, escapes allowed (`"\u006dethod"`).
  ///
  /// - Parameters:
  ///   - range: Where it lies, between the quotes.
  ///   - input: The message, which the scanner has passed so far.
  ///   - hasEscapes: Whether there are escapes in it.
  @inline(__always)
  init(_ range: Range<Int>, in input: ScanInput, hasEscapes: Bool) {
    let packed = hasEscapes ? PackedName(unescaping: input.bytes(range)) : PackedName(range, in: input)
    switch packed {
    case .method: self = .method
    case .params: self = .params
    case .id: self = .id
    case .result: self = .result
    case .error: self = .error
    default: self = .unknown
    }
  }
}

/// A name of at most seven bytes in one word, so that names are compared in one step.
///
/// The topmost byte is the length, so that `"id\u0000"` is not `"id"`. Longer names are all packed as nothing.
private struct PackedName: Equatable {
  private var word: UInt64 = 0

  static var method: PackedName { PackedName("method") }
  static var params: PackedName { PackedName("params") }
  static var id: PackedName { PackedName("id") }
  static var result: PackedName { PackedName("result") }
  static var error: PackedName { PackedName("error") }

  @inline(__always)
  init(_ name: StaticString) {
    for index in (0..<name.utf8CodeUnitCount).reversed() {
      word = word << 8 | UInt64(name.utf8Start[index])
    }
    word |= UInt64(name.utf8CodeUnitCount) << 56
  }

  @inline(__always)
  init(_ range: Range<Int>, in input: ScanInput) {
    guard range.count < 8 else { return }
    word = input.word(of: range) | UInt64(range.count) << 56
  }

  init(unescaping bytes: UnsafeBufferPointer<UInt8>) {
    var reader = JSONStringReader(bytes)
    var count: UInt64 = 0
    while let byte = reader.next() {
      guard count < 7 else {
        word = 0
        return
      }
      word |= UInt64(byte) << (count * 8)
      count += 1
    }
    word |= count << 56
  }
}
