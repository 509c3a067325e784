/// Makes a value of a type without knowing it: zeros, empty texts, no elements.
///
/// For examples that show an argument's shape.
enum ExampleArgument {
  /// A value of the type, or nil where its `init(from:)` accepts no such values.
  static func make<Value: Decodable>(_ type: Value.Type) -> Value? {
    try? Value(from: ZeroDecoder())
  }
}

/// A decoder that answers every question with a zero.
private struct ZeroDecoder: Decoder {
  /// Types that contain themselves end here.
  static let maximumDepth = 8

  var codingPath: [any CodingKey] = []
  var userInfo: [CodingUserInfoKey: Any] { [:] }

  func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
    KeyedDecodingContainer(ZeroKeyedContainer(codingPath: codingPath))
  }

  func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
    ZeroUnkeyedContainer(codingPath: codingPath)
  }

  func singleValueContainer() throws -> any SingleValueDecodingContainer {
    ZeroValue(codingPath: codingPath)
  }
}

private struct ZeroValue: SingleValueDecodingContainer {
  var codingPath: [any CodingKey]

  func decodeNil() -> Bool { false }
  func decode(_ type: Bool.Type) throws -> Bool { false }
  func decode(_ type: String.Type) throws -> String { "" }

  func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
    guard codingPath.count < ZeroDecoder.maximumDepth else {
      throw DecodingError.dataCorrupted(.init(codingPath: codingPath, debugDescription: "nested too deeply"))
    }
    // The protocol's requirements for the numbers' types end here too: a number is decoded from one of the same type.
    if let number = type as? any Numeric.Type, let zero = number.zeroValue as? Value { return zero }
    if let text = "" as? Value { return text }
    if let flag = false as? Value { return flag }
    return try Value(from: ZeroDecoder(codingPath: codingPath))
  }
}

extension Numeric {
  fileprivate static var zeroValue: Self { 0 }
}

private struct ZeroKeyedContainer<Key: CodingKey>: KeyedDecodingContainerProtocol {
  var codingPath: [any CodingKey]
  var allKeys: [Key] { [] }

  private func inside(_ key: any CodingKey) -> ZeroValue { ZeroValue(codingPath: codingPath + [key]) }

  func contains(_ key: Key) -> Bool { true }
  func decodeNil(forKey key: Key) throws -> Bool { false }

  func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
    try inside(key).decode(type)
  }

  func decodeIfPresent<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value? {
    // An optional member is shown where it can be.
    try? inside(key).decode(type)
  }

  func nestedContainer<Nested: CodingKey>(
    keyedBy type: Nested.Type,
    forKey key: Key
  ) throws -> KeyedDecodingContainer<Nested> {
    KeyedDecodingContainer(ZeroKeyedContainer<Nested>(codingPath: codingPath + [key]))
  }

  func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
    ZeroUnkeyedContainer(codingPath: codingPath + [key])
  }

  func superDecoder() throws -> any Decoder { ZeroDecoder(codingPath: codingPath) }
  func superDecoder(forKey key: Key) throws -> any Decoder { ZeroDecoder(codingPath: codingPath + [key]) }
}

private struct ZeroUnkeyedContainer: UnkeyedDecodingContainer {
  var codingPath: [any CodingKey]
  var count: Int? { 0 }
  var isAtEnd: Bool { true }
  var currentIndex: Int { 0 }

  mutating func decodeNil() throws -> Bool { false }

  mutating func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
    try ZeroValue(codingPath: codingPath).decode(type)
  }

  mutating func nestedContainer<Nested: CodingKey>(
    keyedBy type: Nested.Type
  ) throws -> KeyedDecodingContainer<Nested> {
    KeyedDecodingContainer(ZeroKeyedContainer<Nested>(codingPath: codingPath))
  }

  mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
    ZeroUnkeyedContainer(codingPath: codingPath)
  }

  mutating func superDecoder() throws -> any Decoder { ZeroDecoder(codingPath: codingPath) }
}
