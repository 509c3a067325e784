#if TLS
  import NIOCore
  import NIOSSL

  #if canImport(Darwin)
    import Darwin
  #elseif canImport(Musl)
    import Musl
  #else
    import Glibc
  #endif

  // Making a context reads files. It is made once for a listener or a client, never on an event loop.

  extension NIOSSLContext {
    static func make(_ tls: ServerTLS) throws(TLSFailure) -> NIOSSLContext {
      var configuration = TLSConfiguration.makeServerConfiguration(
        certificateChain: try tls.certificateChain.certificates().map { .certificate($0) },
        privateKey: .privateKey(try tls.privateKey.privateKey())
      )
      switch tls.clientCertificates {
      case .ignored: break
      case .optional(let authorities):
        configuration.certificateVerification = .optionalVerification
        configuration.trustRoots = .certificates(try authorities.certificates())
      case .required(let authorities):
        // A client has no host name of its own.
        configuration.certificateVerification = .noHostnameVerification
        configuration.trustRoots = .certificates(try authorities.certificates())
      }
      return try make(configuration, tls.certificateChain, tls.privateKey)
    }

    static func make(_ tls: ClientTLS) throws(TLSFailure) -> NIOSSLContext {
      var configuration = TLSConfiguration.makeClientConfiguration()
      if case .pem(let authorities) = tls.trustRoots {
        configuration.trustRoots = .certificates(try authorities.certificates())
      }
      if let identity = tls.identity {
        configuration.certificateChain = try identity.certificateChain.certificates().map { .certificate($0) }
        configuration.privateKey = .privateKey(try identity.privateKey.privateKey())
      }
      return try make(configuration, tls.identity?.certificateChain, tls.identity?.privateKey)
    }

    /// What both ends have in common.
    ///
    /// swift-nio-ssl would speak TLS 1.0, and with RSA keys that unlock every recording.
    private static func make(
      _ configuration: TLSConfiguration,
      _ certificate: PEM?,
      _ key: PEM?
    ) throws(TLSFailure) -> NIOSSLContext {
      var configuration = configuration
      configuration.minimumTLSVersion = .tlsv12
      configuration.cipherSuites = "ECDHE+AESGCM:ECDHE+CHACHA20"
      // Nobody has to wait for the peer's close_notify (RFC 8446, 6.1).
      configuration.shutdownTimeout = .zero
      do { return try NIOSSLContext(configuration: configuration) } catch {
        guard case NIOSSLError.failedToLoadPrivateKey = error, let certificate, let key else {
          throw TLSFailure(error, showing: nil)
        }
        throw .mismatch(certificate: certificate, key: key)
      }
    }
  }

  extension PEM {
    fileprivate func certificates() throws(TLSFailure) -> [NIOSSLCertificate] {
      do {
        return switch self {
        case .file(let path): try NIOSSLCertificate.fromPEMFile(path)
        case .bytes(let bytes): try NIOSSLCertificate.fromPEMBytes(bytes)
        }
      } catch {
        throw .unreadable(self, reason: systemFailure ?? "no certificates in PEM form")
      }
    }

    fileprivate func privateKey() throws(TLSFailure) -> NIOSSLPrivateKey {
      do {
        return switch self {
        case .file(let path): try NIOSSLPrivateKey(file: path, format: .pem)
        case .bytes(let bytes): try NIOSSLPrivateKey(bytes: bytes, format: .pem)
        }
      } catch {
        throw .unreadable(self, reason: systemFailure ?? "no private key in PEM form without a passphrase")
      }
    }

    /// What the system says to opening the file, which swift-nio-ssl does not pass on.
    private var systemFailure: String? {
      guard case .file(let path) = self, access(path, R_OK) != 0 else { return nil }
      return String(cString: strerror(errno))
    }
  }
#endif
