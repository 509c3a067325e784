import Logging
import NIOCore
import Synchronization

/// The connections of a client that has several endpoints, or comes back to one: one connection to each.
///
/// ``PoolState`` decides; this carries out.
final class ConnectionPool: Sendable {
  private typealias Pool = PoolState<ClientLink, RoutedCall>
  typealias LinkID = PoolState<ClientLink, RoutedCall>.LinkID

  private struct State {
    var pool: Pool
    /// The next attempts.
    var attempts: [Int: Scheduled<Void>] = [:]
    /// For the calls that wait.
    var deadline: (time: NIODeadline, timer: Scheduled<Void>)?
    /// Who waits for the first connection.
    var connected: EventLoopPromise<Void>?
    /// Who waits for the last call.
    var drained: EventLoopPromise<Void>?

    mutating func takeDrained() -> EventLoopPromise<Void>? {
      pool.isDrained ? exchange(&drained, with: nil) : nil
    }
  }

  private let codec: Codec
  private let configuration: ClientConfiguration
  private let dialer: Dialer
  private let logger: Logger
  /// Of the timers.
  let eventLoop: any EventLoop
  private let state: Mutex<State>

  /// - Parameters:
  ///   - endpoints: At least one.
  ///   - codec: The wire format.
  ///   - configuration: Limits, time limits, and when to try again.
  ///   - group: The event loops.
  ///   - logger: Where connections and attempts are logged.
  /// - Throws: An ``RPCError/connectFailed(_:reason:)`` when a certificate's file cannot be used.
  init(
    _ endpoints: [Endpoint],
    codec: Codec,
    configuration: ClientConfiguration,
    group: any EventLoopGroup,
    logger: Logger
  ) throws(RPCError) {
    self.codec = codec
    self.configuration = configuration
    self.dialer = try Dialer(for: endpoints, configuration: configuration, group: group)
    self.logger = logger
    self.eventLoop = group.next()
    self.state = Mutex(
      State(
        pool: PoolState(
          endpoints,
          configuration.reconnect ?? ReconnectPolicy(),
          maximumInFlight: configuration.maximumCallsInFlight
        )
      )
    )
  }

  // MARK: Connecting

  /// Begins to connect to all endpoints, and waits for the first connection.
  ///
  /// - Throws: What went wrong last when each endpoint has failed, or ``RPCError/cancelled``.
  func connect() async throws(RPCError) {
    let connected = eventLoop.makePromise(of: Void.self)
    let indices = state.withLock { state in
      state.connected = connected
      return state.pool.indices
    }
    for index in indices { attempt(index) }
    do { try await connected.futureResult.getUnlessCancelled() } catch {
      closeSoon()
      throw error is CancellationError ? .cancelled : state.withLock { $0.pool.failure }
    }
  }

  private func attempt(_ index: Int) {
    let endpoint = state.withLock { state in
      state.attempts[index] = nil
      var generator = SystemRandomNumberGenerator()
      return state.pool.attemptBegins(index, at: .now(), using: &generator)
    }
    guard let endpoint else { return }
    Task {
      do throws(RPCError) {
        let link = try await dialer.dial(endpoint) { channel, isInHandshake in
          ClientLink(
            channel: channel,
            codec: codec,
            configuration: configuration,
            logger: logger,
            isInHandshake: isInHandshake
          )
        }
        succeeded(index, link)
      } catch {
        failed(index, error)
      }
    }
  }

  private func succeeded(_ index: Int, _ link: ClientLink) {
    let (arrival, connected) = state.withLock { state in
      (state.pool.connected(index, link), exchange(&state.connected, with: nil))
    }
    connected?.succeed()
    guard let (id, calls) = arrival else { return link.closeSoon() }
    link.channel.closeFuture.whenComplete { _ in self.ended(id, link) }
    for call in calls where !send(call, on: id, link) { left(id) }
  }

  private func failed(_ index: Int, _ error: RPCError) {
    let (next, connected) = state.withLock { state in
      let next = state.pool.attemptFailed(index, with: error, at: .now())
      return (next, state.pool.hasFailedEverywhere ? exchange(&state.connected, with: nil) : nil)
    }
    connected?.fail(error)
    if let next { schedule(index, at: next, because: error) }
  }

  /// The connection's channel is closed, or it takes no more calls because it will be.
  private func ended(_ id: LinkID, _ link: ClientLink) {
    let error = link.outbox.end ?? .connectionLost(reason: WireText.unexpectedEnd)
    let next = state.withLock { $0.pool.connectionEnded(id, error, at: .now()) }
    if let next { schedule(id.endpoint, at: next, because: error) }
  }

  private func schedule(_ index: Int, at time: NIODeadline, because error: RPCError) {
    let wait = Duration(max(time - .now(), .zero))
    logger.notice(
      "not connected",
      metadata: ["reason": "\(LogText(error.description))", "nextAttempt": "in \(wait.text)"]
    )
    let timer = eventLoop.scheduleTask(deadline: time) { self.attempt(index) }
    let isClosed = state.withLock { state in
      state.attempts[index] = timer
      return state.pool.isClosed
    }
    if isClosed { timer.cancel() }
  }

  // MARK: Calls

  /// How many calls are not completed.
  var pendingCalls: Int { state.withLock { $0.pool.calls } }

