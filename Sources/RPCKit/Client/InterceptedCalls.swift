import NIOCore
import Synchronization

/// How many calls of a client are with its interceptors: what carries the calls does not know of one before it is sent.
final class InterceptedCalls: Sendable {
  private struct State {
    var count = 0
    var isOpen = true
    /// Who waits for the last call.
    var drained: EventLoopPromise<Void>?
  }

  private let state = Mutex(State())

  /// A call begins.
  ///
  /// - Returns: Whether it may.
  func begin() -> Bool {
    state.withLock { state in
      if state.isOpen { state.count += 1 }
      return state.isOpen
    }
  }

  /// A call that has begun is completed.
  func end() {
    let drained = state.withLock { state in
      state.count -= 1
      return state.count == 0 ? exchange(&state.drained, with: nil) : nil
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
    let isEmpty = state.withLock { state in
      state.isOpen = false
      if state.count > 0 { state.drained = drained }
      return state.count == 0
    }
    if isEmpty { return drained.succeed() }
    let timer = eventLoop.scheduleTask(deadline: deadline) { self.close() }
    defer { timer.cancel() }
    try? await drained.futureResult.get()
  }

  /// Lets no more calls begin, and nobody wait for those that have.
  func close() {
    let drained = state.withLock { state in
      state.isOpen = false
      return exchange(&state.drained, with: nil)
    }
    drained?.succeed()
  }
}
