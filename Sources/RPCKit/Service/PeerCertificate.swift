/// A certificate that a peer has shown, that an authority we trust has issued, and whose key the peer has.
///
/// What stands in it was checked by the authority, and by nobody else. A certificate's fingerprint is the hash of its
/// ``derBytes``.
public struct PeerCertificate: Sendable, Hashable {
  /// The common name (CN) of the certificate's subject, or nil where it has none.
  public var commonName: String?

  /// The DNS names among the subject's alternative names, such as `*.example.com`.
  public var dnsNames: [String] = []

  /// The IP addresses among the subject's alternative names.
  public var ipAddresses: [String] = []

  /// The URIs among the subject's alternative names, such as SPIFFE's `spiffe://example.org/worker`.
  public var uris: [String] = []

  /// The mail addresses among the subject's alternative names.
  public var emailAddresses: [String] = []

  /// The whole certificate, in DER form.
  public var derBytes: [UInt8]

  /// Makes a certificate's description, for tests of methods that look at it.
  ///
  /// - Parameters:
  ///   - commonName: The common name, or nil for none.
  ///   - derBytes: The whole certificate, in DER form.
  public init(commonName: String?, derBytes: [UInt8] = []) {
    self.commonName = commonName
    self.derBytes = derBytes
  }
}
