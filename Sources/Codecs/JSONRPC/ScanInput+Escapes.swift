// Escapes: RFC 8259, 7. What has come of one is checked at once; the rest is looked at when it is there.
extension ScanInput {
  /// The length of the escape at a position, or nil when only a part of it has come.
  func escapeLength(at start: Int) throws(ScanError) -> Int? {
    guard start + 1 < end else { return nil }
    switch self[start + 1] {
    case .quote, .backslash, UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"), UInt8(ascii: "n"),
      UInt8(ascii: "r"), UInt8(ascii: "t"):
      return 2
    case UInt8(ascii: "u"): return try unicodeEscapeLength(at: start)
    case let byte: throw .unexpected(byte, .inEscape, at: start + 1)
    }
  }

  /// The same for `\u` with its four digits, or for the two of them that make a pair.
  private func unicodeEscapeLength(at start: Int) throws(ScanError) -> Int? {
    guard let first = try codeUnit(at: start + 2) else { return nil }
    switch first {
    case 0xD800..<0xDC00:
      let second = start + 6
      guard second < end else { return nil }
      try require(self[second] == .backslash, in: start)
      guard second + 1 < end else { return nil }
      try require(self[second + 1] == UInt8(ascii: "u"), in: start)
      guard let low = try codeUnit(at: second + 2) else { return nil }
      try require(0xDC00..<0xE000 ~= low, in: start)
      return 12
    case 0xDC00..<0xE000: throw ScanError(problem: .loneSurrogate, offset: start)
    default: return 6
    }
  }

  private func require(_ isPair: Bool, in escape: Int) throws(ScanError) {
    guard isPair else { throw ScanError(problem: .loneSurrogate, offset: escape) }
  }

  /// The value of four hexadecimal digits, or nil when they have not all come.
  private func codeUnit(at start: Int) throws(ScanError) -> UInt32? {
    var value: UInt32 = 0
    for position in start..<start + 4 {
      guard position < end else { return nil }
      guard let digit = self[position].hexDigitValue else {
        throw .unexpected(self[position], .inUnicodeEscape, at: position)
      }
      value = value << 4 | digit
    }
    return value
  }
}

// UTF-8: the well-formed sequences of the Unicode Standard, table 3-7.
extension ScanInput {
  /// The length of the multi-byte sequence at a position, or nil when only a part of it has come.
  func sequenceLength(at start: Int) throws(ScanError) -> Int? {
    let length: Int
    var second: ClosedRange<UInt8> = 0x80...0xBF
    switch self[start] {
    case 0xC2...0xDF: length = 2
    case 0xE0: (length, second) = (3, 0xA0...0xBF)
    case 0xED: (length, second) = (3, 0x80...0x9F)
    case 0xE1...0xEF: length = 3
    case 0xF0: (length, second) = (4, 0x90...0xBF)
    case 0xF1...0xF3: length = 4
    case 0xF4: (length, second) = (4, 0x80...0x8F)
    default: throw ScanError(problem: .invalidUTF8, offset: start)
    }
    for index in 1..<length {
      guard start + index < end else { return nil }
      let allowed = index == 1 ? second : 0x80...0xBF
      guard allowed ~= self[start + index] else { throw ScanError(problem: .invalidUTF8, offset: start) }
    }
    return length
  }
}
