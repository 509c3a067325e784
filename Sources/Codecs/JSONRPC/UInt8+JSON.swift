/// The bytes that JSON's grammar names (RFC 8259).
extension UInt8 {
  static var quote: UInt8 { 0x22 }
  static var backslash: UInt8 { 0x5C }
  static var comma: UInt8 { 0x2C }
  static var colon: UInt8 { 0x3A }
  static var openBrace: UInt8 { 0x7B }
  static var closeBrace: UInt8 { 0x7D }
  static var openBracket: UInt8 { 0x5B }
  static var closeBracket: UInt8 { 0x5D }
  static var minus: UInt8 { 0x2D }
  static var plus: UInt8 { 0x2B }
  static var point: UInt8 { 0x2E }
  static var zero: UInt8 { 0x30 }
  static var newline: UInt8 { 0x0A }

  /// Space, tab, line feed or carriage return: RFC 8259, 2.
  @inline(__always)
  var isJSONWhitespace: Bool {
    self == 0x20 || self == 0x0A || self == 0x0D || self == 0x09
  }

  /// A control character that a string may not hold as it is: RFC 8259, 7.
  @inline(__always)
  var isJSONControl: Bool {
    self < 0x20
  }

  @inline(__always)
  var isDigit: Bool {
    self &- 0x30 < 10
  }

  /// `e` or `E`.
  @inline(__always)
  var isExponentSign: Bool {
    self | 0x20 == 0x65
  }

  /// Whether a number's digits go on with a fraction or an exponent.
  @inline(__always)
  var continuesInteger: Bool {
    self == .point || isExponentSign
  }

  /// The value of a hexadecimal digit in either case.
  @inline(__always)
  var hexDigitValue: UInt32? {
    switch self {
    case 0x30...0x39: UInt32(self - 0x30)
    case 0x41...0x46: UInt32(self - 0x41 + 10)
    case 0x61...0x66: UInt32(self - 0x61 + 10)
    default: nil
    }
  }
}
