public import Logging
public import NIOCore
public import NIOPosix

extension RPCClient {
  /// Connects to a server.
  ///
  /// The corresponding Go function is `jsonrpc.Dial`.
  ///
  /// - Parameters:
  ///   - endpoint: Where the server listens. A host name is resolved, and its addresses are tried as RFC 8305 says.
  ///   - codec: The wire format, which the server must speak.
  ///   - configuration: Limits and time limits.
  ///   - group: The event loops of the connection.
  ///   - logger: Where the connection's beginning and end are logged, and oddities. Without one the client is silent.
  /// - Returns: A client, connected.
  /// - Throws: An ``RPCError/connectFailed(_:reason:)``, or ``RPCError/cancelled`` as soon as the task is cancelled.
  public static func connect(
    to endpoint: Endpoint,
    codec: Codec,
    configuration: ClientConfiguration = ClientConfiguration(),
    group: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton,
    logger: Logger? = nil
  ) async throws(RPCError) -> RPCClient {
    guard configuration.reconnect == nil else {
      return try await connect(
        toAnyOf: [endpoint],
        codec: codec,
        configuration: configuration,
        group: group,
        logger: logger
      )
    }
    let dialer = try Dialer(for: [endpoint], configuration: configuration, group: group)
    let link = try await dialer.dial(endpoint) { channel, isInHandshake in
      ClientLink(
        channel: channel,
        codec: codec,
        configuration: configuration,
        logger: logger ?? .silent,
        isInHandshake: isInHandshake
      )
    }
    return RPCClient(.link(link), codec, configuration)
  }

  /// Connects to several servers that offer the same: one client in front of many processes.
  ///
  /// ```swift
  /// let client = try await RPCClient.connect(
  ///   toAnyOf: [.tcp("10.0.0.1", port: 1234), .tcp("10.0.0.2", port: 1234)],
  ///   codec: .jansson
  /// )
  /// ```
  ///
  /// There is one connection to each. Calls take turns; one whose turn it is but has no connection, or has as many calls in
  /// flight as the configuration allows, is passed over. Where all have, a call waits for the first that is answered. An endpoint that cannot be reached, or is lost, is tried again in
  /// the background, as ``ClientConfiguration/reconnect`` says or else ``ReconnectPolicy``'s defaults. What becomes of the
  /// calls is said at ``ClientConfiguration/reconnect``.
  ///
  /// Go has no such function.
  ///
  /// - Parameters:
  ///   - endpoints: Where the servers listen, of any kind. One is enough.
  ///   - codec: The wire format, which the servers must speak.
  ///   - configuration: Limits and time limits; those on calls in flight and bytes hold for each connection.
  ///   - group: The event loops of the connections.
  ///   - logger: Where beginnings and ends of connections, and attempts that fail, are logged.
  /// - Returns: A client, as soon as one endpoint is connected.
  /// - Throws: The ``RPCError/connectFailed(_:reason:)`` of the last endpoint that was tried when the first attempt has
  ///   failed at every one, or when there are none; or ``RPCError/cancelled`` as soon as the task is cancelled.
  public static func connect(
    toAnyOf endpoints: [Endpoint],
    codec: Codec,
    configuration: ClientConfiguration = ClientConfiguration(),
    group: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton,
    logger: Logger? = nil
  ) async throws(RPCError) -> RPCClient {
    guard !endpoints.isEmpty else { throw .connectFailed(nil, reason: "there are no endpoints") }
    let pool = try ConnectionPool(
      endpoints,
      codec: codec,
      configuration: configuration,
      group: group,
      logger: logger ?? .silent
    )
    try await pool.connect()
    return RPCClient(.pool(pool), codec, configuration)
  }

  /// Makes a client of a connection that exists.
  ///
  /// The corresponding Go functions are `rpc.NewClient` and `rpc.NewClientWithCodec`.
  ///
  /// - Parameters:
  ///   - channel: Any active channel that carries `ByteBuffer`s. The client owns it from now on, and reads from it even
  ///     where its option `autoRead` was off.
  ///   - codec: The wire format, which the server must speak.
  ///   - configuration: Limits and time limits.
  ///   - logger: Where the connection's beginning and end are logged, and oddities. Without one the client is silent.
  public convenience init(
    channel: any Channel,
    codec: Codec,
    configuration: ClientConfiguration = ClientConfiguration(),
    logger: Logger? = nil
  ) {
    let link = ClientLink(
      channel: channel,
      codec: codec,
      configuration: configuration,
      logger: logger ?? .silent
    )
    self.init(.link(link), codec, configuration)
  }
}
