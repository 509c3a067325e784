import Logging
import NIOCore

/// How connections come in on `tls://` endpoints, before they are anybody's.
extension RPCServer {
  /// What makes the handshakes of a listener, or nil where it needs none.
  func tlsAcceptor(for endpoint: Endpoint) throws(RPCError) -> TLSAcceptor? {
    guard case .tls = endpoint else { return nil }
    do throws(TLSFailure) {
      guard let tls = core.configuration.tls else { throw .notConfigured }
      return try TLSAcceptor(tls)
    } catch {
      throw .listenFailed(endpoint, reason: error.description)
    }
  }

  /// Makes a handshake, and hands over what has become of it.
  ///
  /// It runs on the channel's event loop. The connection counts from now on. Where the handshake fails, one line says why.
  ///
  /// - Parameters:
  ///   - channel: An accepted connection that nobody has read from.
  ///   - acceptor: The listener's.
  ///   - serve: Called with the peer, and its certificate, if it has shown one. Where it throws, the channel is closed.
  /// - Throws: Where there is no room for the connection.
  func encrypt(
    _ channel: any Channel,
    with acceptor: TLSAcceptor,
    then serve: @escaping (Peer) throws -> Void
  ) throws {
    let peer = Peer(channel, isEncrypted: true)
    var logger = logger
    logger[metadataKey: "peer"] = "\(LogText(peer.description))"
    try reserve(channel, logger: logger)
    let giveUp: (any Error) -> Void = { [open, logger] error in
      channel.closeFuture.whenComplete { _ in open.remove(connection: channel) }
      channel.close(promise: nil)
      // Whatever else it is has been logged where it came from.
      guard let failure = error as? TLSFailure else { return }
      logger.notice("refused: no TLS", metadata: ["reason": "\(LogText(failure.description))"])
    }
    do {
      try acceptor.begin(on: channel) { handshake in
        do {
          try serve(Peer(endpoint: peer.endpoint, certificate: try handshake.get()))
        } catch {
          giveUp(error)
        }
      }
    } catch {
      giveUp(error)
    }
  }
}
