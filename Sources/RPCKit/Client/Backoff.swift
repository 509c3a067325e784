import NIOCore

/// When an endpoint may be tried again.
///
/// A value without a clock and without chance of its own.
struct Backoff {
  private let policy: ReconnectPolicy
  private var delay: Duration
  private var nextAttempt = NIODeadline.uptimeNanoseconds(0)

  init(_ policy: ReconnectPolicy) {
    self.policy = policy
    self.delay = Self.initialDelay(policy)
  }

  /// An attempt begins, and with it the delay until the next.
  mutating func attemptBegins(at now: NIODeadline, using generator: inout some RandomNumberGenerator) {
    let jitter = policy.jitter.isNaN ? 0 : min(max(policy.jitter, 0), 1)
    let factor = Double.random(in: (1 - jitter)...(1 + jitter), using: &generator)
    nextAttempt = now + TimeAmount(max(delay * factor, .milliseconds(1)))
    delay = nextDelay
  }

  /// Compared before it is multiplied: a product may be more than a duration can be.
  private var nextDelay: Duration {
    let multiplier = policy.multiplier.isNaN ? 1 : max(policy.multiplier, 1)
    let maximum = max(policy.maximumDelay, Self.initialDelay(policy))
    return delay < maximum / multiplier ? delay * multiplier : maximum
  }

  /// A connection has ended that was made.
  ///
  /// Only one that lasted shows that all is well: a server may accept, and close at once.
  mutating func connectionEnded(at now: NIODeadline) {
    if now >= nextAttempt { delay = Self.initialDelay(policy) }
  }

  /// The earliest time from now on at which to try again.
  func nextAttempt(at now: NIODeadline) -> NIODeadline {
    max(now, nextAttempt)
  }

  private static func initialDelay(_ policy: ReconnectPolicy) -> Duration {
    max(policy.initialDelay, .milliseconds(1))
  }
}
