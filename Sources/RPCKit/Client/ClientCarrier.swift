import NIOCore

/// What carries a client's calls: one connection, or several that come back.
enum ClientCarrier: Sendable {
  case link(ClientLink)
  case pool(ConnectionPool)

  /// Of one of its connections, or of its timers.
  var eventLoop: any EventLoop {
    switch self {
    case .link(let link): link.channel.eventLoop
    case .pool(let pool): pool.eventLoop
    }
  }

  /// How many calls are not completed.
  var pendingCalls: Int {
    switch self {
    case .link(let link): link.outbox.count
    case .pool(let pool): pool.pendingCalls
    }
  }

  /// Takes a call over.
  ///
  /// - Throws: ``RPCError/tooManyCalls`` or ``RPCError/shutdown``, in which case the call is still the caller's.
  func send(
    _ call: any PendingCall,
    _ serviceMethod: String,
    _ body: Body,
    waits: Bool
  ) throws(RPCError) -> SentCall {
    switch self {
    case .link(let link):
      return .numbered(link.outbox, try link.outbox.insert(call, serviceMethod, body, waits: waits))
    case .pool(let pool):
      let routed = RoutedCall(call, serviceMethod, body, pool: pool)
      try pool.send(routed, waits: waits)
      return .routed(routed)
    }
  }

  /// Takes no more calls, and waits until those that are there are completed.
  ///
  /// - Parameter limit: How long that may take. The calls that are left then fail with ``RPCError/shutdown``.
  func drain(limit: Duration) async {
    switch self {
    case .link(let link): await link.outbox.drain(limit: limit)
    case .pool(let pool): await pool.drain(limit: limit)
    }
  }

  /// Fails the calls, and closes.
  func close() async {
    switch self {
    case .link(let link): await link.close()
    case .pool(let pool): await pool.close()
    }
  }

  /// Fails the calls, and begins to close.
  func closeSoon() {
    switch self {
    case .link(let link): link.closeSoon()
    case .pool(let pool): pool.closeSoon()
    }
  }
}

/// A call that a carrier has taken over.
enum SentCall: Sendable {
  case numbered(CallOutbox, UInt64)
  case routed(RoutedCall)

  /// Completes the call with ``RPCError/cancelled``, unless it is completed already.
  func giveUp() {
    switch self {
    case .numbered(let outbox, let sequence): outbox.fail(sequence, with: .cancelled)
    case .routed(let call): call.giveUp()
    }
  }
}