  /// Sends a call, or lets it wait for a connection.
  ///
  /// - Parameters:
  ///   - call: A new one.
  ///   - waits: Whether it waits while too many calls are in flight.
  /// - Throws: ``RPCError/shutdown`` when the pool is closed.
  func send(_ call: RoutedCall, waits: Bool) throws(RPCError) {
    try state.withLock { (state) throws(RPCError) in try state.pool.admit() }
    route(call, waits: waits)
  }

  /// Finds a connection for a call that has none, or lets it wait for one.
  ///
  /// - Parameters:
  ///   - call: Who sets out.
  ///   - waits: Whether it waits while too many calls are in flight. A call that was under way is refused no more.
  func route(_ call: RoutedCall, waits: Bool = true) {
    guard let journey = call.setOut() else { return }
    let route = state.withLock { $0.pool.route(call, deadline: call.deadline.time, waits: waits) }
    switch route {
    case .nowhere(let error): call.complete(.failure(error))
    case .waits(let number):
      arrive(call, at: .waiting(number), journey)
      scheduleDeadline()
    case .link(let id, let link):
      if !send(call, on: id, link, waits: waits) { left(id) }
    }
  }

  /// Hands a call to a connection, which counts it already.
  ///
  /// - Returns: False when nobody waits for the call any more.
  private func send(_ call: RoutedCall, on id: LinkID, _ link: ClientLink, waits: Bool = true) -> Bool {
    guard let journey = call.setOut(on: id) else { return false }
    do throws(RPCError) {
      let sequence = try link.outbox.insert(call, call.serviceMethod, call.body, waits: true)
      arrive(call, at: .sent(link.outbox, sequence), journey)
    } catch {
      // It has ended meanwhile.
      ended(id, link)
      route(call, waits: waits)
    }
    return true
  }

  private func arrive(_ call: RoutedCall, at place: RoutedCall.Place, _ journey: Int) {
    if !call.arrived(at: place, onJourney: journey) { remove(place) }
  }

  /// Takes a call away from where it is.
  func remove(_ place: RoutedCall.Place) {
    switch place {
    case .nowhere: break
    case .waiting(let number): state.withLock { $0.pool.remove(number) }
    case .sent(let outbox, let sequence): outbox.fail(sequence, with: .cancelled)
    }
  }

  /// Whether a call may be sent again that the server may have got.
  func mayResend(_ serviceMethod: String, after resends: Int) -> Bool {
    resends < configuration.maximumResends && configuration.idempotentMethods.contains(serviceMethod)
  }

  /// A call is completed.
  func completed() {
    let drained = state.withLock { state in
      state.pool.completed()
      return state.takeDrained()
    }
    drained?.succeed()
  }

  /// A call has left its connection: the one that has waited longest gets its place.
  func left(_ id: LinkID) {
    while let (call, link) = state.withLock({ $0.pool.left(id) }), !send(call, on: id, link) {}
  }

  /// One timer, at the earliest deadline of the calls that wait, serves them all.
  private func scheduleDeadline() {
    let superfluous = state.withLock { state -> Scheduled<Void>? in
      guard let earliest = state.pool.earliestDeadline else { return nil }
      if let deadline = state.deadline, deadline.time <= earliest { return nil }
      let timer = eventLoop.scheduleTask(deadline: earliest) { self.deadlinePassed() }
      return exchange(&state.deadline, with: (earliest, timer))?.timer
    }
    superfluous?.cancel()
  }

  private func deadlinePassed() {
    let (expired, reason) = state.withLock { state in
      state.deadline = nil
      return (state.pool.removeExpired(at: .now()), state.pool.isConnected ? nil : state.pool.failure)
    }
    for call in expired { call.expire(without: reason) }
    scheduleDeadline()
  }

  // MARK: End

  /// Takes no more calls, and waits until those that are there are completed.
  ///
  /// - Parameter limit: How long that may take. The calls that are left then fail with ``RPCError/shutdown``.
  func drain(limit: Duration) async {
    let drained = eventLoop.makePromise(of: Void.self)
    let isEmpty = state.withLock { state in
      state.pool.drain()
      if !state.pool.isDrained { state.drained = drained }
      return state.pool.isDrained
    }
    if isEmpty { return drained.succeed() }
    let timer = eventLoop.scheduleTask(in: TimeAmount(limit)) { self.closeSoon() }
    defer { timer.cancel() }
    try? await drained.futureResult.get()
  }

  /// Fails the calls, and closes the connections.
  func close() async {
    for link in closeSoon() { try? await link.channel.closeFuture.get() }
  }

  /// Fails the calls, and begins to close the connections.
  ///
  /// - Returns: The connections.
  @discardableResult
  func closeSoon() -> [ClientLink] {
    let (open, timers, promises) = state.withLock { state in
      let open = state.pool.close()
      let timers = Array(exchange(&state.attempts, with: [:]).values) + [state.deadline?.timer]
      state.deadline = nil
      return (open, timers, [exchange(&state.connected, with: nil), state.takeDrained()])
    }
    for timer in timers { timer?.cancel() }
    for call in open.calls { call.complete(.failure(.shutdown)) }
    for link in open.links { link.closeSoon() }
    for promise in promises { promise?.succeed() }
    return open.links
  }
}
