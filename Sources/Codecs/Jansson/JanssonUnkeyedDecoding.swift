#if Jansson
  import CJansson

  /// Gives a type the elements of an array, one after the other.
  struct JanssonUnkeyedDecoding: UnkeyedDecodingContainer {
    private let place: JanssonPlace
    private let elementCount: Int

    private(set) var currentIndex = 0

    init(place: JanssonPlace) {
      self.place = place
      self.elementCount = json_array_size(place.json)
    }

    var codingPath: [any CodingKey] { place.codingPath }

    var count: Int? { elementCount }

    var isAtEnd: Bool { currentIndex >= elementCount }

    mutating func decodeNil() throws -> Bool {
      guard try element(as: Never.self).isNull else { return false }
      currentIndex += 1
      return true
    }

    @inline(__always)
    mutating func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
      let value = try place.decode(type, element(as: type), at: .element(currentIndex))
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

    private func elementDecoder(as type: Any.Type) throws -> JanssonDecoder {
      try place.decoder(for: element(as: type), at: .element(currentIndex))
    }

    /// The corresponding C function is `json_array_get`.
    @inline(__always)
    private func element(as type: Any.Type) throws -> JanssonReference {
      if let element = json_array_get(place.json, currentIndex) { return element }
      let context = DecodingError.Context(
        codingPath: codingPath + [PositionKey.element(currentIndex)],
        debugDescription: "The array has no more elements."
      )
      throw DecodingError.valueNotFound(type, context)
    }
  }
#endif
