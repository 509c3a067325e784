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
      if type == Int.self, let integer = plainInteger(bytes) { return unsafeBitCast(integer, to: type) }
      return try JanssonPlace(parsing: bytes).decode(type)
    }

    /// Reads a body that is nothing but digits, which many calls answer with: jansson's tree of it costs many times more.
    private func plainInteger(_ bytes: ByteBuffer) -> Int? {
      bytes.withUnsafeReadableBytes { digits in
        // Eighteen digits never overflow. What begins with a zero is for jansson, as it may be an error.
        guard (1...18).contains(digits.count), digits[0] != .zero, digits.allSatisfy(\.isDigit) else {
          return nil
        }
        return digits.reduce(0) { $0 * 10 + Int($1 - .zero) }
      }
    }

    /// Tells whether the bytes are `null`.
    public func isNull(_ bytes: ByteBuffer) -> Bool {
      JSONBytes.isNull(bytes)
    }
  }
#endif
