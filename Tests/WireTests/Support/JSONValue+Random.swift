extension JSONValue {
  /// Any value, of a few levels.
  static func random(levels: Int = 4, using generator: inout SeededGenerator) -> JSONValue {
    switch Int.random(in: 0..<(levels > 0 ? 8 : 6), using: &generator) {
    case 0: .null
    case 1: .bool(Bool.random(using: &generator))
    case 2: .integer(Int64.random(in: .min ... .max, using: &generator))
    case 3: .integer(Int64.random(in: -100...100, using: &generator))
    // Never an integer, so that it comes back as what it was.
    case 4: .number(Double(Int32.random(in: .min ... .max, using: &generator)) + 1 / 1024)
    case 5: .string(randomText(using: &generator))
    case 6:
      .array(
        (0..<Int.random(in: 0...5, using: &generator)).map { _ in
          random(levels: levels - 1, using: &generator)
        }
      )
    default: .object(randomName(using: &generator), random(levels: levels - 1, using: &generator))
    }
  }

  private static let characters: [Unicode.Scalar] = [
    "a", "z", "0", " ", "/", "\"", "\\", "{", "[", "]", "}", ",", ":", "<", "&", "\n", "\r", "\t", "\u{1}",
    "\u{1F}", "\u{7F}",
    "\u{0}", "é", "ß", "€", "\u{2028}", "\u{FFFD}", "\u{FEFF}", "漢", "😀", "\u{10FFFF}",
  ]

  private static func randomText(using generator: inout SeededGenerator) -> String {
    let length = generator.oneIn(20) ? 3000 : 12
    var text = String.UnicodeScalarView()
    for _ in 0..<Int.random(in: 0...length, using: &generator) {
      text.append(characters[Int.random(in: 0..<characters.count, using: &generator)])
    }
    return String(text)
  }

  /// Without NUL, which jansson refuses in a name. (JSON.md)
  private static func randomName(using generator: inout SeededGenerator) -> String {
    randomText(using: &generator).replacing("\0", with: "")
  }
}
