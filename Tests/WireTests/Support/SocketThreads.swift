import NIOPosix

/// The threads on which the tests' own sockets block.
///
/// A test must not block the thread that its task runs on: there is one for each core, and servers' methods need them.
/// Nothing that runs here may wait for something else that runs here.
enum SocketThreads {
  private static let pool: NIOThreadPool = {
    let pool = NIOThreadPool(numberOfThreads: 8)
    pool.start()
    return pool
  }()

  /// Runs a conversation on one of the threads.
  static func run<Result: Sendable>(_ conversation: @escaping @Sendable () throws -> Result) async throws
    -> Result
  {
    try await pool.runIfActive(conversation)
  }
}
