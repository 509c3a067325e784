import Foundation
import RPCKit
import Testing

/// Serves `Arith` and `Misc` from this process for as long as a closure takes.
@discardableResult
func withSwiftServer<Result>(
  on endpoint: Endpoint = .tcp("127.0.0.1", port: 0),
  codec: Codec,
  offering offers: ListenerOffers = .rpc,
  isolation: isolated (any Actor)? = #isolation,
  body: (Endpoint) async throws -> Result
) async throws -> Result {
  let server = RPCServer()
  try server.register(Arith())
  try server.register(Misc())
  let listener = try await server.listen(on: endpoint, codec: codec, offering: offers)
  do {
    let result = try await body(listener.endpoint)
    await server.close()
    return result
  } catch {
    await server.close()
    throw error
  }
}

/// Connects for as long as a closure takes.
@discardableResult
func withClient<Result>(
  of endpoint: Endpoint,
  codec: Codec,
  isolation: isolated (any Actor)? = #isolation,
  body: (RPCClient) async throws -> Result
) async throws -> Result {
  let client = try await RPCClient.connect(to: endpoint, codec: codec)
  do {
    let result = try await body(client)
    try await client.close()
    return result
  } catch {
    try? await client.close()
    throw error
  }
}

/// Runs the Go server of `Examples/go` for as long as a closure takes.
@discardableResult
func withGoServer<Result>(
  by go: GoToolchain = .installed,
  on endpoint: String = "tcp://127.0.0.1:0",
  isolation: isolated (any Actor)? = #isolation,
  body: (Endpoint) async throws -> Result
) async throws -> Result {
  try await withServer(GoPrograms.server(by: go), ["-listen", endpoint]) { endpoint, _ in
    try await body(Endpoint(endpoint))
  }
}

/// Expects that a call fails with an error of the server that has this text.
func expectServerError(
  _ text: String,
  sourceLocation: SourceLocation = #_sourceLocation,
  isolation: isolated (any Actor)? = #isolation,
  call: () async throws -> Void
) async throws {
  do {
    try await call()
    Issue.record("the call was answered", sourceLocation: sourceLocation)
  } catch {
    guard case RPCError.server(let error) = error else { throw error }
    #expect(error.text == text, sourceLocation: sourceLocation)
  }
}
