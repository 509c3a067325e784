#if Jansson
  import CJansson

  /// Gives a type the members of an object.
  struct JanssonKeyedDecoding<Key: CodingKey>: KeyedDecodingContainerProtocol {
    /// The object's decoder.
    let decoder: JanssonDecoder

    var codingPath: [any CodingKey] { decoder.codingPath }

    var allKeys: [Key] {
      var keys: [Key] = []
      var member = json_object_iter(decoder.json)
      while let current = member {
        let name = UnsafeRawBufferPointer(
          start: json_object_iter_key(current),
          count: rpckit_json_iter_key_len(current)
        )
        if let key = Key(stringValue: String(decoding: name, as: UTF8.self)) { keys.append(key) }
        member = json_object_iter_next(decoder.json, current)
      }
      return keys
    }

    func contains(_ key: Key) -> Bool {
      member(key) != nil
    }

    func decodeNil(forKey key: Key) throws -> Bool {
      try existingMember(key).isNull
    }

    func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
      try decoder.decode(type, existingMember(key), at: key)
    }

    // The default implementation looks for the member three times.
    func decodeIfPresent<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value? {
      guard let member = member(key), !member.isNull else { return nil }
      return try decoder.decode(type, member, at: key)
    }

    func nestedContainer<NestedKey: CodingKey>(
      keyedBy type: NestedKey.Type,
      forKey key: Key
    ) throws -> KeyedDecodingContainer<NestedKey> {
      try decoder.decoder(for: existingMember(key), at: key).container(keyedBy: type)
    }

    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
      try decoder.decoder(for: existingMember(key), at: key).unkeyedContainer()
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
    private func superDecoder(at key: any CodingKey) -> any Decoder {
      decoder.decoder(for: member(key) ?? json_null(), at: key)
    }

    private func existingMember(_ key: Key) throws -> JanssonReference {
      if let member = member(key) { return member }
      let context = DecodingError.Context(
        codingPath: codingPath,
        debugDescription: "No value associated with key \"\(key.stringValue)\"."
      )
      throw DecodingError.keyNotFound(key, context)
    }

    private func member(_ key: some CodingKey) -> JanssonReference? {
      decoder.json.member(key.stringValue)
    }
  }
#endif
