public import NIOCore

/// An argument or a reply that is still encoded: its bytes, and the coder that can read them.
///
/// A body crosses tasks, so that a value is encoded by the task that has it and decoded by the task that wants it.
/// It also passes through unread: an interceptor, a proxy and the `netrpc` command carry bodies whose type they
/// do not know. Dropping a body discards it; nothing is decoded until ``decode(as:)`` is called.
///
/// The corresponding Go code is the `any` that `ReadRequestBody` and `WriteResponse` take.
public struct Body: Sendable {
  /// The encoded value, exactly its bytes.
  ///
  /// For JSON one value, such as `{"A":7,"B":8}`.
  public var bytes: ByteBuffer

  /// What can read the bytes.
  public let coder: any BodyCoder

  /// Wraps bytes that are already encoded.
  ///
  /// - Parameters:
  ///   - bytes: One value in the coder's format. It is not checked here: malformed bytes reach the peer as they are.
  ///   - coder: What can read the bytes.
  public init(bytes: ByteBuffer, coder: any BodyCoder) {
    self.bytes = bytes
    self.coder = coder
  }

  /// Encodes a value.
  ///
  /// - Parameters:
  ///   - value: The argument or the reply.
  ///   - coder: The coder of the connection's codec.
  /// - Throws: What the value's `encode(to:)` or the coder throws, usually an `EncodingError`: the format cannot express
  ///   the value.
  public init(encoding value: some Encodable, coder: any BodyCoder) throws {
    // Most values fit in there.
    var bytes = ByteBufferAllocator().buffer(capacity: 128)
    try coder.encode(value, into: &bytes)
    self.init(bytes: bytes, coder: coder)
  }

  /// Decodes the value.
  ///
  /// - Parameter type: What to decode.
  /// - Returns: The value.
  /// - Throws: What the type's `init(from:)` or the coder throws, usually a `DecodingError`: the bytes are not a value of
  ///   this type.
  public func decode<Value: Decodable>(as type: Value.Type = Value.self) throws -> Value {
    try coder.decode(bytes, as: type)
  }

  /// Whether the encoded value is null, which Go's clients do not survive as a reply.
  public var isNull: Bool {
    coder.isNull(bytes)
  }
}
