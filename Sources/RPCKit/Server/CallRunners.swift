import NIOCore
import Synchronization

/// Runs a server's synchronous calls on the global executor, in a few tasks that take one call after the other.
///
/// A task for each call would cost it some allocations and, far worse, often the waking of a thread. A function that
/// cannot wait keeps its thread until it returns, whatever task it is in, and the executor has one thread for each core:
/// so as many tasks run as many calls at the same time. Every now and then they let others have their threads.
///
/// Calls are handed over as they are read. The tasks are started when their event loop has read all that has come, on
/// every connection, so that one start serves all of it.
final class CallRunners: Sendable {
  /// A call that waits for its turn, and its method's function.
  struct Call: Sendable {
    let call: ServerCall
    let function: MethodFunction.CallInPlace
  }

  /// One of the tasks.
  fileprivate struct Runner {
    let number: Int
    /// Nil in the moment between the decision to start it and its start.
    var task: Task<Void, Never>?
    /// Whose call it is running.
    var info: ConnectionInfo?
    /// Its connection was lost while the call ran, so it serves for no other call.
    var isCancelled = false
  }

  fileprivate struct State {
    var calls = CircularBuffer<Call>()
    var runners = [Runner?](repeating: nil, count: System.coreCount)
    var nextNumber = 0
    /// The event loops that will start tasks at the end of their turn.
    var starting: Set<ObjectIdentifier> = []
  }

  /// How many calls a task runs before it lets others have its thread.
  private static let callsInARow = 16

  private let state = Mutex(State())

  /// Hands over what one connection has read, and empties the batch.
  ///
  /// - Parameters:
  ///   - batch: The calls, in the order in which they are to be started.
  ///   - eventLoop: The connection's, on which this runs.
  func append(_ batch: inout [Call], on eventLoop: any EventLoop) {
    let mustSchedule = state.withLock { state in
      state.calls.append(contentsOf: batch)
      guard state.vacancy != nil else { return false }
      return state.starting.insert(ObjectIdentifier(eventLoop)).inserted
    }
    batch.removeAll(keepingCapacity: true)
    if mustSchedule { eventLoop.execute { self.start(on: eventLoop) } }
  }

  /// Forgets the calls of a lost connection that have not begun, and cancels the tasks that run others of it.
  func cancelCalls(of info: ConnectionInfo) {
    let (forgotten, tasks) = state.withLock { state in
      let forgotten = state.calls.filter { $0.call.info === info }
      if !forgotten.isEmpty { state.calls.removeAll { $0.call.info === info } }
      return (forgotten, state.cancelRunners(of: info))
    }
    // Outside the lock: cancelling and releasing may run anything.
    for task in tasks { task.cancel() }
    _ = consume forgotten
  }

  private func start(on eventLoop: any EventLoop) {
    state.withLock { _ = $0.starting.remove(ObjectIdentifier(eventLoop)) }
    start()
  }

  /// Starts as many tasks as there is work for.
  private func start() {
    while let (index, number) = state.withLock({ $0.takeVacancy() }) {
      // Outside the lock, for which the thread that is woken would wait.
      let task = Task { await self.run(index) }
      let isCancelled = state.withLock { $0.setTask(task, of: number, at: index) }
      if isCancelled { task.cancel() }
    }
  }

  private func run(_ runner: Int) async {
    var count = 0
    while let call = state.withLock({ $0.takeCall(for: runner) }) {
      call.run()
      count += 1
      if count.isMultiple(of: Self.callsInARow) { await Task.yield() }
    }
    // Whoever was cancelled with its call has left others behind.
    start()
  }
}

extension CallRunners.State {
  /// Where a task may be started.
  var vacancy: Int? { runners.firstIndex { $0 == nil } }

  /// Takes a place for a task, if there is work for one more.
  mutating func takeVacancy() -> (index: Int, number: Int)? {
    // Those that have been started and have taken no call yet will take one each.
    let awaited = runners.count { $0 != nil && $0?.info == nil }
    guard calls.count > awaited, let index = vacancy else { return nil }
    let number = nextNumber
    nextNumber += 1
    runners[index] = CallRunners.Runner(number: number)
    return (index, number)
  }

  /// Remembers a task, unless it has ended already.
  ///
  /// - Returns: Whether it has been cancelled before.
  mutating func setTask(_ task: Task<Void, Never>, of number: Int, at index: Int) -> Bool {
    guard let runner = runners[index], runner.number == number else { return false }
    runners[index]?.task = task
    return runner.isCancelled
  }

  /// Takes the next call, or gives the place back.
  mutating func takeCall(for index: Int) -> CallRunners.Call? {
    guard runners[index]?.isCancelled == false, let call = calls.popFirst() else {
      runners[index] = nil
      return nil
    }
    runners[index]?.info = call.call.info
    return call
  }

  mutating func cancelRunners(of info: ConnectionInfo) -> [Task<Void, Never>] {
    runners.indices.compactMap { index in
      guard let runner = runners[index], runner.info === info else { return nil }
      runners[index]?.isCancelled = true
      return runner.task
    }
  }
}

extension CallRunners.Call {
  /// Decodes, calls and encodes.
  fileprivate func run() {
    var reply = ByteBuffer()
    call.finish(call.method.outcome(of: call.body, from: call.info, in: function, into: &reply))
  }
}
