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
    let data: Data
    if let guarded = try depthGuard.wrap(value, at: EncodingDepth(), codingPath: []) {
      data = try encoder.encode(guarded)
    } else {
      data = try encoder.encode(value)
    }
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
      if unsafeBitCast(value, to: Decimal.self).isNaN { throw Self.notANumber(value, at: codingPath()) }
      return nil
    }
    let guarded = Guarded(value: value, depth: depth.insideCall, depthGuard: self)
    guard !guarded.depth.isTooDeep else { throw EncodingDepth.error(for: value, at: codingPath()) }
    return guarded
  }

  /// Notes that a container is made inside of a value.
  func enter(_ depth: EncodingDepth, codingPath: @autoclosure () -> [any CodingKey]) -> EncodingDepth {
    let inside = depth.insideContainer
    if inside.isTooDeep, failure == nil {
      failure = EncodingDepth.error(for: DepthGuard.self, at: codingPath())
    }
    return inside
  }

  private static func notANumber(_ value: Any, at codingPath: [any CodingKey]) -> EncodingError {
    .invalidValue(
      value,
      EncodingError.Context(codingPath: codingPath, debugDescription: "JSON has no number for it.")
    )
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
    let container = GuardedKeyedContainer(
      base: base.container(keyedBy: type),
      depth: depth,
      depthGuard: depthGuard
    )
    return KeyedEncodingContainer(container)
  }

  func unkeyedContainer() -> any UnkeyedEncodingContainer {
    GuardedUnkeyedContainer(base: base.unkeyedContainer(), depth: depth, depthGuard: depthGuard)
  }

  func singleValueContainer() -> any SingleValueEncodingContainer {
    GuardedSingleContainer(base: base.singleValueContainer(), depth: depth, depthGuard: depthGuard)
  }
}
