import NIOCore

extension EventLoopFuture where Value: Sendable {
  /// Waits as `get()` does, but no longer than until the task is cancelled.
  ///
  /// - Throws: What the future fails with, or a `CancellationError`.
  func getUnlessCancelled() async throws -> Value {
    let value = eventLoop.makePromise(of: Value.self)
    cascade(to: value)
    let result = try await withTaskCancellationHandler {
      try await value.futureResult.get()
    } onCancel: {
      value.fail(CancellationError())
    }
    // The value may have been quicker.
    try Task.checkCancellation()
    return result
  }
}
