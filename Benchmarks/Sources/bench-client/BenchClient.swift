import ArgumentParser
import Codecs
import RPCKit

struct Args: Codable, Sendable {
  var A: Int
  var B: Int
}

/// Calls Arith.Multiply from many tasks over one connection, and prints the rate.
@main
struct BenchClient: AsyncParsableCommand {
  @Argument var endpoint: String
  @Option(help: "how many tasks call") var callers = 64
  @Option(help: "for how long, in seconds") var seconds = 2.0
  @Flag(help: "use Foundation instead of jansson") var foundation = false

  func run() async throws {
    var configuration = ClientConfiguration()
    configuration.maximumCallsInFlight = callers
    let client = try await RPCClient.connect(
      to: Endpoint(endpoint),
      codec: foundation ? .foundationJSON : .jansson,
      configuration: configuration
    )
    let start = ContinuousClock.now
    let end = start + .seconds(seconds)
    let calls = try await withThrowingTaskGroup(of: Int.self) { group in
      for caller in 0..<callers {
        group.addTask {
          var calls = 0
          while ContinuousClock.now < end {
            let args = Args(A: caller &+ calls, B: 8)
            let product = try await client.call("Arith.Multiply", args, returning: Int.self)
            guard product == args.A * args.B else { throw ExitCode.failure }
            calls += 1
          }
          return calls
        }
      }
      return try await group.reduce(0, +)
    }
    let took = (ContinuousClock.now - start) / .seconds(1)
    print("\(Int(Double(calls) / took)) calls/s")
    try await client.close()
  }
}
