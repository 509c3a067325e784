import Foundation
import RPCKit
import Testing

/// The programs under `Examples`, run as their readers run them.
@Suite(.timeLimit(.minutes(1)))
struct ExampleTests {
  @Test(arguments: Engine.all)
  func `arith-client prints what arith-server answers`(engine: Engine) async throws {
    try await withServer(
      Programs.arithServer,
      ["--listen", "tcp://127.0.0.1:0", "--codec", engine.name]
    ) { endpoint, server in
      let client = try await run(Programs.arithClient, [endpoint, "--codec", engine.name])

      #expect(client.status == 0, "\(client.errors)")
      #expect(
        client.output == """
          Arith.Multiply {A: 7, B: 8} -> 56
          Arith.Divide {A: 7, B: 2} -> {Quo: 3, Rem: 1}
          Arith.Divide {A: 7, B: 0} -> error: divide by zero

          """
      )
    }
  }

  @Test(arguments: [SIGTERM, SIGINT])
  func `arith-server ends in order when it is told to`(signal: Int32) async throws {
    try await withTemporaryDirectory { directory in
      let socket = directory.appending(path: "arith.sock").path
      try await withServer(Programs.arithServer, ["--listen", "unix://\(socket)"]) { endpoint, server in
        #expect(endpoint == "unix://\(socket)")

        server.send(signal)

        #expect(await server.exitStatus() == 0)
      }
    }
  }

  @Test func `what does not fit an integer wraps around in arith-server, as in Go`() async throws {
    try await withServer(Programs.arithServer, ["--listen", "tcp://127.0.0.1:0"]) { endpoint, _ in
      let tooLarge = #"{"A":9223372036854775807,"B":2}"#
      let product = try await run(Programs.netrpc, ["call", endpoint, "Arith.Multiply", tooLarge])
      #expect(product.output == "-2\n")

      let least = #"{"A":-9223372036854775808,"B":-1}"#
      let quotient = try await run(Programs.netrpc, ["call", endpoint, "Arith.Divide", least])
      #expect(quotient.output.contains(#""Quo":-9223372036854775808"#))
      #expect(quotient.output.contains(#""Rem":0"#))
    }
  }

  @Test func `hello prints its product, and is the README's example`() async throws {
    let hello = try await run(Programs.hello, [])
    #expect(hello.status == 0, "\(hello.errors)")
    #expect(hello.output == "7 × 8 = 56\n")

    let source = Programs.packageDirectory.appending(path: "Examples/hello/main.swift")
    let readme = Programs.packageDirectory.appending(path: "README.md")
    let example = try "```swift\n" + String(contentsOf: source, encoding: .utf8) + "```\n"
    #expect(try String(contentsOf: readme, encoding: .utf8).contains(example))
  }

  @Test func `the frame codec's example calls itself`() async throws {
    let example = try await run(Programs.frameCodec, [])

    #expect(example.status == 0, "\(example.errors)")
    #expect(
      example.output == """
        Text.Reverse "net/rpc" -> "cpr/ten"
        Text.Reverse "" -> error: nothing to reverse

        """
    )
  }

  @Test(.needs(.go), arguments: Engine.all)
  func `arith-client calls the Go server, and the Go client arith-server`(engine: Engine) async throws {
    try await withGoServer { endpoint in
      let client = try await run(Programs.arithClient, ["\(endpoint)", "--codec", engine.name])
      #expect(client.status == 0, "\(client.errors)")
    }
    try await withServer(
      Programs.arithServer,
      ["--listen", "tcp://127.0.0.1:0", "--codec", engine.name]
    ) { endpoint, _ in
      let client = try await run(GoPrograms.client(), [endpoint])

      #expect(client.status == 0, "\(client.errors)")
      #expect(
        client.output == """
          Arith.Multiply {"A":7,"B":8} -> 56
          Arith.Divide {"A":7,"B":2} -> {"Quo":3,"Rem":1}
          Arith.Divide {"A":7,"B":0} -> error: divide by zero

          """
      )
    }
  }

  @Test(.needs(.go)) func `the Go sides of the articles run`() async throws {
    let comparison = try await run(GoPrograms.comparison(), [])

    #expect(comparison.status == 0, "\(comparison.errors)")
    #expect(
      comparison.output == """
        product: 56
        quotient: 3 1
        the method said: divide by zero
        closed: connection is shut down
        product: 56
        product: 56
        product: 56
        {"id":1,"result":56,"error":null}

        """
    )
    try await withServer(Programs.arithServer, ["--listen", "tcp://127.0.0.1:0"]) { endpoint, _ in
      let hello = try await run(GoPrograms.hello(), [String(endpoint.dropFirst("tcp://".count))])

      #expect(hello.output == "7 × 8 = 56\n", "\(hello.errors)")
    }
  }
}
