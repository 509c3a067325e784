import NIOCore
import Synchronization

/// Where the result of one call arrives, and where tasks wait for it.
final class ReplySlot<Value: Sendable>: PendingCall {
  private enum State {
    case waiting([CheckedContinuation<Arrived, Never>])
    case arrived(Arrived)
  }

  /// What has arrived.
  ///
  /// A large reply is decoded by the task that wants it.
  private enum Arrived {
    case value(Result<Value, RPCError>)
    case undecoded(Body)
  }

  /// Replies of up to this size are decoded on the event loop.
  private static var largestReplyDecodedInPlace: Int { 4096 }

  let deadline: CallDeadline
  private let state = Mutex(State.waiting([]))
  private let decode: @Sendable (Body) throws -> Value

  init(deadline: CallDeadline, decode: @escaping @Sendable (Body) throws -> Value) {
    self.deadline = deadline
    self.decode = decode
  }

  func complete(_ result: Result<Body, RPCError>) {
    let arrived: Arrived =
      switch result {
      case .failure(let error): .value(.failure(error))
      case .success(let body) where body.bytes.readableBytes <= Self.largestReplyDecodedInPlace:
        .value(decoded(body))
      case .success(let body): .undecoded(body)
      }
    let waiting = state.withLock { state in
      guard case .waiting(let continuations) = state else { return [CheckedContinuation<Arrived, Never>]() }
      state = .arrived(arrived)
      return continuations
    }
    for continuation in waiting { continuation.resume(returning: arrived) }
  }

  /// Waits for the result.
  ///
  /// Any number of tasks may.
  func result() async -> Result<Value, RPCError> {
    let arrived = await withCheckedContinuation { continuation in
      let arrived: Arrived? = state.withLock { state in
        switch state {
        case .waiting(let others):
          state = .waiting(others + [continuation])
          return nil
        case .arrived(let arrived): return arrived
        }
      }
      if let arrived { continuation.resume(returning: arrived) }
    }
    switch arrived {
    case .value(let result): return result
    case .undecoded(let body): return decoded(body)
    }
  }

  private func decoded(_ body: Body) -> Result<Value, RPCError> {
    do { return .success(try decode(body)) } catch { return .failure(.replyNotDecodable(error)) }
  }
}
