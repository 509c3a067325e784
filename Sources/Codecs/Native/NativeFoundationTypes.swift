// The types of Foundation's that have a form of their own on the wire, the same as with the other engines. Nothing
// else of the native engine knows Foundation.
#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

extension NativeDocument {
  /// Whether this is one of these types.
  @inline(__always)
  static func isOfFoundation(_ type: Any.Type) -> Bool {
    type == Date.self || type == Data.self || type == URL.self || type == Decimal.self
  }

  /// Decodes a value of one of these types.
  func foundationValue<Value: Decodable>(_ type: Value.Type, at entry: Int) throws -> Value {
    if type == Date.self { return unsafeBitCast(try date(at: entry), to: type) }
    if type == Data.self { return unsafeBitCast(try data(at: entry), to: type) }
    if type == URL.self { return unsafeBitCast(try url(at: entry), to: type) }
    // Of these types only Decimal is left.
    return unsafeBitCast(try decimal(at: entry), to: type)
  }

  private func date(at entry: Int) throws -> Date {
    if let date = RFC3339.date(from: try string(at: entry).utf8) { return date }
    throw invalid(RFC3339.unreadable, at: entry)
  }

  private func data(at entry: Int) throws -> Data {
    if let data = Data(base64Encoded: try string(at: entry)) { return data }
    throw invalid(ValueErrors.notBase64, at: entry)
  }

  private func url(at entry: Int) throws -> URL {
    if let url = URL(string: try string(at: entry)) { return url }
    throw invalid(ValueErrors.notURL, at: entry)
  }

  private func decimal(at entry: Int) throws -> Decimal {
    guard self[entry].kind == .number else { throw mismatch(Decimal.self, at: entry) }
    if let decimal = Decimal(string: text(of: self[entry])) { return decimal }
    throw invalid(ValueErrors.outOfRange(of: Decimal.self), at: entry)
  }
}

extension NativeEncoding {
  /// Writes a value of one of these types, or returns false for any other type.
  @inline(__always)
  func writeFoundation<Value>(_ value: Value) throws -> Bool {
    let type = Value.self
    if type == Date.self {
      guard let date = RFC3339.string(from: unsafeBitCast(value, to: Date.self)) else {
        throw invalid(value, RFC3339.unwritable)
      }
      text.write(string: date)
      return true
    }
    if type == Data.self {
      text.write(string: unsafeBitCast(value, to: Data.self).base64EncodedString())
      return true
    }
    if type == URL.self {
      text.write(string: unsafeBitCast(value, to: URL.self).absoluteString)
      return true
    }
    if type == Decimal.self {
      let decimal = unsafeBitCast(value, to: Decimal.self)
      guard !decimal.isNaN else { throw notANumber(value) }
      text.write(ascii: decimal.description)
      return true
    }
    return false
  }
}
