import Foundation
import RPCKit
import Testing

/// RPC through HTTP's CONNECT, with Go at the other end.
@Suite(.needs(.go, .curl), .timeLimit(.minutes(5)))
struct GoHTTPTests {
  @Test(arguments: Engine.all)
  func `a Go program CONNECTs to a Swift server and speaks jsonrpc on the connection`(engine: Engine)
    async throws
  {
    try await withSwiftServer(on: .http("127.0.0.1", port: 0), codec: engine.codec) { endpoint in
      for mode in [["calls", "-n", "2000"], ["types"], ["errors"]] {
        let client = try await run(GoPrograms.client(), ["\(endpoint)"] + mode)

        #expect(client.status == 0, "\(client.errors)")
        #expect(client.output.hasSuffix("\(mode[0]) ok\n"))
      }
    }
  }

  @Test(arguments: Engine.all)
  func `a Swift client CONNECTs to a Go server that hijacks the connection into jsonrpc`(engine: Engine)
    async throws
  {
    try await withGoServer(on: "http://127.0.0.1:0/_goRPC_") { endpoint in
      try await withClient(of: endpoint, codec: engine.codec) { client in
        let product = try await client.call("Arith.Multiply", Args(A: 7, B: 8), returning: Int.self)
        #expect(product == 56)
        try await expectServerError("divide by zero") {
          _ = try await client.call("Arith.Divide", Args(A: 7, B: 0), returning: Quotient.self)
        }
        let echoed = try await client.call(
          "Misc.EchoEverything",
          Everything.sample,
          returning: Everything.self
        )
        #expect(echoed.Text == Everything.sample.Text)
      }
    }
  }

  @Test func `a Go server's refusal stands in the error with its status`() async throws {
    try await withGoServer(on: "http://127.0.0.1:0/_goRPC_") { endpoint in
      guard case .http(let host, let port, _) = endpoint else { throw NeverListened(program: "server") }
      let elsewhere = Endpoint.http(host, port: port, path: "/elsewhere")
      do {
        _ = try await RPCClient.connect(to: elsewhere, codec: Engine.all[0].codec)
        Issue.record("connected")
      } catch {
        #expect("\(error)" == "cannot connect to \(elsewhere): unexpected HTTP response: 404 Not Found")
      }
    }
  }

  @Test(arguments: Engine.all)
  func `Go's stock client, which speaks gob, gets an error within a second`(engine: Engine) async throws {
    try await withSwiftServer(on: .http("127.0.0.1", port: 0), codec: engine.codec) { endpoint in
      let client = try await run(GoPrograms.gobClient(), ["\(endpoint)"])

      let milliseconds = try #require(client.output.firstMatch(of: #/^failed after (\d+) ms: /#)?.1)
      #expect(try #require(Int(milliseconds)) < 1000, "\(client.output)")
    }
  }

  @Test func `Go's stock client is told of a wrong path as by a Go server`() async throws {
    try await withSwiftServer(on: .http("127.0.0.1", port: 0), codec: Engine.all[0].codec) { endpoint in
      let client = try await run(GoPrograms.gobClient(), ["\(endpoint)/elsewhere"])

      let address = "\(endpoint)".split(separator: "/")[1]
      #expect(
        client.output == "not connected: dial-http tcp \(address): unexpected HTTP response: 404 Not Found\n"
      )
    }
  }

  @Test func `the debug page has the services of Go's page in its order with its counts`() async throws {
    let go = try await withGoServer(on: "http://127.0.0.1:0/_goRPC_") { endpoint in
      try await withClient(of: endpoint, codec: Engine.all[0].codec, body: makeSomeCalls)
      return try await page(of: endpoint)
    }
    let swift = try await withSwiftServer(
      on: .http("127.0.0.1", port: 0),
      codec: Engine.all[0].codec,
      offering: .debugPage()
    ) { endpoint in
      try await withClient(of: endpoint, codec: Engine.all[0].codec, body: makeSomeCalls)
      return try await page(of: endpoint)
    }

    // The Swift service has no EchoRaw.
    #expect(counts(on: swift) == counts(on: go).filter { $0 != "EchoRaw 0" })
    #expect(counts(on: swift).contains("Divide 3"))
  }

  private func makeSomeCalls(_ client: RPCClient) async throws {
    for divisor in [1, 0, 2] {
      _ = try? await client.call("Arith.Divide", Args(A: 8, B: divisor), returning: Quotient.self)
    }
    // Neither of these is dispatched.
    _ = try? await client.call("Arith.Divide", "no arguments", returning: Quotient.self)
    _ = try? await client.call("Arith.Nope", Args(A: 8, B: 1), returning: Quotient.self)
    _ = try await client.call("Misc.Echo", "x", returning: String.self)
  }

  private func page(of endpoint: Endpoint) async throws -> String {
    let address = "\(endpoint)".split(separator: "/")[1]
    let page = "http://\(address)/debug/rpc"
    return try await run(Peer.curl.required(), ["--silent", "--max-time", "10", page]).output
  }

  /// `Service NAME`, and for each method its name and its count, in the page's order.
  private func counts(on page: String) -> [String] {
    let service = /Service (\w+)\n/
    let method = /<td align=left font=fixed>(\w+)\(.*\) error<\/td>\s*<td align=center>(\d+)<\/td>/
    let found =
      page.matches(of: service).map { ($0.range.lowerBound, "Service \($0.1)") }
      + page.matches(of: method).map { ($0.range.lowerBound, "\($0.1) \($0.2)") }
    return found.sorted { $0.0 < $1.0 }.map(\.1)
  }
}
