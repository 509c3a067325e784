import Testing

/// Bytes that are no request, and where that shows. (JSON.md)
struct MalformedInput: Sendable, CustomTestStringConvertible {
  var what: String
  var bytes: [UInt8]

  /// At which byte of the message, or nil where a limit is passed.
  var offset: Int?

  init(_ what: String, _ bytes: [UInt8], at offset: Int?) {
    self.what = what
    self.bytes = bytes
    self.offset = offset
  }

  init(_ what: String, _ text: String, at offset: Int?) {
    self.init(what, Array(text.utf8), at: offset)
  }

  /// A request whose argument is malformed, by the offset within the argument.
  static func argument(_ what: String, _ bytes: [UInt8], at offset: Int) -> MalformedInput {
    let head = Array(#"{"method":"Misc.Count","params":["#.utf8)
    return MalformedInput(what, head + bytes + Array(#"],"id":1}"#.utf8), at: head.count + offset)
  }

  static func argument(_ what: String, _ text: String, at offset: Int) -> MalformedInput {
    argument(what, Array(text.utf8), at: offset)
  }

  var testDescription: String { what }

  /// Those that go quickly in single bytes.
  static let small: [MalformedInput] = grammar + characters + envelopes

  static let all: [MalformedInput] = small + limits

  private static let grammar: [MalformedInput] = [
    argument("a trailing comma in an array", "[1,]", at: 3),
    argument("a trailing comma in an object", #"{"a":1,}"#, at: 7),
    argument("a leading comma", "[,1]", at: 1),
    argument("two commas", "[1,,2]", at: 3),
    argument("no comma", "[1 2]", at: 3),
    argument("no colon", #"{"a" 1}"#, at: 5),
    argument("no value", #"{"a":}"#, at: 5),
    argument("a name without quotes", "{a:1}", at: 1),
    argument("a name that is a number", "{1:1}", at: 1),
    argument("single quotes", "'x'", at: 0),
    argument("a bracket closed by a brace", "[1}", at: 2),
    argument("a brace closed by a bracket", #"{"a":1]"#, at: 6),
    argument("a comment", "/* */1", at: 0),
    argument("a line comment", "1//x", at: 1),
    argument("NaN", "NaN", at: 0),
    argument("Infinity", "Infinity", at: 0),
    argument("-Infinity", "-Infinity", at: 1),
    argument("True", "True", at: 0),
    argument("truE", "truE", at: 3),
    argument("nul", "nul", at: 3),
    argument("nulll", "nulll", at: 4),
    argument("a leading zero", "01", at: 1),
    argument("a leading plus", "+1", at: 0),
    argument("a leading point", ".5", at: 0),
    argument("a trailing point", "1.", at: 2),
    argument("a point and an exponent", "1.e1", at: 2),
    argument("an empty exponent", "1e", at: 2),
    argument("an exponent that is a sign", "1e+", at: 3),
    argument("a lone minus", "-", at: 1),
    argument("two minuses", "--1", at: 1),
    argument("a difference", "1-2", at: 1),
    argument("hexadecimal", "0x1F", at: 1),
  ]

  private static let characters: [MalformedInput] = [
    argument("an unknown escape", #""\q""#, at: 2),
    argument("an escape of three digits", #""\u12""#, at: 5),
    argument("a lone high surrogate", #""\ud800""#, at: 1),
    argument("a lone low surrogate", #""\udc00""#, at: 1),
    argument("a line feed in a string", "\"a\nb\"", at: 2),
    argument("a tab in a string", "\"a\tb\"", at: 2),
    argument("a NUL in a string", "\"a\0b\"", at: 2),
    argument("a NUL behind a number", "1\0", at: 1),
    argument("a NUL behind a literal", "true\0", at: 4),
    argument("a form feed between tokens", "\u{C}1", at: 0),
    argument("a no-break space between tokens", "\u{A0}1", at: 0),
    argument("a byte order mark between tokens", "\u{FEFF}1", at: 0),
    argument("a byte of 0xFF", [0x22, 0xFF, 0x22], at: 1),
    argument("an overlong slash", [0x22, 0xC0, 0xAF, 0x22], at: 1),
    argument("a surrogate in UTF-8", [0x22, 0xED, 0xA0, 0x80, 0x22], at: 1),
    argument("a character past the last one", [0x22, 0xF4, 0x90, 0x80, 0x80, 0x22], at: 1),
    argument("a sequence that is cut", [0x22, 0xE2, 0x82, 0x22], at: 1),
    argument("Latin-1", [0x22, 0xE9, 0x22], at: 1),
    MalformedInput("UTF-16", Array("{}".utf16).flatMap { [UInt8($0), 0] }, at: 1),
  ]

  static let limits: [MalformedInput] = [
    MalformedInput("513 open brackets", String(repeating: "[", count: 513), at: 0),
    MalformedInput("a million objects in each other", String(repeating: #"{"a":"#, count: 100_000), at: nil),
    MalformedInput(
      "an argument 127 deep",
      #"{"params":["# + String(repeating: "[", count: 127) + String(repeating: "]", count: 127) + "]}",
      at: nil
    ),
    MalformedInput(
      "a number of 1,025 digits",
      #"{"id":"# + String(repeating: "1", count: 1025) + "}",
      at: nil
    ),
    MalformedInput(
      "a quarter of a million values",
      #"{"params":[["# + String(repeating: "0,", count: 250_000) + "0]]}",
      at: nil
    ),
  ]

  private static let envelopes: [MalformedInput] = [
    MalformedInput("a word", "garbage", at: 0),
    MalformedInput("an array", "[]", at: 0),
    MalformedInput("a batch", #"[{"method":"Misc.Count","params":[{}],"id":1}]"#, at: 0),
    MalformedInput("a number", "7", at: 0),
    MalformedInput("a string", #""x""#, at: 0),
    MalformedInput("a literal", "false", at: 0),
    MalformedInput("a method that is a number", #"{"method":7,"params":[{}],"id":1}"#, at: 10),
    MalformedInput("a method that is an object", #"{"params":[{}],"method":{},"id":1}"#, at: 24),
    MalformedInput(
      "malformed JSON in a member that nobody reads",
      #"{"x":01,"method":"Misc.Count","params":[{}]}"#,
      at: 6
    ),
    MalformedInput("a closing brace", "}", at: 0),
    MalformedInput("a comma", ",", at: 0),
  ]
}
