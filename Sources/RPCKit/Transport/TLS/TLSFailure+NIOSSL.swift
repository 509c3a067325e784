#if TLS
  import NIOCore
  import NIOSSL

  extension TLSFailure {
    /// Says in a few words what swift-nio-ssl says with an error stack, file names and line numbers.
    ///
    /// - Parameters:
    ///   - error: What was thrown or caught.
    ///   - certificate: What the peer has shown, if anything.
    init(_ error: any Error, showing certificate: NIOSSLCertificate?) {
      switch error {
      case let failure as TLSFailure: self = failure
      case NIOSSLError.handshakeFailed(.sslError(let stack)),
        NIOSSLError.shutdownFailed(.sslError(let stack)):
        self = .handshake(reason: Self.reason(stack, certificate))
      case NIOSSLError.uncleanShutdown: self = .connection(reason: WireText.unexpectedEnd)
      case BoringSSLError.sslError(let stack): self = .connection(reason: Self.reason(stack, certificate))
      case is BoringSSLError: self = .connection(reason: String(describing: error))
      case let error as NIOSSLExtraError where error == .failedToValidateHostname:
        self = .handshake(reason: Self.wrongName(certificate))
      default: self = .handshake(reason: NetworkFailure.text(error))
      }
    }

    private static func reason(_ stack: NIOBoringSSLErrorStack, _ certificate: NIOSSLCertificate?) -> String {
      guard let first = stack.first, first != .eofDuringHandshake else {
        return "the peer closed the connection"
      }
      let token = token(first)
      switch token {
      case "CERTIFICATE_VERIFY_FAILED": return distrust(of: certificate)
      case "PEER_DID_NOT_RETURN_A_CERTIFICATE": return "the peer shows no certificate"
      case "UNSUPPORTED_PROTOCOL": return "the peer does not speak TLS 1.2 or later"
      case "HTTP_REQUEST", "HTTPS_PROXY_REQUEST", "WRONG_VERSION_NUMBER": return "the peer does not speak TLS"
      default: break
      }
      for prefix in ["TLSV1_ALERT_", "SSLV3_ALERT_"] where token.hasPrefix(prefix) {
        return "the peer refused: \(words(token.dropFirst(prefix.count)))"
      }
      return words(token[...])
    }

    /// BoringSSL's name for an error: the sixth part of `Error: 268435581 error:1000007d:SSL
    /// routines:OPENSSL_internal:CERTIFICATE_VERIFY_FAILED at FILE:LINE`.
    private static func token(_ error: BoringSSLInternalError) -> String {
      let parts = error.description.split(separator: ":", omittingEmptySubsequences: false)
      guard parts.count > 5, let token = parts[5].split(separator: " ").first else {
        return error.description
      }
      return String(token)
    }

    private static func words(_ token: Substring) -> String {
      token.replacing("_", with: " ").lowercased()
    }

    /// Why no authority vouches for a certificate: BoringSSL knows and does not tell.
    private static func distrust(of certificate: NIOSSLCertificate?) -> String {
      guard let certificate else { return "the peer's certificate cannot be verified" }
      if certificate.notValidAfter < .now { return "the peer's certificate has expired" }
      if certificate.notValidBefore > .now { return "the peer's certificate is not valid yet" }
      if certificate.subjectName == certificate.issuerName {
        return "the peer's certificate is self-signed, and not one that is trusted"
      }
      return "no trusted authority has issued the peer's certificate"
    }

    private static func wrongName(_ certificate: NIOSSLCertificate?) -> String {
      let certificate = certificate.map(PeerCertificate.init)
      let names = certificate.map { $0.dnsNames + $0.ipAddresses } ?? []
      guard !names.isEmpty else { return "the peer's certificate is for another host" }
      return "the peer's certificate is for \(names.joined(separator: ", "))"
    }
  }

  #if canImport(Darwin)
    import Darwin
  #elseif canImport(Musl)
    import Musl
  #else
    import Glibc
  #endif

  extension time_t {
    /// Seconds since 1970.
    fileprivate static var now: time_t { time(nil) }
  }
#endif
