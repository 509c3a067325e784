/// Why there is no TLS, or no TLS any more, in one line.
enum TLSFailure: Error, Hashable, CustomStringConvertible {
  /// The package was built without the trait.
  case unavailable
  /// A listener has no certificate to show.
  case notConfigured
  /// A certificate or a key cannot be read.
  case unreadable(PEM, reason: String)
  /// The key is another certificate's.
  case mismatch(certificate: PEM, key: PEM)
  case timedOut(after: Duration)
  /// The two ends did not come to an agreement.
  case handshake(reason: String)
  /// The peer's end of an encrypted connection was lost, or somebody has tampered with it.
  case connection(reason: String)

  var description: String {
    switch self {
    case .unavailable: "this build has no TLS: it was made with the trait TLS switched off"
    case .notConfigured: "no certificate is set in ServerConfiguration.tls"
    case .unreadable(let pem, let reason): "\(pem): \(reason)"
    case .mismatch(let certificate, let key): "\(key): not the key of the certificate \(certificate)"
    case .timedOut(let limit): "no TLS handshake within \(limit.text)"
    case .handshake(let reason): "TLS handshake failed: \(reason)"
    case .connection(let reason): "TLS failed: \(reason)"
    }
  }
}
