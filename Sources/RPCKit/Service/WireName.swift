#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// A name as its bytes: names on the wire are equal when their bytes are.
///
/// Swift's strings are equal when they look the same, so that `é` in one character and in two would be one method.
struct WireName: Hashable {
  private let string: String

  init(_ string: String) {
    self.string = string
  }

  static func == (left: WireName, right: WireName) -> Bool {
    left.string.utf8Span.span.withUnsafeBytes { left in
      right.string.utf8Span.span.withUnsafeBytes { right in left.hasSameBytes(as: right) }
    }
  }

  func hash(into hasher: inout Hasher) {
    var string = string
    string.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
  }
}

extension UnsafeRawBufferPointer {
  fileprivate func hasSameBytes(as other: UnsafeRawBufferPointer) -> Bool {
    guard count == other.count else { return false }
    guard let start = baseAddress, let otherStart = other.baseAddress else { return true }
    return memcmp(start, otherStart, count) == 0
  }
}
