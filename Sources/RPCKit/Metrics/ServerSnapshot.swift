/// What a server is doing, at one moment: the content of the debug page.
struct ServerSnapshot: Sendable, Encodable {
  struct Service: Sendable, Encodable {
    let name: String
    let methods: [Method]
  }

  struct Method: Sendable, Encodable {
    let name: String
    let argument: String
    let reply: String
    let calls: Int
    let errors: Int
    let requestBytes: Int
    let replyBytes: Int
    let p50Microseconds: Double?
    let p99Microseconds: Double?
  }

  struct Connection: Sendable, Encodable {
    let peer: String
    let codec: String
    let callsInFlight: [Call]
  }

  struct Call: Sendable, Encodable {
    let method: String
    let ageMilliseconds: Int64
  }

  let services: [Service]
  let connections: [Connection]
}

extension ServerSnapshot.Method {
  init(_ method: RegisteredMethod) {
    let statistics = method.statistics.snapshot
    self.init(
      name: method.name,
      argument: method.function.argumentName,
      reply: method.function.replyName,
      calls: method.numberOfCalls,
      errors: statistics.errors,
      requestBytes: statistics.requestBytes,
      replyBytes: statistics.replyBytes,
      p50Microseconds: statistics.latency.quantile(0.5).map { Double($0) / 1000 },
      p99Microseconds: statistics.latency.quantile(0.99).map { Double($0) / 1000 }
    )
  }
}
