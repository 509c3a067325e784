#if Jansson
  /// Takes the one value as which a type encodes itself.
  struct JanssonSingleEncoding: SingleValueEncodingContainer {
    /// The value's encoder.
    let encoder: JanssonEncoder

    var codingPath: [any CodingKey] { encoder.codingPath }

    mutating func encodeNil() throws {
      try encoder.replace(by: encoder.encoding.null())
    }

    @inline(__always)
    mutating func encode<Value: Encodable>(_ value: Value) throws {
      try encoder.replace(by: encoder.makeReplacement(value))
    }
  }
#endif
