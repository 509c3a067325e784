import ArgumentParser
import Codecs
import NIOPosix
import RPCKit

struct Args: Codable, Sendable {
  var A: Int
  var B: Int
}

struct Arith: RPCService {
  static let methods = [RPCMethod("Multiply", multiply)]

  func multiply(_ args: Args) -> Int { args.A &* args.B }
}

struct Item: Codable, Sendable {
  var A: Int
  var B: String
}

struct Echo: RPCService {
  static let methods = [RPCMethod("Batch", batch)]

  func batch(_ items: [Item]) -> [Item] { items }
}

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

extension Codec: @retroactive ExpressibleByArgument {
  /// Reads the name that the help gives.
  public init?(argument: String) {
    switch argument {
    case "foundation": self = .foundationJSON
    case "jansson": self = .jansson
    default: return nil
    }
  }
}

/// Serves what `loadgen` asks for, until it is killed.
@main
struct BenchServer: AsyncParsableCommand {
  @Option(help: "foundation or jansson") var codec = Codec.jansson
  @Option(help: "loop or tasks: where methods run") var execution = MethodExecution.concurrent
  @Option(help: "the number of event loops") var loops = 2
  @Option(help: "the port, or 0") var port = 0

  func run() async throws {
    var configuration = ServerConfiguration()
    configuration.execution = execution
    configuration.maximumConnections = 20_000
    let group = MultiThreadedEventLoopGroup(numberOfThreads: loops)
    let server = RPCServer(configuration: configuration, group: group)
    try server.register(Arith())
    try server.register(Echo())
    let listener = try await server.listen(on: .tcp("127.0.0.1", port: port), codec: codec)
    print("listening on \(listener.endpoint)")
    await listener.waitUntilClosed()
  }
}
