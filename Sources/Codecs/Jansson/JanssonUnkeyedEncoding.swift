#if Jansson
  /// Takes the elements of an array from a type, one after the other.
  struct JanssonUnkeyedEncoding: UnkeyedEncodingContainer {
    /// The array's encoder.
    let encoder: JanssonEncoder

    var codingPath: [any CodingKey] { encoder.codingPath }

    var count: Int { encoder.elementCount }

    mutating func encodeNil() throws {
      try encoder.append(encoder.encoding.null())
    }

    @inline(__always)
    mutating func encode<Value: Encodable>(_ value: Value) throws {
      try encoder.append(value)
    }

    mutating func nestedContainer<NestedKey: CodingKey>(
      keyedBy type: NestedKey.Type
    ) -> KeyedEncodingContainer<NestedKey> {
      encoder.makeElement().container(keyedBy: type)
    }

    mutating func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer {
      encoder.makeElement().unkeyedContainer()
    }

    mutating func superEncoder() -> any Encoder {
      encoder.makeElement()
    }
  }
#endif
