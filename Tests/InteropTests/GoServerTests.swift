import Foundation
import RPCKit
import Testing

/// The Swift client calls a Go server that serves by `net/rpc/jsonrpc`.
@Suite(.needs(.go, .currentGo), .timeLimit(.minutes(5)))
struct GoServerTests {
  @Test(arguments: Engine.all, GoToolchain.allCases)
  func `10,000 concurrent calls to Go are all answered right`(engine: Engine, go: GoToolchain) async throws {
    try await withGoServer(by: go) { endpoint in
      try await withClient(of: endpoint, codec: engine.codec) { client in
        let wrong = try await withThrowingTaskGroup(of: Bool.self) { calls in
          for number in 0..<10_000 {
            calls.addTask { try await isAnsweredRight(number, by: client) }
          }
          return try await calls.reduce(into: 0) { wrong, isRight in wrong += isRight ? 0 : 1 }
        }

        #expect(wrong == 0)
      }
    }
  }

  @Test(arguments: Engine.all, GoToolchain.allCases)
  func `a value of every type crosses from Swift to Go and back`(engine: Engine, go: GoToolchain) async throws
  {
    let sent = Everything.sample

    var received = try await withGoServer(by: go) { endpoint in
      try await withClient(of: endpoint, codec: engine.codec) { client in
        try await client.call("Misc.EchoEverything", sent, returning: Everything.self)
      }
    }

    // A Date is a Double; its text has microseconds.
    #expect(abs(received.When.timeIntervalSince(sent.When)) < 1e-6)
    received.When = sent.When
    #expect(received == sent)
  }

  @Test(
    arguments: [
      ("Nope.Multiply", "rpc: can't find service Nope.Multiply"),
      ("Arith.Nope", "rpc: can't find method Arith.Nope"),
      ("Multiply", "rpc: service/method request ill-formed: Multiply"),
      ("Arith.Divide", "divide by zero"),
    ],
    GoToolchain.allCases
  )
  func `an error of a Go server arrives with its text`(error: (method: String, text: String), go: GoToolchain)
    async throws
  {
    try await withGoServer(by: go) { endpoint in
      for engine in Engine.all {
        try await withClient(of: endpoint, codec: engine.codec) { client in
          try await expectServerError(error.text) {
            _ = try await client.call(error.method, Args(A: 1, B: 0), returning: Quotient.self)
          }
          #expect(try await isAnsweredRight(6, by: client))
        }
      }
    }
  }

  @Test(arguments: Engine.all, GoToolchain.allCases)
  func `an error's text crosses from Go unharmed`(engine: Engine, go: GoToolchain) async throws {
    let text = "quotes \" \\ <&> \u{2028} \u{1F600} \u{0} and a\nnew line"

    try await withGoServer(by: go) { endpoint in
      try await withClient(of: endpoint, codec: engine.codec) { client in
        try await expectServerError(text) {
          _ = try await client.call("Misc.Fail", text, returning: String.self)
        }
      }
    }
  }

  @Test(arguments: Engine.all, GoToolchain.allCases)
  func `a Go server's null reply is an Optional's nil`(engine: Engine, go: GoToolchain) async throws {
    try await withGoServer(by: go) { endpoint in
      try await withClient(of: endpoint, codec: engine.codec) { client in
        let reply = try await client.call("Misc.Null", 0, returning: Int?.self)

        #expect(reply == nil)
        #expect(try await isAnsweredRight(6, by: client))
      }
    }
  }

  @Test(arguments: Engine.all, GoToolchain.allCases)
  func `a call that Go answers too late fails, and the next one does not`(engine: Engine, go: GoToolchain)
    async throws
  {
    try await withGoServer(by: go) { endpoint in
      try await withClient(of: endpoint, codec: engine.codec) { client in
        do {
          _ = try await client.call("Misc.Sleep", 2000, returning: Int.self, timeout: .milliseconds(50))
          Issue.record("the call was answered")
        } catch {
          guard case RPCError.timedOut(let limit) = error else { throw error }
          #expect(limit == .milliseconds(50))
        }
        #expect(try await isAnsweredRight(6, by: client))
      }
    }
  }
}

/// Makes one call: a product, a quotient, and every so often a division by zero.
private func isAnsweredRight(_ number: Int, by client: RPCClient) async throws -> Bool {
  let args = Args(A: number * 1_000_003, B: number % 7)
  if number % 2 == 0 {
    return try await client.call("Arith.Multiply", args, returning: Int.self) == args.A * args.B
  }
  do {
    let quotient = try await client.call("Arith.Divide", args, returning: Quotient.self)
    return args.B != 0 && quotient == Quotient(Quo: args.A / args.B, Rem: args.A % args.B)
  } catch {
    guard case .server(let error) = error else { throw error }
    return args.B == 0 && error.text == "divide by zero"
  }
}
