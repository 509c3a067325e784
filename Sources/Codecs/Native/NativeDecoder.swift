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
    if let kept = document.containers.take(keyedBy: type, for: entry) {
      // Here only such boxes are kept, and this one's keys are of this type.
      return kept._withUnsafeGuaranteedRef {
        unsafeDowncast($0, to: KeptContainer<KeyedDecodingContainer<Key>>.self).container()
      }
    }
    return newContainer(keyedBy: type)
  }

  private func newContainer<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedDecodingContainer<Key> {
    let number = document.containers.valueNumber(entry, isReference: Self.containersAreReferences)
    let container = KeyedDecodingContainer(NativeKeyedDecoding<Key>(document: document, number: number))
    if number.isOfBox { document.containers.keep(container, keyedBy: type) }
    return container
  }

  private static let containersAreReferences =
    (try? NativeDocument.null(at: [])).map {
      let container = NativeKeyedDecoding<PositionKey>(document: $0, number: ValueNumber(0))
      return KeptContainers.isReference(KeyedDecodingContainer(container))
    } ?? false

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
