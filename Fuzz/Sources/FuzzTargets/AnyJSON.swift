/// Any JSON, read through Codable with the widest types first.
enum AnyJSON: Codable, Equatable, Sendable {
  case null
  case bool(Bool)
  case int(Int64)
  case uint(UInt64)
  case double(Double)
  case string(String)
  case array([AnyJSON])
  case object([String: AnyJSON])

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .null
    } else if let value = try? container.decode(String.self) {
      self = .string(value)
    } else if let value = try? container.decode(Int64.self) {
      self = .int(value)
    } else if let value = try? container.decode(UInt64.self) {
      self = .uint(value)
    } else if let value = try? container.decode(Double.self) {
      self = Self.number(value)
    } else if let value = try? container.decode(Bool.self) {
      self = .bool(value)
    } else if var elements = try? decoder.unkeyedContainer() {
      var array: [AnyJSON] = []
      while !elements.isAtEnd { array.append(try elements.decode(AnyJSON.self)) }
      self = .array(array)
    } else {
      self = .object(try container.decode([String: AnyJSON].self))
    }
  }

  /// A number that is an integer only once it is rounded to a Double is written as an integer, and comes back as one.
  private static func number(_ value: Double) -> AnyJSON {
    if let integer = Int64(exactly: value) { return .int(integer) }
    return UInt64(exactly: value).map(AnyJSON.uint) ?? .double(value)
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .null: try container.encodeNil()
    case .bool(let value): try container.encode(value)
    case .int(let value): try container.encode(value)
    case .uint(let value): try container.encode(value)
    case .double(let value): try container.encode(value)
    case .string(let value): try container.encode(value)
    case .array(let value): try container.encode(value)
    case .object(let value): try container.encode(value)
    }
  }
}
