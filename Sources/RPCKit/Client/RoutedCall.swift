import NIOCore
import Synchronization

/// A call of a client that has several connections, or one that comes back.
///
/// It finds its way to a connection, and to another one when that is lost, as long as that cannot run it twice.
final class RoutedCall: PendingCall {
  /// Where the call is.
  enum Place {
    case nowhere
    case waiting(UInt64)
    case sent(CallOutbox, UInt64)
  }

  private struct State {
    var place = Place.nowhere
    /// Which connection counts it.
    var link: ConnectionPool.LinkID?
    /// How many times it has been on its way.
    var journeys = 0
    /// What ended the connection on which the server may have got it.
    var loss: RPCError?
    var resends = 0
    var isOver = false
  }

  let serviceMethod: String
  let body: Body
  private let call: any PendingCall
  private let pool: ConnectionPool
  private let state = Mutex(State())

  /// - Parameters:
  ///   - call: Who waits for the reply.
  ///   - serviceMethod: The full name.
  ///   - body: The argument.
  ///   - pool: Where the connections are.
  init(_ call: any PendingCall, _ serviceMethod: String, _ body: Body, pool: ConnectionPool) {
    self.call = call
    self.serviceMethod = serviceMethod
    self.body = body
    self.pool = pool
  }

  var deadline: CallDeadline { call.deadline }

  func complete(_ result: Result<Body, RPCError>) {
    let (wasOver, link) = state.withLock { state in
      (exchange(&state.isOver, with: true), state.link.take())
    }
    // Before anybody hears of it who may call again at once.
    if let link { pool.left(link) }
    guard !wasOver else { return }
    call.complete(result)
    pool.completed()
  }

  /// What was never sent may always be sent again.
  func connectionEnded(_ error: RPCError, wasSent: Bool) {
    // There is no room where a connection was.
    state.withLock { $0.link = nil }
    if case .shutdown = error { return complete(.failure(error)) }
    guard wasSent else { return pool.route(self) }
    guard case .connectionLost = error, pool.mayResend(serviceMethod, after: countResend(error)) else {
      return complete(.failure(error))
    }
    pool.route(self)
  }

  private func countResend(_ error: RPCError) -> Int {
    state.withLock { state in
      defer { state.resends += 1 }
      state.loss = error
      return state.resends
    }
  }

  /// Fails the call, which has waited for a connection that has room as long as it may.
  ///
  /// - Parameter reason: Why there is no connection, if there is none. A call that the server may have got says so instead.
  func expire(without reason: RPCError?) {
    complete(.failure(state.withLock { $0.loss } ?? reason ?? .timedOut(after: deadline.timeout)))
  }

  /// Completes the call with ``RPCError/cancelled``, wherever it is.
  ///
  /// Its connection counts it until it has been removed there.
  func giveUp() {
    let (wasOver, place) = state.withLock { state in
      (exchange(&state.isOver, with: true), exchange(&state.place, with: .nowhere))
    }
    pool.remove(place)
    guard !wasOver else { return }
    call.complete(.failure(.cancelled))
    pool.completed()
  }

  // MARK: For the pool

  /// The call begins to look for a connection, or goes to one.
  ///
  /// - Parameter link: The connection, which counts it.
  /// - Returns: The number of this journey, or nil when nobody waits for the call any more.
  func setOut(on link: ConnectionPool.LinkID? = nil) -> Int? {
    state.withLock { state in
      guard !state.isOver else { return nil }
      state.journeys += 1
      state.link = link
      return state.journeys
    }
  }

  /// The call has come to a place.
  ///
  /// It may have left it already, on another journey.
  ///
  /// - Returns: Whether it is still wanted there.
  func arrived(at place: Place, onJourney journey: Int) -> Bool {
    state.withLock { state in
      guard !state.isOver else { return false }
      if state.journeys == journey { state.place = place }
      return true
    }
  }
}
