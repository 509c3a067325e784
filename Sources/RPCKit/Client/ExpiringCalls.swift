import NIOCore

/// Calls by number, each of which has a deadline.
///
/// Whatever is done with one costs the same however many there are, amortized, but for the logarithm of their number
/// where a deadline is due, or comes before others that were there first.
struct ExpiringCalls<Call> {
  private var calls: [UInt64: (call: Call, deadline: NIODeadline)] = [:]
  /// Those of the calls, and of some that have been removed.
  private var deadlines = DeadlineHeap()

  var count: Int { calls.count }
  var isEmpty: Bool { calls.isEmpty }

  /// No call's deadline is before it.
  var earliestDeadline: NIODeadline? { deadlines.first?.time }

  func contains(_ number: UInt64) -> Bool {
    calls[number] != nil
  }

  mutating func insert(_ call: Call, _ number: UInt64, deadline: NIODeadline) {
    calls[number] = (call, deadline)
    deadlines.insert(DeadlineHeap.Deadline(time: deadline, number: number))
    // A call that is answered leaves its deadline behind, as a rule for a minute.
    if deadlines.count > 4 * calls.count + 64 {
      deadlines = DeadlineHeap(
        calls.map { DeadlineHeap.Deadline(time: $0.value.deadline, number: $0.key) }
      )
    }
  }

  mutating func remove(_ number: UInt64) -> Call? {
    calls.removeValue(forKey: number)?.call
  }

  /// Removes the calls whose time is over, in the order of their deadlines.
  mutating func removeExpired(at now: NIODeadline) -> [(number: UInt64, call: Call)] {
    var expired: [(UInt64, Call)] = []
    while let first = deadlines.first {
      // The earliest deadline is to be that of a call, or a timer would be set for nothing.
      guard first.time <= now || !contains(first.number) else { break }
      deadlines.removeFirst()
      if let call = remove(first.number) { expired.append((first.number, call)) }
    }
    return expired
  }

  /// Removes all calls, in the order of their numbers.
  mutating func removeAll() -> [(number: UInt64, call: Call)] {
    let removed = calls.sorted { $0.key < $1.key }.map { ($0.key, $0.value.call) }
    calls.removeAll()
    deadlines = DeadlineHeap()
    return removed
  }
}
