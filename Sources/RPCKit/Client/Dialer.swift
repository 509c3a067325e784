import NIOCore
import NIOPosix

/// Makes the connections of a client: from an endpoint to a channel that RPC can begin on.
///
/// Every connection that a client makes itself is made here.
struct Dialer: Sendable {
  /// Puts RPC on a channel, which may be in a handshake still.
  typealias Attach<Client> = (_ channel: any Channel, _ isInHandshake: Bool) -> Client

  let configuration: ClientConfiguration
  let group: any EventLoopGroup
  /// Nil where no endpoint needs it.
  private let tls: TLSConnector?

  /// Reads the certificates, where an endpoint needs them.
  ///
  /// - Parameters:
  ///   - endpoints: All that will be dialled.
  ///   - configuration: The client's.
  ///   - group: The event loops of the connections.
  /// - Throws: An ``RPCError/connectFailed(_:reason:)`` that names the file which cannot be used.
  init(
    for endpoints: [Endpoint],
    configuration: ClientConfiguration,
    group: any EventLoopGroup
  ) throws(RPCError) {
    self.configuration = configuration
    self.group = group
    let encrypted = endpoints.first { if case .tls = $0 { true } else { false } }
    do throws(TLSFailure) { self.tls = encrypted == nil ? nil : try TLSConnector(configuration.tls) } catch {
      throw .connectFailed(encrypted, reason: error.description)
    }
  }

  /// Connects to an endpoint.
  ///
  /// - Parameters:
  ///   - endpoint: Where to, one of those the dialer was made for.
  ///   - attach: Puts RPC on the channel, which reads nothing before.
  /// - Returns: What `attach` returns.
  /// - Throws: An ``RPCError/connectFailed(_:reason:)``, or ``RPCError/cancelled`` as soon as the task is cancelled.
  func dial<Client>(_ endpoint: Endpoint, attach: Attach<Client>) async throws(RPCError) -> Client {
    do {
      let channel = try await Transport.connect(bootstrap, to: endpoint)
      do { return try await begin(on: channel, endpoint, attach) } catch {
        channel.close(promise: nil)
        throw error
      }
    } catch is CancellationError {
      throw .cancelled
    } catch {
      throw .connectFailed(endpoint, reason: NetworkFailure.text(error))
    }
  }

  private func begin<Client>(
    on channel: any Channel,
    _ endpoint: Endpoint,
    _ attach: Attach<Client>
  ) async throws -> Client {
    switch endpoint {
    case .tcp, .unix:
      return attach(channel, false)
    case .tls(let host, _):
      guard let tls else { preconditionFailure("the dialer was made for other endpoints") }
      // RPC stands behind the encryption before anything is read, so nothing that comes in the clear gets there.
      let handshake = tls.begin(on: channel, with: host, timeout: configuration.connectTimeout)
      let client = attach(channel, true)
      try await handshake.getUnlessCancelled()
      return client
    case .http(_, _, let path):
      let handshake = HTTPHandshake(channel: channel, path: path, timeout: configuration.connectTimeout)
      try await handshake.perform()
      let client = attach(channel, false)
      handshake.end()
      return client
    }
  }

  /// TCP_NODELAY is the bootstrap's own.
  private var bootstrap: ClientBootstrap {
    ClientBootstrap(group: group)
      .connectTimeout(TimeAmount(configuration.connectTimeout))
      // A server may close at once: its end must not be seen before the handler is there.
      .channelOption(.autoRead, value: false)
      .channelInitializer { [keepAlive = configuration.keepAlive] channel in
        channel.eventLoop.makeCompletedFuture { keepAlive?.apply(to: channel) }
      }
  }
}
