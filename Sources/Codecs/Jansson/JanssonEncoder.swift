#if Jansson
  import CJansson

  /// Makes one value of jansson's from a Swift value, for Codable.
  ///
  /// The one of a value within it is used again for the next, so that a tree needs as many encoders as it is deep.
  final class JanssonEncoder: Encoder {
    let encoding: JanssonEncoding

    // Every access to a property begins and ends within one line of this file, so none can overlap; the checks at run
    // time would cost a tenth of the encoding.

    /// The encoder of the value around this one, and the step from there.
    ///
    /// They also are the coding path.
    @exclusivity(unchecked) private var parent: JanssonEncoder?
    @exclusivity(unchecked) private var step = JanssonStep.none

    @exclusivity(unchecked) private var depth = EncodingDepth()

    /// What has been encoded so far.
    @exclusivity(unchecked) private var slot = JanssonSlot()

    /// An encoder for values within this one, which has done its work and can do another's.
    @exclusivity(unchecked) private var spare: JanssonEncoder?

    /// Whether the type has asked for a container of members or elements.
    @exclusivity(unchecked) private var isContainer = false

    /// Whether the value is put into the parent's as soon as there is one, and not taken by the parent at the end.
    @exclusivity(unchecked) private var isAttached = false

    init(encoding: JanssonEncoding) {
      self.encoding = encoding
    }

    var codingPath: [any CodingKey] {
      var keys: [any CodingKey] = []
      var encoder: JanssonEncoder? = self
      while let current = encoder {
        keys += current.step.keys
        encoder = current.parent
      }
      return keys.reversed()
    }

    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
      open(JSON_OBJECT)
      return KeyedEncodingContainer(JanssonKeyedEncoding(encoder: self))
    }

    func unkeyedContainer() -> any UnkeyedEncodingContainer {
      open(JSON_ARRAY)
      return JanssonUnkeyedEncoding(encoder: self)
    }

    func singleValueContainer() -> any SingleValueEncodingContainer {
      JanssonSingleEncoding(encoder: self)
    }
  }

  // MARK: - Whole values

  extension JanssonEncoder {
    /// Encodes the value at the top.
    func makeDocument<Value: Encodable>(_ value: Value) throws -> JanssonValue {
      if let scalar = try encoding.scalar(value, at: []) { return scalar }
      try value.encode(to: self)
      if let json = slot.take() { return json }
      throw EncodingError.invalidValue(
        value,
        EncodingError.Context(codingPath: [], debugDescription: "The value did not encode anything.")
      )
    }

    /// Encodes a value that takes the place of this one.
    func makeReplacement<Value: Encodable>(_ value: Value) throws -> JanssonValue {
      if let scalar = try encoding.scalar(value, at: codingPath) { return scalar }
      return try makeNested(value, at: .none, depth: depth)
    }

    /// Encodes a value that lies in this one's container.
    @inline(__always)
    private func makeElement<Value: Encodable>(
      _ value: Value,
      at step: @autoclosure () -> JanssonStep
    ) throws -> JanssonValue {
      if let scalar = try encoding.scalar(value, at: codingPath + step().keys) { return scalar }
      return try makeNested(value, at: step(), depth: depth.insideContainer)
    }

    /// Encodes a value by its own `encode(to:)`.
    private func makeNested(
      _ value: some Encodable,
      at step: JanssonStep,
      depth: EncodingDepth
    ) throws -> JanssonValue {
      var encoder = spare.take() ?? JanssonEncoder(encoding: encoding)
      encoder.parent = self
      encoder.step = step
      encoder.depth = depth.insideCall
      guard !encoder.depth.isTooDeep else {
        throw EncodingDepth.error(for: value, at: encoder.codingPath)
      }
      try value.encode(to: encoder)
      let json = try encoder.slot.take() ?? JanssonValue.object()
      // A user's type can keep an encoder, and go on with it when all is over.
      if isKnownUniquelyReferenced(&encoder) {
        encoder.parent = nil
        encoder.step = .none
        encoder.isContainer = false
        spare = encoder
      }
      return json
    }

    /// Makes this the one value as which the type encodes itself, in the place of an earlier one.
    func replace(by json: consuming JanssonValue) throws {
      guard !isContainer else { throw conflict() }
      try put(json)
    }

    /// Makes this the value, in the parent's container too when it belongs there already.
    private func put(_ json: consuming JanssonValue) throws {
      if isAttached {
        let shared = try JanssonValue.retaining(json.reference)
        switch step {
        case .member(let key): try parent?.container(JSON_OBJECT).setMember(key.stringValue, to: shared)
        case .element(let index): try parent?.container(JSON_ARRAY).setElement(index, to: shared)
        case .none: break
        }
      }
      slot.put(json)
    }
  }

  // MARK: - Containers

  extension JanssonEncoder {
    /// Encodes a member of the object.
    @inline(__always)
    func encode(_ value: some Encodable, forKey key: some CodingKey) throws {
      try set(makeElement(value, at: .member(key)), forKey: key)
    }

    /// Makes a value a member of the object.
    func set(_ json: consuming JanssonValue, forKey key: some CodingKey) throws {
      let name = key.stringValue
      encoding.expect(bytes: name.utf8.count + 4)
      try container(JSON_OBJECT).setMember(name, to: json)
    }

    /// Encodes an element behind the others of the array.
    @inline(__always)
    func append(_ value: some Encodable) throws {
      try append(makeElement(value, at: .element(elementCount)))
    }

    /// Adds an element at the array's end.
    func append(_ json: consuming JanssonValue) throws {
      try container(JSON_ARRAY).append(json)
    }

    /// How many elements the array has.
    var elementCount: Int {
      slot.reference.map { json_array_size($0) } ?? 0
    }

    /// Makes the encoder for a member that is a container.
    ///
    /// If the member is there already, it is gone on with.
    func makeMember(forKey key: some CodingKey) -> JanssonEncoder {
      let encoder = makeAttached(at: .member(key))
      if let member = slot.reference?.member(key.stringValue) {
        recordingFailure { encoder.slot.put(try JanssonValue.retaining(member)) }
      }
      return encoder
    }

    /// Makes the encoder for a superclass's part of the object.
    ///
    /// It is an empty object until something is encoded.
    func makeSuperclassMember(forKey key: some CodingKey) -> JanssonEncoder {
      recordingFailure { try set(JanssonValue.object(), forKey: key) }
      return makeAttached(at: .member(key))
    }

    /// Makes the encoder for a new element, which is an empty object until something is encoded.
    func makeElement() -> JanssonEncoder {
      let index = elementCount
      recordingFailure { try append(JanssonValue.object()) }
      return makeAttached(at: .element(index))
    }

    /// Makes the encoder for a value that lies in this one's container from the start.
    ///
    /// Where the container is too deep to be, which is an error already, what the encoder makes is lost. A type may make
    /// containers in containers without end: encoders that led to their parents all the way could not be released.
    private func makeAttached(at step: JanssonStep) -> JanssonEncoder {
      let encoder = JanssonEncoder(encoding: encoding)
      guard !depth.insideContainer.isTooDeep else {
        encoder.depth = depth
        return encoder
      }
      encoder.parent = self
      encoder.step = step
      encoder.depth = depth.insideContainer
      encoder.isAttached = true
      return encoder
    }

    /// Makes the value an empty container, unless it is one already: a class and its superclass may share it.
    private func open(_ type: json_type) {
      isContainer = true
      if let reference = slot.reference {
        if rpckit_json_typeof(reference) != type { encoding.fail(conflict()) }
        return
      }
      guard !depth.insideContainer.isTooDeep else {
        return encoding.fail(EncodingDepth.error(for: JanssonEncoder.self, at: codingPath))
      }
      encoding.expect(bytes: 3)
      recordingFailure { try put(type == JSON_OBJECT ? JanssonValue.object() : JanssonValue.array()) }
    }

    /// The value as a container of the type.
    ///
    /// It is none when a type has asked for two different containers, or goes on with one when its encoder is done.
    private func container(_ type: json_type) throws -> JanssonReference {
      guard let reference = slot.reference, rpckit_json_typeof(reference) == type else { throw conflict() }
      return reference
    }

    private func conflict() -> EncodingError {
      // The value is not known here. The encoder would do for it, but the error may be kept by what the encoder keeps.
      .invalidValue(
        JanssonEncoder.self,
        EncodingError.Context(
          codingPath: codingPath,
          debugDescription: "A value can encode itself into one container only."
        )
      )
    }

    /// Keeps an error for the end, where Codable lets nothing be thrown.
    private func recordingFailure(_ body: () throws -> Void) {
      do {
        try body()
      } catch {
        encoding.fail(error)
      }
    }
  }
#endif
