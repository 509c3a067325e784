public import Logging

/// What a method can know of the call it serves.
///
/// A method asks for it by a second parameter: `func divide(_ args: Args, _ context: RPCContext) throws -> Quotient`.
public struct RPCContext: Sendable {
  /// The full name by which the method was called, `Service.Method`.
  public let serviceMethod: String

  let connection: ConnectionInfo

  /// Who called.
  public var peer: Peer { connection.peer }

  /// Where the server listens for this connection, or nil for a channel that no listener accepted.
  public var endpoint: Endpoint? { connection.endpoint }

  /// The name of the connection's codec, such as `jansson`.
  public var codec: String { connection.codec.name }

  /// The server's logger, with the peer and the method as metadata.
  ///
  /// It is silent unless the server was given one.
  public var logger: Logger {
    var logger = connection.logger
    logger[metadataKey: "method"] = "\(LogText(serviceMethod))"
    return logger
  }
}

/// The other end of a connection.
public struct Peer: Sendable, Hashable, CustomStringConvertible {
  /// The peer's address, or nil where it has none: a Unix socket's client, a connection in memory.
  public let endpoint: Endpoint?

  /// The certificate by which the peer has proved who it is, or nil where it has shown none.
  ///
  /// A server asks for one by ``ServerTLS/clientCertificates``.
  public let certificate: PeerCertificate?

  /// A peer without an address.
  public static let local = Peer(endpoint: nil)

  /// Makes a peer.
  ///
  /// - Parameters:
  ///   - endpoint: Its address, or nil where it has none.
  ///   - certificate: The certificate that it has shown, or nil for none.
  public init(endpoint: Endpoint?, certificate: PeerCertificate? = nil) {
    self.endpoint = endpoint
    self.certificate = certificate
  }

  /// The address as text, or `local`.
  public var description: String { endpoint?.description ?? "local" }
}
