public import NIOCore
public import RPCKit

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Turns values into JSON and back by Foundation's JSONEncoder and JSONDecoder.
///
/// Dates are strings in the form of RFC 3339, as Go's are; `Data` is Base64, `URL` a string and `Decimal` a number.
/// What RPCKit does where the engines would disagree stands in <doc:Engines>.
///
/// It is used by ``RPCKit/Codec/foundationJSON`` and is there to build other codecs on.
public struct FoundationJSONCoder: BodyCoder {
  // Both are safe to use from any thread, and are not changed once they are made.
  private let encoder: JSONEncoder
  private let decoder: JSONDecoder

  /// Makes a coder.
  public init() {
    encoder = JSONEncoder()
    encoder.outputFormatting = .withoutEscapingSlashes
    encoder.dateEncodingStrategy = .custom(Self.encode)
    decoder = JSONDecoder()
    decoder.dateDecodingStrategy = .custom(Self.decode)
  }

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
    output.writeBytes(try DepthGuard.encode(value, by: encoder))
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
    try bytes.withUnsafeReadableBytes { bytes in
      // JSONDecoder would read it, with brackets that have not been counted.
      if JSONBytes.isInOtherEncoding(bytes) {
        throw JSONBytes.corrupted("The given data was not valid JSON: it is not in UTF-8.")
      }
      if JSONBytes.isTooDeep(bytes) { throw JSONBytes.tooDeep() }
      guard let start = bytes.baseAddress else { throw JSONBytes.corrupted("There is no JSON.") }
      // The bytes are lent to JSONDecoder, which makes a copy when a type has kept its decoder. It makes none when
      // decoding throws: what a type has kept then reads memory that is somebody else's, whoever owns the data here.
      let data = Data(
        bytesNoCopy: UnsafeMutableRawPointer(mutating: start),
        count: bytes.count,
        deallocator: .none
      )
      return try decoder.decode(type, from: data)
    }
  }

  /// Tells whether the bytes are `null`.
  public func isNull(_ bytes: ByteBuffer) -> Bool {
    JSONBytes.isNull(bytes)
  }

  @Sendable
  private static func encode(_ date: Date, to encoder: any Encoder) throws {
    guard let text = RFC3339.string(from: date) else {
      throw EncodingError.invalidValue(
        date,
        EncodingError.Context(codingPath: encoder.codingPath, debugDescription: RFC3339.unwritable)
      )
    }
    var container = encoder.singleValueContainer()
    try container.encode(text)
  }

  @Sendable
  private static func decode(_ decoder: any Decoder) throws -> Date {
    let container = try decoder.singleValueContainer()
    let text = try container.decode(String.self)
    if let date = RFC3339.date(from: text.utf8) { return date }
    throw DecodingError.dataCorruptedError(in: container, debugDescription: RFC3339.unreadable)
  }
}
