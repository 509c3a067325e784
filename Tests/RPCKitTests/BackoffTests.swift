import NIOCore
import Testing

@testable import RPCKit

@Suite(.timeLimit(.minutes(1)))
struct BackoffTests {
  private let start = NIODeadline.now()

  // R23; gRPC, connection-backoff.md.
  @Test(arguments: 0..<20)
  func `the delays grow from 1 s by 1.6 to 120 s, each within 20 percent`(seed: UInt64) {
    var generator = SeededGenerator(seed)

    let delays = delays(ReconnectPolicy(), count: 20, using: &generator)

    for (index, delay) in delays.enumerated() {
      let exact = (0..<index).reduce(1.0) { delay, _ in min(delay * 1.6, 120) }
      #expect((exact * 0.799...exact * 1.201).contains(delay), "delay \(index)")
    }
    #expect(Set(delays).count == delays.count)
  }

  // R23.
  @Test func `the attempts of a hundred clients disperse over more than 20 percent of the delay`() {
    var generator = SeededGenerator(7)

    let seventh = (0..<100).map { _ in delays(ReconnectPolicy(), count: 7, using: &generator)[6] }

    let exact = 16.777216
    #expect((seventh.max() ?? 0) - (seventh.min() ?? 0) > 0.2 * exact)
  }

  @Test func `without jitter the delays are exact`() {
    var generator = SeededGenerator(7)
    let policy = ReconnectPolicy(
      initialDelay: .seconds(2),
      multiplier: 3,
      jitter: 0,
      maximumDelay: .seconds(10)
    )

    let delays = delays(policy, count: 4, using: &generator)

    #expect(delays == [2, 6, 10, 10])
  }

  @Test func `values out of range are taken as the nearest in it`() {
    var generator = SeededGenerator(7)
    let policy = ReconnectPolicy(initialDelay: .zero, multiplier: 0.1, jitter: -3, maximumDelay: .seconds(-1))

    let delays = delays(policy, count: 3, using: &generator)

    #expect(delays == [0.001, 0.001, 0.001])
  }

  @Test(arguments: [(Double.nan, [1.0, 1, 1]), (.infinity, [1, 120, 120]), (1e300, [1, 120, 120])])
  func `a multiplier that is no number counts as 1, and none is too large`(
    multiplier: Double,
    expected: [Double]
  ) {
    var generator = SeededGenerator(7)

    let delays = delays(ReconnectPolicy(multiplier: multiplier, jitter: 0), count: 3, using: &generator)

    #expect(delays == expected)
  }

  @Test func `a delay counts from the beginning of its attempt`() {
    var backoff = Backoff(ReconnectPolicy(jitter: 0))
    var generator = SeededGenerator(7)

    backoff.attemptBegins(at: start, using: &generator)

    #expect(backoff.nextAttempt(at: start + .milliseconds(300)) == start + .seconds(1))
    #expect(backoff.nextAttempt(at: start + .seconds(5)) == start + .seconds(5))
  }

  @Test func `after a connection that lasted, the delays begin anew`() {
    var backoff = Backoff(ReconnectPolicy(jitter: 0))
    var generator = SeededGenerator(7)
    for second in 0..<5 { backoff.attemptBegins(at: start + .seconds(Int64(second)), using: &generator) }

    let end = start + .seconds(100)
    backoff.connectionEnded(at: end)
    let first = backoff.nextAttempt(at: end)
    backoff.attemptBegins(at: first, using: &generator)

    #expect(first == end)
    #expect(backoff.nextAttempt(at: first) == first + .seconds(1))
  }

  @Test func `a server that accepts and closes at once is not asked again and again`() {
    var backoff = Backoff(ReconnectPolicy(jitter: 0))
    var generator = SeededGenerator(7)
    var times: [TimeAmount] = []
    var now = start

    for _ in 0..<4 {
      backoff.attemptBegins(at: now, using: &generator)
      backoff.connectionEnded(at: now + .milliseconds(1))
      let next = backoff.nextAttempt(at: now + .milliseconds(1))
      times.append(next - now)
      now = next
    }

    #expect(times == [1000, 1600, 2560, 4096].map { .milliseconds($0) })
  }

  /// The delays between attempts that fail at once, in seconds.
  private func delays(
    _ policy: ReconnectPolicy,
    count: Int,
    using generator: inout SeededGenerator
  ) -> [Double] {
    var backoff = Backoff(policy)
    var now = start
    return (0..<count).map { _ in
      backoff.attemptBegins(at: now, using: &generator)
      defer { now = backoff.nextAttempt(at: now) }
      return Double((backoff.nextAttempt(at: now) - now).nanoseconds) / 1e9
    }
  }
}

/// Chance that repeats: splitmix64.
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(_ seed: UInt64) {
    state = seed
  }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
