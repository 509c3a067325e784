import RPCKit

/// Why the scanner stopped, as a value that costs nothing to throw: the text is made only when somebody reads it.
struct ScanError: Error, Hashable {
  /// What was wrong.
  enum Problem: Hashable {
    /// A byte that cannot stand where it does.
    case unexpected(UInt8, Place)

    /// A byte within `true`, `false` or `null` where another must stand.
    case misspelled(UInt8, JSONKind, expected: UInt8)

    /// Half of a surrogate pair in `\u` escapes, without the other half.
    case loneSurrogate

    /// A byte sequence within a string that is not UTF-8.
    case invalidUTF8

    /// A JSON value that is neither an object nor null, where only a message can stand.
    case notAnObject

    /// The bytes ended within a value, where no more can come.
    case unexpectedEnd

    /// The message is past a limit.
    case limit(MessageLimits.Kind, maximum: Int)
  }

  /// Where in the grammar a byte was unexpected.
  enum Place: Hashable {
    case beginningOfValue
    case beginningOfMemberName
    case afterMemberName
    case afterMember
    case afterElement
    case afterTopLevelValue
    case inString
    case inEscape
    case inUnicodeEscape
    case inNumber
    case afterDecimalPoint
    case inExponent
  }

  let problem: Problem

  /// The byte of the message at which it was found, counted from 0.
  let offset: Int

  /// A byte that cannot stand where it does.
  static func unexpected(_ byte: UInt8, _ place: Place, at offset: Int) -> ScanError {
    ScanError(problem: .unexpected(byte, place), offset: offset)
  }

  /// The same as the error that a codec throws.
  ///
  /// - Parameter messageID: The message's id, as far as it is known.
  /// - Returns: The error, whose reach is the connection.
  func codecError(messageID: MessageID = .absent) -> CodecError {
    switch problem {
    case .limit(let kind, let maximum): .limitExceeded(kind, maximum: maximum, messageID: messageID)
    default: .malformed(reason: problem.text, offset: offset)
    }
  }
}

extension ScanError.Problem {
  /// The text, in the manner of Go's JSON decoder, with one byte of the payload at most.
  var text: String {
    switch self {
    case .unexpected(let byte, let place): "invalid character \(shown(byte)) \(place.text)"
    case .misspelled(let byte, let kind, let expected):
      "invalid character \(shown(byte)) in literal \(kind.spelling) (expecting \(shown(expected)))"
    case .loneSurrogate: "lone surrogate in string escape"
    case .invalidUTF8: "invalid UTF-8 in string"
    case .notAnObject: "message is not an object"
    case .unexpectedEnd: "unexpected end of JSON input"
    case .limit: "message is past a limit"
    }
  }
}

extension ScanError.Place {
  fileprivate var text: String {
    switch self {
    case .beginningOfValue: "looking for beginning of value"
    case .beginningOfMemberName: "looking for beginning of object key string"
    case .afterMemberName: "after object key"
    case .afterMember: "after object key:value pair"
    case .afterElement: "after array element"
    case .afterTopLevelValue: "after top-level value"
    case .inString: "in string literal"
    case .inEscape: "in string escape code"
    case .inUnicodeEscape: "in \\u hexadecimal character escape"
    case .inNumber: "in numeric literal"
    case .afterDecimalPoint: "after decimal point in numeric literal"
    case .inExponent: "in exponent of numeric literal"
    }
  }
}

/// The byte as a quoted character that is safe in a log and on a terminal: `'x'`, `'\n'`, `'\x00'`.
private func shown(_ byte: UInt8) -> String {
  switch byte {
  case 0x09: return "'\\t'"
  case 0x0A: return "'\\n'"
  case 0x0D: return "'\\r'"
  case UInt8(ascii: "'"): return "'\\''"
  case .backslash: return "'\\\\'"
  case 0x20..<0x7F: return "'\(Character(Unicode.Scalar(byte)))'"
  default:
    let digits = String(byte, radix: 16)
    return "'\\x\(digits.count == 1 ? "0" : "")\(digits)'"
  }
}
