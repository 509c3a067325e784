/// How a server proves who it is on `tls://` endpoints, and whether its clients must.
///
/// ```swift
/// var configuration = ServerConfiguration()
/// configuration.tls = ServerTLS(certificateChain: .file("server.pem"), privateKey: .file("server.key"))
/// let server = RPCServer(configuration: configuration)
/// try server.register(Arith())
/// let listener = try await server.listen(on: .tls("127.0.0.1", port: 0), codec: .foundationJSON)
/// ```
///
/// TLS 1.3 is spoken, or 1.2 with ciphers that are forward secret and authenticated, and nothing older. The files are read
/// by each `listen`, so that a new listener has the new certificate.
///
/// A peer that ends its output by TLS's `close_notify` still gets the answers that are on their way, as with TCP. One that
/// just closes its connection is not told from it, unless a message was cut short: that one is refused and never run.
public struct ServerTLS: Sendable, Hashable {
  /// The server's certificate, and behind it those that lead to one the clients know, in this order.
  public var certificateChain: PEM

  /// The key of the server's certificate: RSA or ECDSA, not encrypted.
  public var privateKey: PEM

  /// Whether clients must show a certificate: they are not asked unless set.
  public var clientCertificates: ClientCertificates

  /// How long a client may take for the handshake: 10 s unless set.
  ///
  /// Past it, the connection is closed. A connection counts for ``ServerConfiguration/maximumConnections`` from the
  /// handshake's beginning on.
  public var handshakeTimeout: Duration = .seconds(10)

  /// What is asked of the clients.
  public enum ClientCertificates: Sendable, Hashable {
    /// Nothing: any client is served.
    case ignored

    /// A certificate may be shown. One that no authority of these has issued ends the handshake.
    case optional(trusting: PEM)

    /// A certificate of one of these authorities must be shown.
    case required(trusting: PEM)
  }

  /// Makes a configuration.
  ///
  /// - Parameters:
  ///   - certificateChain: The server's certificate, and behind it those that lead to one the clients know.
  ///   - privateKey: The key of the server's certificate.
  ///   - clientCertificates: Whether clients must show a certificate. What was shown and found good is in
  ///     ``Peer/certificate``.
  public init(
    certificateChain: PEM,
    privateKey: PEM,
    clientCertificates: ClientCertificates = .ignored
  ) {
    self.certificateChain = certificateChain
    self.privateKey = privateKey
    self.clientCertificates = clientCertificates
  }
}
