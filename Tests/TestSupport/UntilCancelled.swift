/// Waits until the task is cancelled, and for nothing else: for methods that take longer than any test.
package func untilCancelled() async {
  let (events, _) = AsyncStream.makeStream(of: Never.self)
  for await _ in events {}
}
