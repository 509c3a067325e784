import Synchronization

/// What has become of one method's calls: the table behind the debug page, since metrics can only be written.
final class MethodStatistics: Sendable {
  struct Values {
    var errors = 0
    var requestBytes = 0
    var replyBytes = 0
    var latency = LatencyHistogram()
  }

  private let values = Mutex(Values())

  var snapshot: Values { values.withLock { $0 } }

  func record(_ call: EndedCall) {
    values.withLock { values in
      if call.hasFailed { values.errors += 1 }
      values.requestBytes += call.requestBytes
      values.replyBytes += call.replyBytes
      values.latency.record(nanoseconds: call.nanoseconds)
    }
  }
}

/// One call that has ended, in figures.
struct EndedCall {
  let nanoseconds: Int64
  let requestBytes: Int
  let replyBytes: Int
  let hasFailed: Bool
}
