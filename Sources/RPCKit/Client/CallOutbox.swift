import NIOCore
import Synchronization

/// Where callers' tasks hand over their calls to a client's connection, and take them back.
///
/// The first call in schedules one turn of the event loop, which writes all that have come by then and flushes once.
final class CallOutbox: Sendable {
  private struct State {
    var calls: PendingCalls
    var turnIsScheduled = false
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

  // MARK: For the connection

  /// A turn begins: what comes from now on needs another one.
  func beginTurn() {
    state.withLock { $0.turnIsScheduled = false }
  }

  /// The next request to write, if one may be written now.
  func takeUnsent() -> PendingCalls.Request? {
    state.withLock { $0.calls.takeUnsent() }
  }

  var canSend: Bool { state.withLock { $0.calls.canSend } }
  var earliestDeadline: NIODeadline? { state.withLock { $0.calls.earliestDeadline } }
  var count: Int { state.withLock { $0.calls.count } }

  /// Removes the call that a response answers, to be completed by whoever asks.
  func remove(_ sequence: UInt64) -> (any PendingCall)? {
    state.withLock { $0.calls.remove(sequence) }
  }

  /// Fails the calls whose time is over.
  func failExpired(at now: NIODeadline) {
    let expired = state.withLock { $0.calls.removeExpired(at: now) }
    for call in expired { call.complete(.failure(.timedOut(after: call.deadline.timeout))) }
  }

  /// Fails all calls with one error, and every later one with ``RPCError/shutdown``.
  ///
  /// - Returns: Whether it was open.
  @discardableResult
  func close(failingPending error: RPCError) -> Bool {
    guard let calls = state.withLock({ $0.calls.close(.shutdown) }) else { return false }
    for call in calls { call.complete(.failure(error)) }
    return true
  }
}
