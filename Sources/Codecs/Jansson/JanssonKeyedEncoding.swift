#if Jansson
  /// Takes the members of an object from a type.
  struct JanssonKeyedEncoding<Key: CodingKey>: KeyedEncodingContainerProtocol {
    /// The object's encoder.
    let encoder: JanssonEncoder

    var codingPath: [any CodingKey] { encoder.codingPath }

    mutating func encodeNil(forKey key: Key) throws {
      try encoder.set(encoder.encoding.null(), forKey: key)
    }

    @inline(__always)
    mutating func encode<Value: Encodable>(_ value: Value, forKey key: Key) throws {
      try encoder.encode(value, forKey: key)
    }

    mutating func nestedContainer<NestedKey: CodingKey>(
      keyedBy type: NestedKey.Type,
      forKey key: Key
    ) -> KeyedEncodingContainer<NestedKey> {
      encoder.makeMember(forKey: key).container(keyedBy: type)
    }

    mutating func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
      encoder.makeMember(forKey: key).unkeyedContainer()
    }

    mutating func superEncoder() -> any Encoder {
      encoder.makeSuperclassMember(forKey: PositionKey.superclass)
    }

    mutating func superEncoder(forKey key: Key) -> any Encoder {
      encoder.makeSuperclassMember(forKey: key)
    }
  }
#endif
