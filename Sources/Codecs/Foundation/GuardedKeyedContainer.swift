/// Passes the members of an object on to JSONEncoder's container.
struct GuardedKeyedContainer<Key: CodingKey>: KeyedEncodingContainerProtocol {
  private var base: KeyedEncodingContainer<Key>

  /// The depth of the members.
  private let depth: EncodingDepth
  private let depthGuard: DepthGuard

  init(base: KeyedEncodingContainer<Key>, depth: EncodingDepth, depthGuard: DepthGuard) {
    self.base = base
    self.depth = depth
    self.depthGuard = depthGuard
  }

  var codingPath: [any CodingKey] { base.codingPath }

  mutating func encode<Value: Encodable>(_ value: Value, forKey key: Key) throws {
    if let guarded = try depthGuard.wrap(value, at: depth, codingPath: codingPath + [key]) {
      try base.encode(guarded, forKey: key)
    } else {
      try base.encode(value, forKey: key)
    }
  }

  mutating func nestedContainer<NestedKey: CodingKey>(
    keyedBy type: NestedKey.Type,
    forKey key: Key
  ) -> KeyedEncodingContainer<NestedKey> {
    depthGuard.container(
      at: depth,
      codingPath: codingPath + [key],
      base: base.nestedContainer(keyedBy: type, forKey: key)
    )
  }

  mutating func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
    depthGuard.container(
      at: depth,
      codingPath: codingPath + [key],
      base: base.nestedUnkeyedContainer(forKey: key)
    )
  }

  mutating func superEncoder() -> any Encoder {
    encoder(for: base.superEncoder())
  }

  mutating func superEncoder(forKey key: Key) -> any Encoder {
    encoder(for: base.superEncoder(forKey: key))
  }

  private func encoder(for base: any Encoder) -> GuardedEncoder {
    GuardedEncoder(base: base, depth: depth, depthGuard: depthGuard)
  }
}

// What cannot be deep goes on as it is. JSONEncoder has a shorter way for each of these types than for any other.
extension GuardedKeyedContainer {
  mutating func encodeNil(forKey key: Key) throws { try base.encodeNil(forKey: key) }
  mutating func encode(_ value: Bool, forKey key: Key) throws { try base.encode(value, forKey: key) }
  mutating func encode(_ value: String, forKey key: Key) throws { try base.encode(value, forKey: key) }
  mutating func encode(_ value: Double, forKey key: Key) throws { try base.encode(value, forKey: key) }
  mutating func encode(_ value: Float, forKey key: Key) throws { try base.encode(value, forKey: key) }
  mutating func encode(_ value: Int, forKey key: Key) throws { try base.encode(value, forKey: key) }
  mutating func encode(_ value: Int8, forKey key: Key) throws { try base.encode(value, forKey: key) }
  mutating func encode(_ value: Int16, forKey key: Key) throws { try base.encode(value, forKey: key) }
  mutating func encode(_ value: Int32, forKey key: Key) throws { try base.encode(value, forKey: key) }
  mutating func encode(_ value: Int64, forKey key: Key) throws { try base.encode(value, forKey: key) }
  mutating func encode(_ value: Int128, forKey key: Key) throws { try base.encode(value, forKey: key) }
  mutating func encode(_ value: UInt, forKey key: Key) throws { try base.encode(value, forKey: key) }
  mutating func encode(_ value: UInt8, forKey key: Key) throws { try base.encode(value, forKey: key) }
  mutating func encode(_ value: UInt16, forKey key: Key) throws { try base.encode(value, forKey: key) }
  mutating func encode(_ value: UInt32, forKey key: Key) throws { try base.encode(value, forKey: key) }
  mutating func encode(_ value: UInt64, forKey key: Key) throws { try base.encode(value, forKey: key) }
  mutating func encode(_ value: UInt128, forKey key: Key) throws { try base.encode(value, forKey: key) }
}
