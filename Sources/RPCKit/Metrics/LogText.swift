/// Text that a peer may have chosen, made fit for a log: on one line, without control characters, and short.
struct LogText: CustomStringConvertible {
  /// The most bytes of a peer's text that a log shows.
  static let maximumBytes = 256

  let description: String

  init(_ text: String) {
    var safe = ""
    for scalar in text.unicodeScalars {
      let piece = Self.isHarmless(scalar) ? String(scalar) : scalar.escaped(asASCII: true)
      guard safe.utf8.count + piece.utf8.count <= Self.maximumBytes else { break }
      safe += piece
    }
    self.description = safe
  }

  /// Not a control character, nor one that changes the direction or the line.
  private static func isHarmless(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned, .surrogate: false
    default: true
    }
  }
}
