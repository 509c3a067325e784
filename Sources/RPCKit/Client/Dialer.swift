import NIOCore
import NIOPosix

/// Makes the connections of a client: from an endpoint to a channel that RPC can begin on.
///
/// Every connection that a client makes itself is made here.
struct Dialer: Sendable {
  let configuration: ClientConfiguration
  let group: any EventLoopGroup

  /// Connects to an endpoint.
  ///
  /// - Parameters:
  ///   - endpoint: Where to.
  ///   - attach: Puts RPC on the channel, which reads nothing before.
  /// - Returns: What `attach` returns.
  /// - Throws: An ``RPCError/connectFailed(_:reason:)``.
  func dial<Client>(
    _ endpoint: Endpoint,
    attach: (any Channel) -> Client
  ) async throws(RPCError) -> Client {
    let channel: any Channel
    do { channel = try await Transport.connect(bootstrap, to: endpoint) } catch {
      throw .connectFailed(endpoint, reason: NetworkFailure.text(error))
    }
    guard case .http(_, _, let path) = endpoint else { return attach(channel) }
    let handshake = HTTPHandshake(channel: channel, path: path, timeout: configuration.connectTimeout)
    do { try await handshake.perform() } catch {
      channel.close(promise: nil)
      throw .connectFailed(endpoint, reason: NetworkFailure.text(error))
    }
    let client = attach(channel)
    handshake.end()
    return client
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
