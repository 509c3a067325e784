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

  private let link: ClientLink
  private let configuration: ClientConfiguration
  private let isClosed = Mutex(false)

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
    let dialer = try Dialer(for: [endpoint], configuration: configuration, group: group)
    return try await dialer.dial(endpoint) { channel in
      RPCClient(channel: channel, codec: codec, configuration: configuration, logger: logger)
    }
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
  public init(
    channel: any Channel,
    codec: Codec,
    configuration: ClientConfiguration = ClientConfiguration(),
    logger: Logger? = nil
  ) {
    self.codec = codec
    self.configuration = configuration
    self.link = ClientLink(
      channel: channel,
      codec: codec,
      configuration: configuration,
      logger: logger ?? .silent
    )
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
    guard isClosed.withLock({ exchange(&$0, with: true) }) == false else { throw .shutdown }
    await link.close()
  }

  deinit {
    link.channel.close(promise: nil)
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
      let sequence = try link.outbox.insert(slot, serviceMethod, body, waits: waits)
      // The handle keeps the client: without it the connection would be closed under the call.
      return RPCCall(serviceMethod: serviceMethod, slot: slot) {
        self.link.outbox.fail(sequence, with: .cancelled)
      }
    } catch {
      slot.complete(.failure(error))
      return RPCCall(serviceMethod: serviceMethod, slot: slot, giveUp: {})
    }
  }
}
