import NIOCore
import Synchronization

/// Where the result of one call arrives, and where tasks wait for it.
///
/// It does not know the reply's type: whoever waits decodes it. A generic slot would ask the runtime for its types' metadata
/// some thirty times for each call.
final class ReplySlot: PendingCall {
  typealias Arrived = Result<Body, RPCError>

  private enum State {
    case empty
    /// Nearly always one task waits.
    case awaited(by: CheckedContinuation<Arrived, Never>, and: [CheckedContinuation<Arrived, Never>])
    case arrived(Arrived)
  }

  let deadline: CallDeadline
  private let state = Mutex(State.empty)

  init(deadline: CallDeadline) {
    self.deadline = deadline
  }

  func complete(_ result: Arrived) {
    let before = state.withLock { state in
      if case .arrived = state { return State.empty }
      return exchange(&state, with: .arrived(result))
    }
    guard case .awaited(let first, let others) = before else { return }
    first.resume(returning: result)
    for other in others { other.resume(returning: result) }
  }

  /// Waits for the result.
  ///
  /// Any number of tasks may.
  func result() async -> Arrived {
    await withCheckedContinuation { continuation in
      let arrived: Arrived? = state.withLock { state in
        switch state {
        case .empty: state = .awaited(by: continuation, and: [])
        case .awaited(let first, let others): state = .awaited(by: first, and: others + [continuation])
        case .arrived(let arrived): return arrived
        }
        return nil
      }
      if let arrived { continuation.resume(returning: arrived) }
    }
  }
}
