import NIOCore
import Synchronization

/// Where what tasks have finished meets, on its way to an event loop.
///
/// The first element in schedules one turn of the event loop, which takes all that have come by then. A hop for each
/// element costs two thirds of the throughput.
final class Outbox<Element: Sendable>: Sendable {
  private struct State {
    var elements: [Element] = []
    /// The memory of the turn before, for the elements of the next one.
    var spare: [Element] = []
    var turnIsScheduled = false
  }

  private let state = Mutex(State())
  private let eventLoop: any EventLoop
  private let turn: @Sendable ([Element]) -> Void

  /// - Parameters:
  ///   - eventLoop: Where the turns run.
  ///   - turn: Takes the elements that have come since the last turn. Runs on the event loop.
  init(eventLoop: any EventLoop, turn: @escaping @Sendable ([Element]) -> Void) {
    self.eventLoop = eventLoop
    self.turn = turn
  }

  /// Hands over an element.
  func append(_ element: Element) {
    let mustSchedule = state.withLock { state in
      state.elements.append(element)
      defer { state.turnIsScheduled = true }
      return !state.turnIsScheduled
    }
    if mustSchedule { eventLoop.execute { self.takeTurn() } }
  }

  private func takeTurn() {
    var taken = state.withLock { state in
      state.turnIsScheduled = false
      let spare = exchange(&state.spare, with: [])
      return exchange(&state.elements, with: spare)
    }
    turn(taken)
    taken.removeAll(keepingCapacity: true)
    state.withLock { $0.spare = taken }
  }
}
