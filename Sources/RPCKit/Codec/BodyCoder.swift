public import NIOCore

/// Turns Swift values into a codec's bytes and back.
///
/// A coder belongs to a codec, is shared by all its connections, and is called from any task, several at a time,
/// outside every lock: a user's `encode(to:)` may do anything. A codec whose bodies depend on what came before
/// them on the connection gives each ``Body`` a coder of its own that knows it.
public protocol BodyCoder: Sendable {
  /// Appends the encoded value to a buffer.
  ///
  /// - Parameters:
  ///   - value: The value.
  ///   - output: Where the bytes go. What it holds already stays. When this throws, the caller discards what
  ///     has been appended.
  /// - Throws: What the value's `encode(to:)` throws, or an `EncodingError` for what the format cannot express.
  func encode(_ value: some Encodable, into output: inout ByteBuffer) throws

  /// Decodes one value that takes up all the bytes.
  ///
  /// - Parameters:
  ///   - bytes: One whole value, which the codec's reading side has already checked.
  ///   - type: What to decode.
  /// - Returns: The value.
  /// - Throws: What the type's `init(from:)` throws, or a `DecodingError`.
  func decode<Value: Decodable>(_ bytes: ByteBuffer, as type: Value.Type) throws -> Value

  /// Tells whether the bytes are the format's null, the absence of a value.
  ///
  /// The default implementation answers false, for formats that have no null.
  ///
  /// - Parameter bytes: One whole encoded value.
  /// - Returns: Whether it is the null.
  func isNull(_ bytes: ByteBuffer) -> Bool

  /// The media type of an encoded value, such as `application/json`: by it the debug page knows what it can show.
  var mediaType: String { get }
}

extension BodyCoder {
  /// Answers false: most formats have no null.
  public func isNull(_ bytes: ByteBuffer) -> Bool {
    false
  }

  /// Bytes that nobody else can read.
  public var mediaType: String { "application/octet-stream" }
}
