import Metrics
import Synchronization

/// A server's figures for swift-metrics.
///
/// | name | kind | labels |
/// |---|---|---|
/// | `rpc_server_calls_total`, `rpc_server_errors_total` | counter | `service`, `method`, `codec` |
/// | `rpc_server_request_bytes_total`, `rpc_server_reply_bytes_total` | counter | the same |
/// | `rpc_server_duration` | timer | the same |
/// | `rpc_server_calls_in_flight` | meter | the same |
/// | `rpc_server_connections` | meter | `codec` |
final class ServerMetrics: Sendable {
  /// The instruments of one method with one codec.
  struct Instruments: Sendable {
    let calls: Counter
    let errors: Counter
    let requestBytes: Counter
    let replyBytes: Counter
    let duration: Metrics.Timer
    let inFlight: Meter

    init(_ dimensions: [(String, String)]) {
      self.calls = Counter(label: "rpc_server_calls_total", dimensions: dimensions)
      self.errors = Counter(label: "rpc_server_errors_total", dimensions: dimensions)
      self.requestBytes = Counter(label: "rpc_server_request_bytes_total", dimensions: dimensions)
      self.replyBytes = Counter(label: "rpc_server_reply_bytes_total", dimensions: dimensions)
      self.duration = Metrics.Timer(label: "rpc_server_duration", dimensions: dimensions)
      self.inFlight = Meter(label: "rpc_server_calls_in_flight", dimensions: dimensions)
    }
  }

  private struct Key: Hashable {
    let method: ObjectIdentifier
    let codec: String
  }

  private struct State {
    var methods: [Key: Instruments] = [:]
    var connections: [String: Meter] = [:]
  }

  private let state = Mutex(State())

  func callStarted(_ method: RegisteredMethod, codec: String) {
    let instruments = instruments(method, codec)
    instruments.calls.increment()
    instruments.inFlight.increment(by: 1)
  }

  func callEnded(_ method: RegisteredMethod, codec: String, _ call: EndedCall) {
    let instruments = instruments(method, codec)
    if call.hasFailed { instruments.errors.increment() }
    instruments.requestBytes.increment(by: call.requestBytes)
    instruments.replyBytes.increment(by: call.replyBytes)
    instruments.duration.recordNanoseconds(call.nanoseconds)
    instruments.inFlight.decrement(by: 1)
  }

  func connectionOpened(codec: String) { connections(codec).increment(by: 1) }
  func connectionClosed(codec: String) { connections(codec).decrement(by: 1) }

  private func instruments(_ method: RegisteredMethod, _ codec: String) -> Instruments {
    let key = Key(method: ObjectIdentifier(method), codec: codec)
    return state.withLock { state in
      if let instruments = state.methods[key] { return instruments }
      let instruments = Instruments([
        ("service", method.service), ("method", method.name), ("codec", codec),
      ])
      state.methods[key] = instruments
      return instruments
    }
  }

  private func connections(_ codec: String) -> Meter {
    state.withLock { state in
      if let meter = state.connections[codec] { return meter }
      let meter = Meter(label: "rpc_server_connections", dimensions: [("codec", codec)])
      state.connections[codec] = meter
      return meter
    }
  }
}
