import Synchronization

/// Something that happens, once or several times, and that a test awaits instead of sleeping.
final class Event: Sendable {
  private struct State {
    var count = 0
    var waiters: [Int: (times: Int, continuation: CheckedContinuation<Void, Never>)] = [:]
    var nextWaiter = 0
    var cancelled: Set<Int> = []
  }

  private let state = Mutex(State())

  var count: Int { state.withLock { $0.count } }

  func happen() {
    let woken = state.withLock { state in
      state.count += 1
      let woken = state.waiters.filter { $0.value.times <= state.count }
      for id in woken.keys { state.waiters[id] = nil }
      return woken.values.map(\.continuation)
    }
    for continuation in woken { continuation.resume() }
  }

  /// Returns when it has happened so many times, or when the task is cancelled.
  func happened(times: Int = 1) async {
    let id = state.withLock { state in
      state.nextWaiter += 1
      return state.nextWaiter
    }
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let mustWait = state.withLock { state in
          guard state.count < times, state.cancelled.remove(id) == nil else { return false }
          state.waiters[id] = (times, continuation)
          return true
        }
        if !mustWait { continuation.resume() }
      }
    } onCancel: {
      let waiter = state.withLock { state in
        let waiter = state.waiters.removeValue(forKey: id)
        if waiter == nil { state.cancelled.insert(id) }
        return waiter
      }
      waiter?.continuation.resume()
    }
  }
}

/// How many of something there are now, and how many there were at most.
final class Gauge: Sendable {
  private let state = Mutex((now: 0, most: 0))

  var now: Int { state.withLock { $0.now } }
  var most: Int { state.withLock { $0.most } }

  func rise() {
    state.withLock { state in
      state.now += 1
      state.most = max(state.most, state.now)
    }
  }

  func fall() {
    state.withLock { $0.now -= 1 }
  }
}

/// What happened, in its order.
final class Record<Element: Sendable>: Sendable {
  private let state = Mutex([Element]())

  var elements: [Element] { state.withLock { $0 } }

  func append(_ element: Element) {
    state.withLock { $0.append(element) }
  }
}
