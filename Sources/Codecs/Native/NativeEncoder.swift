/// Writes one value, for Codable, while it is the innermost one of its encoding.
///
/// It is a value of two words, which Swift keeps in an `any Encoder` without allocating.
struct NativeEncoder: Encoder {
  let encoding: NativeEncoding

  /// The number that the value has in the encoding.
  let serial: Int

  var codingPath: [any CodingKey] { encoding.codingPath(of: serial) }

  var userInfo: [CodingUserInfoKey: Any] { [:] }

  func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
    encoding.open(.object, of: serial)
    if let kept = encoding.containers.take(keyedBy: type, for: serial) {
      // Here only such boxes are kept, and this one's keys are of this type.
      return kept._withUnsafeGuaranteedRef {
        unsafeDowncast($0, to: KeptContainer<KeyedEncodingContainer<Key>>.self).container()
      }
    }
    return newContainer(keyedBy: type)
  }

  private func newContainer<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
    let number = encoding.containers.valueNumber(serial, isReference: Self.containersAreReferences)
    let container = KeyedEncodingContainer(NativeKeyedEncoding<Key>(encoding: encoding, number: number))
    if number.isOfBox { encoding.containers.keep(container, keyedBy: type) }
    return container
  }

  private static let containersAreReferences = {
    let container = NativeKeyedEncoding<PositionKey>(
      encoding: NativeEncoding(NativeText()),
      number: ValueNumber(0)
    )
    return KeptContainers.isReference(KeyedEncodingContainer(container))
  }()

  func unkeyedContainer() -> any UnkeyedEncodingContainer {
    encoding.open(.array, of: serial)
    return NativeUnkeyedEncoding(encoding: encoding, serial: serial)
  }

  func singleValueContainer() -> any SingleValueEncodingContainer {
    self
  }
}

extension NativeEncoder: SingleValueEncodingContainer {
  func encodeNil() throws {
    try encoding.encodeNilReplacement(of: serial)
  }

  @inline(__always)
  func encode<Value: Encodable>(_ value: Value) throws {
    try encoding.encodeReplacement(value, of: serial)
  }
}

/// Takes the members of an object from a type.
struct NativeKeyedEncoding<Key: CodingKey>: KeyedEncodingContainerProtocol {
  let encoding: NativeEncoding

  /// The number that the object has in the encoding.
  let number: ValueNumber

  @inline(__always)
  private var serial: Int { encoding.containers[number] }

  var codingPath: [any CodingKey] { encoding.codingPath(of: serial) }

  func encodeNil(forKey key: Key) throws {
    try encoding.encodeNil(forKey: key, of: serial)
  }

  @inline(__always)
  func encode<Value: Encodable>(_ value: Value, forKey key: Key) throws {
    try encoding.encode(value, forKey: key, of: serial)
  }

  func nestedContainer<NestedKey: CodingKey>(
    keyedBy type: NestedKey.Type,
    forKey key: Key
  ) -> KeyedEncodingContainer<NestedKey> {
    encoding.nestedEncoder(forKey: key, of: serial).container(keyedBy: type)
  }

  func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
    encoding.nestedEncoder(forKey: key, of: serial).unkeyedContainer()
  }

  func superEncoder() -> any Encoder {
    encoding.nestedEncoder(forKey: PositionKey.superclass, of: serial, ofSuperclass: true)
  }

  func superEncoder(forKey key: Key) -> any Encoder {
    encoding.nestedEncoder(forKey: key, of: serial, ofSuperclass: true)
  }
}

/// Takes the elements of an array from a type, one after the other.
struct NativeUnkeyedEncoding: UnkeyedEncodingContainer {
  let encoding: NativeEncoding
  let serial: Int

  var codingPath: [any CodingKey] { encoding.codingPath(of: serial) }

  var count: Int { encoding.count(of: serial) }

  func encodeNil() throws {
    try encoding.encodeNil(of: serial)
  }

  @inline(__always)
  func encode<Value: Encodable>(_ value: Value) throws {
    try encoding.encode(value, of: serial)
  }

  func nestedContainer<NestedKey: CodingKey>(
    keyedBy type: NestedKey.Type
  ) -> KeyedEncodingContainer<NestedKey> {
    encoding.nestedEncoder(of: serial).container(keyedBy: type)
  }

  func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer {
    encoding.nestedEncoder(of: serial).unkeyedContainer()
  }

  func superEncoder() -> any Encoder {
    encoding.nestedEncoder(of: serial)
  }
}
