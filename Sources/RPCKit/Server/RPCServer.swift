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
  private let registry = ServiceRegistry()
  private let configuration: ServerConfiguration
  private let group: any EventLoopGroup
  private let logger: Logger
  private let open = Mutex(OpenChannels())

  /// Makes a server that serves nothing yet.
  ///
  /// - Parameters:
  ///   - configuration: The limits, and where methods run.
  ///   - group: The event loops of the listeners and the connections.
  ///   - logger: Where connections and failures are logged. Without one the server is silent.
  public init(
    configuration: ServerConfiguration = ServerConfiguration(),
    group: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton,
    logger: Logger? = nil
  ) {
    self.configuration = configuration
    self.group = group
    self.logger = logger ?? .silent
  }

  // MARK: Registering

  /// Makes the methods of a service callable, at once and on every connection.
  ///
  /// The corresponding Go methods are `Server.Register` and `Server.RegisterName`.
  ///
  /// - Parameters:
  ///   - service: The service.
  ///   - name: The name before the last dot, which may itself contain dots, or nil for the name of the type.
  /// - Throws: A ``RegistrationError``; nothing has been registered then.
  public func register<Service: RPCService>(
    _ service: Service,
    as name: String? = nil
  ) throws(RegistrationError) {
    try registry.register(
      service,
      as: name ?? String(describing: Service.self),
      methods: Service.methods,
      execution: Service.execution
    )
  }

  /// Makes a synchronous closure callable: `try server.register("Clock.Now") { (_: Empty) in Date() }`.
  ///
  /// - Parameters:
  ///   - serviceMethod: The full name. Its service may exist or not.
  ///   - execution: Where the closure runs, or nil to leave it to the server.
  ///   - function: Takes the argument and returns the reply.
  /// - Throws: A ``RegistrationError``; nothing has been registered then.
  public func register<Argument: Decodable & Sendable, Reply: Encodable & Sendable>(
    _ serviceMethod: String,
    execution: MethodExecution? = nil,
    _ function: @escaping @Sendable (Argument) throws -> Reply
  ) throws(RegistrationError) {
    let function = MethodFunction.synchronous { (argument: Argument, _) in try function(argument) }
    try registry.register(serviceMethod, execution: execution, function: function)
  }

  /// Makes an asynchronous closure callable.
  ///
  /// - Parameters:
  ///   - serviceMethod: The full name. Its service may exist or not.
  ///   - execution: Where the closure runs, or nil to leave it to the server.
  ///   - function: Takes the argument and returns the reply.
  /// - Throws: A ``RegistrationError``; nothing has been registered then.
  public func register<Argument: Decodable & Sendable, Reply: Encodable & Sendable>(
    _ serviceMethod: String,
    execution: MethodExecution? = nil,
    _ function: @escaping @Sendable (Argument) async throws -> Reply
  ) throws(RegistrationError) {
    let function = MethodFunction.asynchronous { (argument: Argument, _) in try await function(argument) }
    try registry.register(serviceMethod, execution: execution, function: function)
  }

  /// Makes an asynchronous closure callable that takes the context as well.
  ///
  /// - Parameters:
  ///   - serviceMethod: The full name. Its service may exist or not.
  ///   - execution: Where the closure runs, or nil to leave it to the server.
  ///   - function: Takes the argument and the context, and returns the reply.
  /// - Throws: A ``RegistrationError``; nothing has been registered then.
  public func register<Argument: Decodable & Sendable, Reply: Encodable & Sendable>(
    _ serviceMethod: String,
    execution: MethodExecution? = nil,
    _ function: @escaping @Sendable (Argument, RPCContext) async throws -> Reply
  ) throws(RegistrationError) {
    try registry.register(serviceMethod, execution: execution, function: .asynchronous(function))
  }

  // MARK: Serving

  /// Accepts connections, each with the same codec.
  ///
  /// The corresponding Go method is `Server.Accept`, which ends at the first error; this does not.
  ///
  /// - Parameters:
  ///   - endpoint: Where to listen. The host is resolved; with port 0 the system chooses one.
  ///   - codec: The wire format.
  /// - Returns: The listener. It works until it or the server is closed.
  /// - Throws: An ``RPCError/listenFailed(_:reason:)``.
  public func listen(on endpoint: Endpoint, codec: Codec) async throws(RPCError) -> RPCListener {
    try await listen(on: endpoint) { _ in codec }
  }

  /// Accepts connections, and chooses the codec for each.
  ///
  /// - Parameters:
  ///   - endpoint: Where to listen.
  ///   - codec: Chooses by who connects. It is called on the connection's event loop and must not block.
  /// - Returns: The listener. It works until it or the server is closed.
  /// - Throws: An ``RPCError/listenFailed(_:reason:)``.
  public func listen(
    on endpoint: Endpoint,
    codec: @escaping @Sendable (Peer) -> Codec
  ) async throws(RPCError) -> RPCListener {
    let server = self
    let bound = BoundEndpoint(endpoint)
    let bootstrap = ServerBootstrap(group: group)
      .serverChannelOption(.backlog, value: 1024)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          let peer = Peer(endpoint: channel.remoteAddress.flatMap(Endpoint.init))
          try server.addConnection(to: channel, codec: codec(peer), peer: peer, endpoint: bound.endpoint)
        }
      }
    let channel: any Channel
    do { channel = try await Transport.bind(bootstrap, to: endpoint) } catch {
      throw .listenFailed(endpoint, reason: String(describing: error))
    }
    let listener = RPCListener(endpoint: bound.resolve(channel), channel: channel)
    if case .unix(let path) = endpoint {
      channel.closeFuture.whenComplete { _ in SocketPath.remove(path) }
    }
    guard rememberListener(channel) else {
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
  /// - Throws: An ``RPCError/shutdown`` when the server is closed or has too many connections. The channel is closed.
  public func serve(_ channel: any Channel, codec: Codec) async throws(RPCError) {
    do {
      try await channel.eventLoop.submit {
        let peer = Peer(endpoint: channel.remoteAddress.flatMap(Endpoint.init))
        try self.addConnection(to: channel, codec: codec, peer: peer, endpoint: nil)
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
    let channels = open.withLock { $0.close() }
    for channel in channels { channel.close(promise: nil) }
    for channel in channels { try? await channel.closeFuture.get() }
  }

  /// Answers the requests in a buffer, one after the other, and returns the responses.
  ///
  /// For use inside somebody else's server. The corresponding Go method is `Server.ServeRequest`.
  ///
  /// - Parameters:
  ///   - requests: Any number of whole requests. What makes no sense is answered by an error response, and what follows
  ///     it is not run.
  ///   - codec: The wire format.
  ///   - peer: Who asks, for the methods' contexts.
  /// - Returns: The responses, in the order of the requests.
  public func respond(to requests: ByteBuffer, codec: Codec, peer: Peer = .local) async -> ByteBuffer {
    let info = ConnectionInfo(peer: peer, endpoint: nil, codec: codec.name, logger: logger)
    var answering = BufferedRequests(
      requests,
      codec: codec,
      registry: registry,
      configuration: configuration,
      info: info
    )
    return await answering.responses()
  }

  // MARK: Channels

  /// Every channel of the server that is not closed.
  private struct OpenChannels {
    var listeners: [ObjectIdentifier: any Channel] = [:]
    var connections: [ObjectIdentifier: any Channel] = [:]
    var isClosed = false

    mutating func close() -> [any Channel] {
      isClosed = true
      return Array(listeners.values) + Array(connections.values)
    }
  }

  /// Remembers a listener until it is closed, or says that the server is closed.
  private func rememberListener(_ channel: any Channel) -> Bool {
    let id = ObjectIdentifier(channel)
    let isOpen = open.withLock { open in
      if !open.isClosed { open.listeners[id] = channel }
      return !open.isClosed
    }
    channel.closeFuture.whenComplete { _ in self.open.withLock { _ = $0.listeners.removeValue(forKey: id) } }
    return isOpen
  }

  /// Remembers a connection until it is closed, or says that there is no room for it.
  private func rememberConnection(_ channel: any Channel) -> Bool {
    let id = ObjectIdentifier(channel)
    let maximum = configuration.maximumConnections
    let hasRoom = open.withLock { open in
      let hasRoom = !open.isClosed && open.connections.count < maximum
      if hasRoom { open.connections[id] = channel }
      return hasRoom
    }
    channel.closeFuture.whenComplete { _ in self.open.withLock { _ = $0.connections.removeValue(forKey: id) }
    }
    return hasRoom
  }

  /// Adds the handler that serves a connection to its channel.
  ///
  /// Runs on the channel's event loop.
  private func addConnection(to channel: any Channel, codec: Codec, peer: Peer, endpoint: Endpoint?) throws {
    let info = ConnectionInfo(peer: peer, endpoint: endpoint, codec: codec.name, logger: logger)
    guard rememberConnection(channel) else {
      info.logger.warning("closed: the server is closed or has too many connections")
      throw RPCError.shutdown
    }
    let mark = configuration.maximumUnwrittenBytes
    // Options that a channel does not have are no reason not to serve it.
    try? channel.syncOptions?.setOption(.writeBufferWaterMark, value: .init(maximumUnwrittenBytes: mark))
    try? channel.syncOptions?.setOption(.allowRemoteHalfClosure, value: true)
    let connection = ServerConnection(
      codec: codec,
      registry: registry,
      configuration: configuration,
      info: info
    )
    try channel.pipeline.syncOperations.addHandler(connection)
    try? channel.syncOptions?.setOption(.autoRead, value: true)
    info.logger.debug("connected")
  }
}
