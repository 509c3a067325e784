import NIOCore
import Synchronization

/// Where what tasks have finished meets, on its way to an event loop.
///
/// The first element in schedules one turn of the event loop, which takes all that have come by then. A hop for each
/// element costs two thirds of the throughput.
final class Outbox<Element: Sendable>: Sendable {
  private struct State {
    var elements: [Element] = []
    var turnIsScheduled = false
    var isClosed = false
  }

  private let state = Mutex(State())
  private let eventLoop: any EventLoop
  private let turn: @Sendable () -> Void

  /// - Parameters:
  ///   - eventLoop: Where the turns run.
  ///   - turn: Takes the elements with ``takeAll(into:)``. Runs on the event loop.
  init(eventLoop: any EventLoop, turn: @escaping @Sendable () -> Void) {
    self.eventLoop = eventLoop
    self.turn = turn
  }

  /// Hands over an element.
  ///
  /// After ``close()`` it is dropped.
  func append(_ element: Element) {
    let mustSchedule = state.withLock { state in
      guard !state.isClosed else { return false }
      state.elements.append(element)
      defer { state.turnIsScheduled = true }
      return !state.turnIsScheduled
    }
    if mustSchedule { eventLoop.execute(turn) }
  }

  /// Takes what has come.
  ///
  /// The array that is given, emptied, is filled next, so that two arrays serve for ever.
  func takeAll(into elements: inout [Element]) {
    elements.removeAll(keepingCapacity: true)
    state.withLock { state in
      swap(&state.elements, &elements)
      state.turnIsScheduled = false
    }
  }

  /// Drops what is there and what will come.
  func close() {
    let dropped = state.withLock { state in
      state.isClosed = true
      return exchange(&state.elements, with: [])
    }
    // They are released here, outside the lock: releasing may run anything.
    _ = consume dropped
  }
}

/// Puts a value in a variable's place and returns what was there.
func exchange<Value>(_ variable: inout Value, with value: consuming Value) -> Value {
  let old = variable
  variable = value
  return old
}
