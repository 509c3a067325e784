import NIOCore
import Testing

@testable import RPCKit

@Suite(.timeLimit(.minutes(1)))
struct DeadlineHeapTests {
  @Test(arguments: [0, 1, 2, 3, 10, 1000])
  func `deadlines come out in their order, whatever the order in which they came in`(count: Int) {
    var heap = DeadlineHeap()
    let deadlines = (0..<count).map {
      DeadlineHeap.Deadline(time: .now() + .seconds(.random(in: 0...50)), number: UInt64($0))
    }

    for deadline in deadlines { heap.insert(deadline) }

    #expect(drained(heap) == deadlines.sorted())
  }

  @Test func `a heap is made of deadlines in any order`() {
    let deadlines = (0..<100).map {
      DeadlineHeap.Deadline(time: .now() + .seconds(.random(in: 0...50)), number: $0)
    }

    let heap = DeadlineHeap(deadlines.shuffled())

    #expect(drained(heap) == deadlines.sorted())
  }

  @Test func `coming and going may alternate`() {
    var heap = DeadlineHeap()
    var rest: [DeadlineHeap.Deadline] = []
    for number in 0..<1000 {
      let deadline = DeadlineHeap.Deadline(
        time: .now() + .seconds(.random(in: 0...50)),
        number: UInt64(number)
      )
      heap.insert(deadline)
      rest.append(deadline)
      guard number % 3 != 0 else { continue }
      rest.sort()

      #expect(heap.first == rest.removeFirst())
      heap.removeFirst()
    }
    #expect(heap.count == rest.count)
  }

  private func drained(_ heap: DeadlineHeap) -> [DeadlineHeap.Deadline] {
    var heap = heap
    var drained: [DeadlineHeap.Deadline] = []
    while let first = heap.first {
      drained.append(first)
      heap.removeFirst()
    }
    return drained
  }
}
