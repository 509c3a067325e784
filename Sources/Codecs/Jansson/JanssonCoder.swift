#if Jansson
  public import NIOCore
  public import RPCKit

  /// Turns values into JSON and back by libjansson.
  ///
  /// Values become jansson's tree and the tree becomes text in the buffer, with no string between. What JSON a value
  /// has is the same as with ``FoundationJSONCoder``, up to the order of members: dates are strings in the form of
  /// RFC 3339, `Data` is Base64, `URL` a string and `Decimal` a number.
  ///
  /// Numbers are exact although jansson's are `Int64` and `Double`: others travel through it as text.
  ///
  /// It is used by ``RPCKit/Codec/jansson`` and is there to build other codecs on. It is available with the package
  /// trait `Jansson`.
  public struct JanssonCoder: BodyCoder {
    /// Makes a coder.
    public init() {}

    /// `application/json`.
    public var mediaType: String { "application/json" }

    /// Appends a value's JSON to a buffer.
    ///
    /// - Parameters:
    ///   - value: The value.
    ///   - output: Where the JSON goes, behind what is there.
    /// - Throws: What the value's `encode(to:)` throws, or an `EncodingError` when a number is infinite or not a
    ///   number, a date's year does not have four digits, or values are nested deeper than 500 levels.
    public func encode(_ value: some Encodable, into output: inout ByteBuffer) throws {
      try JanssonEncoding.write(value, into: &output)
    }

    /// Decodes a value from JSON.
    ///
    /// - Parameters:
    ///   - bytes: One JSON value.
    ///   - type: What to decode.
    /// - Returns: The value.
    /// - Throws: What the type's `init(from:)` throws, or a `DecodingError`: the bytes are not JSON, are nested deeper
    ///   than 500 levels, or are not JSON of this type.
    public func decode<Value: Decodable>(_ bytes: ByteBuffer, as type: Value.Type) throws -> Value {
      if type == Int.self, let integer = bytes.plainInteger { return unsafeBitCast(integer, to: type) }
      return try JanssonPlace(parsing: bytes).decode(type)
    }

    /// Tells whether the bytes are `null`.
    public func isNull(_ bytes: ByteBuffer) -> Bool {
      JSONBytes.isNull(bytes)
    }
  }
#endif
