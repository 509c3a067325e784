/// Where a method's function runs.
///
/// It is declared for a method, for a service, or for a whole server; the most specific declaration counts.
public enum MethodExecution: Sendable, Hashable {
  /// On Swift's global executor: the default.
  ///
  /// An asynchronous function has a task of its own, and so has one with a time limit or behind interceptors. Other
  /// synchronous ones share as many tasks as there are cores, so that a small call does not pay for one. The executor has one thread for each core and does not grow: a method that blocks
  /// one delays others.
  case concurrent

  /// On the connection's event loop: a synchronous function is called in place, an asynchronous one is started there
  /// and runs there until it waits for something else.
  ///
  /// The fastest, by a factor of two for small calls, for functions that are short and never block: while one runs, no
  /// connection of that event loop is served. A function that is called in place has no time limit.
  case eventLoop

  /// On a thread that may block: for functions that read files, call C libraries, or compute for long.
  ///
  /// The threads are those of `NIOThreadPool.singleton`. Where an asynchronous function waits, it gives its thread back.
  case blocking
}
