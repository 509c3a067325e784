import Foundation
import RPCKit
import Testing

/// Go's stock client, `net/rpc/jsonrpc`, calls a Swift server.
///
/// What it checks is in `Examples/go/client`.
@Suite(.needs(.go, .currentGo), .timeLimit(.minutes(5)))
struct GoClientTests {
  @Test(arguments: Engine.all, GoToolchain.allCases)
  func `10,000 concurrent calls from Go are all answered right`(engine: Engine, go: GoToolchain) async throws
  {
    try await withSwiftServer(codec: engine.codec) { endpoint in
      try await expectSuccess(go, endpoint, "calls", "-n", "10000", "-c", "10000")
    }
  }

  @Test(arguments: Engine.all, GoToolchain.allCases)
  func `10,000 calls from Go, 64 at a time, cross a Unix socket`(engine: Engine, go: GoToolchain) async throws
  {
    try await withTemporaryDirectory { directory in
      let socket = Endpoint.unix(directory.appending(path: "arith.sock").path)
      try await withSwiftServer(on: socket, codec: engine.codec) { endpoint in
        try await expectSuccess(go, endpoint, "calls", "-n", "10000", "-c", "64")
      }
    }
  }

  @Test(arguments: Engine.all, GoToolchain.allCases)
  func `a value of every type crosses from Go to Swift and back`(engine: Engine, go: GoToolchain) async throws
  {
    try await withSwiftServer(codec: engine.codec) { endpoint in
      try await expectSuccess(go, endpoint, "types")
    }
  }

  @Test(arguments: Engine.all, GoToolchain.allCases)
  func `Go sees Go's texts for errors, and its client lives on`(engine: Engine, go: GoToolchain) async throws
  {
    try await withSwiftServer(codec: engine.codec) { endpoint in
      try await expectSuccess(go, endpoint, "errors")
    }
  }

  @Test(arguments: Engine.all, GoToolchain.allCases)
  func `a null reply and an error without a text do not harm Go's client`(engine: Engine, go: GoToolchain)
    async throws
  {
    try await withSwiftServer(codec: engine.codec) { endpoint in
      try await expectSuccess(go, endpoint, "departures")
    }
  }

  private func expectSuccess(_ go: GoToolchain, _ endpoint: Endpoint, _ arguments: String...) async throws {
    let client = try await run(GoPrograms.client(by: go), ["\(endpoint)"] + arguments)

    #expect(client.status == 0, "\(client.errors)")
    #expect(client.output.hasSuffix("\(arguments[0]) ok\n"))
  }
}
