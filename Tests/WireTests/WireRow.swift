import Testing

/// One line of a table: what a client sends, and what it must get for it.
struct WireRow: Sendable, CustomTestStringConvertible {
  /// The items of GO-BEHAVIOUR.md that say so.
  var items: String

  /// What the row shows.
  var what: String

  var request: String

  /// All that comes back, one element for each line.
  ///
  /// Several may come in any order, as their calls end.
  var answers: [String]

  init(_ items: String, _ what: String, _ request: String, _ answers: String...) {
    self.items = items
    self.what = what
    self.request = request
    self.answers = answers
  }

  var testDescription: String { "\(items): \(what)" }

  /// Compares with what really came, byte for byte.
  func isAnswered(by transcript: RawSocket.Transcript) -> Bool {
    guard answers.count > 1 else { return transcript.text == answers.map { $0 + "\n" }.joined() }
    return transcript.text.hasSuffix("\n") && transcript.lines.sorted() == answers.sorted()
  }
}
