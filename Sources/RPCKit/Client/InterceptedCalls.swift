import NIOCore
import Synchronization

/// How many calls of a client are with its interceptors: what carries the calls does not know of one before it is sent.
final class InterceptedCalls: Sendable {
  private enum Phase {
    /// Goes to both others.
    case open
    /// No more calls begin. Goes to ``closed``.
    case draining
    /// Nobody waits for the calls any more. Goes nowhere.
    case closed
  }

  private struct State {
    var phase = Phase.open
    var count = 0
    /// Who waits for the last call.
    var drained: EventLoopPromise<Void>?

    var isDrained: Bool {
      switch phase {
      case .open: false
      case .draining: count == 0
      case .closed: true
      }
    }

    mutating func takeDrained() -> EventLoopPromise<Void>? {
      isDrained ? exchange(&drained, with: nil) : nil
    }
  }

  private let state = Mutex(State())

  /// A call begins.
  ///
  /// - Returns: Whether it may.
  func begin() -> Bool {
    state.withLock { state in
      guard case .open = state.phase else { return false }
      state.count += 1
      return true
    }
  }

  /// A call that has begun is completed.
  func end() {
    let drained = state.withLock { state in
      state.count -= 1
      return state.takeDrained()
    }
    drained?.succeed()
  }

  /// Lets no more calls begin, and waits until those that have are completed.
  ///
  /// - Parameters:
  ///   - deadline: Until when.
  ///   - eventLoop: Of the timer.
  func drain(until deadline: NIODeadline, on eventLoop: any EventLoop) async {
    let drained = eventLoop.makePromise(of: Void.self)
    let isDrained = state.withLock { state in
      if case .open = state.phase { state.phase = .draining }
      if !state.isDrained { state.drained = drained }
      return state.isDrained
    }
    if isDrained { return drained.succeed() }
    let timer = eventLoop.scheduleTask(deadline: deadline) { self.close() }
    defer { timer.cancel() }
    try? await drained.futureResult.get()
  }

  /// Lets no more calls begin, and nobody wait for those that have.
  func close() {
    let drained = state.withLock { state in
      state.phase = .closed
      return state.takeDrained()
    }
    drained?.succeed()
  }
}
