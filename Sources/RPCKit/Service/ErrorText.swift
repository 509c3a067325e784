/// What the peer is told of an error: short, without Swift's dump of a value, and without the payload.
struct ErrorText {
  /// The most bytes of a text that the library writes itself.
  ///
  /// A method's own error is not cut.
  static let maximumBytes = 512

  /// The text for an error that a method threw.
  ///
  /// Go: server.go, call(): `err.Error()`.
  static func thrown(_ error: any Error) -> String {
    let text = (error as? ServerError)?.text ?? String(describing: error)
    return text.isEmpty ? WireText.unspecifiedError : text
  }

  /// The text for an argument that could not be decoded.
  static func argument(_ error: any Error) -> String {
    limited(WireText.cannotDecodeArgument + reason(error))
  }

  /// The text for a reply that could not be encoded.
  static func reply(_ error: any Error) -> String {
    limited(WireText.cannotEncodeReply + reason(error))
  }

  private static func reason(_ error: any Error) -> String {
    switch error {
    case DecodingError.keyNotFound(let key, _): "missing member \(key.stringValue)"
    case DecodingError.typeMismatch(_, let context): "wrong type" + place(context.codingPath)
    case DecodingError.valueNotFound(_, let context): "unexpected null" + place(context.codingPath)
    case DecodingError.dataCorrupted(let context): "invalid value" + place(context.codingPath)
    case EncodingError.invalidValue(_, let context): context.debugDescription
    // Whoever throws one has chosen its text for the peer.
    case let error as ServerError: error.text
    case let error as CodecError: error.description
    // Any other is a value of the program's own, which may hold what was sent.
    default: "invalid value"
    }
  }

  /// The innermost member.
  ///
  /// Of an argument, its name is part of the service's interface.
  private static func place(_ path: [any CodingKey]) -> String {
    guard let last = path.last else { return "" }
    if let index = last.intValue { return " at element \(index)" }
    return " for member \(last.stringValue)"
  }

  private static func limited(_ text: String) -> String {
    guard text.utf8.count > maximumBytes else { return text }
    let ellipsis: Unicode.Scalar = "…"
    var end = text.utf8.index(text.utf8.startIndex, offsetBy: maximumBytes - UTF8.width(ellipsis))
    while end.samePosition(in: text.unicodeScalars) == nil { end = text.utf8.index(before: end) }
    return String(text[..<end]) + String(ellipsis)
  }
}
