#if Jansson
  import CJansson

  #if canImport(FoundationEssentials)
    import FoundationEssentials
  #else
    import Foundation
  #endif

  extension JanssonPlace {
    /// Decodes the value.
    @inline(__always)
    func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
      try decode(type, json, at: codingPath) { try Value(from: JanssonDecoder(place: self)) }
    }

    /// Decodes a value that lies in this one.
    @inline(__always)
    func decode<Value: Decodable>(
      _ type: Value.Type,
      _ member: JanssonReference,
      at step: @autoclosure () -> JanssonStep
    ) throws -> Value {
      try decode(type, member, at: codingPath + step().keys) {
        let place = place(of: member, at: step())
        let value = try Value(from: JanssonDecoder(place: place))
        reuse(consume place)
        return value
      }
    }

    /// The decoder for a value that lies in this one.
    func decoder(for member: JanssonReference, at step: JanssonStep) -> JanssonDecoder {
      JanssonDecoder(place: place(of: member, at: step))
    }

    /// Decodes a value: one of the types below here, any other as the closure does it.
    ///
    /// Metatypes are compared because a cast by name at run time costs more than all the rest.
    ///
    /// - Parameters:
    ///   - type: What to decode.
    ///   - json: The value.
    ///   - codingPath: Where the value is, for errors.
    ///   - decodeOther: Decodes a value of any other type.
    /// - Returns: The Swift value.
    /// - Throws: A `DecodingError`, or what the closure throws.
    @inline(__always)
    private func decode<Value>(
      _ type: Value.Type,
      _ json: JanssonReference,
      at codingPath: @autoclosure () -> [any CodingKey],
      other decodeOther: () throws -> Value
    ) throws -> Value {
      if type == Int.self { return unsafeBitCast(try integer(Int.self, json, at: codingPath()), to: type) }
      if type == String.self { return unsafeBitCast(try string(json, at: codingPath()), to: type) }
      if type == Double.self { return unsafeBitCast(try real(Double.self, json, at: codingPath()), to: type) }
      if type == Bool.self { return unsafeBitCast(try boolean(json, at: codingPath()), to: type) }
      if type == Int64.self {
        return unsafeBitCast(try integer(Int64.self, json, at: codingPath()), to: type)
      }
      if type == UInt64.self {
        return unsafeBitCast(try integer(UInt64.self, json, at: codingPath()), to: type)
      }
      if type == Int32.self {
        return unsafeBitCast(try integer(Int32.self, json, at: codingPath()), to: type)
      }
      if type == UInt32.self {
        return unsafeBitCast(try integer(UInt32.self, json, at: codingPath()), to: type)
      }
      if type == Int16.self {
        return unsafeBitCast(try integer(Int16.self, json, at: codingPath()), to: type)
      }
      if type == UInt16.self {
        return unsafeBitCast(try integer(UInt16.self, json, at: codingPath()), to: type)
      }
      if type == Int8.self { return unsafeBitCast(try integer(Int8.self, json, at: codingPath()), to: type) }
      if type == UInt8.self {
        return unsafeBitCast(try integer(UInt8.self, json, at: codingPath()), to: type)
      }
      if type == UInt.self { return unsafeBitCast(try integer(UInt.self, json, at: codingPath()), to: type) }
      if type == Int128.self {
        return unsafeBitCast(try integer(Int128.self, json, at: codingPath()), to: type)
      }
      if type == UInt128.self {
        return unsafeBitCast(try integer(UInt128.self, json, at: codingPath()), to: type)
      }
      if type == Float.self { return unsafeBitCast(try real(Float.self, json, at: codingPath()), to: type) }
      if type == Date.self { return unsafeBitCast(try date(json, at: codingPath()), to: type) }
      if type == Data.self { return unsafeBitCast(try data(json, at: codingPath()), to: type) }
      if type == URL.self { return unsafeBitCast(try url(json, at: codingPath()), to: type) }
      if type == Decimal.self { return unsafeBitCast(try decimal(json, at: codingPath()), to: type) }
      return try decodeOther()
    }

    private func boolean(_ json: JanssonReference, at codingPath: @autoclosure () -> [any CodingKey]) throws
      -> Bool
    {
      switch rpckit_json_typeof(json) {
      case JSON_TRUE: return true
      case JSON_FALSE: return false
      default: throw json.mismatch(Bool.self, at: codingPath())
      }
    }

    private func string(_ json: JanssonReference, at codingPath: @autoclosure () -> [any CodingKey]) throws
      -> String
    {
      guard let characters = json.characters else { throw json.mismatch(String.self, at: codingPath()) }
      return String(decoding: characters, as: UTF8.self)
    }

    private func integer<Integer: FixedWidthInteger>(
      _ type: Integer.Type,
      _ json: JanssonReference,
      at codingPath: @autoclosure () -> [any CodingKey]
    ) throws -> Integer {
      switch rpckit_json_typeof(json) {
      case JSON_INTEGER:
        if let integer = Integer(exactly: json_integer_value(json)) { return integer }
      case JSON_REAL:
        if let integer = DecimalText(numbers[json_real_value(json)])?.integer(as: type) { return integer }
      default:
        throw json.mismatch(type, at: codingPath())
      }
      throw invalid(ValueErrors.outOfRangeOrFraction(of: type), at: codingPath())
    }

    private func real<Real: BinaryFloatingPoint & LosslessStringConvertible>(
      _ type: Real.Type,
      _ json: JanssonReference,
      at codingPath: @autoclosure () -> [any CodingKey]
    ) throws -> Real {
      switch rpckit_json_typeof(json) {
      case JSON_INTEGER:
        return Real(json_integer_value(json))
      case JSON_REAL:
        let text = String(decoding: numbers[json_real_value(json)], as: UTF8.self)
        guard let real = Real(text), real.isFinite else {
          throw invalid(ValueErrors.outOfRange(of: type), at: codingPath())
        }
        return real
      default:
        throw json.mismatch(type, at: codingPath())
      }
    }

    private func decimal(_ json: JanssonReference, at codingPath: @autoclosure () -> [any CodingKey]) throws
      -> Decimal
    {
      switch rpckit_json_typeof(json) {
      case JSON_INTEGER:
        return Decimal(json_integer_value(json))
      case JSON_REAL:
        let text = String(decoding: numbers[json_real_value(json)], as: UTF8.self)
        guard let decimal = Decimal(string: text) else {
          throw invalid(ValueErrors.outOfRange(of: Decimal.self), at: codingPath())
        }
        return decimal
      default:
        throw json.mismatch(Decimal.self, at: codingPath())
      }
    }

    private func date(_ json: JanssonReference, at codingPath: @autoclosure () -> [any CodingKey]) throws
      -> Date
    {
      guard let characters = json.characters else { throw json.mismatch(String.self, at: codingPath()) }
      guard let date = RFC3339.date(from: characters) else {
        throw invalid(RFC3339.unreadable, at: codingPath())
      }
      return date
    }

    private func data(_ json: JanssonReference, at codingPath: @autoclosure () -> [any CodingKey]) throws
      -> Data
    {
      guard let data = Data(base64Encoded: try string(json, at: codingPath())) else {
        throw invalid(ValueErrors.notBase64, at: codingPath())
      }
      return data
    }

    private func url(_ json: JanssonReference, at codingPath: @autoclosure () -> [any CodingKey]) throws
      -> URL
    {
      guard let url = URL(string: try string(json, at: codingPath())) else {
        throw invalid(ValueErrors.notURL, at: codingPath())
      }
      return url
    }
  }

  private func invalid(_ description: String, at codingPath: [any CodingKey]) -> DecodingError {
    .dataCorrupted(DecodingError.Context(codingPath: codingPath, debugDescription: description))
  }

  extension JanssonReference {
    /// A string's characters, which may contain NUL, or nil when the value is no string.
    fileprivate var characters: UnsafeRawBufferPointer? {
      // The corresponding C functions are `json_string_value` and `json_string_length`.
      guard let start = json_string_value(self) else { return nil }
      return UnsafeRawBufferPointer(start: start, count: json_string_length(self))
    }
  }
#endif
