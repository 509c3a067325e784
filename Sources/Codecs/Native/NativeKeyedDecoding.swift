/// Gives a type the members of an object.
struct NativeKeyedDecoding<Key: CodingKey>: KeyedDecodingContainerProtocol {
  let document: NativeDocument

  /// The object, by its entry in the document's index.
  let number: ValueNumber

  private var object: Int { document.containers[number] }

  var codingPath: [any CodingKey] { document.codingPath(of: object) }

  var allKeys: [Key] {
    var keys: [Key] = []
    document.forEachName(of: object) { name in
      if let key = Key(stringValue: document.text(of: document[name])) { keys.append(key) }
    }
    return keys
  }

  func contains(_ key: Key) -> Bool {
    member(key) != nil
  }

  func decodeNil(forKey key: Key) throws -> Bool {
    try document[existingMember(key)].kind == .null
  }

  @inline(__always)
  func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
    let object = object
    guard let member = document.member(key.stringValue, of: object) else { throw missing(key) }
    defer { document.end(member, of: object) }
    return try document.decode(type, at: member)
  }

  // The default implementation looks for the member three times.
  @inline(__always)
  func decodeIfPresent<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value? {
    let object = object
    guard let member = document.member(key.stringValue, of: object) else { return nil }
    defer { document.end(member, of: object) }
    return document[member].kind == .null ? nil : try document.decode(type, at: member)
  }

  func nestedContainer<NestedKey: CodingKey>(
    keyedBy type: NestedKey.Type,
    forKey key: Key
  ) throws -> KeyedDecodingContainer<NestedKey> {
    try NativeDecoder(document: document, entry: existingMember(key)).container(keyedBy: type)
  }

  func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
    try NativeDecoder(document: document, entry: existingMember(key)).unkeyedContainer()
  }

  func superDecoder() throws -> any Decoder {
    try superDecoder(at: PositionKey.superclass)
  }

  func superDecoder(forKey key: Key) throws -> any Decoder {
    try superDecoder(at: key)
  }

  /// The decoder for a superclass's part.
  ///
  /// One that is missing is null, as for JSONDecoder.
  private func superDecoder(at key: some CodingKey) throws -> any Decoder {
    if let member = member(key) { return NativeDecoder(document: document, entry: member) }
    return NativeDecoder(document: try NativeDocument.null(at: codingPath + [key]), entry: 0)
  }

  private func existingMember(_ key: Key) throws -> Int {
    if let member = member(key) { return member }
    throw missing(key)
  }

  private func missing(_ key: Key) -> DecodingError {
    .keyNotFound(
      key,
      DecodingError.Context(
        codingPath: codingPath,
        debugDescription: "No value associated with key \"\(key.stringValue)\"."
      )
    )
  }

  private func member(_ key: some CodingKey) -> Int? {
    document.member(key.stringValue, of: object)
  }
}
