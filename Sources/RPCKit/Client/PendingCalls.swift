import NIOCore

/// A call that is waiting for its response, whatever its types.
protocol PendingCall: AnyObject, Sendable {
  var deadline: CallDeadline { get }

  /// Called exactly once, by whoever removed the call from ``PendingCalls``, and outside every lock.
  func complete(_ result: Result<Body, RPCError>)
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

/// The calls of one client that are not answered yet, by sequence number.
///
/// A value without input or output.
///
/// Insert before write; remove before complete. Whoever removes a call completes it, so it is completed exactly once.
struct PendingCalls {
  struct Request: Sendable {
    let sequence: UInt64
    let serviceMethod: String
    let body: Body
  }

  private var calls: [UInt64: any PendingCall] = [:]
  private var nextSequence: UInt64 = 0
  /// Those that wait to be written, in the order of their numbers.
  ///
  /// Some may have been removed meanwhile.
  private var unsent = CircularBuffer<Request>()
  private var sent = 0
  private let maximumInFlight: Int
  /// What every later call fails with, once the connection is gone.
  private var end: RPCError?
  private(set) var earliestDeadline: NIODeadline?

  init(maximumInFlight: Int) {
    self.maximumInFlight = max(1, maximumInFlight)
  }

  var count: Int { calls.count }
  var hasUnsent: Bool { !unsent.isEmpty }

  /// Whether a request can be written now.
  var canSend: Bool { hasUnsent && sent < maximumInFlight }

  /// Adds a call, and gives it the next number.
  ///
  /// - Parameters:
  ///   - call: Who waits.
  ///   - serviceMethod: The full name.
  ///   - body: The argument.
  ///   - waits: Whether the call waits while too many are in flight. Otherwise it is refused.
  /// - Returns: The call's sequence number.
  /// - Throws: ``RPCError/tooManyCalls``, or what the calls were closed with.
  mutating func insert(
    _ call: any PendingCall,
    _ serviceMethod: String,
    _ body: Body,
    waits: Bool
  ) throws(RPCError) -> UInt64 {
    if let end { throw end }
    guard waits || calls.count < maximumInFlight else { throw .tooManyCalls }
    let sequence = nextSequence
    nextSequence += 1
    calls[sequence] = call
    unsent.append(Request(sequence: sequence, serviceMethod: serviceMethod, body: body))
    earliestDeadline = min(earliestDeadline ?? .distantFuture, call.deadline.time)
    return sequence
  }

  /// Takes the next request to write, if one may be written now.
  mutating func takeUnsent() -> Request? {
    while sent < maximumInFlight, let request = unsent.popFirst() {
      guard calls[request.sequence] != nil else { continue }
      sent += 1
      return request
    }
    return nil
  }

  /// Removes the call with a number, to be completed by whoever asks.
  ///
  /// Nil when nobody waits for it any more.
  mutating func remove(_ sequence: UInt64) -> (any PendingCall)? {
    guard let call = calls.removeValue(forKey: sequence) else { return nil }
    if isSent(sequence) { sent -= 1 }
    return call
  }

  /// Removes the calls whose time is over.
  mutating func removeExpired(at now: NIODeadline) -> [any PendingCall] {
    let expired = calls.filter { $0.value.deadline.time <= now }.keys.sorted()
    let removed = expired.compactMap { remove($0) }
    earliestDeadline = calls.values.map(\.deadline.time).min()
    return removed
  }

  /// Removes all calls, and fails every later one with the error.
  ///
  /// - Returns: The calls in the order they were made, or nil if it has been done before.
  mutating func close(_ error: RPCError) -> [any PendingCall]? {
    guard end == nil else { return nil }
    end = error
    let removed = calls.sorted { $0.key < $1.key }.map(\.value)
    calls.removeAll()
    unsent.removeAll()
    sent = 0
    return removed
  }

  /// Numbers are given in the order of `unsent`, so what stands before its first has been sent.
  private func isSent(_ sequence: UInt64) -> Bool {
    guard let first = unsent.first else { return true }
    return sequence < first.sequence
  }
}
