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

  private let core: ServerCore
  private let group: any EventLoopGroup
  private let logger: Logger
  private let open = Mutex(OpenChannels())

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
    if configuration.describesItself { describe() }
  }

  var drainTime: Duration { core.configuration.drainTime }

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
    try core.registry.register(
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
    try core.registry.register(serviceMethod, execution: execution, function: function)
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
    try core.registry.register(serviceMethod, execution: execution, function: function)
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
    try core.registry.register(serviceMethod, execution: execution, function: .asynchronous(function))
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
  /// - Throws: An ``RPCError/listenFailed(_:reason:)``.
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
  /// - Throws: An ``RPCError/listenFailed(_:reason:)``.
  public func listen(
    on endpoint: Endpoint,
    offering offers: ListenerOffers = .rpc,
    codec: @escaping @Sendable (Peer) -> Codec
  ) async throws(RPCError) -> RPCListener {
    var offers = offers
    if case .http(_, _, let path) = endpoint { offers.connectPath = path }
    if offers.debugPage != nil { core.watch() }
    let acceptor = ConnectionAcceptor(server: self, endpoint: endpoint, offers: offers, codec: codec)
    let bootstrap = ServerBootstrap(group: group)
      .serverChannelOption(.backlog, value: 1024)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture { try acceptor.accept(channel) }
      }
    let channel: any Channel
    do { channel = try await Transport.bind(bootstrap, to: endpoint) } catch {
      throw .listenFailed(endpoint, reason: NetworkFailure.text(error))
    }
    if case .unix(let path) = endpoint {
      channel.closeFuture.whenComplete { _ in SocketPath.remove(path) }
    }
    let listener = RPCListener(endpoint: endpoint.bound(to: channel.localAddress), channel: channel)
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
  /// - Throws: An ``RPCError/shutdown`` when the server is closed or does not want the connection. The channel is
  ///   closed then.
  public func serve(_ channel: any Channel, codec: Codec) async throws(RPCError) {
    do {
      try await channel.eventLoop.submit {
        let info = self.connectionInfo(channel, endpoint: nil) { _ in codec }
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
    let channels = open.withLock { $0.close() }
    for channel in channels { channel.close(promise: nil) }
    for channel in channels { try? await channel.closeFuture.get() }
  }

  /// Closes the listeners, answers the calls in flight, and then closes the connections.
  ///
  /// Connections without calls in flight are closed at once, and no more requests are read.
  ///
  /// - Parameter limit: How long the calls may take. What is left then is cut.
  public func close(draining limit: Duration) async {
    let listeners = open.withLock { $0.stopListening() }
    for listener in listeners { listener.close(promise: nil) }
    for connection in open.withLock({ Array($0.connections.values) }) {
      connection.channel.eventLoop.execute { connection.drain() }
    }
    let timer = group.any().scheduleTask(in: TimeAmount(limit)) { Task { await self.close() } }
    defer { timer.cancel() }
    while let connection = open.withLock({ $0.connections.values.first }) {
      try? await connection.channel.closeFuture.get()
    }
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
    let info = ConnectionInfo(peer: peer, endpoint: nil, codec: codec, logger: logger)
    var answering = BufferedRequests(requests, core: core, info: info)
    return await answering.responses()
  }

  // MARK: Channels

  /// Every channel of the server that is not closed.
  private struct OpenChannels {
    var listeners: [ObjectIdentifier: any Channel] = [:]
    var connections: [ObjectIdentifier: OpenConnection] = [:]
    var isClosed = false

    mutating func stopListening() -> [any Channel] {
      isClosed = true
      return Array(listeners.values)
    }

    mutating func close() -> [any Channel] {
      isClosed = true
      return Array(listeners.values) + connections.values.map(\.channel)
    }
  }

  private struct OpenConnection {
    let channel: any Channel
    /// Nil as long as the first byte has not come.
    var rpc: NIOLoopBound<ServerConnection>?

    /// Runs on the channel's event loop.
    func drain() {
      guard let rpc else { return channel.close(promise: nil) }
      rpc.value.drain()
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
  private func rememberConnection(_ channel: any Channel, _ info: ConnectionInfo) -> Bool {
    let id = ObjectIdentifier(channel)
    let maximum = core.configuration.maximumConnections
    let hasRoom = open.withLock { open in
      let hasRoom = !open.isClosed && open.connections.count < maximum
      if hasRoom { open.connections[id] = OpenConnection(channel: channel, rpc: nil) }
      return hasRoom
    }
    guard hasRoom else { return false }
    core.metrics?.connectionOpened(codec: info.codec.name)
    channel.closeFuture.whenComplete { _ in
      self.core.metrics?.connectionClosed(codec: info.codec.name)
      let connection = self.open.withLock { $0.connections.removeValue(forKey: id) }
      // An RPC connection says it itself.
      if connection?.rpc == nil { info.logger.info("disconnected") }
    }
    return true
  }

  func connectionInfo(
    _ channel: any Channel,
    endpoint: Endpoint?,
    codec: (Peer) -> Codec
  ) -> ConnectionInfo {
    let peer = Peer(channel)
    return ConnectionInfo(peer: peer, endpoint: endpoint, codec: codec(peer), logger: logger)
  }

  /// Takes a connection in, or throws because it is not wanted.
  ///
  /// Runs on the channel's event loop.
  func admit(_ channel: any Channel, _ info: ConnectionInfo) throws {
    guard core.configuration.acceptsConnection(info.peer) else {
      info.logger.notice("refused: not accepted")
      throw RPCError.shutdown
    }
    guard rememberConnection(channel, info) else {
      info.logger.warning("refused: the server is closed or has too many connections")
      throw RPCError.shutdown
    }
    let mark = core.configuration.maximumUnwrittenBytes
    // Options that a channel does not have are no reason not to serve it.
    try? channel.syncOptions?.setOption(.writeBufferWaterMark, value: .init(maximumUnwrittenBytes: mark))
    try? channel.syncOptions?.setOption(.allowRemoteHalfClosure, value: true)
    info.logger.info("connected")
  }

  /// Adds the handler that serves RPC to a channel.
  ///
  /// Runs on the channel's event loop.
  func addRPC(to channel: any Channel, _ info: ConnectionInfo) throws {
    let connection = ServerConnection(core: core, info: info)
    let loopBound = NIOLoopBound(connection, eventLoop: channel.eventLoop)
    open.withLock { $0.connections[ObjectIdentifier(channel)]?.rpc = loopBound }
    try channel.pipeline.syncOperations.addHandler(connection)
  }

  /// Serves a channel that no listener accepted.
  private func addConnection(to channel: any Channel, _ info: ConnectionInfo) throws {
    try admit(channel, info)
    try addRPC(to: channel, info)
    try? channel.syncOptions?.setOption(.autoRead, value: true)
  }

  // MARK: Looking inside

  private func describe() {
    // Weakly, because the registry keeps the function.
    let function = MethodFunction.asynchronous {
      [weak registry = core.registry] (_: Empty, context: RPCContext) async throws -> ServerDescription in
      guard let registry else { throw RPCError.shutdown }
      return ServerDescription(registry, codec: context.connection.codec)
    }
    // A name that is taken is one that the program registered first, which is its right. Here it cannot be.
    try? core.registry.register(ServerDescription.serviceMethod, execution: .concurrent, function: function)
  }

  /// What the server is doing now.
  func snapshot() async -> ServerSnapshot {
    let services = core.registry.services.map { name, methods in
      ServerSnapshot.Service(name: name, methods: methods.map(ServerSnapshot.Method.init))
    }
    let connections = open.withLock { $0.connections.values.filter { $0.rpc != nil } }
    var snapshots: [ServerSnapshot.Connection] = []
    // One visit to each event loop, however many connections it has.
    for ofLoop in Dictionary(grouping: connections, by: { ObjectIdentifier($0.channel.eventLoop) }).values {
      let visit = ofLoop.first?.channel.eventLoop.submit { ofLoop.compactMap { $0.rpc?.value.snapshot } }
      // An event loop that is shut down has no connections left.
      snapshots += (try? await visit?.get()) ?? []
    }
    return ServerSnapshot(services: services, connections: snapshots.sorted { $0.peer < $1.peer })
  }
}
