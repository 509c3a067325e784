import NIOCore

/// The calls of one connection whose tasks have not finished, each in a numbered slot that is used again.
struct CallTable {
  struct Entry {
    let messageID: MessageID
    let method: RegisteredMethod
    let bytes: Int
    /// When it started, where somebody watches.
    let start: NIODeadline?
    /// When its caller gets an error in the place of an answer.
    var deadline: NIODeadline?
    /// Whether the caller has got that error, although the task has not finished.
    var isAnswered = false
    var task: Task<Void, Never>?
  }

  private var slots: [Entry?] = []
  private var free: [Int] = []

  /// Takes a slot for a call whose task is about to start.
  mutating func insert(_ entry: Entry) -> Int {
    if let slot = free.popLast() {
      slots[slot] = entry
      return slot
    }
    slots.append(entry)
    return slots.count - 1
  }

  /// Remembers the task, to cancel it if the peer is lost.
  mutating func setTask(_ task: Task<Void, Never>, in slot: Int) {
    slots[slot]?.task = task
  }

  /// Frees the slot of a call that has finished.
  mutating func remove(_ slot: Int) -> Entry? {
    guard slots.indices.contains(slot), let entry = exchange(&slots[slot], with: nil) else { return nil }
    free.append(slot)
    return entry
  }

  /// The earliest time at which a call is past its limit.
  var earliestDeadline: NIODeadline? { slots.lazy.compactMap { $0?.deadline }.min() }

  /// Takes note that the calls whose time is over are answered.
  ///
  /// Each keeps its slot until its task has finished.
  ///
  /// - Returns: These calls.
  mutating func takeExpired(at now: NIODeadline) -> [Entry] {
    var expired: [Entry] = []
    for slot in slots.indices {
      guard let entry = slots[slot], let deadline = entry.deadline, deadline <= now else { continue }
      slots[slot]?.deadline = nil
      slots[slot]?.isAnswered = true
      expired.append(entry)
    }
    return expired
  }

  /// Cancels the tasks of all calls, and forgets them.
  mutating func cancelAll() {
    for entry in slots { entry?.task?.cancel() }
    slots.removeAll()
    free.removeAll()
  }

  /// The calls that have not finished.
  var entries: [Entry] { slots.compactMap { $0 } }
}
