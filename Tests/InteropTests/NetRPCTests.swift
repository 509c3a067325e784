import Codecs
import Foundation
import NIOCore
import NIOPosix
import RPCKit
import Testing

/// The command `netrpc`, run as a shell runs it.
@Suite(.timeLimit(.minutes(1)))
struct NetRPCTests {
  @Test(arguments: Engine.all)
  func `a result goes to standard output with status 0`(engine: Engine) async throws {
    let call = try await netrpc("Arith.Multiply", #"{"A":7,"B":8}"#, "--codec", engine.name)

    #expect(call.status == 0)
    #expect(call.output == "56\n")
    #expect(call.errors == "")
  }

  @Test func `an error of the server goes to standard error with status 1`() async throws {
    let call = try await netrpc("Arith.Divide", #"{"A":7,"B":0}"#)

    #expect(call.status == 1)
    #expect(call.output == "")
    #expect(call.errors == "divide by zero\n")
  }

  @Test(.needs(.go), arguments: Engine.all)
  func `numbers pass through with every digit`(engine: Engine) async throws {
    let numbers =
      "[18446744073709551615,-9223372036854775808,0.1000000000000000055511151231257827,1.50,1E+2,-0]"

    try await withGoServer { endpoint in
      let call = try await run(
        Programs.netrpc,
        ["call", "\(endpoint)", "Misc.EchoRaw", numbers, "--codec", engine.name]
      )

      #expect(call.output == numbers + "\n")
      #expect(call.status == 0)
    }
  }

  @Test func `the argument is read from standard input when it is not given`() async throws {
    let call = try await netrpc("Misc.Echo", input: "\n\"from a pipe\"\n")

    #expect(call.output == "\"from a pipe\"\n")
    #expect(call.status == 0)
  }

  @Test func `the argument is null when standard input is empty too`() async throws {
    let call = try await netrpc("Misc.Echo")

    #expect(call.status == 1)
    #expect(call.errors.isEmpty == false)
  }

  @Test func `a malformed argument is refused with the byte where it goes wrong`() async throws {
    let refused = try await run(
      Programs.netrpc,
      ["call", "tcp://127.0.0.1:1", "Arith.Multiply", #"{"A":7,}"#]
    )

    // Port 1 refuses connections: the text shows that none was tried.
    #expect(refused.status == 2)
    #expect(refused.output == "")
    #expect(refused.errors.hasPrefix("netrpc: the argument is not JSON: "))
    #expect(refused.errors.contains("at byte 7"))
  }

  @Test(arguments: [
    ["call"],
    ["call", "127.0.0.1:1234", "Arith.Multiply", "1"],
    ["call", "tcp://127.0.0.1:99999", "Arith.Multiply", "1"],
    ["call", "tcp://127.0.0.1:1234", "Arith.Multiply", "1", "--timeout", "soon"],
    ["call", "tcp://127.0.0.1:1234", "Arith.Multiply", "1", "--timeout", "0"],
    ["call", "tcp://127.0.0.1:1234", "Arith.Multiply", "1", "--codec", "yajl"],
    ["call", "tcp://127.0.0.1:1234", "Arith.Multiply", "1", "2"],
    ["no-such-command"],
  ])
  func `wrong usage ends with status 2 and says what was wrong`(arguments: [String]) async throws {
    let refused = try await run(Programs.netrpc, arguments)

    #expect(refused.status == 2)
    #expect(refused.output == "")
    #expect(refused.errors.contains("Error: "))
  }

  @Test(arguments: [["--help"], ["call", "--help"], ["help", "call"]])
  func `help goes to standard output with status 0`(arguments: [String]) async throws {
    let help = try await run(Programs.netrpc, arguments)

    #expect(help.status == 0)
    #expect(help.output.contains("USAGE: netrpc"))
    #expect(help.errors == "")
  }

  @Test func `no connection ends with status 2`() async throws {
    let refused = try await run(Programs.netrpc, ["call", "unix:///nowhere/at.all", "Arith.Multiply", "1"])

    #expect(refused.status == 2)
    #expect(refused.output == "")
    #expect(refused.errors.hasPrefix("netrpc: "))
  }

  @Test func `an answer that takes too long ends with status 2`() async throws {
    let call = try await netrpc("Misc.Sleep", "5000", "--timeout", "0.2")

    #expect(call.status == 2)
    #expect(call.output == "")
    #expect(call.errors.hasPrefix("netrpc: "))
  }

  @Test func `a server that says nothing to CONNECT has no more time than the call`() async throws {
    // It accepts, and never reads.
    let silent = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .childChannelOption(.autoRead, value: false)
      .bind(host: "127.0.0.1", port: 0).get()
    let port = try #require(silent.localAddress?.port)

    let call = try await run(
      Programs.netrpc,
      ["call", "http://127.0.0.1:\(port)", "Misc.Echo", "1", "--timeout", "1"]
    )

    #expect(call.status == 2)
    #expect(call.errors == "netrpc: no answer within 1 second\n")
    try await silent.close()
  }

  #if os(Linux)
    @Test(arguments: [
      ("Misc.Echo", "\"\u{9B}2J\"", #""\u009b2J""#),
      ("Misc.Fail", #""\u001b]0;title\u0007""#, #"\u001b]0;title\u0007"#),
    ])
    func `a terminal sees a server's control characters, and does not obey them`(
      method: String,
      argument: String,
      shown: String
    ) async throws {
      let text = try await withSwiftServer(codec: .foundationJSON) { endpoint in
        // It runs the command on a terminal of its own.
        try await run(
          URL(filePath: "/usr/bin/script"),
          ["-qec", "\(Programs.netrpc.path) call \(endpoint) \(method) '\(argument)'", "/dev/null"]
        ).output
      }

      #expect(text == shown + "\r\n")
    }
  #endif

  #if !Jansson
    @Test func `a build without libjansson says so`() async throws {
      let refused = try await netrpc("Misc.Echo", "1", "--codec", "jansson")

      #expect(refused.status == 2)
      #expect(refused.errors.contains("the trait Jansson"))
    }
  #endif

  /// Calls a method of a server with `Arith` and `Misc`.
  private func netrpc(_ arguments: String..., input: String = "") async throws -> Finished {
    try await withSwiftServer(codec: .foundationJSON) { endpoint in
      try await run(Programs.netrpc, ["call", "\(endpoint)"] + arguments, input: input)
    }
  }
}
