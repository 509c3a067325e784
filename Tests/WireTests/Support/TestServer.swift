import RPCKit

/// A server with the services of these tests, listening on a real socket.
struct TestServer: Sendable {
  var endpoint: Endpoint

  /// Counts the calls of `Misc.Count`.
  var counter: Counter

  /// The configuration by which the calls of a connection are answered in their order.
  static var ordered: ServerConfiguration {
    var configuration = ServerConfiguration()
    configuration.isOrdered = true
    return configuration
  }

  /// Makes a server with the services, and the counter that its `Misc.Count` counts with.
  static func make(_ configuration: ServerConfiguration = .init()) throws -> (RPCServer, Counter) {
    let counter = Counter()
    let server = RPCServer(configuration: configuration)
    try server.register(Arith())
    try server.register(Arith(), as: "net.rpc.Arith")
    try server.register(Misc(counter: counter))
    try server.register(Gate())
    return (server, counter)
  }

  /// Serves for the length of a test.
  static func serving<Result>(
    _ setup: Setup,
    _ configuration: ServerConfiguration = .init(),
    _ test: (TestServer) async throws -> Result
  ) async throws -> Result {
    let (server, counter) = try make(configuration)
    let listener = try await server.listen(on: setup.socket.freshEndpoint(), codec: setup.engine.codec)
    do {
      let result = try await test(TestServer(endpoint: listener.endpoint, counter: counter))
      await server.close()
      return result
    } catch {
      await server.close()
      throw error
    }
  }
}
