extension NativeDocument {
  /// Decodes a value: one of the types below here, any other by its own `init(from:)`.
  ///
  /// Metatypes are compared because a cast by name at run time costs more than all the rest.
  ///
  /// - Parameters:
  ///   - type: What to decode.
  ///   - entry: The value's entry in the index.
  /// - Returns: The Swift value.
  /// - Throws: A `DecodingError`, or what the type's `init(from:)` throws.
  @inline(__always)
  func decode<Value: Decodable>(_ type: Value.Type, at entry: Int) throws -> Value {
    if type == Int.self { return unsafeBitCast(try integer(Int.self, at: entry), to: type) }
    if type == String.self { return unsafeBitCast(try string(at: entry), to: type) }
    if type == Double.self { return unsafeBitCast(try real(Double.self, at: entry), to: type) }
    if type == Bool.self { return unsafeBitCast(try boolean(at: entry), to: type) }
    if type == Int64.self { return unsafeBitCast(try integer(Int64.self, at: entry), to: type) }
    if type == UInt64.self { return unsafeBitCast(try integer(UInt64.self, at: entry), to: type) }
    if type == Int32.self { return unsafeBitCast(try integer(Int32.self, at: entry), to: type) }
    if type == UInt32.self { return unsafeBitCast(try integer(UInt32.self, at: entry), to: type) }
    if type == Int16.self { return unsafeBitCast(try integer(Int16.self, at: entry), to: type) }
    if type == UInt16.self { return unsafeBitCast(try integer(UInt16.self, at: entry), to: type) }
    if type == Int8.self { return unsafeBitCast(try integer(Int8.self, at: entry), to: type) }
    if type == UInt8.self { return unsafeBitCast(try integer(UInt8.self, at: entry), to: type) }
    if type == UInt.self { return unsafeBitCast(try integer(UInt.self, at: entry), to: type) }
    if type == Int128.self { return unsafeBitCast(try integer(Int128.self, at: entry), to: type) }
    if type == UInt128.self { return unsafeBitCast(try integer(UInt128.self, at: entry), to: type) }
    if type == Float.self { return unsafeBitCast(try real(Float.self, at: entry), to: type) }
    return try decodeOther(type, at: entry)
  }

  /// Decodes a value of none of those types.
  private func decodeOther<Value: Decodable>(_ type: Value.Type, at entry: Int) throws -> Value {
    if Self.isOfFoundation(type) { return try foundationValue(type, at: entry) }
    if self[entry].kind == .array, mayBeArray(type), let array = type as? any NativeDecodableArray.Type {
      return try elements(array, at: entry)
    }
    return try Value(from: NativeDecoder(document: self, entry: entry))
  }

  /// Decodes an array, which is the value's type to the caller.
  private func elements<Elements: NativeDecodableArray, Value>(_ type: Elements.Type, at entry: Int) throws
    -> Value
  {
    unsafeBitCast(try type.init(elementsOf: entry, of: self), to: Value.self)
  }

  /// A string's characters.
  func string(at entry: Int) throws -> String {
    let string = self[entry]
    guard string.kind == .string else { throw mismatch(String.self, at: entry) }
    return text(of: string)
  }

  private func boolean(at entry: Int) throws -> Bool {
    switch self[entry].kind {
    case .true: return true
    case .false: return false
    default: throw mismatch(Bool.self, at: entry)
    }
  }

  private func integer<Integer: FixedWidthInteger>(_ type: Integer.Type, at entry: Int) throws -> Integer {
    let number = self[entry]
    guard number.kind == .number else { throw mismatch(type, at: entry) }
    let text = bytes(of: number)
    if let plain = text.plainInteger, let integer = Integer(exactly: plain) { return integer }
    if let integer = JSONNumber(text)?.integer(as: type) { return integer }
    if let integer = DecimalText(text)?.integer(as: type) { return integer }
    throw invalid(ValueErrors.outOfRangeOrFraction(of: type), at: entry)
  }

  private func real<Real: BinaryFloatingPoint & LosslessStringConvertible>(
    _ type: Real.Type,
    at entry: Int
  ) throws -> Real {
    let number = self[entry]
    guard number.kind == .number else { throw mismatch(type, at: entry) }
    if let real = JSONNumber(bytes(of: number))?.real(as: type) { return real }
    guard let real = Real(text(of: number)), real.isFinite else {
      throw invalid(ValueErrors.outOfRange(of: type), at: entry)
    }
    return real
  }
}

extension NativeDocument {
  /// The error for a value of the wrong type, or for a null.
  func mismatch(_ type: Any.Type, at entry: Int) -> DecodingError {
    ValueErrors.mismatch(type, found: self[entry].kind, at: codingPath(of: entry))
  }

  /// The error for a value that is of the right type, but not one of its values.
  func invalid(_ description: String, at entry: Int) -> DecodingError {
    .dataCorrupted(
      DecodingError.Context(codingPath: codingPath(of: entry), debugDescription: description)
    )
  }
}
