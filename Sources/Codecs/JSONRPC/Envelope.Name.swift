extension Envelope.Name {
  /// Recognises a member's name by its bytes: exact letters, escapes allowed (`"\u006dethod"`).
  ///
  /// - Parameters:
  ///   - bytes: What stands between the quotes, which the scanner has passed.
  ///   - hasEscapes: Whether there are escapes in it.
  init(_ bytes: UnsafeBufferPointer<UInt8>, hasEscapes: Bool) {
    let packed = hasEscapes ? PackedName(unescaping: bytes) : PackedName(bytes)
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

/// A name of at most seven ASCII characters in one word, so that names are compared in one step.
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
    self.init(UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount))
  }

  @inline(__always)
  init(_ bytes: UnsafeBufferPointer<UInt8>) {
    guard bytes.count <= 7 else { return }
    for byte in bytes.reversed() {
      word = word << 8 | UInt64(byte)
    }
    word |= UInt64(bytes.count) << 56
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
