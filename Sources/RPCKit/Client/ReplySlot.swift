import NIOCore
import Synchronization

/// Where the result of one call arrives, and where tasks wait for it.
///
/// It does not know the reply's type: whoever waits decodes it. A generic slot would ask the runtime for its types' metadata
/// some thirty times for each call.
final class ReplySlot: PendingCall {
  typealias Arrived = Result<Body, RPCError>

  private struct State {
    var arrived: Arrived?
    /// Whether a result is there, which to find out from the result would copy it.
    var isComplete = false
    /// Nearly always one task waits.
    var waiter: Waiter?
    var otherWaiters: [Waiter] = []
  }

  /// A task that waits, and then takes the result from here: generic code of the runtime would copy it several times.
  ///
  /// It is resumed once: whoever resumes it has removed it from the state, or has not put it there.
  private typealias Waiter = UnsafeContinuation<Void, Never>

  let deadline: CallDeadline
  private let state = Mutex(State())

  init(deadline: CallDeadline) {
    self.deadline = deadline
  }

  func complete(_ result: Arrived) {
    let (waiter, others) = state.withLock { state in
      guard !state.isComplete else { return (Waiter?.none, [Waiter]()) }
      state.arrived = result
      state.isComplete = true
      return (state.waiter.take(), exchange(&state.otherWaiters, with: []))
    }
    waiter?.resume()
    for waiter in others { waiter.resume() }
  }

  /// Waits for the result.
  ///
  /// Any number of tasks may.
  ///
  /// - Parameter giveUp: Called when the task that waits is cancelled. It sees to it that there is a result.
  /// - Returns: The result, the same for all.
  nonisolated(nonsending) func result(onCancel giveUp: @Sendable () -> Void) async -> Arrived {
    while true {
      await withTaskCancellationHandler {
        await withUnsafeContinuation { waiter in
          if !waits(waiter) { waiter.resume() }
        }
      } onCancel: {
        giveUp()
      }
      if let arrived = state.withLock({ $0.arrived }) { return arrived }
    }
  }

  /// Makes a task wait, unless the result is there.
  private func waits(_ waiter: Waiter) -> Bool {
    state.withLock { state in
      if state.isComplete { return false }
      if state.waiter == nil { state.waiter = waiter } else { state.otherWaiters.append(waiter) }
      return true
    }
  }
}
