import Codecs
import RPCKit
import Testing

/// What a server reports to swift-metrics.
///
/// The factory is the process's, so each test has services of its own.
@Suite(.timeLimit(.minutes(1)))
struct MetricsTests {
  private let metrics = RecordingMetrics.shared

  @Test(arguments: Engine.all)
  func `calls, errors, duration, calls in flight and bytes are labelled by service, method and codec`(
    engine: Engine
  ) async throws {
    let labels = ["service": "Counted", "method": "Divide", "codec": engine.name]
    try await withServer(reporting, codec: engine.codec) { server, endpoint in
      try server.register(Arith(), as: "Counted")
      try await withClient(of: endpoint, codec: engine.codec) { client in
        for divisor in [1, 2, 0] {
          _ = try? await client.call("Counted.Divide", Args(A: 8, B: divisor), returning: Quotient.self)
        }
      }
    }

    #expect(metrics["rpc_server_calls_total", labels].sum == 3)
    #expect(metrics["rpc_server_errors_total", labels].sum == 1)
    #expect(metrics["rpc_server_request_bytes_total", labels].sum == Double(3 * #"{"A":8,"B":1}"#.utf8.count))
    #expect(
      metrics["rpc_server_reply_bytes_total", labels].sum == Double(2 * #"{"Quo":8,"Rem":0}"#.utf8.count)
    )
    #expect(metrics["rpc_server_duration", labels].reports == 3)
    #expect(metrics["rpc_server_duration", labels].sum > 0)
    #expect(metrics["rpc_server_calls_in_flight", labels] == .init(sum: 0, reports: 6))
  }

  @Test func `a call is in flight until it is answered`() async throws {
    let labels = ["service": "Waiting", "method": "Wait", "codec": "foundation"]
    let gate = Gate()
    try await withServer(reporting) { server, endpoint in
      try server.register("Waiting.Wait") { (_: Empty) in
        try await gate.pass()
        return 1
      }
      try await withClient(of: endpoint) { client in
        let call = client.start("Waiting.Wait", Empty(), returning: Int.self)
        await gate.waitForArrival()
        #expect(metrics["rpc_server_calls_in_flight", labels].sum == 1)
        gate.open()
        _ = try await call.reply
      }
    }
    #expect(metrics["rpc_server_calls_in_flight", labels].sum == 0)
  }

  @Test func `connections are counted by codec while they are open`() async throws {
    let codec = Codec(
      name: "metered",
      coder: Codec.foundationJSON.coder,
      makeClientCodec: Codec.foundationJSON.makeClientCodec,
      makeServerCodec: Codec.foundationJSON.makeServerCodec
    )
    try await withServer(reporting, codec: codec) { _, endpoint in
      try await withClient(of: endpoint) { client in
        _ = try await client.call("Arith.Multiply", Args(A: 1, B: 1), returning: Int.self)
        #expect(metrics["rpc_server_connections", ["codec": "metered"]].sum == 1)
      }
    }
    #expect(metrics["rpc_server_connections", ["codec": "metered"]] == .init(sum: 0, reports: 2))
  }

  @Test func `a call that fails before its method runs, or after, is an error as well`() async throws {
    try await withServer(reporting) { server, endpoint in
      try server.register("Failing.Null") { (_: Int) in Int?.none }
      try server.register("Failing.Argument", execution: .eventLoop) { (_: Int) in 1 }
      try await withClient(of: endpoint) { client in
        _ = try? await client.call("Failing.Null", 1, returning: Int?.self)
        _ = try? await client.call("Failing.Argument", "text", returning: Int.self)
      }
    }

    for method in ["Null", "Argument"] {
      let labels = ["service": "Failing", "method": method, "codec": "foundation"]
      #expect(metrics["rpc_server_calls_total", labels].sum == 1)
      #expect(metrics["rpc_server_errors_total", labels].sum == 1)
    }
  }

  @Test func `names that do not exist make no labels`() async throws {
    try await withServer(reporting) { _, endpoint in
      _ = try await answer(
        to: #"{"method":"Evil.Label","params":[1],"id":1}"#,
        from: endpoint,
        halfClosing: true
      )
    }
    let labels = ["service": "Evil", "method": "Label", "codec": "foundation"]

    #expect(metrics["rpc_server_calls_total", labels].reports == 0)
    #expect(metrics["rpc_server_errors_total", labels].reports == 0)
  }

  @Test func `nothing is reported unless it is asked for`() async throws {
    try await withServer { server, endpoint in
      try server.register("Silent.Call") { (_: Int) in 1 }
      try await withClient(of: endpoint) { _ = try await $0.call("Silent.Call", 1, returning: Int.self) }
    }
    let labels = ["service": "Silent", "method": "Call", "codec": "foundation"]

    #expect(metrics["rpc_server_calls_total", labels].reports == 0)
  }

  private var reporting: ServerConfiguration {
    var configuration = ServerConfiguration()
    configuration.reportsMetrics = true
    return configuration
  }
}
