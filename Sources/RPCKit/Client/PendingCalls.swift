import NIOCore

/// A call that is waiting for its response, whatever its types.
protocol PendingCall: AnyObject, Sendable {
  var deadline: CallDeadline { get }

  /// Called exactly once, by whoever removed the call from ``PendingCalls``, and outside every lock.
  func complete(_ result: Result<Body, RPCError>)

  /// Called in the place of ``complete(_:)`` when the connection has ended.
  ///
  /// - Parameters:
  ///   - error: How it ended.
  ///   - wasSent: Whether the server may have got the request.
  func connectionEnded(_ error: RPCError, wasSent: Bool)
}

extension PendingCall {
  func connectionEnded(_ error: RPCError, wasSent: Bool) {
    complete(.failure(error))
  }
}

/// When a call fails for want of a response.
struct CallDeadline: Sendable {
  let time: NIODeadline
  let timeout: Duration

  init(after timeout: Duration) {
    self.timeout = timeout
    self.time = .now() + TimeAmount(timeout)
  }
}

/// The calls of one connection that are not answered yet, by sequence number.
///
/// A value without input or output.
///
/// Insert before write; remove before complete. Whoever removes a call completes it, so it is completed exactly once.
struct PendingCalls {
  /// A call that waits to be written.
  ///
  /// It is an object because it is passed on several times.
  final class Request: Sendable {
    let sequence: UInt64
    let serviceMethod: String
    let body: Body

    init(_ sequence: UInt64, _ serviceMethod: String, _ body: Body) {
      self.sequence = sequence
      self.serviceMethod = serviceMethod
      self.body = body
    }
  }

  /// A call that was removed because the connection has ended.
  struct LostCall {
    let call: any PendingCall
    let wasSent: Bool
  }

  /// How many bytes of arguments are written together, or one argument that is larger.
  private static let batchBytes = 64 << 10

  private enum Phase {
    /// Calls come. Goes to both others.
    case open
    /// No more calls come; those that are there are answered. Goes to ``closed``.
    case draining
    /// There are no calls, and none come. Goes nowhere.
    case closed(because: RPCError)
  }

  private var phase = Phase.open
  private var calls = ExpiringCalls<any PendingCall>()
  private var nextSequence: UInt64 = 0
  /// Those that wait to be written, in the order of their numbers.
  ///
  /// Some may have been removed meanwhile.
  private var unsent = CircularBuffer<Request>()
  /// How many of those that wait have been removed.
  private var removedUnsent = 0
  private var sent = 0
  private let maximumInFlight: Int

  init(maximumInFlight: Int) {
    self.maximumInFlight = max(1, maximumInFlight)
  }

  var count: Int { calls.count }
  var hasUnsent: Bool { !unsent.isEmpty }
  var earliestDeadline: NIODeadline? { calls.earliestDeadline }

  /// Whether a request can be written now.
  var canSend: Bool { hasUnsent && sent < maximumInFlight }

  /// Whether the last call before ``drain()`` has been removed.
  var isDrained: Bool {
    switch phase {
    case .open: false
    case .draining: calls.isEmpty
    case .closed: true
    }
  }

  /// What the calls were closed with.
  var end: RPCError? {
    guard case .closed(let error) = phase else { return nil }
    return error
  }

  /// Adds a call, and gives it the next number.
  ///
  /// - Parameters:
  ///   - call: Who waits.
  ///   - serviceMethod: The full name.
  ///   - body: The argument.
  ///   - waits: Whether the call waits while too many are in flight. Otherwise it is refused.
  /// - Returns: The call's sequence number.
  /// - Throws: ``RPCError/tooManyCalls``, or ``RPCError/shutdown`` when no more calls come.
  mutating func insert(
    _ call: any PendingCall,
    _ serviceMethod: String,
    _ body: Body,
    waits: Bool
  ) throws(RPCError) -> UInt64 {
    guard case .open = phase else { throw .shutdown }
    guard waits || calls.count < maximumInFlight else { throw .tooManyCalls }
    let sequence = takeSequence()
    calls.insert(call, sequence, deadline: call.deadline.time)
    unsent.append(Request(sequence, serviceMethod, body))
    return sequence
  }

  /// Gives out the next number, for a request that nobody waits for.
  mutating func takeSequence() -> UInt64 {
    defer { nextSequence += 1 }
    return nextSequence
  }

  /// Takes the next requests to write, as many as may be written now, up to a batch.
  mutating func takeUnsent() -> [Request] {
    var batch: [Request] = []
    batch.reserveCapacity(unsent.count)
    var bytes = 0
    while sent < maximumInFlight, bytes < Self.batchBytes, let request = unsent.popFirst() {
      guard removedUnsent == 0 || calls.contains(request.sequence) else {
        removedUnsent -= 1
        continue
      }
      sent += 1
      bytes += request.body.bytes.readableBytes
      batch.append(request)
    }
    return batch
  }

  /// Removes the call with a number, to be completed by whoever asks.
  ///
  /// Nil when nobody waits for it any more.
  mutating func remove(_ sequence: UInt64) -> (any PendingCall)? {
    guard let call = calls.remove(sequence) else { return nil }
    forget(sequence)
    dropRemovedUnsent()
    return call
  }

  /// Removes the calls whose time is over.
  mutating func removeExpired(at now: NIODeadline) -> [any PendingCall] {
    let expired = calls.removeExpired(at: now)
    for call in expired { forget(call.number) }
    dropRemovedUnsent()
    return expired.map(\.call)
  }

  /// Takes no more calls.
  mutating func drain() {
    if case .open = phase { phase = .draining }
  }

  /// Removes all calls, and takes no more.
  ///
  /// - Returns: The calls in the order they were made, or nil if it has been done before.
  mutating func close(because error: RPCError) -> [LostCall]? {
    guard end == nil else { return nil }
    phase = .closed(because: error)
    let removed = calls.removeAll().map { LostCall(call: $0.call, wasSent: isSent($0.number)) }
    unsent.removeAll()
    removedUnsent = 0
    sent = 0
    return removed
  }

  /// A call was removed: it makes room for another, or its request is not wanted any more.
  private mutating func forget(_ sequence: UInt64) {
    guard !isSent(sequence) else {
      sent -= 1
      return
    }
    removedUnsent += 1
  }

  /// Drops requests that are not wanted any more, once there are many: while the server answers nothing, callers may come
  /// and go for ever.
  ///
  /// Every call that has been removed must be forgotten by then.
  private mutating func dropRemovedUnsent() {
    guard removedUnsent > 64, removedUnsent > unsent.count / 2 else { return }
    unsent = CircularBuffer(unsent.filter { calls.contains($0.sequence) })
    removedUnsent = 0
  }

  /// Numbers are given in the order of `unsent`, so what stands before its first has been sent.
  private func isSent(_ sequence: UInt64) -> Bool {
    guard let first = unsent.first else { return true }
    return sequence < first.sequence
  }
}
