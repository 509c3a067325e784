#if Jansson
  #if canImport(FoundationEssentials)
    import FoundationEssentials
  #else
    import Foundation
  #endif

  extension JanssonEncoding {
    /// Makes a value of one of the types that need no encoder of their own, or returns nil for any other type.
    ///
    /// Metatypes are compared because a cast by name at run time costs more than all the rest.
    @inline(__always)
    func scalar<Value>(
      _ value: Value,
      at codingPath: @autoclosure () -> [any CodingKey]
    ) throws -> JanssonValue? {
      let type = Value.self
      if type == Int.self { return try integer(unsafeBitCast(value, to: Int.self)) }
      if type == String.self { return try string(unsafeBitCast(value, to: String.self)) }
      if type == Bool.self { return try boolean(unsafeBitCast(value, to: Bool.self)) }
      if type == Double.self {
        if let json = try real(unsafeBitCast(value, to: Double.self)) { return json }
        throw ValueErrors.notANumber(value, at: codingPath())
      }
      if type == Int64.self { return try integer(unsafeBitCast(value, to: Int64.self)) }
      if type == UInt64.self { return try integer(unsafeBitCast(value, to: UInt64.self)) }
      if type == Int32.self { return try integer(unsafeBitCast(value, to: Int32.self)) }
      if type == UInt32.self { return try integer(unsafeBitCast(value, to: UInt32.self)) }
      if type == Int16.self { return try integer(unsafeBitCast(value, to: Int16.self)) }
      if type == UInt16.self { return try integer(unsafeBitCast(value, to: UInt16.self)) }
      if type == Int8.self { return try integer(unsafeBitCast(value, to: Int8.self)) }
      if type == UInt8.self { return try integer(unsafeBitCast(value, to: UInt8.self)) }
      if type == UInt.self { return try integer(unsafeBitCast(value, to: UInt.self)) }
      if type == Int128.self { return try integer(unsafeBitCast(value, to: Int128.self)) }
      if type == UInt128.self { return try integer(unsafeBitCast(value, to: UInt128.self)) }
      if type == Float.self {
        if let json = try real(unsafeBitCast(value, to: Float.self)) { return json }
        throw ValueErrors.notANumber(value, at: codingPath())
      }
      if type == Date.self {
        if let text = RFC3339.string(from: unsafeBitCast(value, to: Date.self)) { return try string(text) }
        throw invalid(value, RFC3339.unwritable, at: codingPath())
      }
      if type == Decimal.self {
        if let json = try decimal(unsafeBitCast(value, to: Decimal.self)) { return json }
        throw ValueErrors.notANumber(value, at: codingPath())
      }
      if type == Data.self { return try string(unsafeBitCast(value, to: Data.self).base64EncodedString()) }
      if type == URL.self { return try string(unsafeBitCast(value, to: URL.self).absoluteString) }
      return nil
    }

    /// Makes a null.
    func null() throws -> JanssonValue {
      expect(bytes: 5)
      return try JanssonValue.null()
    }

    private func boolean(_ boolean: Bool) throws -> JanssonValue {
      expect(bytes: 6)
      return try JanssonValue.boolean(boolean)
    }

    private func string(_ string: String) throws -> JanssonValue {
      expect(bytes: string.utf8.count + 3)
      return try JanssonValue.string(string)
    }

    private func integer(_ integer: some FixedWidthInteger) throws -> JanssonValue {
      guard let carried = Int64(exactly: integer) else { return try number(integer.description) }
      // Most are small.
      expect(bytes: carried.magnitude < 100_000 ? 7 : 21)
      return try JanssonValue.integer(carried)
    }

    /// Makes a number, or nil when it is infinite or not a number.
    private func real<Real: BinaryFloatingPoint & LosslessStringConvertible>(
      _ real: Real
    ) throws -> JanssonValue? {
      guard real.isFinite else { return nil }
      if let integer = real.writtenInteger { return try self.integer(integer) }
      return try number(real.textWithoutPointZero)
    }

    private func decimal(_ decimal: Decimal) throws -> JanssonValue? {
      guard !decimal.isNaN else { return nil }
      let text = decimal.description
      guard let integer = Int64(text) else { return try number(text) }
      return try self.integer(integer)
    }

    /// Makes a number that jansson cannot carry from its text.
    private func number(_ text: String) throws -> JanssonValue {
      try JanssonValue.real(placeholder(for: text))
    }

    private func invalid(_ value: Any, _ description: String, at codingPath: [any CodingKey]) -> EncodingError
    {
      .invalidValue(value, EncodingError.Context(codingPath: codingPath, debugDescription: description))
    }
  }
#endif
