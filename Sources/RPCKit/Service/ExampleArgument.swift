/// Makes a value of a type without knowing it: zeros, empty texts, no elements.
///
/// For examples that show an argument's shape.
enum ExampleArgument {
  /// What a text may have to look like for a type to accept it: anything, a UUID, a URL, a number.
  private static let texts = ["", "00000000-0000-0000-0000-000000000000", "http://localhost/", "0"]

  /// A value that can be decoded as the type, or nil where its `init(from:)` accepts no such values.
  static func make<Value: Decodable>(_ type: Value.Type) -> (any Encodable)? {
    for text in texts {
      let shape = ExampleShape()
      if let value: Value = try? ExampleDecoder(text: text, shape: shape).value() {
        return value as? any Encodable ?? shape
      }
    }
    return nil
  }
}

/// What a type asked for while it was decoded: it can be encoded also when the type cannot.
final class ExampleShape: Encodable {
  private enum Content {
    case nothing
    case value(any Encodable)
    case members([(key: any CodingKey, shape: ExampleShape)])
    case elements
  }

  private var content = Content.nothing

  func set(_ value: any Encodable) { content = .value(value) }
  func setElements() { content = .elements }

  /// Adds a member, or finds the one that is there.
  func member(_ key: any CodingKey) -> ExampleShape {
    var members: [(key: any CodingKey, shape: ExampleShape)] = []
    if case .members(let before) = content { members = before }
    if let known = members.first(where: { $0.key.stringValue == key.stringValue }) { return known.shape }
    let shape = ExampleShape()
    content = .members(members + [(key, shape)])
    return shape
  }

  /// Takes a member away again.
  func remove(_ key: any CodingKey) {
    guard case .members(let members) = content else { return }
    content = .members(members.filter { $0.key.stringValue != key.stringValue })
  }

  func setMembers() {
    if case .nothing = content { content = .members([]) }
  }

  func encode(to encoder: any Encoder) throws {
    switch content {
    case .value(let value): try value.encode(to: encoder)
    case .elements: _ = encoder.unkeyedContainer()
    case .members(let members):
      var container = encoder.container(keyedBy: Name.self)
      for member in members { try container.encode(member.shape, forKey: Name(member.key)) }
    case .nothing:
      var container = encoder.singleValueContainer()
      try container.encodeNil()
    }
  }

  private struct Name: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }

    init(_ key: any CodingKey) { stringValue = key.stringValue }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }
}
