#if Jansson
  import CJansson

  /// Gives a type the members of an object.
  struct JanssonKeyedDecoding<Key: CodingKey>: KeyedDecodingContainerProtocol {
    /// The object's place.
    let place: JanssonPlace

    var codingPath: [any CodingKey] { place.codingPath }

    var allKeys: [Key] {
      var keys: [Key] = []
      var member = json_object_iter(place.json)
      while let current = member {
        let name = UnsafeRawBufferPointer(
          start: json_object_iter_key(current),
          count: rpckit_json_iter_key_len(current)
        )
        if let key = Key(stringValue: String(decoding: name, as: UTF8.self)) { keys.append(key) }
        member = json_object_iter_next(place.json, current)
      }
      return keys
    }

    func contains(_ key: Key) -> Bool {
      member(key) != nil
    }

    func decodeNil(forKey key: Key) throws -> Bool {
      try existingMember(key).isNull
    }

    @inline(__always)
    func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
      try place.decode(type, existingMember(key), at: .member(key))
    }

    // The default implementation looks for the member three times.
    @inline(__always)
    func decodeIfPresent<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value? {
      guard let member = member(key), !member.isNull else { return nil }
      return try place.decode(type, member, at: .member(key))
    }

    func nestedContainer<NestedKey: CodingKey>(
      keyedBy type: NestedKey.Type,
      forKey key: Key
    ) throws -> KeyedDecodingContainer<NestedKey> {
      try place.decoder(for: existingMember(key), at: .member(key)).container(keyedBy: type)
    }

    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
      try place.decoder(for: existingMember(key), at: .member(key)).unkeyedContainer()
    }

    func superDecoder() throws -> any Decoder {
      superDecoder(at: PositionKey.superclass)
    }

    func superDecoder(forKey key: Key) throws -> any Decoder {
      superDecoder(at: key)
    }

    /// The decoder for a superclass's part.
    ///
    /// One that is missing is null, as for JSONDecoder.
    private func superDecoder(at key: some CodingKey) -> any Decoder {
      place.decoder(for: member(key) ?? json_null(), at: .member(key))
    }

    @inline(__always)
    private func existingMember(_ key: Key) throws -> JanssonReference {
      if let member = member(key) { return member }
      let context = DecodingError.Context(
        codingPath: codingPath,
        debugDescription: "No value associated with key \"\(key.stringValue)\"."
      )
      throw DecodingError.keyNotFound(key, context)
    }

    @inline(__always)
    private func member(_ key: some CodingKey) -> JanssonReference? {
      place.member(key.stringValue)
    }
  }
#endif
