#if Jansson
  import CJansson
  import NIOCore

  /// A value of jansson's that somebody else owns.
  ///
  /// It is valid as long as its owner, and is not given to another thread.
  typealias JanssonReference = UnsafeMutablePointer<json_t>

  /// Owns one reference to a value of jansson's, and gives it back when it goes.
  ///
  /// Every `json_t` of RPCKit's is made here and released here, and nowhere else. What jansson cannot make becomes an
  /// error in ``init(owning:)``, the one place that looks at jansson's null pointers.
  struct JanssonValue: ~Copyable {
    /// The value, without a claim to it.
    let reference: JanssonReference

    fileprivate init(reference: JanssonReference) {
      self.reference = reference
    }

    private init(owning reference: JanssonReference?) throws(JanssonFailure) {
      guard let reference else { throw .outOfMemory }
      self.init(reference: reference)
    }

    deinit {
      rpckit_json_decref(reference)
    }

    /// Gives the reference to jansson, whose functions that end in `_new` take it whether they succeed or not.
    fileprivate consuming func release() -> JanssonReference {
      let reference = reference
      discard self
      return reference
    }
  }

  /// A place for a value that comes later, or has been taken out.
  struct JanssonSlot: ~Copyable {
    /// The value, without a claim to it.
    private(set) var reference: JanssonReference?

    deinit {
      if let reference { rpckit_json_decref(reference) }
    }

    /// Puts a value in place of the one that is there.
    mutating func put(_ value: consuming JanssonValue) {
      if let reference { rpckit_json_decref(reference) }
      reference = value.release()
    }

    /// Takes the value out.
    mutating func take() -> JanssonValue? {
      guard let taken = reference else { return nil }
      reference = nil
      return JanssonValue(reference: taken)
    }
  }

  /// Where in a document jansson found what is not JSON.
  struct JanssonSyntaxError: Error {
    /// How many bytes jansson had read.
    let position: Int
  }

  /// What goes wrong with jansson when its arguments are right.
  enum JanssonFailure: Error {
    /// There is no memory left, to which jansson answers with a null pointer or an error.
    case outOfMemory

    /// jansson hands over its JSON in other pieces than before, so that numbers cannot be put in.
    case unknownPieces
  }

  extension JanssonValue {
    /// Parses one value that takes up all the bytes.
    ///
    /// The corresponding C function is `json_loadb`.
    static func parse(_ bytes: ByteBuffer) throws(JanssonSyntaxError) -> JanssonValue {
      JanssonSetup.once
      var position: CInt = 0
      let parsed = bytes.withUnsafeReadableBytes { bytes in
        // A buffer without bytes has no address, and is no JSON.
        bytes.baseAddress.flatMap {
          rpckit_json_loadb($0.assumingMemoryBound(to: CChar.self), bytes.count, &position)
        }
      }
      guard let parsed else { throw JanssonSyntaxError(position: Int(position)) }
      return JanssonValue(reference: parsed)
    }

    /// The corresponding C function is `json_object`.
    static func object() throws(JanssonFailure) -> JanssonValue {
      try JanssonValue(owning: json_object())
    }

    /// The corresponding C function is `json_array`.
    static func array() throws(JanssonFailure) -> JanssonValue {
      try JanssonValue(owning: json_array())
    }

    /// The corresponding C function is `json_stringn_nocheck`: a Swift string is always valid UTF-8.
    static func string(_ string: String) throws(JanssonFailure) -> JanssonValue {
      try JanssonValue(owning: string.withCharacters { json_stringn_nocheck($0, $1) })
    }

    /// The corresponding C function is `json_integer`.
    static func integer(_ integer: Int64) throws(JanssonFailure) -> JanssonValue {
      try JanssonValue(owning: json_integer(json_int_t(integer)))
    }

    /// The corresponding C function is `json_real`.
    static func real(_ real: Double) throws(JanssonFailure) -> JanssonValue {
      try JanssonValue(owning: json_real(real))
    }

    /// The corresponding C functions are `json_true` and `json_false`.
    static func boolean(_ boolean: Bool) throws(JanssonFailure) -> JanssonValue {
      try JanssonValue(owning: boolean ? json_true() : json_false())
    }

    /// The corresponding C function is `json_null`.
    static func null() throws(JanssonFailure) -> JanssonValue {
      try JanssonValue(owning: json_null())
    }

    /// Takes a claim of its own to a value that somebody else owns.
    ///
    /// The corresponding C function is `json_incref`.
    static func retaining(_ reference: JanssonReference) throws(JanssonFailure) -> JanssonValue {
      try JanssonValue(owning: rpckit_json_incref(reference))
    }
  }

  extension JanssonReference {
    /// Returns the object's member with this name, or nil when there is none.
    ///
    /// The corresponding C function is `json_object_getn`.
    @inline(__always)
    func member(_ name: String) -> JanssonReference? {
      name.withCharacters { rpckit_json_object_getn(self, $0, $1) }
    }

    /// Makes a value the object's member, in place of one with the same name.
    ///
    /// The corresponding C function is `json_object_setn_new_nocheck`.
    func setMember(_ name: String, to value: consuming JanssonValue) throws(JanssonFailure) {
      let member = value.release()
      let result = name.withCharacters { rpckit_json_object_setn_new(self, $0, $1, member) }
      guard result == 0 else { throw .outOfMemory }
    }

    /// Adds a value at the array's end.
    ///
    /// The corresponding C function is `json_array_append_new`.
    func append(_ element: consuming JanssonValue) throws(JanssonFailure) {
      guard json_array_append_new(self, element.release()) == 0 else { throw .outOfMemory }
    }

    /// Replaces an element of the array.
    ///
    /// The corresponding C function is `json_array_set_new`.
    func setElement(_ index: Int, to element: consuming JanssonValue) throws(JanssonFailure) {
      guard json_array_set_new(self, index, element.release()) == 0 else { throw .outOfMemory }
    }
  }

  extension String {
    /// Lends the characters to C without a copy, as far as the string is stored as UTF-8 already.
    @inline(__always)
    func withCharacters<Result>(_ body: (UnsafePointer<CChar>?, Int) -> Result) -> Result {
      var string = self
      return string.withUTF8 { characters in
        characters.withMemoryRebound(to: CChar.self) { body($0.baseAddress, $0.count) }
      }
    }
  }
#endif
