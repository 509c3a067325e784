import NIOCore
import Synchronization

/// What all connections of one server share.
final class ServerCore: Sendable {
  let registry = ServiceRegistry()
  let configuration: ServerConfiguration
  let metrics: ServerMetrics?
  let runners = CallRunners()

  /// Where the finished calls of each event loop's connections meet.
  private let outboxes = Mutex<[ObjectIdentifier: Outbox<FinishedCall>]>([:])

  /// Whether somebody watches the calls: metrics, or a listener's debug page.
  ///
  /// Where nobody does, nobody looks at the clock either.
  private let isWatched: Atomic<Bool>

  init(_ configuration: ServerConfiguration) {
    self.configuration = configuration
    self.metrics = configuration.reportsMetrics ? ServerMetrics() : nil
    self.isWatched = Atomic(configuration.reportsMetrics)
  }

  /// The outbox of an event loop.
  func outbox(of eventLoop: any EventLoop) -> Outbox<FinishedCall> {
    outboxes.withLock { outboxes in
      if let outbox = outboxes[ObjectIdentifier(eventLoop)] { return outbox }
      let outbox = Outbox(eventLoop: eventLoop, turn: ServerConnection.takeTurn)
      outboxes[ObjectIdentifier(eventLoop)] = outbox
      return outbox
    }
  }

  /// From now on, somebody watches.
  func watch() {
    isWatched.store(true, ordering: .relaxed)
  }

  /// A call starts.
  ///
  /// - Parameters:
  ///   - method: What is called.
  ///   - info: By whom.
  /// - Returns: The time, where somebody watches.
  func callStarted(_ method: RegisteredMethod, _ info: ConnectionInfo) -> NIODeadline? {
    guard isWatched.load(ordering: .relaxed) else { return nil }
    metrics?.callStarted(method, codec: info.codec.name)
    return .now()
  }

  /// A call has ended.
  ///
  /// - Parameters:
  ///   - method: What was called.
  ///   - info: By whom.
  ///   - start: What ``callStarted(_:_:)`` returned.
  ///   - requestBytes: The size of the argument.
  ///   - replyBytes: The size of the reply, or nil where the caller got an error.
  func callEnded(
    _ method: RegisteredMethod,
    _ info: ConnectionInfo,
    since start: NIODeadline?,
    requestBytes: Int,
    replyBytes: Int?
  ) {
    guard let start else { return }
    let call = EndedCall(
      nanoseconds: (NIODeadline.now() - start).nanoseconds,
      requestBytes: requestBytes,
      replyBytes: replyBytes ?? 0,
      hasFailed: replyBytes == nil
    )
    method.statistics.record(call)
    metrics?.callEnded(method, codec: info.codec.name, call)
  }

  /// How long a call of a method may take, or nil for any time.
  func timeout(of method: RegisteredMethod) -> Duration? {
    method.timeout ?? configuration.methodTimeout
  }

  /// Runs a call in the task that asks.
  ///
  /// - Parameters:
  ///   - method: What to call.
  ///   - body: The argument.
  ///   - context: What the method may know of the call.
  ///   - prepared: The call, where its argument has been decoded already.
  /// - Returns: The reply, or why there is none.
  func run(
    _ method: RegisteredMethod,
    _ body: Body,
    _ context: RPCContext,
    prepared: MethodFunction.PreparedCall? = nil
  ) async -> Result<Body, CallFailure> {
    guard configuration.interceptors.isEmpty else {
      return await method.outcome(of: body, context, through: configuration.interceptors[...])
    }
    return await method.outcome(of: body, context, prepared: prepared)
  }
}
