import Codecs
import Logging
import RPCKit
import Testing

/// The two numbers, on the wire `{"A":7,"B":8}`.
struct Args: Codable, Sendable, Equatable {
  var A: Int
  var B: Int
}

struct Quotient: Codable, Sendable, Equatable {
  var Quo: Int
  var Rem: Int
}

/// The service of Go's documentation.
struct Arith: RPCService {
  static let methods = [RPCMethod("Multiply", multiply), RPCMethod("Divide", divide)]

  func multiply(_ args: Args) -> Int { args.A &* args.B }

  func divide(_ args: Args) throws -> Quotient {
    guard args.B != 0 else { throw ServerError("divide by zero") }
    return Quotient(Quo: args.A / args.B, Rem: args.A % args.B)
  }
}

/// One of the codecs that the tests are repeated for.
struct Engine: Sendable, CustomTestStringConvertible {
  var name: String
  var codec: Codec
  var testDescription: String { name }

  /// Those that this build has.
  static let all: [Engine] = {
    var engines = [
      Engine(name: "foundation", codec: .foundationJSON), Engine(name: "native", codec: .native),
    ]
    #if Jansson
      engines.append(Engine(name: "jansson", codec: .jansson))
    #endif
    return engines
  }()
}

/// Serves ``Arith``, and whatever else a test adds, for as long as a closure takes.
func withServer<Result>(
  _ configuration: ServerConfiguration = ServerConfiguration(),
  on endpoint: Endpoint = .tcp("127.0.0.1", port: 0),
  codec: Codec = .foundationJSON,
  offering offers: ListenerOffers = .rpc,
  logger: Logger? = nil,
  isolation: isolated (any Actor)? = #isolation,
  body: (RPCServer, Endpoint) async throws -> Result
) async throws -> Result {
  let server = RPCServer(configuration: configuration, logger: logger)
  try server.register(Arith())
  let listener = try await server.listen(on: endpoint, codec: codec, offering: offers)
  do {
    let result = try await body(server, listener.endpoint)
    await server.close()
    return result
  } catch {
    await server.close()
    throw error
  }
}

/// Connects for as long as a closure takes.
func withClient<Result>(
  of endpoint: Endpoint,
  _ configuration: ClientConfiguration = ClientConfiguration(),
  codec: Codec = .foundationJSON,
  logger: Logger? = nil,
  isolation: isolated (any Actor)? = #isolation,
  body: (RPCClient) async throws -> Result
) async throws -> Result {
  let client = try await RPCClient.connect(
    to: endpoint,
    codec: codec,
    configuration: configuration,
    logger: logger
  )
  do {
    let result = try await body(client)
    try? await client.close()
    return result
  } catch {
    try? await client.close()
    throw error
  }
}

/// A place where a method waits until a test lets it go.
final class Gate: Sendable {
  private let arrivals = AsyncStream.makeStream(of: Void.self)
  private let departures = AsyncStream.makeStream(of: Void.self)

  /// For the method: waits until it is opened, or its task is cancelled.
  func pass() async throws {
    arrivals.continuation.yield()
    for await _ in departures.stream { return }
    throw CancellationError()
  }

  /// For the test: waits until somebody stands before it.
  func waitForArrival() async {
    for await _ in arrivals.stream { return }
  }

  func open() { departures.continuation.yield() }
}
