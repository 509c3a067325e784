public import NIOCore
public import RPCKit

/// Turns values into JSON and back without a tree between them.
///
/// Decoding indexes the document's bytes once and makes values directly of them; encoding writes into the buffer. What
/// JSON a value has is the same as with ``FoundationJSONCoder``, up to the order of members: they are written in the
/// order in which the type encodes them. Dates are strings in the form of RFC 3339, `Data` is Base64, `URL` a string
/// and `Decimal` a number.
///
/// Numbers are exact, names are compared by their UTF-8, and of several members with one name the last one counts.
///
/// The keys in an error's coding path are made from the document: they have the names and positions that stand there,
/// and are not instances of the type's own `CodingKeys`.
///
/// It is used by ``RPCKit/Codec/native`` and is there to build other codecs on.
public struct NativeJSONCoder: BodyCoder {
  /// Makes a coder.
  public init() {}

  /// `application/json`.
  public var mediaType: String { "application/json" }

  /// Appends a value's JSON to a buffer.
  ///
  /// - Parameters:
  ///   - value: The value.
  ///   - output: Where the JSON goes, behind what is there. When this throws, it is as it was.
  /// - Throws: What the value's `encode(to:)` throws, or an `EncodingError` when a number is infinite or not a
  ///   number, a date's year does not have four digits, values are nested deeper than 500 levels, or a container is
  ///   used while a value that it contains is being encoded.
  public func encode<Value: Encodable>(_ value: Value, into output: inout ByteBuffer) throws {
    if Value.self == Int.self { return output.writePlainInteger(unsafeBitCast(value, to: Int.self)) }
    try NativeEncoding.write(value, into: &output)
  }

  /// Decodes a value from JSON.
  ///
  /// - Parameters:
  ///   - bytes: One JSON value, of less than 4 GiB.
  ///   - type: What to decode.
  /// - Returns: The value.
  /// - Throws: What the type's `init(from:)` throws, or a `DecodingError`: the bytes are not JSON, are nested deeper
  ///   than 500 levels, or are not JSON of this type.
  public func decode<Value: Decodable>(_ bytes: ByteBuffer, as type: Value.Type) throws -> Value {
    if type == Int.self, let integer = bytes.plainInteger { return unsafeBitCast(integer, to: type) }
    return try bytes.withUnsafeReadableBytes { try NativeDocument.decode(type, from: $0) }
  }

  /// Tells whether the bytes are `null`.
  public func isNull(_ bytes: ByteBuffer) -> Bool {
    JSONBytes.isNull(bytes)
  }
}
