/// Gives a type the elements of an array, one after the other.
///
/// It is a value of three words, which Swift keeps in an `any UnkeyedDecodingContainer` without allocating.
struct NativeUnkeyedDecoding: UnkeyedDecodingContainer {
  private let document: NativeDocument

  /// The entries of the array and of its next element, as far as there is one.
  private let array: UInt32
  private var next: UInt32

  private(set) var currentIndex = 0

  init(document: NativeDocument, array: Int) {
    self.document = document
    self.array = UInt32(truncatingIfNeeded: array)
    self.next = self.array &+ 1
  }

  var codingPath: [any CodingKey] { document.codingPath(of: Int(array)) }

  var count: Int? { Int(document[Int(array)].size) }

  var isAtEnd: Bool { currentIndex >= document[Int(array)].size }

  mutating func decodeNil() throws -> Bool {
    guard try document[element(as: Never.self)].kind == .null else { return false }
    advance()
    return true
  }

  @inline(__always)
  mutating func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
    let value = try document.decode(type, at: element(as: type))
    advance()
    return value
  }

  // The default implementation looks at the element twice.
  @inline(__always)
  mutating func decodeIfPresent<Value: Decodable>(_ type: Value.Type) throws -> Value? {
    guard !isAtEnd, try !decodeNil() else { return nil }
    return try decode(type)
  }

  mutating func nestedContainer<NestedKey: CodingKey>(
    keyedBy type: NestedKey.Type
  ) throws -> KeyedDecodingContainer<NestedKey> {
    let nested = try elementDecoder(as: KeyedDecodingContainer<NestedKey>.self).container(keyedBy: type)
    advance()
    return nested
  }

  mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
    let nested = try elementDecoder(as: (any UnkeyedDecodingContainer).self).unkeyedContainer()
    advance()
    return nested
  }

  mutating func superDecoder() throws -> any Decoder {
    let decoder = try elementDecoder(as: (any Decoder).self)
    advance()
    return decoder
  }

  @inline(__always)
  private mutating func advance() {
    next = document[Int(next)].link
    currentIndex &+= 1
  }

  private func elementDecoder(as type: Any.Type) throws -> NativeDecoder {
    NativeDecoder(document: document, entry: try element(as: type))
  }

  /// The entry of the next element.
  @inline(__always)
  private func element(as type: Any.Type) throws -> Int {
    if !isAtEnd { return Int(next) }
    let context = DecodingError.Context(
      codingPath: codingPath + [PositionKey.element(currentIndex)],
      debugDescription: "The array has no more elements."
    )
    throw DecodingError.valueNotFound(type, context)
  }
}
