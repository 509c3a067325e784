import Codecs
import Logging
import NIOCore
import RPCKit
import Synchronization
import Testing

/// The examples of the article Observing.
@Suite(.timeLimit(.minutes(1)))
struct ObservingTests {
  @Test func `a server logs to the logger it is given`() async throws {
    let lines = Lines()
    let logger = lines.logger

    let server = RPCServer(logger: logger)

    try server.register(Arith())
    try await call(server, "Arith.Divide", Args(A: 7, B: 0))
    let failed = lines.all.filter { $0.hasPrefix("call failed ") }
    #expect(failed == ["call failed codec=foundation method=Arith.Divide peer=local reason=divide by zero"])
  }

  @Test func `a server that describes itself, with its page, its figures and a hook`() async throws {
    let peers = Lines()
    let isWelcome: @Sendable (Peer) -> Bool = { peer in
      peers.add("\(peer)")
      return true
    }

    var configuration = ServerConfiguration()
    configuration.reportsMetrics = true
    configuration.describesItself = true
    configuration.acceptsConnection = { peer in isWelcome(peer) }
    let server = RPCServer(configuration: configuration)
    try server.register(Arith())

    let listener = try await server.listen(
      on: .tcp("127.0.0.1", port: 0),
      codec: .foundationJSON,
      offering: .debugPage()
    )

    let client = try await RPCClient.connect(to: listener.endpoint, codec: .foundationJSON)
    let description = try await client.call("RPC.Describe", Empty(), returning: Description.self)
    #expect(description.services.map(\.name) == ["Arith", "RPC"])
    #expect(peers.all.count == 1)
    try await client.close()
    await server.close()
  }

  private struct Description: Decodable {
    struct Service: Decodable { var name: String }
    var services: [Service]
  }

  @Test func `authorisation: what only some peers may call`() async throws {
    /// Lets a peer call a service's methods only if it is on a list.
    func admitting(_ admitted: Set<Peer>, to service: String) -> ServerInterceptor {
      { context, argument, next in
        guard admitted.contains(context.peer) || !context.serviceMethod.hasPrefix(service + ".") else {
          throw ServerError("not allowed")
        }
        return try await next(argument)
      }
    }

    var configuration = ServerConfiguration()
    configuration.interceptors = [admitting([], to: "Arith")]

    let server = RPCServer(configuration: configuration)
    try server.register(Arith())
    #expect(try await call(server, "Arith.Multiply", Args(A: 7, B: 8)) == "not allowed")
  }

  @Test func `timing: how long each method takes`() async throws {
    /// How long calls took, by method.
    final class Durations: Sendable {
      private let byMethod = Mutex<[String: [Duration]]>([:])

      var all: [String: [Duration]] { byMethod.withLock { $0 } }

      var interceptor: ServerInterceptor {
        { context, argument, next in
          let start = ContinuousClock.now
          defer {
            let duration = ContinuousClock.now - start
            self.byMethod.withLock { $0[context.serviceMethod, default: []].append(duration) }
          }
          return try await next(argument)
        }
      }
    }

    let durations = Durations()
    var configuration = ServerConfiguration()
    configuration.interceptors = [durations.interceptor]

    let server = RPCServer(configuration: configuration)
    try server.register(Arith())
    try await call(server, "Arith.Multiply", Args(A: 7, B: 8))
    try await call(server, "Arith.Divide", Args(A: 7, B: 0))
    #expect(durations.all.mapValues(\.count) == ["Arith.Multiply": 1, "Arith.Divide": 1])
  }

  @Test func `a client that asks again when the server says that it is busy`() async throws {
    let server = RPCServer()
    let calls = Lines()
    try server.register("Busy.Work") { (number: Int) throws in
      calls.add("\(number)")
      guard calls.all.count > 1 else { throw ServerError("busy") }
      return number
    }

    var configuration = ClientConfiguration()
    configuration.interceptors = [
      { serviceMethod, argument, next in
        do {
          return try await next(argument)
        } catch RPCError.server(let error) where error.text == "busy" {
          return try await next(argument)
        }
      }
    ]

    let pair = try await ConnectedPair.make()
    async let served: Void = server.serve(pair.server, codec: .foundationJSON)
    let client = RPCClient(channel: pair.client, codec: .foundationJSON, configuration: configuration)
    #expect(try await client.call("Busy.Work", 7, returning: Int.self) == 7)
    try await client.close()
    try await served
  }

  /// Makes one call, and returns the text of its error if it fails.
  @discardableResult
  private func call(_ server: RPCServer, _ serviceMethod: String, _ argument: Args) async throws -> String? {
    let header = RequestHeader(serviceMethod: serviceMethod, messageID: MessageID(0))
    var client = Codec.foundationJSON.makeClientCodec(MessageLimits())
    var requests = ByteBuffer()
    try client.writeRequest(
      header,
      Body(encoding: argument, coder: Codec.foundationJSON.coder),
      to: &requests
    )

    var responses = await server.respond(to: requests, codec: .foundationJSON)
    guard case .response(let response) = try client.readHeader(from: &responses) else { return nil }
    return response.error
  }
}
