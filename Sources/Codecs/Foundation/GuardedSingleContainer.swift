/// Passes the one value as which a type encodes itself on to JSONEncoder's container.
struct GuardedSingleContainer: SingleValueEncodingContainer {
  var base: any SingleValueEncodingContainer

  /// The depth of the value.
  let depth: EncodingDepth

  /// The encoder of the type that encodes itself.
  let encoder: GuardedEncoder

  var codingPath: [any CodingKey] { base.codingPath }

  mutating func encode<Value: Encodable>(_ value: Value) throws {
    if try DepthGuard.leavesAlone(value, at: codingPath) {
      try base.encode(value)
    } else {
      try encoder.lendingMember(value, depth: depth, at: codingPath) { try base.encode($0) }
    }
  }
}

// What cannot be deep goes on as it is. JSONEncoder has a shorter way for each of these types than for any other.
extension GuardedSingleContainer {
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
