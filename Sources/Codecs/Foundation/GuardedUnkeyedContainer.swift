/// Passes the elements of an array on to JSONEncoder's container.
struct GuardedUnkeyedContainer: UnkeyedEncodingContainer {
  var base: any UnkeyedEncodingContainer

  /// The depth of the elements.
  let depth: EncodingDepth

  /// The encoder of the value whose elements they are.
  let encoder: GuardedEncoder

  var codingPath: [any CodingKey] { base.codingPath }

  var count: Int { base.count }

  mutating func encode<Value: Encodable>(_ value: Value) throws {
    if try DepthGuard.leavesAlone(value, at: elementPath) {
      try base.encode(value)
    } else {
      try encoder.lendingMember(value, depth: depth, at: elementPath) { try base.encode($0) }
    }
  }

  mutating func nestedContainer<NestedKey: CodingKey>(
    keyedBy type: NestedKey.Type
  ) -> KeyedEncodingContainer<NestedKey> {
    encoder.guarded(base.nestedContainer(keyedBy: type), in: depth)
  }

  mutating func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer {
    encoder.guarded(base.nestedUnkeyedContainer(), in: depth)
  }

  mutating func superEncoder() -> any Encoder {
    encoder.guarded(base.superEncoder(), at: depth)
  }

  /// The coding path of the next element.
  private var elementPath: [any CodingKey] { codingPath + [PositionKey.element(count)] }
}

// What cannot be deep goes on as it is. JSONEncoder has a shorter way for each of these types than for any other.
extension GuardedUnkeyedContainer {
  mutating func encodeNil() throws { try base.encodeNil() }
  mutating func encode(_ value: Bool) throws { try base.encode(value) }
  mutating func encode(_ value: String) throws { try base.encode(value) }
  mutating func encode(_ value: Double) throws { try base.encode(value) }
  mutating func encode(_ value: Float) throws { try base.encode(value) }
  mutating func encode(_ value: Int) throws { try base.encode(value) }
  mutating func encode(_ value: Int8) throws { try base.encode(value) }
  mutating func encode(_ value: Int16) throws { try base.encode(value) }
  mutating func encode(_ value: Int32) throws { try base.encode(value) }
  mutating func encode(_ value: Int64) throws { try base.encode(value) }
  mutating func encode(_ value: Int128) throws { try base.encode(value) }
  mutating func encode(_ value: UInt) throws { try base.encode(value) }
  mutating func encode(_ value: UInt8) throws { try base.encode(value) }
  mutating func encode(_ value: UInt16) throws { try base.encode(value) }
  mutating func encode(_ value: UInt32) throws { try base.encode(value) }
  mutating func encode(_ value: UInt64) throws { try base.encode(value) }
  mutating func encode(_ value: UInt128) throws { try base.encode(value) }
}
