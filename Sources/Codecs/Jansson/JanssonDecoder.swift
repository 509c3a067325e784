#if Jansson
  import CJansson

  /// Looks at one value of a document, for Codable.
  struct JanssonDecoder: Decoder {
    let place: JanssonPlace

    var codingPath: [any CodingKey] { place.codingPath }

    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
      try expect(JSON_OBJECT, for: [String: Any].self)
      return KeyedDecodingContainer(JanssonKeyedDecoding(place: place))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
      try expect(JSON_ARRAY, for: [Any].self)
      return JanssonUnkeyedDecoding(place: place)
    }

    func singleValueContainer() throws -> any SingleValueDecodingContainer {
      self
    }

    private func expect(_ expected: json_type, for type: Any.Type) throws {
      guard rpckit_json_typeof(place.json) == expected else {
        throw place.json.mismatch(type, at: codingPath)
      }
    }
  }

  extension JanssonDecoder: SingleValueDecodingContainer {
    func decodeNil() -> Bool { place.json.isNull }

    @inline(__always)
    func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
      try place.decode(type)
    }
  }

  extension JanssonReference {
    /// Whether this is null.
    var isNull: Bool { rpckit_json_typeof(self) == JSON_NULL }

    /// The error for a value of the wrong type, or for a null.
    func mismatch(_ type: Any.Type, at codingPath: [any CodingKey]) -> DecodingError {
      ValueErrors.mismatch(type, found: kind, at: codingPath)
    }

    private var kind: JSONKind {
      switch rpckit_json_typeof(self) {
      case JSON_OBJECT: .object
      case JSON_ARRAY: .array
      case JSON_STRING: .string
      case JSON_INTEGER, JSON_REAL: .number
      case JSON_TRUE: .true
      case JSON_FALSE: .false
      default: .null
      }
    }
  }
#endif
