import Synchronization

/// Counts from any task.
final class Counter: Sendable {
  private let value = Atomic<Int>(0)

  var count: Int { value.load(ordering: .sequentiallyConsistent) }

  @discardableResult
  func increment() -> Int { value.wrappingAdd(1, ordering: .sequentiallyConsistent).newValue }
}
