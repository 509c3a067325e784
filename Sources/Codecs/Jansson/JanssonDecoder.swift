#if Jansson
  import CJansson

  /// Looks at one value of a document, for Codable.
  ///
  /// It is a value of three words, which Swift keeps in an `any Decoder` without allocating.
  struct JanssonDecoder: Decoder {
    /// The document, which it keeps alive.
    let document: JanssonDocument

    /// The value.
    let json: JanssonReference

    /// The way to the value, or nil at the top.
    let path: CodingPathStep?

    var codingPath: [any CodingKey] { path?.keys ?? [] }

    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
      try expect(JSON_OBJECT, for: [String: Any].self)
      return KeyedDecodingContainer(JanssonKeyedDecoding(decoder: self))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
      try expect(JSON_ARRAY, for: [Any].self)
      return JanssonUnkeyedDecoding(decoder: self)
    }

    func singleValueContainer() throws -> any SingleValueDecodingContainer {
      self
    }

    private func expect(_ expected: json_type, for type: Any.Type) throws {
      guard rpckit_json_typeof(json) == expected else { throw json.mismatch(type, at: codingPath) }
    }
  }

  extension JanssonDecoder: SingleValueDecodingContainer {
    func decodeNil() -> Bool { json.isNull }

    func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
      try document.decode(type, json, at: codingPath, by: self)
    }
  }

  extension JanssonDecoder {
    /// Decodes a value that lies in this one.
    @inline(__always)
    func decode<Value: Decodable>(
      _ type: Value.Type,
      _ member: JanssonReference,
      at key: some CodingKey
    ) throws -> Value {
      try document.decode(type, member, at: codingPath + [key], by: decoder(for: member, at: key))
    }

    /// The decoder for a value that lies in this one.
    func decoder(for member: JanssonReference, at key: any CodingKey) -> JanssonDecoder {
      JanssonDecoder(document: document, json: member, path: CodingPathStep(key, after: path))
    }
  }

  extension JanssonReference {
    /// Whether this is null.
    var isNull: Bool { rpckit_json_typeof(self) == JSON_NULL }

    /// The error for a value of the wrong type, or for a null.
    func mismatch(_ type: Any.Type, at codingPath: [any CodingKey]) -> DecodingError {
      let context = DecodingError.Context(
        codingPath: codingPath,
        debugDescription: "Expected to decode \(type) but found \(typeName) instead."
      )
      return isNull ? .valueNotFound(type, context) : .typeMismatch(type, context)
    }

    /// What messages call the value's type.
    private var typeName: String {
      switch rpckit_json_typeof(self) {
      case JSON_OBJECT: "an object"
      case JSON_ARRAY: "an array"
      case JSON_STRING: "a string"
      case JSON_INTEGER, JSON_REAL: "a number"
      case JSON_TRUE, JSON_FALSE: "a Boolean"
      default: "null"
      }
    }
  }
#endif
