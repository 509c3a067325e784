/// The kinds of JSON values.
enum JSONKind: UInt8 {
  /// No value: it has not come yet, or never will.
  case absent
  case null, `true`, `false`, number, string, array, object

  /// The kind of a value that begins with a byte, or nil when none does.
  @inline(__always)
  init?(beginningWith byte: UInt8) {
    switch byte {
    case .quote: self = .string
    case .openBrace: self = .object
    case .openBracket: self = .array
    case .minus, 0x30...0x39: self = .number
    case UInt8(ascii: "t"): self = .true
    case UInt8(ascii: "f"): self = .false
    case UInt8(ascii: "n"): self = .null
    default: return nil
    }
  }

  /// How the literals are spelled, and nothing for kinds that have more than one value.
  @inline(__always)
  var spelling: StaticString {
    switch self {
    case .true: "true"
    case .false: "false"
    case .null: "null"
    case .absent, .number, .string, .array, .object: ""
    }
  }
}
