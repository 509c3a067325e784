import Codecs
import RPCKit
import Testing

/// The examples of the article LostConnections.
@Suite(.timeLimit(.minutes(1)))
struct LostConnectionsTests {
  @Test func `a client comes back to its server`() async throws {
    let server = RPCServer()
    try server.register(Arith())
    let listener = try await server.listen(on: .tcp("127.0.0.1", port: 0), codec: .foundationJSON)
    let endpoint = listener.endpoint

    var configuration = ClientConfiguration()
    configuration.reconnect = ReconnectPolicy(initialDelay: .milliseconds(1))
    configuration.idempotentMethods = ["Arith.Multiply"]
    configuration.probe = ServerProbe(interval: .seconds(15))
    let client = try await RPCClient.connect(
      to: endpoint,
      codec: .foundationJSON,
      configuration: configuration
    )

    let first = try await client.call("Arith.Multiply", Args(A: 7, B: 8), returning: Int.self)
    await server.close()
    let next = RPCServer()
    try next.register(Arith())
    _ = try await next.listen(on: endpoint, codec: .foundationJSON)
    let second = try await client.call("Arith.Multiply", Args(A: 7, B: 9), returning: Int.self)

    #expect([first, second] == [56, 63])
    try await client.close()
    await next.close()
  }

  @Test func `a client of several servers does without one of them`() async throws {
    var servers: [RPCServer] = []
    var endpoints: [Endpoint] = []
    for _ in 0..<3 {
      let server = RPCServer()
      try server.register(Arith())
      let listener = try await server.listen(on: .tcp("127.0.0.1", port: 0), codec: .foundationJSON)
      servers.append(server)
      endpoints.append(listener.endpoint)
    }

    var configuration = ClientConfiguration()
    configuration.idempotentMethods = ["Arith.Multiply"]
    let client = try await RPCClient.connect(
      toAnyOf: endpoints,
      codec: .foundationJSON,
      configuration: configuration
    )

    await servers[0].close()
    for number in 0..<30 {
      let product = try await client.call("Arith.Multiply", Args(A: 7, B: number), returning: Int.self)
      #expect(product == 7 * number)
    }
    try await client.close()
    for server in servers { await server.close() }
  }
}
