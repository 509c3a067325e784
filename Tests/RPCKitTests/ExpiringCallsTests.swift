import NIOCore
import Testing

@testable import RPCKit

@Suite(.timeLimit(.minutes(1)))
struct ExpiringCallsTests {
  private let start = NIODeadline.now()

  @Test func `calls expire in the order of their deadlines, and no others with them`() {
    var calls = ExpiringCalls<String>()
    for (number, delay) in [3, 1, 2, 9].enumerated() {
      calls.insert("\(delay)", UInt64(number), deadline: start + .seconds(Int64(delay)))
    }

    let expired = calls.removeExpired(at: start + .seconds(3))

    #expect(expired.map(\.call) == ["1", "2", "3"])
    #expect(expired.map(\.number) == [1, 2, 0])
    #expect(calls.count == 1)
  }

  @Test func `the earliest deadline is no removed call's, once time has been looked at`() {
    var calls = ExpiringCalls<String>()
    for number in 0..<3 { calls.insert("", UInt64(number), deadline: start + .seconds(Int64(number))) }
    _ = calls.remove(0)
    _ = calls.remove(1)

    let expired = calls.removeExpired(at: start)

    #expect(expired.isEmpty)
    #expect(calls.earliestDeadline == start + .seconds(2))
  }

  @Test func `calls that come and go leave no deadlines behind`() {
    var calls = ExpiringCalls<Int>()
    calls.insert(-1, 0, deadline: start + .seconds(1))
    _ = calls.remove(0)

    for number in 1...200 {
      calls.insert(number, UInt64(number), deadline: start + .seconds(60))
      _ = calls.remove(UInt64(number))
    }

    // Nobody has looked at the time, and yet the first one's is gone.
    #expect(calls.earliestDeadline == start + .seconds(60))
    #expect(calls.isEmpty)
  }

  // R17: it was quadratic once.
  @Test func `a hundred thousand calls expire one after the other in no time`() {
    var calls = ExpiringCalls<Int>()
    for number in 0..<100_000 {
      calls.insert(number, UInt64(number), deadline: start + .microseconds(Int64((number * 7919) % 100_000)))
    }

    var expired = 0
    for microsecond in 0..<100_000 {
      expired += calls.removeExpired(at: start + .microseconds(Int64(microsecond))).count
    }

    #expect(expired == 100_000)
    #expect(calls.isEmpty)
    #expect(calls.earliestDeadline == nil)
  }

  @Test func `all calls are removed in the order of their numbers`() {
    var calls = ExpiringCalls<Int>()
    for number in [5, 3, 8] { calls.insert(number, UInt64(number), deadline: start + .seconds(60)) }

    let removed = calls.removeAll()

    #expect(removed.map(\.call) == [3, 5, 8])
    #expect(calls.isEmpty)
    #expect(calls.earliestDeadline == nil)
  }
}
