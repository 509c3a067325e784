import NIOCore

/// How much time a peer has left for the message that it has begun.
///
/// A value without a clock. It stands still while the peer is not listened to.
struct MessageClock {
  private enum State: Equatable {
    /// Between messages.
    case idle
    /// The peer is listened to.
    case running(until: NIODeadline)
    /// It is not, and has so much left.
    case paused(left: TimeAmount)
  }

  private let limit: TimeAmount
  private var state = State.idle

  /// - Parameter limit: The time for one message, or nil for any.
  init(limit: Duration?) {
    self.limit = limit.map(TimeAmount.init) ?? .nanoseconds(.max)
  }

  /// When the time is over, if nothing happens until then.
  var deadline: NIODeadline? {
    if case .running(let deadline) = state { deadline } else { nil }
  }

  /// The peer is listened to, inside a message.
  mutating func run(at now: NIODeadline) {
    switch state {
    case .idle: state = .running(until: now + limit)
    case .paused(let left): state = .running(until: now + left)
    case .running: break
    }
  }

  /// The peer is not listened to, inside a message.
  mutating func pause(at now: NIODeadline) {
    switch state {
    case .idle: state = .paused(left: limit)
    case .running(let deadline): state = .paused(left: max(deadline - now, .zero))
    case .paused: break
    }
  }

  /// The message has come, or none has begun.
  mutating func reset() {
    state = .idle
  }

  func isOver(at now: NIODeadline) -> Bool {
    deadline.map { $0 <= now } ?? false
  }
}
