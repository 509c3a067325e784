/// Whom a client believes on `tls://` endpoints, and how it proves who it is itself.
///
/// ```swift
/// var configuration = ClientConfiguration()
/// configuration.tls.trustRoots = .pem(.file("ca.pem"))
/// let client = try await RPCClient.connect(
///   to: endpoint,
///   codec: .foundationJSON,
///   configuration: configuration
/// )
/// ```
///
/// TLS 1.3 is spoken, or 1.2 with ciphers that are forward secret and authenticated, and nothing older. A server must show
/// a certificate that is valid now, is issued by an authority of ``trustRoots``, and is for the endpoint's host. There is no
/// way to switch that off: to believe one self-signed certificate, name it as the trust root.
public struct ClientTLS: Sendable, Hashable {
  /// The authorities that are believed: those of the system unless set.
  public var trustRoots = TrustRoots.system

  /// What the client shows a server that asks for it: nothing unless set.
  ///
  /// With TLS 1.3 a server looks at it after the handshake has ended on the client's side, so a refusal comes after
  /// connecting, as a lost connection whose reason is the server's.
  public var identity: Identity?

  /// The name that the server's certificate must be for, or nil for the endpoint's host.
  ///
  /// It is a DNS name, and is sent to the server as well (SNI). An endpoint whose host is an address is checked against the
  /// addresses in the certificate.
  public var serverName: String?

  /// Where the authorities come from.
  public enum TrustRoots: Sendable, Hashable {
    /// Those that the system believes.
    case system

    /// These, and no others.
    case pem(PEM)
  }

  /// A certificate and its key.
  public struct Identity: Sendable, Hashable {
    /// The client's certificate, and behind it those that lead to one the server knows, in this order.
    public var certificateChain: PEM

    /// The key of the client's certificate: RSA or ECDSA, not encrypted.
    public var privateKey: PEM

    /// Makes an identity.
    ///
    /// - Parameters:
    ///   - certificateChain: The client's certificate, and behind it those that lead to one the server knows.
    ///   - privateKey: The key of the client's certificate.
    public init(certificateChain: PEM, privateKey: PEM) {
      self.certificateChain = certificateChain
      self.privateKey = privateKey
    }
  }

  /// Makes the default configuration: the system's authorities, and no certificate of the client's own.
  public init() {}
}
