import Codecs
import Foundation
import Logging
import RPCKit
import ServiceLifecycle
import Testing
import UnixSignals

/// The examples in the comments of the sources, each under the name of what it explains.
@Suite(.timeLimit(.minutes(1)))
struct CommentExampleTests {
  @Test func `the examples of RPCServer and RPCClient`() async throws {
    #if Jansson
      let server = RPCServer()
      try server.register(Arith())
      let listener = try await server.listen(on: .tcp("127.0.0.1", port: 0), codec: .jansson)

      let client = try await RPCClient.connect(to: listener.endpoint, codec: .foundationJSON)
      let product = try await client.call("Arith.Multiply", Args(A: 7, B: 8), returning: Int.self)

      #expect(product == 56)
      try await client.close()
      await server.close()
    #endif
  }

  /// It is compiled and not run: nobody is there.
  @Test func `the example of a client of several servers`() {
    #if Jansson
      func connect() async throws -> RPCClient {
        let client = try await RPCClient.connect(
          toAnyOf: [.tcp("10.0.0.1", port: 1234), .tcp("10.0.0.2", port: 1234)],
          codec: .jansson
        )
        return client
      }
      _ = connect
    #endif
  }

  @Test func `the example of ServerProbe`() {
    var configuration = ClientConfiguration()

    configuration.probe = ServerProbe(interval: .seconds(15))

    #expect(configuration.probe?.interval == .seconds(15))
  }

  @Test func `the example of ConnectedPair`() async throws {
    let server = RPCServer()
    try server.register(Arith())

    let pair = try await ConnectedPair.make()
    async let served: Void = server.serve(pair.server, codec: .native)
    let client = RPCClient(channel: pair.client, codec: .native)
    let product = try await client.call("Arith.Multiply", Args(A: 7, B: 8), returning: Int.self)
    try await client.close()
    try await served

    #expect(product == 56)
  }

  @Test func `the example of RPCServer.run`() async throws {
    let logger = Logger(label: "example", factory: { _ in SwiftLogNoOpLogHandler() })

    let running = Task {
      let server = RPCServer()
      try server.register(Arith())
      let listener = try await server.listen(on: .tcp("127.0.0.1", port: 0), codec: .foundationJSON)
      _ = listener
      try await ServiceGroup(services: [server], gracefulShutdownSignals: [.sigterm], logger: logger).run()
    }
    running.cancel()

    _ = await running.result
  }

  @Test func `the examples of ServerInterceptor and ClientInterceptor`() async throws {
    let lines = Lines()
    let logger = lines.logger

    let server = try {
      @Sendable func mayCall(_ peer: Peer, _ serviceMethod: String) -> Bool {
        serviceMethod != "Arith.Divide"
      }
      var configuration = ServerConfiguration()
      configuration.interceptors = [
        { context, argument, next in
          guard mayCall(context.peer, context.serviceMethod) else { throw ServerError("not allowed") }
          return try await next(argument)
        }
      ]
      let server = RPCServer(configuration: configuration)
      try server.register(Arith())
      return server
    }()

    let pair = try await ConnectedPair.make()
    async let served: Void = server.serve(pair.server, codec: .foundationJSON)
    let client = {
      var configuration = ClientConfiguration()
      configuration.interceptors = [
        { serviceMethod, argument, next in
          let start = ContinuousClock.now
          defer { logger.info("\(serviceMethod) took \(ContinuousClock.now - start)") }
          return try await next(argument)
        }
      ]
      return RPCClient(channel: pair.client, codec: .foundationJSON, configuration: configuration)
    }()

    let product = try await client.call("Arith.Multiply", Args(A: 7, B: 8), returning: Int.self)
    let refused = await #expect(throws: RPCError.self) {
      try await client.call("Arith.Divide", Args(A: 7, B: 2), returning: Quotient.self)
    }

    #expect(product == 56)
    #expect(refused.map { "\($0)" } == "not allowed")
    #expect(lines.all.contains { $0.hasPrefix("Arith.Multiply took ") })
    try await client.close()
    try await served
  }

  #if Jansson
    /// As they stand in the comments, with a port that a test must not take: compiled, and run above with another.
    private func asTheyStand(_ logger: Logger) async throws {
      let server = RPCServer()
      try server.register(Arith())
      let listener = try await server.listen(on: .tcp("127.0.0.1", port: 1234), codec: .jansson)
      try await ServiceGroup(services: [server], gracefulShutdownSignals: [.sigterm], logger: logger).run()
      await listener.close()
    }

    private func asTheyStand() async throws -> Int {
      let client = try await RPCClient.connect(to: .tcp("127.0.0.1", port: 1234), codec: .foundationJSON)
      let product = try await client.call("Arith.Multiply", Args(A: 7, B: 8), returning: Int.self)
      return product
    }

    private func asTheREADMEHasIt(_ server: RPCServer) async throws -> RPCListener {
      var offers = ListenerOffers.connect()
      offers.debugPage = DebugPage()
      let listener = try await server.listen(
        on: .tcp("127.0.0.1", port: 1234),
        codec: .jansson,
        offering: offers
      )
      return listener
    }
  #endif
}
