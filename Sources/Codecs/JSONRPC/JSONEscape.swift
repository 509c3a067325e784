/// The escapes that Go's `encoding/json` writes, which are more than RFC 8259 asks for.
enum JSONEscape {
  /// Whether a byte of a text stands for itself in Go's output, which may not be so for U+2028's first.
  @inline(__always)
  static func leaves(_ byte: UInt8) -> Bool {
    switch byte {
    case .quote, .backslash, UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "&"), 0xE2: false
    default: !byte.isJSONControl
    }
  }

  /// The escape for a character that is legal in JSON, but not within HTML or JavaScript.
  ///
  /// - Returns: The escape, or nil when another character is at the position.
  @inline(__always)
  static func ofMarkup(in text: UnsafeBufferPointer<UInt8>, at position: Int) -> StaticString? {
    switch text[position] {
    case UInt8(ascii: "<"): return "\\u003c"
    case UInt8(ascii: ">"): return "\\u003e"
    case UInt8(ascii: "&"): return "\\u0026"
    case 0xE2: return ofLineSeparator(in: text, at: position)
    default: return nil
    }
  }

  /// How many bytes the character takes that ``ofMarkup(in:at:)`` has an escape for.
  static func markupLength(of firstByte: UInt8) -> Int {
    firstByte == 0xE2 ? 3 : 1
  }

  /// The escape for U+2028 or U+2029.
  private static func ofLineSeparator(in text: UnsafeBufferPointer<UInt8>, at position: Int) -> StaticString?
  {
    guard position + 2 < text.count, text[position + 1] == 0x80 else { return nil }
    switch text[position + 2] {
    case 0xA8: return "\\u2028"
    case 0xA9: return "\\u2029"
    default: return nil
    }
  }

  /// The short escape for a character that JSON requires to be escaped, or nil when it has none.
  static func short(_ byte: UInt8) -> StaticString? {
    switch byte {
    case .quote: "\\\""
    case .backslash: "\\\\"
    case 0x08: "\\b"
    case 0x0C: "\\f"
    case 0x0A: "\\n"
    case 0x0D: "\\r"
    case 0x09: "\\t"
    default: nil
    }
  }
}
