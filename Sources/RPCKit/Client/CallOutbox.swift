import NIOCore
import Synchronization

/// Where callers' tasks hand over their calls to a client's connection, and take them back.
///
/// The first call in schedules one turn of the event loop, which writes all that have come by then.
final class CallOutbox: Sendable {
  private struct State {
    var calls: PendingCalls
    var turnIsScheduled = false
    /// Who waits for the last call.
    var drained: EventLoopPromise<Void>?

    /// Who is to be told that the last call has gone.
    mutating func takeDrained() -> EventLoopPromise<Void>? {
      calls.isDrained ? exchange(&drained, with: nil) : nil
    }
  }

  private let state: Mutex<State>
  private let eventLoop: any EventLoop
  private let turn: @Sendable () -> Void

  /// - Parameters:
  ///   - eventLoop: The connection's.
  ///   - maximumInFlight: How many calls may be written and not answered.
  ///   - turn: Writes what ``takeUnsent()`` gives. Runs on the event loop.
  init(eventLoop: any EventLoop, maximumInFlight: Int, turn: @escaping @Sendable () -> Void) {
    self.state = Mutex(State(calls: PendingCalls(maximumInFlight: maximumInFlight)))
    self.eventLoop = eventLoop
    self.turn = turn
  }

  /// Adds a call, to be written soon.
  func insert(
    _ call: any PendingCall,
    _ serviceMethod: String,
    _ body: Body,
    waits: Bool
  ) throws(RPCError) -> UInt64 {
    let (sequence, mustSchedule) = try state.withLock { (state) throws(RPCError) in
      let sequence = try state.calls.insert(call, serviceMethod, body, waits: waits)
      defer { state.turnIsScheduled = true }
      return (sequence, !state.turnIsScheduled)
    }
    if mustSchedule { eventLoop.execute(turn) }
    return sequence
  }

  /// Fails a call, unless it is completed already.
  func fail(_ sequence: UInt64, with error: RPCError) {
    remove(sequence)?.complete(.failure(error))
    let mustSchedule = state.withLock { state in
      guard state.calls.canSend, !state.turnIsScheduled else { return false }
      state.turnIsScheduled = true
      return true
    }
    if mustSchedule { eventLoop.execute(turn) }
  }

  /// Takes no more calls, and waits until those that are there are answered.
  ///
  /// - Parameter limit: How long that may take. The calls that are left then fail with ``RPCError/shutdown``.
  func drain(limit: Duration) async {
    let drained = eventLoop.makePromise(of: Void.self)
    let isEmpty = state.withLock { state in
      state.calls.drain()
      if !state.calls.isDrained { state.drained = drained }
      return state.calls.isDrained
    }
    if isEmpty { return drained.succeed() }
    let timer = eventLoop.scheduleTask(in: TimeAmount(limit)) { _ = self.close(failingPending: .shutdown) }
    defer { timer.cancel() }
    try? await drained.futureResult.get()
  }

  // MARK: For the connection

  /// A turn begins: what comes from now on needs another one.
  func beginTurn() {
    state.withLock { $0.turnIsScheduled = false }
  }

  /// The next requests to write, some of those that may be written now.
  func takeUnsent() -> [PendingCalls.Request] {
    state.withLock { $0.calls.takeUnsent() }
  }

  /// Whether a request can be written now, and no turn is about to do it.
  var needsTurn: Bool { state.withLock { !$0.turnIsScheduled && $0.calls.canSend } }

  /// A number for a request that nobody waits for.
  func takeSequence() -> UInt64 {
    state.withLock { $0.calls.takeSequence() }
  }

  var earliestDeadline: NIODeadline? { state.withLock { $0.calls.earliestDeadline } }
  var count: Int { state.withLock { $0.calls.count } }

  /// How the connection ended, if it has.
  var end: RPCError? { state.withLock { $0.calls.end } }

  /// Removes the call that a response answers, to be completed by whoever asks.
  func remove(_ sequence: UInt64) -> (any PendingCall)? {
    let (call, drained) = state.withLock { ($0.calls.remove(sequence), $0.takeDrained()) }
    drained?.succeed()
    return call
  }

  /// Fails the calls whose time is over.
  func failExpired(at now: NIODeadline) {
    let (expired, drained) = state.withLock { ($0.calls.removeExpired(at: now), $0.takeDrained()) }
    for call in expired { call.complete(.failure(.timedOut(after: call.deadline.timeout))) }
    drained?.succeed()
  }

  /// Fails all calls with one error, and every later one with ``RPCError/shutdown``.
  ///
  /// - Returns: Whether it was open.
  @discardableResult
  func close(failingPending error: RPCError) -> Bool {
    let (calls, drained) = state.withLock { ($0.calls.close(because: error), $0.takeDrained()) }
    for lost in calls ?? [] { lost.call.connectionEnded(error, wasSent: lost.wasSent) }
    drained?.succeed()
    return calls != nil
  }
}
