public import Logging
public import NIOCore
public import NIOPosix
import Synchronization

/// Calls the methods of a server over one connection, from any number of tasks at the same time.
///
/// ```swift
/// let client = try await RPCClient.connect(to: .tcp("127.0.0.1", port: 1234), codec: .foundationJSON)
/// let product = try await client.call("Arith.Multiply", Args(A: 7, B: 8), returning: Int.self)
/// ```
///
/// When the connection is lost, every pending call fails at once with ``RPCError/connectionLost(reason:)``, and every
/// later one with ``RPCError/shutdown``. A client is closed with ``close()``, or when nobody refers to it any more.
///
/// The corresponding Go type is `rpc.Client`.
public final class RPCClient: Sendable {
  /// The wire format of the connection.
  public let codec: Codec

  /// What carries the calls.
  private enum Carrier {
    case link(ClientLink)
    case pool(ConnectionPool)
  }

  private enum Phase {
    /// Goes to both others.
    case open
    /// Goes to ``closed``.
    case draining
    /// Goes nowhere.
    case closed
  }

  let configuration: ClientConfiguration
  private let carrier: Carrier
  private let phase = Mutex(Phase.open)

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
  /// - Throws: An ``RPCError/connectFailed(_:reason:)``.
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
    return try await dialer.dial(endpoint) { channel in
      RPCClient(channel: channel, codec: codec, configuration: configuration, logger: logger)
    }
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
  /// flight as the configuration allows, is passed over. An endpoint that cannot be reached, or is lost, is tried again in
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
  ///   failed at every one, or when there are none.
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

  private init(_ carrier: Carrier, _ codec: Codec, _ configuration: ClientConfiguration) {
    self.carrier = carrier
    self.codec = codec
    self.configuration = configuration
  }

  /// Calls a method and waits for its reply.
  ///
  /// Where as many calls are in flight as the configuration allows, it waits for one of them to be answered; that time
  /// counts.
  ///
  /// The corresponding Go method is `Client.Call`.
  ///
  /// - Parameters:
  ///   - serviceMethod: The full name, `Service.Method`. It is not checked: the server decides what exists.
  ///   - argument: The argument. It is encoded by the task that calls. ``Empty`` stands for none.
  ///   - type: What the reply is decoded as. ``Empty`` discards it.
  ///   - timeout: How long it may take, or nil for the configuration's default.
  /// - Returns: The reply.
  /// - Throws: An ``RPCError``: ``RPCError/server(_:)`` for what the method threw, and for what the server did not find.
  public func call<Reply: Decodable & Sendable>(
    _ serviceMethod: String,
    _ argument: some Encodable,
    returning type: Reply.Type = Reply.self,
    timeout: Duration? = nil
  ) async throws(RPCError) -> Reply {
    let body = try encoded(argument)
    return try await begin(serviceMethod, body, timeout, waits: true, decode: { try $0.decode(as: type) })
      .reply
  }

  /// Calls a method with an argument that is encoded already, and returns the reply as it is encoded.
  ///
  /// For programs that pass bodies through: proxies, and the `netrpc` command.
  ///
  /// - Parameters:
  ///   - serviceMethod: The full name, `Service.Method`.
  ///   - body: The argument, in the format of the client's ``codec``. Its bytes are sent as they are.
  ///   - timeout: How long it may take, or nil for the configuration's default.
  /// - Returns: The reply, still encoded.
  /// - Throws: An ``RPCError``.
  public func call(
    _ serviceMethod: String,
    body: Body,
    timeout: Duration? = nil
  ) async throws(RPCError) -> Body {
    try await begin(serviceMethod, body, timeout, waits: true, decode: { $0 }).reply
  }

  /// Starts a call without waiting for its reply.
  ///
  /// It never suspends: where as many calls are in flight as the configuration allows, the handle fails with
  /// ``RPCError/tooManyCalls``.
  ///
  /// The corresponding Go method is `Client.Go`.
  ///
  /// - Parameters:
  ///   - serviceMethod: The full name, `Service.Method`.
  ///   - argument: The argument. It is encoded before this returns.
  ///   - type: What the reply is decoded as.
  ///   - timeout: How long it may take, or nil for the configuration's default.
  /// - Returns: A handle, whose ``RPCCall/reply`` throws whatever went wrong.
  public func start<Reply: Decodable & Sendable>(
    _ serviceMethod: String,
    _ argument: some Encodable,
    returning type: Reply.Type = Reply.self,
    timeout: Duration? = nil
  ) -> RPCCall<Reply> {
    let decode: @Sendable (Body) throws -> Reply = { try $0.decode(as: type) }
    do throws(RPCError) {
      return begin(serviceMethod, try encoded(argument), timeout, waits: false, decode: decode)
    } catch {
      let slot = ReplySlot(deadline: CallDeadline(after: .zero), decode: decode)
      slot.complete(.failure(error))
      return RPCCall(serviceMethod: serviceMethod, slot: slot, giveUp: {})
    }
  }

  /// Closes the connection.
  ///
  /// Pending calls fail with ``RPCError/shutdown``, and so does every later one.
  ///
  /// The corresponding Go method is `Client.Close`.
  ///
  /// - Throws: An ``RPCError/shutdown`` if the client has been closed before.
  public func close() async throws(RPCError) {
    let mayClose = phase.withLock { phase in
      if case .closed = exchange(&phase, with: .closed) { false } else { true }
    }
    guard mayClose else { throw .shutdown }
    await closeCarrier()
  }

