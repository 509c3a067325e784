import NIOCore
import Synchronization

/// Calls the methods of a server over a connection, from any number of tasks at the same time.
///
/// ```swift
/// let client = try await RPCClient.connect(to: .tcp("127.0.0.1", port: 1234), codec: .foundationJSON)
/// let product = try await client.call("Arith.Multiply", Args(A: 7, B: 8), returning: Int.self)
/// ```
///
/// When the connection is lost, every pending call fails at once with ``RPCError/connectionLost(reason:)``, and every
/// later one with ``RPCError/shutdown``. A client is closed with ``close()``, or when nobody refers to it any more.
///
/// One that is to come back when it has lost its connection says so in its configuration,
/// ``ClientConfiguration/reconnect``; one for several servers is made by
/// ``connect(toAnyOf:codec:configuration:group:logger:)``.
///
/// The corresponding Go type is `rpc.Client`.
public final class RPCClient: Sendable {
  /// The wire format.
  public let codec: Codec

  private enum Phase {
    /// Goes to both others.
    case open
    /// Goes to ``closed``.
    case draining
    /// Goes nowhere.
    case closed
  }

  let configuration: ClientConfiguration
  private let carrier: ClientCarrier
  private let intercepted = InterceptedCalls()
  private let phase = Mutex(Phase.open)

  init(_ carrier: ClientCarrier, _ codec: Codec, _ configuration: ClientConfiguration) {
    self.carrier = carrier
    self.codec = codec
    self.configuration = configuration
  }

  /// Calls a method and waits for its reply.
  ///
  /// The call of a task that is cancelled already is not sent. Where as many calls are in flight as the configuration
  /// allows, it waits for one of them to be answered; that time counts. Its argument is encoded before it waits: a task that
  /// waits keeps its argument and the bytes of it, so whoever calls from a great many tasks with large arguments limits the
  /// tasks.
  ///
  /// The corresponding Go method is `Client.Call`.
  ///
  /// - Parameters:
  ///   - serviceMethod: The full name, `Service.Method`. It is not checked: the server decides what exists.
  ///   - argument: The argument. It is encoded by the task that calls. ``Empty`` stands for none.
  ///   - type: What the reply is decoded as. ``Empty`` discards it.
  ///   - timeout: How long it may take, or nil for the configuration's default. With no time left nothing is sent.
  /// - Returns: The reply.
  /// - Throws: An ``RPCError``, each of whose cases says whether the server may have run the call and what to do:
  ///   ``RPCError/server(_:)`` for what the method threw, and for what the server did not find or could not decode;
  ///   ``RPCError/timedOut(after:)``, ``RPCError/cancelled``, ``RPCError/connectionLost(reason:)``,
  ///   ``RPCError/protocolViolation(_:)``, ``RPCError/connectFailed(_:reason:)`` and ``RPCError/shutdown`` where no answer
  ///   came; ``RPCError/argumentNotEncodable(_:)`` and ``RPCError/replyNotDecodable(_:)`` where a value does not fit; and
  ///   ``RPCError/interceptor(_:)`` for what an interceptor threw.
  public func call<Reply: Decodable & Sendable>(
    _ serviceMethod: String,
    _ argument: some Encodable,
    returning type: Reply.Type = Reply.self,
    timeout: Duration? = nil
  ) async throws(RPCError) -> Reply {
    // Before anything is sent: a server is quick to answer.
    guard !Task.isCancelled else { throw .cancelled }
    let body = try encoded(argument)
    return try await begin(serviceMethod, body, timeout, waits: true).result.get().reply(as: type)
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
  /// - Throws: An ``RPCError``, as ``call(_:_:returning:timeout:)`` does, but none for values that do not fit.
  public func call(
    _ serviceMethod: String,
    body: Body,
    timeout: Duration? = nil
  ) async throws(RPCError) -> Body {
    guard !Task.isCancelled else { throw .cancelled }
    return try await begin(serviceMethod, body, timeout, waits: true).result.get()
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
    do throws(RPCError) {
      return RPCCall(serviceMethod, begin(serviceMethod, try encoded(argument), timeout, waits: false))
    } catch {
      return RPCCall(serviceMethod, StartedCall(failedWith: error))
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
    intercepted.close()
    await carrier.close()
  }

  /// Closes the connection when the calls in flight are answered.
  ///
  /// A call that is with an interceptor is in flight. Every later call fails with ``RPCError/shutdown``; ``close()`` ends
  /// the waiting.
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
    let deadline = NIODeadline.now() + TimeAmount(limit)
    if !configuration.interceptors.isEmpty {
      // What carries the calls would refuse those that an interceptor has not sent yet.
      await intercepted.drain(until: deadline, on: carrier.eventLoop)
    }
    await carrier.drain(limit: Duration(max(deadline - .now(), .zero)))
    phase.withLock { $0 = .closed }
    await carrier.close()
  }

  /// How many calls are not completed.
  var pendingCalls: Int { carrier.pendingCalls }

  /// Whether it is neither being closed nor has been.
  var isOpen: Bool {
    phase.withLock { phase in if case .open = phase { true } else { false } }
  }

  deinit {
    carrier.closeSoon()
  }

  private func encoded(_ argument: some Encodable) throws(RPCError) -> Body {
    do { return try Body(encoding: argument, coder: codec.coder) } catch {
      throw .argumentNotEncodable(error)
    }
  }

  /// Starts a call, through the interceptors where there are any.
  private func begin(
    _ serviceMethod: String,
    _ body: Body,
    _ timeout: Duration?,
    waits: Bool
  ) -> StartedCall {
    let timeout = timeout ?? configuration.defaultTimeout
    guard timeout > .zero else { return StartedCall(failedWith: .timedOut(after: timeout)) }
    guard !configuration.interceptors.isEmpty else {
      return send(serviceMethod, body, timeout, waits: waits)
    }
    guard isOpen, intercepted.begin() else { return StartedCall(failedWith: .shutdown) }
    let slot = ReplySlot(deadline: CallDeadline(after: timeout))
    let task = Task {
      defer { intercepted.end() }
      await withTaskGroup { group in
        group.addTask {
          let result = await self.intercepted(serviceMethod, body, self.configuration.interceptors[...]) {
            try await self.send(serviceMethod, $0, timeout, waits: waits).result.get()
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
    return StartedCall(slot, .intercepted(task))
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

  private func send(
    _ serviceMethod: String,
    _ body: Body,
    _ timeout: Duration,
    waits: Bool
  ) -> StartedCall {
    let slot = ReplySlot(deadline: CallDeadline(after: timeout))
    do throws(RPCError) {
      return StartedCall(slot, .sent(try carrier.send(slot, serviceMethod, body, waits: waits), by: self))
    } catch {
      return StartedCall(failedWith: error)
    }
  }
}
