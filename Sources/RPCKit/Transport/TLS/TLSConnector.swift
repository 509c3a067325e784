import NIOCore

#if TLS
  import NIOSSL

  /// Makes TLS handshakes as a client.
  ///
  /// One serves all connections that a client makes.
  struct TLSConnector: Sendable {
    private let context: NIOSSLContext
    private let serverName: String?

    /// Reads the certificates and the key.
    init(_ tls: ClientTLS) throws(TLSFailure) {
      self.context = try .make(tls)
      self.serverName = tls.serverName
    }

    /// Turns a connection into an encrypted one.
    ///
    /// - Parameters:
    ///   - channel: A connection that nobody has read from.
    ///   - host: The endpoint's host, which the server's certificate must be for.
    ///   - timeout: How long the handshake may take.
    /// - Returns: What completes with the handshake. Its failure is a ``TLSFailure``, and the channel is to be closed then.
    func begin(on channel: any Channel, with host: String, timeout: Duration) -> EventLoopFuture<Void> {
      let connected = channel.eventLoop.makePromise(of: Void.self)
      channel.eventLoop.execute {
        do {
          let encryption = try NIOSSLClientHandler(context: context, serverHostname: name(of: host))
          let handler = TLSHandler(behind: encryption, timeout: timeout) { result in
            connected.completeWith(result.map { _ in }.mapError { $0 as any Error })
          }
          try channel.pipeline.syncOperations.addHandlers([encryption, handler])
        } catch {
          channel.close(promise: nil)
          connected.fail(TLSFailure(error, showing: nil))
        }
      }
      return connected.futureResult
    }

    /// The name to check, or nil to check the address that the channel is connected to.
    private func name(of host: String) -> String? {
      if let serverName { return serverName }
      return (try? SocketAddress(ipAddress: host, port: 0)) == nil ? host : nil
    }
  }
#else
  /// Nobody can make one in a build without TLS.
  struct TLSConnector: Sendable {
    init(_ tls: ClientTLS) throws(TLSFailure) {
      throw .unavailable
    }

    func begin(on channel: any Channel, with host: String, timeout: Duration) -> EventLoopFuture<Void> {
      channel.eventLoop.makeFailedFuture(TLSFailure.unavailable)
    }
  }
#endif
