import NIOCore
import NIOPosix

/// Runs tasks on one event loop.
final class EventLoopTaskExecutor: TaskExecutor {
  private let eventLoop: any EventLoop

  init(_ eventLoop: any EventLoop) {
    self.eventLoop = eventLoop
  }

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    eventLoop.execute { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
  }
}

/// Runs tasks on the threads that may block.
final class BlockingTaskExecutor: TaskExecutor {
  static let shared = BlockingTaskExecutor(pool: .singleton)

  private let pool: NIOThreadPool

  init(pool: NIOThreadPool) {
    self.pool = pool
  }

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    // A cancelled work item means that the pool is shut down, but the job must run: its task would never end.
    pool.submit { _ in job.runSynchronously(on: self.asUnownedTaskExecutor()) }
  }
}
