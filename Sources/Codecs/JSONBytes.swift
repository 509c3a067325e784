import NIOCore
import RPCKit

/// What the engines need to know about a body's bytes before they parse them, and what they say of those.
enum JSONBytes {
  /// Whether the bytes are the value null, as every codec of ours slices it: without white space.
  static func isNull(_ bytes: ByteBuffer) -> Bool {
    bytes.readableBytes == 4
      && bytes.readableBytesView.elementsEqual([0x6E, 0x75, 0x6C, 0x6C])
  }

  /// Whether the bytes begin as no JSON in UTF-8 does, but may in UTF-16 or UTF-32 or behind a byte order mark.
  ///
  /// JSON begins with a character of ASCII, which has a NUL beside it in the other encodings.
  static func isInOtherEncoding(_ bytes: UnsafeRawBufferPointer) -> Bool {
    bytes.prefix(2).contains(0) || (bytes.first ?? 0) >= 0x80
  }

  /// Whether arrays and objects are nested deeper than ``MessageLimits/depthCap``, closed or not.
  ///
  /// The bytes need not be valid. JSONDecoder traps on 513 open brackets; the other engines count while they read.
  static func isTooDeep(_ bytes: UnsafeRawBufferPointer) -> Bool {
    guard bytes.count > MessageLimits.depthCap else { return false }
    var depth = 0
    var index = 0
    while index < bytes.count {
      switch bytes[index] {
      case .quote:
        index = endOfString(in: bytes, from: index)
      case .openBracket, .openBrace:
        depth += 1
        if depth > MessageLimits.depthCap { return true }
      case .closeBracket, .closeBrace:
        depth -= 1
      default:
        break
      }
      index += 1
    }
    return false
  }

  /// The error for bytes that are nested too deep.
  static func tooDeep() -> DecodingError {
    corrupted("The JSON is nested deeper than \(MessageLimits.depthCap) levels.")
  }

  /// The error for bytes as a whole.
  ///
  /// It says nothing of what they contain: it may be shown to a peer.
  static func corrupted(_ description: String) -> DecodingError {
    .dataCorrupted(DecodingError.Context(codingPath: [], debugDescription: description))
  }

  /// Returns where the closing quotation mark is, or the end where there is none.
  ///
  /// - Parameters:
  ///   - bytes: The JSON.
  ///   - start: Where the opening quotation mark is.
  /// - Returns: The index of the closing one.
  @inline(__always)
  static func endOfString(in bytes: UnsafeRawBufferPointer, from start: Int) -> Int {
    var index = start + 1
    while index < bytes.count {
      let byte = bytes[index]
      if byte == .quote { return index }
      index += byte == .backslash ? 2 : 1
    }
    return bytes.count
  }
}
