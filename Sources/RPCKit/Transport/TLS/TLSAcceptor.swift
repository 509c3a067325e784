import NIOCore

#if TLS
  import NIOSSL

  /// Makes TLS handshakes as a server.
  ///
  /// One serves all connections of a listener.
  struct TLSAcceptor: Sendable {
    private let context: NIOSSLContext
    private let timeout: Duration

    /// Reads the certificates and the key.
    init(_ tls: ServerTLS) throws(TLSFailure) {
      self.context = try .make(tls)
      self.timeout = tls.handshakeTimeout
    }

    /// Begins the handshake.
    ///
    /// Runs on the channel's event loop.
    ///
    /// - Parameters:
    ///   - channel: An accepted connection that nobody has read from.
    ///   - completed: Called once, on the event loop, with the client's certificate, if it was asked for one and has it, or
    ///     with what went wrong; the channel is closed then.
    /// - Throws: When the channel is closed already.
    func begin(
      on channel: any Channel,
      completed: @escaping (Result<PeerCertificate?, TLSFailure>) -> Void
    ) throws {
      let lingering = LingeringHandler()
      let encryption = NIOSSLServerHandler(context: context)
      let handler = TLSHandler(
        behind: encryption,
        lingering: lingering,
        timeout: timeout,
        completed: completed
      )
      try channel.pipeline.syncOperations.addHandlers([lingering, encryption, handler])
    }
  }
#else
  /// Nobody can make one in a build without TLS.
  struct TLSAcceptor: Sendable {
    init(_ tls: ServerTLS) throws(TLSFailure) {
      throw .unavailable
    }

    func begin(
      on channel: any Channel,
      completed: @escaping (Result<PeerCertificate?, TLSFailure>) -> Void
    ) throws {
      throw TLSFailure.unavailable
    }
  }
#endif
