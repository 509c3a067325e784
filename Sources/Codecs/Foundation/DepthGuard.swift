#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Counts how deep values are nested while JSONEncoder encodes them, and stops it in time.
///
/// JSONEncoder has no limit and overflows the stack. So it is not given a value, but the value in a wrapper, whose
/// `encode(to:)` hands the value an encoder of ours. That passes everything on to JSONEncoder's own, with each nested
/// value in a wrapper again. A value is encoded once, as without the guard.
final class DepthGuard {
  /// The first container that is too deep: Codable lets no error be thrown where it is made.
  private var failure: EncodingError?

  /// Encodes a value at the top.
  static func encode(_ value: some Encodable, by encoder: JSONEncoder) throws -> Data {
    let depthGuard = DepthGuard()
    guard let guarded = try depthGuard.wrap(value, at: EncodingDepth(), codingPath: []) else {
      return try encoder.encode(value)
    }
    let data: Data
    do { data = try encoder.encode(guarded) } catch { throw depthGuard.failure ?? error }
    if let failure = depthGuard.failure { throw failure }
    return data
  }

  /// Wraps a value, or returns nil for one that JSONEncoder is to have as it is.
  @inline(__always)
  func wrap<Value: Encodable>(
    _ value: Value,
    at depth: EncodingDepth,
    codingPath: @autoclosure () -> [any CodingKey]
  ) throws -> Guarded<Value>? {
    // JSONEncoder knows these types by name, and would not know them in a wrapper.
    let type = Value.self
    if type == Date.self || type == Data.self || type == URL.self { return nil }
    if type == [String].self || type == [Int].self || type == [Double].self { return nil }
    if type == Decimal.self {
      // JSONEncoder writes `NaN`, which is no JSON.
      if unsafeBitCast(value, to: Decimal.self).isNaN {
        throw ValueErrors.notANumber(value, at: codingPath())
      }
      return nil
    }
    let guarded = Guarded(value: value, depth: depth.insideCall, depthGuard: self)
    guard !guarded.depth.isTooDeep else { throw EncodingDepth.error(for: value, at: codingPath()) }
    return guarded
  }

  /// Makes a container of an object's members, in place of JSONEncoder's.
  func container<Key: CodingKey>(
    at depth: EncodingDepth,
    codingPath: @autoclosure () -> [any CodingKey],
    base: @autoclosure () -> KeyedEncodingContainer<Key>
  ) -> KeyedEncodingContainer<Key> {
    let inside = depth.insideContainer
    if inside.isTooDeep { return refuse(at: depth, codingPath: codingPath()).container(keyedBy: Key.self) }
    return KeyedEncodingContainer(GuardedKeyedContainer(base: base(), depth: inside, depthGuard: self))
  }

  /// Makes a container of an array's elements, in place of JSONEncoder's.
  func container(
    at depth: EncodingDepth,
    codingPath: @autoclosure () -> [any CodingKey],
    base: @autoclosure () -> any UnkeyedEncodingContainer
  ) -> any UnkeyedEncodingContainer {
    let inside = depth.insideContainer
    if inside.isTooDeep { return refuse(at: depth, codingPath: codingPath()).unkeyedContainer() }
    return GuardedUnkeyedContainer(base: base(), depth: inside, depthGuard: self)
  }

  /// Notes that a container is too deep, and gives its type another encoder, whose values nobody writes.
  ///
  /// A type may make containers in containers without end. As many of JSONEncoder's could not even be released.
  private func refuse(
    at depth: EncodingDepth,
    codingPath: @autoclosure () -> [any CodingKey]
  ) -> any Encoder {
    failure = failure ?? EncodingDepth.error(for: DepthGuard.self, at: codingPath())
    return NativeTree(depth: depth).encoder
  }
}

/// A value that encodes itself through an encoder that counts.
struct Guarded<Value: Encodable>: Encodable {
  let value: Value
  let depth: EncodingDepth
  let depthGuard: DepthGuard

  func encode(to encoder: any Encoder) throws {
    try value.encode(to: GuardedEncoder(base: encoder, depth: depth, depthGuard: depthGuard))
  }
}

/// Passes everything on to JSONEncoder's encoder, and counts.
struct GuardedEncoder: Encoder {
  let base: any Encoder
  let depth: EncodingDepth
  let depthGuard: DepthGuard

  var codingPath: [any CodingKey] { base.codingPath }

  var userInfo: [CodingUserInfoKey: Any] { base.userInfo }

  func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
    depthGuard.container(at: depth, codingPath: codingPath, base: base.container(keyedBy: type))
  }

  func unkeyedContainer() -> any UnkeyedEncodingContainer {
    depthGuard.container(at: depth, codingPath: codingPath, base: base.unkeyedContainer())
  }

  func singleValueContainer() -> any SingleValueEncodingContainer {
    GuardedSingleContainer(base: base.singleValueContainer(), depth: depth, depthGuard: depthGuard)
  }
}
