#if Jansson
  import CJansson

  /// Gives a type the elements of an array, one after the other.
  struct JanssonUnkeyedDecoding: UnkeyedDecodingContainer {
    private let decoder: JanssonDecoder
    private let elementCount: Int

    private(set) var currentIndex = 0

    init(decoder: JanssonDecoder) {
      self.decoder = decoder
      self.elementCount = json_array_size(decoder.json)
    }

    var codingPath: [any CodingKey] { decoder.codingPath }

    var count: Int? { elementCount }

    var isAtEnd: Bool { currentIndex >= elementCount }

    mutating func decodeNil() throws -> Bool {
      guard try element(as: Never.self).isNull else { return false }
      currentIndex += 1
      return true
    }

    mutating func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
      let value = try decoder.decode(type, element(as: type), at: key)
      currentIndex += 1
      return value
    }

    mutating func nestedContainer<NestedKey: CodingKey>(
      keyedBy type: NestedKey.Type
    ) throws -> KeyedDecodingContainer<NestedKey> {
      let nested = try elementDecoder(as: KeyedDecodingContainer<NestedKey>.self).container(keyedBy: type)
      currentIndex += 1
      return nested
    }

    mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
      let nested = try elementDecoder(as: (any UnkeyedDecodingContainer).self).unkeyedContainer()
      currentIndex += 1
      return nested
    }

    mutating func superDecoder() throws -> any Decoder {
      let decoder = try elementDecoder(as: (any Decoder).self)
      currentIndex += 1
      return decoder
    }

    private var key: PositionKey { PositionKey.element(currentIndex) }

    private func elementDecoder(as type: Any.Type) throws -> JanssonDecoder {
      try decoder.decoder(for: element(as: type), at: key)
    }

    /// The corresponding C function is `json_array_get`.
    private func element(as type: Any.Type) throws -> JanssonReference {
      if let element = json_array_get(decoder.json, currentIndex) { return element }
      let context = DecodingError.Context(
        codingPath: codingPath + [key],
        debugDescription: "The array has no more elements."
      )
      throw DecodingError.valueNotFound(type, context)
    }
  }
#endif
