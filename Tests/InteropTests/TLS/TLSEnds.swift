import RPCKit
import Testing

/// Serves `Arith`, `Misc` and `Who` by TLS on 127.0.0.1 for as long as a closure takes.
@discardableResult
func withTLSServer<Result>(
  _ tls: ServerTLS,
  codec: Codec = Engine.all[0].codec,
  offering offers: ListenerOffers = .rpc,
  maximumConnections: Int = 100,
  log: RecordedLog = RecordedLog(),
  isolation: isolated (any Actor)? = #isolation,
  body: (_ port: Int, _ server: RPCServer) async throws -> Result
) async throws -> Result {
  var configuration = ServerConfiguration()
  configuration.tls = tls
  configuration.maximumConnections = maximumConnections
  let server = RPCServer(configuration: configuration, logger: log.logger)
  try server.register(Arith())
  try server.register(Misc())
  try server.register(Who())
  let listener = try await server.listen(on: .tls("127.0.0.1", port: 0), codec: codec, offering: offers)
  do {
    let result = try await body(listener.endpoint.port, server)
    await server.close()
    return result
  } catch {
    await server.close()
    throw error
  }
}

/// Connects by TLS for as long as a closure takes.
@discardableResult
func withTLSClient<Result>(
  _ tls: ClientTLS,
  of host: String = "localhost",
  port: Int,
  codec: Codec = Engine.all[0].codec,
  isolation: isolated (any Actor)? = #isolation,
  body: (RPCClient) async throws -> Result
) async throws -> Result {
  var configuration = ClientConfiguration()
  configuration.tls = tls
  let client = try await RPCClient.connect(
    to: .tls(host, port: port),
    codec: codec,
    configuration: configuration
  )
  do {
    let result = try await body(client)
    try await client.close()
    return result
  } catch {
    try? await client.close()
    throw error
  }
}

/// Tries to connect by TLS, and answers why that was not possible.
func refusal(
  _ tls: ClientTLS,
  of host: String = "localhost",
  port: Int,
  sourceLocation: SourceLocation = #_sourceLocation,
  isolation: isolated (any Actor)? = #isolation
) async throws -> String? {
  do {
    try await withTLSClient(tls, of: host, port: port) { _ in }
    Issue.record("it connected", sourceLocation: sourceLocation)
    return nil
  } catch RPCError.connectFailed(_, let reason) {
    return reason
  }
}

/// Says who calls.
struct Who: RPCService {
  static let methods = [RPCMethod("Calls", calls)]

  func calls(_: Empty, _ context: RPCContext) -> Caller {
    let certificate = context.peer.certificate
    return Caller(
      address: context.peer.description.split(separator: ":").first.map(String.init),
      name: certificate?.commonName,
      names: certificate.map { $0.dnsNames + $0.uris + $0.ipAddresses + $0.emailAddresses } ?? [],
      certificateBytes: certificate?.derBytes.count ?? 0
    )
  }
}

/// What `Who.Calls` answers.
struct Caller: Codable, Sendable, Equatable {
  /// The scheme of the peer's endpoint.
  var address: String?
  var name: String?
  var names: [String]
  var certificateBytes: Int
}

extension Endpoint {
  /// The port, or 0 where there is none.
  var port: Int {
    switch self {
    case .tcp(_, let port), .tls(_, let port), .http(_, let port, _): port
    case .unix: 0
    }
  }
}
