public import ArgumentParser
import NIOPosix
public import RPCKit
public import Workload

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

extension Engine: ExpressibleByArgument {}

extension MethodExecution: @retroactive ExpressibleByArgument {
  /// Reads the name that the help gives.
  public init?(argument: String) {
    switch argument {
    case "loop": self = .eventLoop
    case "tasks": self = .concurrent
    default: return nil
    }
  }
}

/// Serves what `loadgen` asks for, until it is killed.
@main
struct BenchServer: AsyncParsableCommand {
  @Option var engine = Engine.jansson
  @Option(help: "loop or tasks: where methods run") var execution = MethodExecution.concurrent
  @Option(help: "the number of event loops") var loops = 2
  @Flag(help: "only print the names of all engines") var list = false

  func run() async throws {
    guard !list else { return Engine.allCases.forEach { print($0.rawValue) } }
    var configuration = ServerConfiguration()
    configuration.execution = execution
    configuration.maximumConnections = 20_000
    // Bodies of 10 MB are measured too.
    configuration.messageLimits.maximumBytes = 64 << 20
    configuration.messageLimits.maximumValues = 10_000_000
    let group = MultiThreadedEventLoopGroup(numberOfThreads: loops)
    let server = RPCServer(configuration: configuration, group: group)
    try server.register(Arith())
    try server.register(Echo())
    let listener = try await server.listen(on: .tcp("127.0.0.1", port: 0), codec: engine.codec)
    print("listening on \(listener.endpoint)")
    fflush(nil)
    await listener.waitUntilClosed()
  }
}
