import Codecs
import RPCKit
import Testing

/// The program of the article GettingStarted.
@Suite(.timeLimit(.minutes(1)))
struct GettingStartedTests {
  @Test func `the server serves, and the client calls`() async throws {
    let printed = AsyncStream.makeStream(of: String.self)
    let serving = Task { try await serve { printed.continuation.yield($0) } }
    let line = try #require(await printed.stream.first { _ in true })
    let endpoint = try Endpoint(String(line.dropFirst("listening on ".count)))

    let lines = try await callAll(at: endpoint)
    serving.cancel()

    #expect(lines == ["7 × 8 = 56", "Quotient(Quo: 3, Rem: 1)", "divide by zero"])
    try await serving.value
  }

  private func serve(_ print: (String) -> Void) async throws {
    let server = RPCServer()
    try server.register(Arith())
    let listener = try await server.listen(on: .tcp("127.0.0.1", port: 0), codec: .foundationJSON)
    print("listening on \(listener.endpoint)")
    await server.run()
  }

  private func callAll(at endpoint: Endpoint) async throws -> [String] {
    var lines: [String] = []
    func print(_ value: some Any) { lines.append("\(value)") }

    let client = try await RPCClient.connect(to: endpoint, codec: .foundationJSON)
    let product = try await client.call("Arith.Multiply", Args(A: 7, B: 8), returning: Int.self)
    print("7 × 8 = \(product)")

    let quotient: Quotient = try await client.call("Arith.Divide", Args(A: 7, B: 2))
    print(quotient)

    do {
      _ = try await client.call("Arith.Divide", Args(A: 7, B: 0), returning: Quotient.self)
    } catch .server(let error) {
      print(error)
    }
    try await client.close()
    return lines
  }
}
