import NIOCore
import RPCKit

/// Runs a test with a client of the server, connected in memory, and closes the connection behind it.
func withClient<Result>(
  of server: RPCServer,
  _ codec: Codec,
  _ configuration: ClientConfiguration = ClientConfiguration(),
  _ test: (RPCClient) async throws -> Result
) async throws -> Result {
  let pair = try await ConnectedPair.make()
  let serving = try await serve(pair, by: server, codec)
  let client = RPCClient(channel: pair.client, codec: codec, configuration: configuration)
  do {
    let result = try await test(client)
    try? await client.close()
    try? await serving.value
    return result
  } catch {
    try? await client.close()
    try? await serving.value
    throw error
  }
}

/// The other end, as bytes, of a connection that the server serves.
func rawClient(of server: RPCServer, _ codec: Codec = .line) async throws -> RawPeer {
  let pair = try await ConnectedPair.make()
  _ = try await serve(pair, by: server, codec)
  return await RawPeer(pair.client)
}

/// Serves one end of a pair, and returns when it is being served.
func serve(_ pair: ConnectedPair, by server: RPCServer, _ codec: Codec = .line) async throws -> Task<
  Void, any Error
> {
  let serving = Task.immediate { try await server.serve(pair.server, codec: codec) }
  // It has handed its work to the event loop, which does it before this.
  try await pair.server.eventLoop.submit {}.get()
  return serving
}

/// A client, and its server as bytes.
func clientOfRawServer(
  _ codec: Codec = .line,
  _ configuration: ClientConfiguration = ClientConfiguration()
) async throws -> (client: RPCClient, server: RawPeer) {
  let pair = try await ConnectedPair.make()
  let server = await RawPeer(pair.server)
  return (RPCClient(channel: pair.client, codec: codec, configuration: configuration), server)
}

/// A server whose method `Test.Hold` waits for an event, once per call, and tells when it begins and ends.
struct HoldingServer {
  let server: RPCServer
  let started = Event()
  let release = Event()
  let cancelled = Event()
  let running = Gauge()

  init(_ configuration: ServerConfiguration = ServerConfiguration()) throws {
    server = RPCServer(configuration: configuration)
    try server.register("Test.Hold") { [started, release, cancelled, running] (number: Int) async in
      running.rise()
      defer { running.fall() }
      started.happen()
      await release.happened(times: number)
      if Task.isCancelled { cancelled.happen() }
      return number
    }
    try server.register("Test.Echo", execution: .eventLoop) { (text: String) in text }
  }
}
