import NIOCore

/// Whether a peer takes what is written to it.
///
/// A value without a clock. To watch every write would cost every call a look at the clock, so the connection looks from
/// time to time, beginning a while after a write, until there is nothing left that the peer could take.
struct WriteWatch {
  enum Finding: Equatable {
    /// Everything is with the system. There is nothing to look at until the next write.
    case isWritten
    /// Look again then.
    case isWaiting(until: NIODeadline)
    /// The peer has taken nothing for as long as the limit.
    case isStalled
  }

  /// How long from one look to the next.
  private let interval: TimeAmount
  private let limit: TimeAmount

  private var isWatching = false
  /// How many bytes had been written when nothing was left.
  private var bytesDone = 0
  private var bytesTaken = 0
  private var nothingTakenSince: NIODeadline?

  /// - Parameter limit: How long the peer may take nothing, or nil for any time.
  init(limit: Duration?) {
    self.limit = limit.map(TimeAmount.init) ?? .nanoseconds(.max)
    self.interval = .nanoseconds(max(self.limit.nanoseconds / 8, 1))
  }

  /// Whether something has been written, and nobody is watching.
  func mustBegin(written: Int) -> Bool {
    !isWatching && written != bytesDone
  }

  /// Begins to watch.
  ///
  /// - Returns: When to look.
  mutating func begin(at now: NIODeadline) -> NIODeadline {
    isWatching = true
    nothingTakenSince = nil
    return now + interval
  }

  /// Looks whether the peer has taken anything since the last look.
  ///
  /// - Parameters:
  ///   - written: How many bytes have been written in all.
  ///   - waiting: How many of them the system has not taken, which it does when the peer takes what it has.
  ///   - now: The time.
  /// - Returns: What is to be done.
  mutating func look(written: Int, waiting: Int, at now: NIODeadline) -> Finding {
    guard waiting > 0 else {
      isWatching = false
      bytesDone = written
      return .isWritten
    }
    let taken = written - waiting
    guard let since = nothingTakenSince, taken <= bytesTaken else {
      bytesTaken = taken
      nothingTakenSince = now
      return .isWaiting(until: now + interval)
    }
    let end = since + limit
    return now < end ? .isWaiting(until: min(now + interval, end)) : .isStalled
  }
}
