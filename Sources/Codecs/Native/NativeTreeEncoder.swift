/// Makes a part of a tree, for Codable, whenever its type likes.
struct NativeTreeEncoder: Encoder {
  let tree: NativeTree

  var codingPath: [any CodingKey] { tree.codingPath }

  var userInfo: [CodingUserInfoKey: Any] { [:] }

  func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
    tree.open(.object)
    return KeyedEncodingContainer(NativeTreeKeyedEncoding(tree: tree))
  }

  func unkeyedContainer() -> any UnkeyedEncodingContainer {
    tree.open(.array)
    return NativeTreeUnkeyedEncoding(tree: tree)
  }

  func singleValueContainer() -> any SingleValueEncodingContainer {
    self
  }
}

extension NativeTreeEncoder: SingleValueEncodingContainer {
  func encodeNil() throws {
    try tree.replace(by: Never?.none)
  }

  func encode<Value: Encodable>(_ value: Value) throws {
    try tree.replace(by: value)
  }
}

/// Takes the members of an object that is a tree.
struct NativeTreeKeyedEncoding<Key: CodingKey>: KeyedEncodingContainerProtocol {
  let tree: NativeTree

  var codingPath: [any CodingKey] { tree.codingPath }

  func encodeNil(forKey key: Key) throws {
    try tree.encode(Never?.none, forKey: key)
  }

  func encode<Value: Encodable>(_ value: Value, forKey key: Key) throws {
    try tree.encode(value, forKey: key)
  }

  func nestedContainer<NestedKey: CodingKey>(
    keyedBy type: NestedKey.Type,
    forKey key: Key
  ) -> KeyedEncodingContainer<NestedKey> {
    tree.part(forKey: key).encoder.container(keyedBy: type)
  }

  func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
    tree.part(forKey: key).encoder.unkeyedContainer()
  }

  func superEncoder() -> any Encoder {
    tree.newPart(forKey: PositionKey.superclass).encoder
  }

  func superEncoder(forKey key: Key) -> any Encoder {
    tree.newPart(forKey: key).encoder
  }
}

/// Takes the elements of an array that is a tree, one after the other.
struct NativeTreeUnkeyedEncoding: UnkeyedEncodingContainer {
  let tree: NativeTree

  var codingPath: [any CodingKey] { tree.codingPath }

  var count: Int { tree.count }

  func encodeNil() throws {
    try tree.append(Never?.none)
  }

  func encode<Value: Encodable>(_ value: Value) throws {
    try tree.append(value)
  }

  func nestedContainer<NestedKey: CodingKey>(
    keyedBy type: NestedKey.Type
  ) -> KeyedEncodingContainer<NestedKey> {
    tree.newElement().encoder.container(keyedBy: type)
  }

  func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer {
    tree.newElement().encoder.unkeyedContainer()
  }

  func superEncoder() -> any Encoder {
    tree.newElement().encoder
  }
}
