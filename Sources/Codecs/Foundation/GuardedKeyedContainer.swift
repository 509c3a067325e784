/// Passes the members of an object on to JSONEncoder's container.
///
/// It is generic over the container, not over its key, so that its own type knows the container's: the runtime would look
/// for that at every member.
struct GuardedKeyedContainer<Base: KeyedEncodingContainerProtocol>: KeyedEncodingContainerProtocol {
  typealias Key = Base.Key

  private var base: Base

  /// The depth of the members.
  private let depth: EncodingDepth

  /// The encoder of the value whose members they are.
  private let encoder: GuardedEncoder

  @inline(__always)
  init(base: consuming Base, depth: EncodingDepth, encoder: GuardedEncoder) {
    self.base = base
    self.depth = depth
    self.encoder = encoder
  }

  var codingPath: [any CodingKey] { base.codingPath }

  mutating func encode<Value: Encodable>(_ value: Value, forKey key: Key) throws {
    if try DepthGuard.leavesAlone(value, at: codingPath + [key]) {
      try base.encode(value, forKey: key)
    } else {
      try encoder.lendingMember(value, depth: depth, at: codingPath + [key]) {
        try base.encode($0, forKey: key)
      }
    }
  }

  mutating func nestedContainer<NestedKey: CodingKey>(
    keyedBy type: NestedKey.Type,
    forKey key: Key
  ) -> KeyedEncodingContainer<NestedKey> {
    encoder.guarded(base.nestedContainer(keyedBy: type, forKey: key), in: depth)
  }

  mutating func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
    encoder.guarded(base.nestedUnkeyedContainer(forKey: key), in: depth)
  }

  mutating func superEncoder() -> any Encoder {
    encoder.guarded(base.superEncoder(), at: depth)
  }

  mutating func superEncoder(forKey key: Key) -> any Encoder {
    encoder.guarded(base.superEncoder(forKey: key), at: depth)
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
