/// Passes the elements of an array on to JSONEncoder's container.
struct GuardedUnkeyedContainer: UnkeyedEncodingContainer {
  private var base: any UnkeyedEncodingContainer

  /// The depth of the elements.
  private let depth: EncodingDepth
  private let depthGuard: DepthGuard

  init(base: any UnkeyedEncodingContainer, depth: EncodingDepth, depthGuard: DepthGuard) {
    self.base = base
    self.depth = depth
    self.depthGuard = depthGuard
  }

  var codingPath: [any CodingKey] { base.codingPath }

  var count: Int { base.count }

  mutating func encode<Value: Encodable>(_ value: Value) throws {
    if let guarded = try depthGuard.wrap(value, at: depth, codingPath: elementPath) {
      try base.encode(guarded)
    } else {
      try base.encode(value)
    }
  }

  mutating func nestedContainer<NestedKey: CodingKey>(
    keyedBy type: NestedKey.Type
  ) -> KeyedEncodingContainer<NestedKey> {
    depthGuard.container(
      at: depth,
      codingPath: elementPath,
      base: base.nestedContainer(keyedBy: type)
    )
  }

  mutating func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer {
    depthGuard.container(
      at: depth,
      codingPath: elementPath,
      base: base.nestedUnkeyedContainer()
    )
  }

  mutating func superEncoder() -> any Encoder {
    encoder(for: base.superEncoder())
  }

  /// The coding path of the next element.
  private var elementPath: [any CodingKey] { codingPath + [PositionKey.element(count)] }

  private func encoder(for base: any Encoder) -> GuardedEncoder {
    GuardedEncoder(base: base, depth: depth, depthGuard: depthGuard)
  }
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
