public import ArgumentParser
import RPCKit
public import Workload

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

extension Engine: ExpressibleByArgument {}

/// Calls Arith.Multiply from many tasks over one connection.
///
/// It prints the line that `loadgen` prints, with its own processor time.
@main
struct BenchClient: AsyncParsableCommand {
  @Argument var endpoint: String
  @Option var engine = Engine.jansson
  @Option(help: "how many tasks call") var callers = 64
  @Option(help: "for how long, in seconds") var seconds = 2.0

  func run() async throws {
    var configuration = ClientConfiguration()
    configuration.maximumCallsInFlight = callers
    let client = try await RPCClient.connect(
      to: Endpoint(endpoint),
      codec: engine.codec,
      configuration: configuration
    )
    let cpuBefore = Self.cpu
    let start = ContinuousClock.now
    let end = start + .seconds(seconds)
    var latencies = try await withThrowingTaskGroup(of: [Duration].self) { group in
      for caller in 0..<callers {
        group.addTask { try await Self.call(client, caller, until: end) }
      }
      return try await group.reduce(into: []) { $0 += $1 }
    }
    let took = ContinuousClock.now - start
    let cpu = Self.cpu - cpuBefore
    latencies.sort()
    let (p50, p99) = (latencies[latencies.count / 2], latencies[latencies.count * 99 / 100])
    print(
      """
      {"calls": \(latencies.count), "seconds": \(took / .seconds(1)), "p50": \(p50 / .microseconds(1)), \
      "p99": \(p99 / .microseconds(1)), "cpu": \(cpu / .microseconds(1))}
      """
    )
    try await client.close()
  }

  /// Calls again and again, checks the replies, and says how long each took.
  private static func call(
    _ client: RPCClient,
    _ caller: Int,
    until end: ContinuousClock.Instant
  ) async throws -> [Duration] {
    var latencies: [Duration] = []
    var now = ContinuousClock.now
    while now < end {
      let args = Args(A: caller &+ latencies.count, B: 8)
      let product = try await client.call("Arith.Multiply", args, returning: Int.self)
      guard product == args.A * args.B else { throw ExitCode.failure }
      let after = ContinuousClock.now
      latencies.append(after - now)
      now = after
    }
    return latencies
  }

  /// The processor time that this process has used.
  private static var cpu: Duration {
    #if canImport(Glibc)
      let ownProcess = CInt(RUSAGE_SELF.rawValue)
    #else
      let ownProcess = RUSAGE_SELF
    #endif
    var usage = rusage()
    getrusage(ownProcess, &usage)
    let (user, system) = (usage.ru_utime, usage.ru_stime)
    return .seconds(user.tv_sec + system.tv_sec) + .microseconds(Int(user.tv_usec + system.tv_usec))
  }
}
