import Testing

@testable import RPCKit

@Suite(.timeLimit(.minutes(1)))
struct CallTableTests {
  @Test func `a slot gives back what was put in`() {
    var calls = CallTable()
    let first = calls.insert(.forTests(MessageID(7), bytes: 70))
    let second = calls.insert(.forTests(MessageID(8), bytes: 80))

    let entries = [calls.remove(second), calls.remove(first)]

    #expect(entries.map { $0?.messageID } == [MessageID(8), MessageID(7)])
    #expect(entries.map { $0?.bytes } == [80, 70])
  }

  @Test func `calls of one id have slots of their own`() {
    var calls = CallTable()

    let slots = (0..<3).map { _ in calls.insert(.forTests(.absent)) }

    #expect(Set(slots).count == 3)
  }

  @Test func `a slot is freed once`() {
    var calls = CallTable()
    let slot = calls.insert(.forTests(MessageID(7)))

    let first = calls.remove(slot)
    let second = calls.remove(slot)

    #expect(first != nil)
    #expect(second == nil)
  }

  @Test func `a freed slot is used again, so the table does not grow`() {
    var calls = CallTable()

    let slots = (0..<1000 as Range<UInt64>).map { number in
      let slot = calls.insert(.forTests(MessageID(number)))
      _ = calls.remove(slot)
      return slot
    }

    #expect(Set(slots).count == 1)
  }

  @Test func `a slot that never was is empty`() {
    var calls = CallTable()

    let entry = calls.remove(3)

    #expect(entry == nil)
  }

  @Test func `cancelling all cancels every call that has not finished, and forgets it`() async {
    var calls = CallTable()
    let slots = (0..<3).map { _ in calls.insert(.forTests(.absent)) }
    let never = Event()
    let tasks = slots.map { slot in
      let task = Task { await never.happened() }
      calls.setTask(task, in: slot)
      return task
    }
    _ = calls.remove(slots[1])

    calls.cancelAll()

    #expect(tasks.map(\.isCancelled) == [true, false, true])
    #expect(calls.remove(slots[0]) == nil)
    never.happen()
    for task in tasks { await task.value }
  }
}

extension CallTable.Entry {
  fileprivate static func forTests(_ messageID: MessageID, bytes: Int = 0) -> Self {
    let method = RegisteredMethod(service: "S", name: "M", execution: nil, function: .answering("x"))
    return Self(messageID: messageID, method: method, bytes: bytes, start: nil, task: nil)
  }
}
