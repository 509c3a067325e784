/// Looks at one value of a document, for Codable.
///
/// It is a value of two words, which Swift keeps in an `any Decoder` without allocating.
struct NativeDecoder: Decoder {
  /// The document, which it keeps alive.
  let document: NativeDocument

  /// The value's entry in the document's index.
  let entry: Int

  var codingPath: [any CodingKey] { document.codingPath(of: entry) }

  var userInfo: [CodingUserInfoKey: Any] { [:] }

  func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
    guard document[entry].kind == .object else { throw document.mismatch([String: Any].self, at: entry) }
    document.begin(entry)
    return KeyedDecodingContainer(NativeKeyedDecoding(document: document, object: entry))
  }

  func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
    guard document[entry].kind == .array else { throw document.mismatch([Any].self, at: entry) }
    return NativeUnkeyedDecoding(document: document, array: entry)
  }

  func singleValueContainer() -> any SingleValueDecodingContainer {
    self
  }
}

extension NativeDecoder: SingleValueDecodingContainer {
  func decodeNil() -> Bool { document[entry].kind == .null }

  func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
    try document.decode(type, at: entry)
  }
}
