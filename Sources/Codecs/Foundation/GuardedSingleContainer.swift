/// Passes the one value as which a type encodes itself on to JSONEncoder's container.
struct GuardedSingleContainer: SingleValueEncodingContainer {
  private var base: any SingleValueEncodingContainer
  private let depth: EncodingDepth
  private let depthGuard: DepthGuard

  init(base: any SingleValueEncodingContainer, depth: EncodingDepth, depthGuard: DepthGuard) {
    self.base = base
    self.depth = depth
    self.depthGuard = depthGuard
  }

  var codingPath: [any CodingKey] { base.codingPath }

  mutating func encode<Value: Encodable>(_ value: Value) throws {
    if let guarded = try depthGuard.wrap(value, at: depth, codingPath: codingPath) {
      try base.encode(guarded)
    } else {
      try base.encode(value)
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