  /// Closes the connection when the calls in flight are answered.
  ///
  /// Every later call fails with ``RPCError/shutdown``; ``close()`` ends the waiting.
  ///
  /// - Parameter limit: How long the calls may take. Those that are left then fail with ``RPCError/shutdown``.
  /// - Throws: An ``RPCError/shutdown`` if the client is being closed, or has been.
  public func close(draining limit: Duration) async throws(RPCError) {
    let mayDrain = phase.withLock { phase in
      guard case .open = phase else { return false }
      phase = .draining
      return true
    }
    guard mayDrain else { throw .shutdown }
    switch carrier {
    case .link(let link): await link.outbox.drain(limit: limit)
    case .pool(let pool): await pool.drain(limit: limit)
    }
    phase.withLock { $0 = .closed }
    await closeCarrier()
  }

  private func closeCarrier() async {
    switch carrier {
    case .link(let link): await link.close()
    case .pool(let pool): await pool.close()
    }
  }

  /// How many calls are not completed.
  var pendingCalls: Int {
    switch carrier {
    case .link(let link): link.outbox.count
    case .pool(let pool): pool.pendingCalls
    }
  }

  /// Whether it is neither being closed nor has been.
  var isOpen: Bool {
    phase.withLock { phase in if case .open = phase { true } else { false } }
  }

  deinit {
    switch carrier {
    case .link(let link): link.channel.close(promise: nil)
    case .pool(let pool): pool.closeSoon()
    }
  }

  private func encoded(_ argument: some Encodable) throws(RPCError) -> Body {
    do { return try Body(encoding: argument, coder: codec.coder) } catch {
      throw .argumentNotEncodable(error)
    }
  }

  /// Starts a call, through the interceptors where there are any.
  private func begin<Reply: Sendable>(
    _ serviceMethod: String,
    _ body: Body,
    _ timeout: Duration?,
    waits: Bool,
    decode: @escaping @Sendable (Body) throws -> Reply
  ) -> RPCCall<Reply> {
    guard !configuration.interceptors.isEmpty else {
      return send(serviceMethod, body, timeout, waits: waits, decode: decode)
    }
    let timeout = timeout ?? configuration.defaultTimeout
    let slot = ReplySlot(deadline: CallDeadline(after: timeout), decode: decode)
    let task = Task {
      await withTaskGroup { group in
        group.addTask {
          let result = await self.intercepted(serviceMethod, body, self.configuration.interceptors[...]) {
            try await self.send(serviceMethod, $0, timeout, waits: waits, decode: { $0 }).reply
          }
          slot.complete(result)
        }
        // The caller waits no longer than it said, whatever an interceptor does.
        group.addTask {
          do { try await Task.sleep(for: timeout) } catch { return slot.complete(.failure(.cancelled)) }
          slot.complete(.failure(.timedOut(after: timeout)))
        }
        await group.next()
        group.cancelAll()
      }
    }
    return RPCCall(serviceMethod: serviceMethod, slot: slot, giveUp: { task.cancel() })
  }

  private func intercepted(
    _ serviceMethod: String,
    _ body: Body,
    _ interceptors: ArraySlice<ClientInterceptor>,
    send: @escaping @Sendable (Body) async throws -> Body
  ) async -> Result<Body, RPCError> {
    do {
      guard let first = interceptors.first else { return .success(try await send(body)) }
      let reply = try await first(serviceMethod, body) { body in
        try await self.intercepted(serviceMethod, body, interceptors.dropFirst(), send: send).get()
      }
      return .success(reply)
    } catch let error as RPCError {
      return .failure(error)
    } catch {
      return .failure(.interceptor(error))
    }
  }

  private func send<Reply: Sendable>(
    _ serviceMethod: String,
    _ body: Body,
    _ timeout: Duration?,
    waits: Bool,
    decode: @escaping @Sendable (Body) throws -> Reply
  ) -> RPCCall<Reply> {
    let slot = ReplySlot(
      deadline: CallDeadline(after: timeout ?? configuration.defaultTimeout),
      decode: decode
    )
    do throws(RPCError) {
      return RPCCall(
        serviceMethod: serviceMethod,
        slot: slot,
        giveUp: try hand(over: slot, serviceMethod, body, waits: waits)
      )
    } catch {
      slot.complete(.failure(error))
      return RPCCall(serviceMethod: serviceMethod, slot: slot, giveUp: {})
    }
  }

  /// Hands a call over to a connection.
  ///
  /// - Returns: Gives the call up. It keeps the client: without it the connection would be closed under the call.
  private func hand(
    over call: any PendingCall,
    _ serviceMethod: String,
    _ body: Body,
    waits: Bool
  ) throws(RPCError) -> @Sendable () -> Void {
    switch carrier {
    case .link(let link):
      let sequence = try link.outbox.insert(call, serviceMethod, body, waits: waits)
      return { self.giveUp(sequence) }
    case .pool(let pool):
      let routed = RoutedCall(call, serviceMethod, body, waits: waits, pool: pool)
      try pool.send(routed)
      return { withExtendedLifetime(self) { routed.giveUp() } }
    }
  }

  /// Gives up a call of the one connection.
  private func giveUp(_ sequence: UInt64) {
    guard case .link(let link) = carrier else { return }
    link.outbox.fail(sequence, with: .cancelled)
  }
}
