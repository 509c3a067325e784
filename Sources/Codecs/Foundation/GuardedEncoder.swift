/// Stands for JSONEncoder before a value: counts, and passes everything on to JSONEncoder's own encoder.
///
/// Codable copies encoders at every turn, and a copy costs what its references do: so this is one object, and is used
/// again for the next value.
final class GuardedEncoder: Encoder {
  private let depthGuard: DepthGuard

  // Every access to a property below here begins and ends within one line of this file, so none can overlap.

  /// The depth of the value.
  @exclusivity(unchecked) private var depth: EncodingDepth

  /// JSONEncoder's encoder, as long as the value is being encoded.
  @exclusivity(unchecked) private var base: (any Encoder)?

  /// The value, as long as ``lending(_:to:)`` has it.
  @exclusivity(unchecked) private var lent: (address: UnsafeRawPointer, type: any Encodable.Type)?

  /// An encoder for a value within this one, which is free for the next.
  @exclusivity(unchecked) private var spare: GuardedEncoder?

  init(depth: EncodingDepth, depthGuard: DepthGuard, base: (any Encoder)? = nil) {
    self.depth = depth
    self.depthGuard = depthGuard
    self.base = base
  }

  /// Lends this encoder's value to JSONEncoder, which encodes what it is given in place of the value.
  @inline(__always)
  func lending<Value: Encodable, Result>(
    _ value: Value,
    to encode: (GuardedValue) throws -> Result
  ) throws -> Result {
    try withUnsafePointer(to: value) {
      lent = (UnsafeRawPointer($0), Value.self)
      defer { lent = nil }
      return try encode(GuardedValue(encoder: self))
    }
  }

  /// Lends a value within this one.
  ///
  /// - Throws: What JSONEncoder throws, or an `EncodingError` when the value is nested too deep.
  @inline(__always)
  func lendingMember<Value: Encodable>(
    _ value: Value,
    depth: EncodingDepth,
    at codingPath: @autoclosure () -> [any CodingKey],
    to encode: (GuardedValue) throws -> Void
  ) throws {
    let inside = depth.insideCall
    guard !inside.isTooDeep else { throw EncodingDepth.error(for: value, at: codingPath()) }
    var member = spare.take() ?? GuardedEncoder(depth: inside, depthGuard: depthGuard)
    member.depth = inside
    try member.lending(value, to: encode)
    // The value's type may have kept its encoder.
    if isKnownUniquelyReferenced(&member) { spare = member }
  }

  /// Has the value encode itself, when JSONEncoder has come to it.
  fileprivate func encodeLent(to encoder: any Encoder) throws {
    guard let lent else { return }
    base = encoder
    // JSONEncoder uses its encoder again, too, when nobody else has it.
    defer { base = nil }
    try lent.type.encode(at: lent.address, to: self)
  }
}

extension GuardedEncoder {
  var codingPath: [any CodingKey] { current.codingPath }

  var userInfo: [CodingUserInfoKey: Any] { current.userInfo }

  @inline(__always)
  func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
    guarded(current.container(keyedBy: type), in: depth)
  }

  func unkeyedContainer() -> any UnkeyedEncodingContainer {
    guarded(current.unkeyedContainer(), in: depth)
  }

  func singleValueContainer() -> any SingleValueEncodingContainer {
    GuardedSingleContainer(base: current.singleValueContainer(), depth: depth, encoder: self)
  }

  /// JSONEncoder's encoder, or one whose JSON nobody has, for a type that goes on with its own when it is encoded.
  private var current: any Encoder { base ?? NativeTreeEncoder(tree: NativeTree(depth: depth)) }
}

// What JSONEncoder makes for the parts of something, which is at a depth.
extension GuardedEncoder {
  @inline(__always)
  func guarded<Key>(
    _ base: consuming KeyedEncodingContainer<Key>,
    in depth: EncodingDepth
  ) -> KeyedEncodingContainer<Key> {
    let inside = depthGuard.enter(depth, codingPath: base.codingPath)
    return KeyedEncodingContainer(GuardedKeyedContainer(base: base, depth: inside, encoder: self))
  }

  func guarded(
    _ base: any UnkeyedEncodingContainer,
    in depth: EncodingDepth
  ) -> any UnkeyedEncodingContainer {
    let inside = depthGuard.enter(depth, codingPath: base.codingPath)
    return GuardedUnkeyedContainer(base: base, depth: inside, encoder: self)
  }

  func guarded(_ base: any Encoder, at depth: EncodingDepth) -> any Encoder {
    GuardedEncoder(depth: depth, depthGuard: depthGuard, base: base)
  }
}

/// Stands for a value before JSONEncoder.
///
/// It is not generic, because the runtime would look for its type at every value; and not the encoder itself, because
/// the runtime takes seven times as long to tell that an object is none of the types that JSONEncoder knows by name.
struct GuardedValue: Encodable {
  fileprivate let encoder: GuardedEncoder

  func encode(to encoder: any Encoder) throws {
    try self.encoder.encodeLent(to: encoder)
  }
}

extension Encodable {
  /// Encodes the value of this type that lies at an address.
  fileprivate static func encode(at address: UnsafeRawPointer, to encoder: GuardedEncoder) throws {
    try address.assumingMemoryBound(to: Self.self).pointee.encode(to: encoder)
  }
}
