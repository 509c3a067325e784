public import Logging
public import NIOCore
public import NIOPosix
import Synchronization

/// Serves the methods of services to any number of connections.
///
/// ```swift
/// let server = RPCServer()
/// try server.register(Arith())
/// let listener = try await server.listen(on: .tcp("127.0.0.1", port: 1234), codec: .jansson)
/// ```
///
/// Calls of one connection run at the same time, and are answered as they finish, unless the server's configuration
/// is ordered. A connection whose peer has ended its output (`nc -N`) is closed when all its calls are answered.
///
/// The corresponding Go type is `rpc.Server`. There is no default server: nothing is global.
public final class RPCServer: Sendable {
  /// The path at which `CONNECT` begins RPC unless another is given.
  ///
  /// Go: `rpc.DefaultRPCPath`.
  public static let defaultConnectPath = RPCConnect.defaultPath

  let core: ServerCore
  let logger: Logger
  let open: OpenChannels
  let tooManyConnections = Mutex(RepeatedLine())
  private let group: any EventLoopGroup

  /// Makes a server that serves nothing yet.
  ///
  /// - Parameters:
  ///   - configuration: The limits, and where methods run.
  ///   - group: The event loops of the listeners and the connections.
  ///   - logger: Where connections and failed requests are logged, a line each, with peer and codec, and never an argument.
  ///     Without one the server is silent.
  public init(
    configuration: ServerConfiguration = ServerConfiguration(),
    group: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton,
    logger: Logger? = nil
  ) {
    self.core = ServerCore(configuration)
    self.group = group
    self.logger = logger ?? .silent
    self.open = OpenChannels(maximumConnections: configuration.maximumConnections)
    if configuration.describesItself { registerDescription() }
  }

  // MARK: Serving

  /// Accepts connections, each with the same codec.
  ///
  /// The corresponding Go methods are `Server.Accept`, which ends at the first error (this does not), and
  /// `Server.HandleHTTP`.
  ///
  /// - Parameters:
  ///   - endpoint: Where to listen. The host is resolved; with port 0 the system chooses one. With ``Endpoint/http(_:port:path:)``
  ///     `CONNECT` at its path is offered as well.
  ///   - codec: The wire format.
  ///   - offers: What the port offers: raw RPC unless given, RPC by CONNECT, the debug page.
  /// - Returns: The listener. It works until it or the server is closed.
  /// - Throws: An ``RPCError/listenFailed(_:reason:)`` with what the system said, such as an address that is in use, a host
  ///   that is unknown or a path that is too long, or with the path of HTTP that no request has; or ``RPCError/shutdown``
  ///   when the server is closed.
  public func listen(
    on endpoint: Endpoint,
    codec: Codec,
    offering offers: ListenerOffers = .rpc
  ) async throws(RPCError) -> RPCListener {
    try await listen(on: endpoint, offering: offers) { _ in codec }
  }

  /// Accepts connections, and chooses the codec for each.
  ///
  /// - Parameters:
  ///   - endpoint: Where to listen.
  ///   - offers: What the port offers.
  ///   - codec: Chooses by who connects. It is called on the connection's event loop and must not block.
  /// - Returns: The listener. It works until it or the server is closed.
  /// - Throws: An ``RPCError/listenFailed(_:reason:)`` with what the system said, such as an address that is in use, a host
  ///   that is unknown or a path that is too long, or with the path of HTTP that no request has; or ``RPCError/shutdown``
  ///   when the server is closed.
  public func listen(
    on endpoint: Endpoint,
    offering offers: ListenerOffers = .rpc,
    codec: @escaping @Sendable (Peer) -> Codec
  ) async throws(RPCError) -> RPCListener {
    var offers = offers
    if case .http(_, _, let path) = endpoint { offers.connectPath = path }
    if let path = offers.unreachablePath {
      throw .listenFailed(endpoint, reason: EndpointError.invalidPath(path).description)
    }
    if offers.debugPage != nil { core.watch() }
    let acceptor = ConnectionAcceptor(
      server: self,
      endpoint: endpoint,
      offers: offers,
      codec: codec,
      tls: try tlsAcceptor(for: endpoint)
    )
    let bootstrap = ServerBootstrap(group: group)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture { try acceptor.accept(channel) }
      }
    let channel: any Channel
    do {
      channel = try await Transport.bind(bootstrap, to: endpoint, core.configuration, logger: logger)
    } catch {
      throw .listenFailed(endpoint, reason: NetworkFailure.text(error))
    }
    let listener = RPCListener(endpoint: endpoint.bound(to: channel.localAddress), channel: channel)
    guard open.insert(listener: channel) else {
      await listener.close()
      throw .shutdown
    }
    logger.info("listening", metadata: ["endpoint": "\(listener.endpoint)"])
    return listener
  }

  /// Serves one connection until it is closed.
  ///
  /// The corresponding Go methods are `Server.ServeConn` and `Server.ServeCodec`.
  ///
  /// - Parameters:
  ///   - channel: Any active channel that carries `ByteBuffer`s. Nobody may have read from it.
  ///   - codec: The wire format.
  /// - Throws: An ``RPCError/shutdown`` when the server is closed or does not want the connection. The channel is
  ///   closed then.
  public func serve(_ channel: any Channel, codec: Codec) async throws(RPCError) {
    do {
      try await channel.eventLoop.submit {
        let info = self.connectionInfo(Peer(channel), endpoint: nil) { _ in codec }
        try self.addConnection(to: channel, info)
      }.get()
      try await channel.closeFuture.get()
    } catch {
      try? await channel.close()
      throw .shutdown
    }
  }

  /// Closes the listeners and all connections.
  ///
  /// Calls that are running are cancelled. Closing twice does nothing.
  public func close() async {
    let channels = open.close()
    for channel in channels { channel.close(promise: nil) }
    for channel in channels { try? await channel.closeFuture.get() }
  }

  /// Closes the listeners, answers the calls in flight, and then closes the connections.
  ///
  /// Connections without calls in flight are closed at once, and no more requests are read.
  ///
  /// - Parameter limit: How long the calls may take. What is left then is cut.
  public func close(draining limit: Duration) async {
    let listeners = open.stopListening()
    for listener in listeners { listener.close(promise: nil) }
    for channel in open.connections.map(\.channel) {
      // As it is then: what it says now may be its first byte.
      channel.eventLoop.execute { self.open.connection(on: channel)?.drain() }
    }
    let timer = group.any().scheduleTask(in: TimeAmount(limit)) { Task { await self.close() } }
    defer { timer.cancel() }
    while let connection = open.anyConnection {
      try? await connection.channel.closeFuture.get()
    }
    // The file of a Unix socket is gone when this completes.
    for listener in listeners { try? await listener.closeFuture.get() }
  }

  /// Answers the requests in a buffer, one after the other, and returns the responses.
  ///
  /// For use inside somebody else's server. When its task is cancelled, so is the call that runs, and those behind it are
  /// answered by an error and not run. The corresponding Go method is `Server.ServeRequest`.
  ///
  /// - Parameters:
  ///   - requests: Any number of whole requests. What makes no sense is answered by an error response, and what follows
  ///     it is not run.
  ///   - codec: The wire format.
  ///   - peer: Who asks, for the methods' contexts.
  /// - Returns: The responses, in the order of the requests.
  public func respond(to requests: ByteBuffer, codec: Codec, peer: Peer = .local) async -> ByteBuffer {
    let info = ConnectionInfo(peer: peer, endpoint: nil, codec: codec, logger: logger)
    var answering = BufferedRequests(requests, core: core, info: info)
    return await answering.responses()
  }
}
