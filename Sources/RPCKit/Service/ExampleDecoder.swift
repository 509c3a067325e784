/// A decoder that answers every question with a zero, and remembers the questions.
struct ExampleDecoder: Decoder {
  /// What stands for every text.
  let text: String
  let shape: ExampleShape
  /// The types that are being made, from the outermost on: one that contains itself is not made inside of itself.
  var types: [ObjectIdentifier] = []
  var codingPath: [any CodingKey] = []
  var userInfo: [CodingUserInfoKey: Any] { [:] }

  func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
    shape.setMembers()
    return KeyedDecodingContainer(ExampleKeyedContainer(decoder: self))
  }

  func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
    shape.setElements()
    return ExampleUnkeyedContainer(decoder: self)
  }

  func singleValueContainer() throws -> any SingleValueDecodingContainer {
    ExampleSingleContainer(decoder: self)
  }

  /// The decoder of a member.
  func inside(_ key: any CodingKey) -> ExampleDecoder {
    ExampleDecoder(text: text, shape: shape.member(key), types: types, codingPath: codingPath + [key])
  }

  /// Makes a value.
  func value<Value: Decodable>(_ type: Value.Type = Value.self) throws -> Value {
    if let value = simpleValue(type) { return value }
    let id = ObjectIdentifier(type)
    guard !types.contains(id) else {
      throw DecodingError.dataCorrupted(.init(codingPath: codingPath, debugDescription: "contains itself"))
    }
    var decoder = self
    decoder.types.append(id)
    let value = try Value(from: decoder)
    if let value = value as? any Encodable { shape.set(value) }
    return value
  }

  private func simpleValue<Value>(_ type: Value.Type) -> Value? {
    if let number = type as? any Numeric.Type { return remember(number.exampleNumber) }
    if let choice = type as? any CaseIterable.Type, let first = choice.exampleCase { return remember(first) }
    return remember(text) ?? remember(false)
  }

  /// The value, if it is of the type that is wanted.
  private func remember<Value>(_ value: Any) -> Value? {
    guard let wanted = value as? Value else { return nil }
    let rawValue = (value as? any RawRepresentable)?.exampleRawValue
    if let value = value as? any Encodable ?? rawValue as? any Encodable { shape.set(value) }
    return wanted
  }
}

extension Numeric {
  fileprivate static var exampleNumber: Any { 0 as Self }
}

extension CaseIterable {
  fileprivate static var exampleCase: Any? { allCases.first }
}

extension RawRepresentable {
  fileprivate var exampleRawValue: Any { rawValue }
}

private struct ExampleSingleContainer: SingleValueDecodingContainer {
  let decoder: ExampleDecoder
  var codingPath: [any CodingKey] { decoder.codingPath }

  func decodeNil() -> Bool { false }
  // The protocol's requirements for the simple types are met by this one as well.
  func decode<Value: Decodable>(_ type: Value.Type) throws -> Value { try decoder.value() }
}

private struct ExampleKeyedContainer<Key: CodingKey>: KeyedDecodingContainerProtocol {
  let decoder: ExampleDecoder
  var codingPath: [any CodingKey] { decoder.codingPath }
  var allKeys: [Key] { [] }

  func contains(_ key: Key) -> Bool { true }
  func decodeNil(forKey key: Key) throws -> Bool { false }

  func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
    try decoder.inside(key).value()
  }

  /// An optional member is shown where it can be.
  func decodeIfPresent<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value? {
    do { return try decode(type, forKey: key) } catch {
      decoder.shape.remove(key)
      return nil
    }
  }

  func nestedContainer<Nested: CodingKey>(
    keyedBy type: Nested.Type,
    forKey key: Key
  ) throws -> KeyedDecodingContainer<Nested> {
    try decoder.inside(key).container(keyedBy: type)
  }

  func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
    try decoder.inside(key).unkeyedContainer()
  }

  func superDecoder() throws -> any Decoder { decoder }
  func superDecoder(forKey key: Key) throws -> any Decoder { decoder.inside(key) }
}

/// An array without elements.
///
/// A type that reads some nevertheless, such as a pair, gets what it reads, but has no example unless it can be encoded.
private struct ExampleUnkeyedContainer: UnkeyedDecodingContainer {
  let decoder: ExampleDecoder
  var codingPath: [any CodingKey] { decoder.codingPath }
  var count: Int? { 0 }
  var isAtEnd: Bool { true }
  var currentIndex: Int { 0 }

  func decodeNil() throws -> Bool { false }

  func decode<Value: Decodable>(_ type: Value.Type) throws -> Value { try element.value() }

  func nestedContainer<Nested: CodingKey>(
    keyedBy type: Nested.Type
  ) throws -> KeyedDecodingContainer<Nested> {
    try element.container(keyedBy: type)
  }

  func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer { try element.unkeyedContainer() }
  func superDecoder() throws -> any Decoder { element }

  private var element: ExampleDecoder {
    ExampleDecoder(text: decoder.text, shape: ExampleShape(), types: decoder.types, codingPath: codingPath)
  }
}
