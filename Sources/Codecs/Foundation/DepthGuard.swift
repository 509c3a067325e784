#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Counts how deep values are nested while JSONEncoder encodes them, and stops it in time.
///
/// JSONEncoder has no limit and overflows the stack. So it is not given a value, but a ``GuardedValue``, which has the
/// value encode itself to a ``GuardedEncoder``. That passes everything on to JSONEncoder's own, with each nested value
/// guarded again. A value is encoded once, as without the guard.
final class DepthGuard {
  /// The first container that is too deep: Codable lets no error be thrown where it is made.
  private var failure: EncodingError?

  /// Encodes a value at the top.
  static func encode(_ value: some Encodable, by encoder: JSONEncoder) throws -> Data {
    if try leavesAlone(value, at: []) { return try encoder.encode(value) }
    let depthGuard = DepthGuard()
    let top = GuardedEncoder(depth: EncodingDepth().insideCall, depthGuard: depthGuard)
    let data = try top.lending(value) { try encoder.encode($0) }
    if let failure = depthGuard.failure { throw failure }
    return data
  }

  /// Tells whether JSONEncoder is to have a value as it is.
  ///
  /// - Throws: An `EncodingError` when JSONEncoder would write what is no JSON.
  @inline(__always)
  static func leavesAlone<Value>(
    _ value: Value,
    at codingPath: @autoclosure () -> [any CodingKey]
  ) throws -> Bool {
    // JSONEncoder knows these types by name, and would not know them when they are guarded.
    let type = Value.self
    if type == Date.self || type == Data.self || type == URL.self { return true }
    if type == [String].self || type == [Int].self || type == [Double].self { return true }
    guard type == Decimal.self else { return false }
    // JSONEncoder writes `NaN`, which is no JSON.
    if unsafeBitCast(value, to: Decimal.self).isNaN { throw notANumber(value, at: codingPath()) }
    return true
  }

  /// Notes that a container is made inside of a value.
  @inline(__always)
  func enter(_ depth: EncodingDepth, codingPath: @autoclosure () -> [any CodingKey]) -> EncodingDepth {
    let inside = depth.insideContainer
    if inside.isTooDeep { fail(at: codingPath()) }
    return inside
  }

  private func fail(at codingPath: [any CodingKey]) {
    failure = failure ?? EncodingDepth.error(for: DepthGuard.self, at: codingPath)
  }

  private static func notANumber(_ value: Any, at codingPath: [any CodingKey]) -> EncodingError {
    .invalidValue(
      value,
      EncodingError.Context(codingPath: codingPath, debugDescription: "JSON has no number for it.")
    )
  }
}
