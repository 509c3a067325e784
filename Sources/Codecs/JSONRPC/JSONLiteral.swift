/// The three names in JSON's grammar.
enum JSONLiteral: UInt8 {
  case `true`, `false`, null

  /// The literal that begins with a byte.
  @inline(__always)
  init?(beginningWith byte: UInt8) {
    switch byte {
    case UInt8(ascii: "t"): self = .true
    case UInt8(ascii: "f"): self = .false
    case UInt8(ascii: "n"): self = .null
    default: return nil
    }
  }

  @inline(__always)
  var spelling: StaticString {
    switch self {
    case .true: "true"
    case .false: "false"
    case .null: "null"
    }
  }

  @inline(__always)
  var kind: Envelope.Kind {
    switch self {
    case .true: .true
    case .false: .false
    case .null: .null
    }
  }
}

extension JSONLiteral: CustomStringConvertible {
  var description: String { "\(spelling)" }
}
