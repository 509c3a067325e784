/// A wire format, chosen per connection: `codec: .jansson`.
///
/// This is the value that users pass. It makes one ``ClientCodec`` or ``ServerCodec`` for each connection, and has the
/// coder by which values become bodies.
public struct Codec: Sendable {
  /// The name for logs and metrics, such as `jansson`.
  public let name: String

  /// What turns values into bodies for this format.
  public let coder: any BodyCoder

  /// Makes the client's side for one connection.
  public let makeClientCodec: @Sendable (MessageLimits) -> any ClientCodec

  /// Makes the server's side for one connection.
  public let makeServerCodec: @Sendable (MessageLimits) -> any ServerCodec

  /// Tells whether a connection may begin with this byte.
  ///
  /// One that does not is closed without a word.
  public let admits: @Sendable (_ firstByte: UInt8) -> Bool

  /// Makes a codec.
  ///
  /// - Parameters:
  ///   - name: The name for logs and metrics.
  ///   - coder: What turns values into bodies for this format.
  ///   - admits: Whether a client's connection may begin with this byte. It keeps a browser, a TLS handshake or an
  ///     SSH banner from being taken for a malformed message. Every byte is admitted unless this is given.
  ///   - makeClientCodec: Makes the client's side for one connection, with the limits to enforce.
  ///   - makeServerCodec: Makes the server's side for one connection, with the limits to enforce.
  public init(
    name: String,
    coder: any BodyCoder,
    admits: @escaping @Sendable (_ firstByte: UInt8) -> Bool = { _ in true },
    makeClientCodec: @escaping @Sendable (MessageLimits) -> any ClientCodec,
    makeServerCodec: @escaping @Sendable (MessageLimits) -> any ServerCodec
  ) {
    self.name = name
    self.coder = coder
    self.admits = admits
    self.makeClientCodec = makeClientCodec
    self.makeServerCodec = makeServerCodec
  }
}
