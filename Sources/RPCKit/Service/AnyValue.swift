/// A value of a format that describes itself, such as JSON, read without knowing its type, to be written again.
enum AnyValue: Codable, Sendable {
  case null
  case flag(Bool)
  case integer(Int64)
  case unsigned(UInt64)
  case number(Double)
  case text(String)
  case elements([AnyValue])
  /// In the order of the format's coder, where it has one.
  case members([(name: String, value: AnyValue)])

  init(from decoder: any Decoder) throws {
    if let container = try? decoder.container(keyedBy: AnyKey.self) {
      self = .members(
        try container.allKeys.map { ($0.stringValue, try container.decode(AnyValue.self, forKey: $0)) }
      )
    } else if let elements = try? [AnyValue](from: decoder) {
      self = .elements(elements)
    } else {
      self = try Self.scalar(decoder.singleValueContainer())
    }
  }

  private static func scalar(_ value: any SingleValueDecodingContainer) throws -> AnyValue {
    if value.decodeNil() { return .null }
    if let flag = try? value.decode(Bool.self) { return .flag(flag) }
    if let integer = try? value.decode(Int64.self) { return .integer(integer) }
    if let unsigned = try? value.decode(UInt64.self) { return .unsigned(unsigned) }
    if let number = try? value.decode(Double.self) { return .number(number) }
    return .text(try value.decode(String.self))
  }

  func encode(to encoder: any Encoder) throws {
    switch self {
    case .members(let members):
      var container = encoder.container(keyedBy: AnyKey.self)
      for (name, value) in members { try container.encode(value, forKey: AnyKey(name)) }
    case .elements(let elements): try elements.encode(to: encoder)
    case .null:
      var container = encoder.singleValueContainer()
      try container.encodeNil()
    case .flag(let flag): try flag.encode(to: encoder)
    case .integer(let integer): try integer.encode(to: encoder)
    case .unsigned(let unsigned): try unsigned.encode(to: encoder)
    case .number(let number): try number.encode(to: encoder)
    case .text(let text): try text.encode(to: encoder)
    }
  }

  private struct AnyKey: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }

    init(_ name: String) { stringValue = name }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }
}
