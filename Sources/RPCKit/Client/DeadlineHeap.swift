import NIOCore

/// The deadlines of numbered calls, the earliest first.
///
/// Inserting costs one comparison where deadlines come in their order, as those of calls with one time limit do.
struct DeadlineHeap {
  struct Deadline: Comparable {
    let time: NIODeadline
    let number: UInt64

    static func < (left: Deadline, right: Deadline) -> Bool {
      (left.time, left.number) < (right.time, right.number)
    }
  }

  /// Each is no later than the two at twice its index.
  private var deadlines: [Deadline] = []

  init() {}

  /// Makes a heap of deadlines in any order.
  init(_ deadlines: some Sequence<Deadline>) {
    self.deadlines = Array(deadlines)
    // An array in order is a heap.
    self.deadlines.sort()
  }

  var count: Int { deadlines.count }
  var first: Deadline? { deadlines.first }

  mutating func insert(_ deadline: Deadline) {
    deadlines.append(deadline)
    var index = deadlines.count - 1
    while index > 0, case let parent = (index - 1) / 2, deadlines[index] < deadlines[parent] {
      deadlines.swapAt(index, parent)
      index = parent
    }
  }

  /// Removes the earliest.
  mutating func removeFirst() {
    guard let last = deadlines.popLast(), !deadlines.isEmpty else { return }
    deadlines[0] = last
    var index = 0
    while let child = earlierChild(of: index), deadlines[child] < deadlines[index] {
      deadlines.swapAt(index, child)
      index = child
    }
  }

  private func earlierChild(of index: Int) -> Int? {
    let left = 2 * index + 1
    guard left < deadlines.count else { return nil }
    let right = left + 1
    return right < deadlines.count && deadlines[right] < deadlines[left] ? right : left
  }
}
