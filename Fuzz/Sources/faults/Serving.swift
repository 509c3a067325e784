import Foundation
import Logging
import RPCKit
import Synchronization

/// The process that is attacked: serves ``Fault`` on a port that the system chooses, and prints the port.
///
/// It ends with its standard input. Options: `engine`, by which each connection is served, or `alternating`;
/// `descriptors`, `maximumConnections`, `maximumCallsInFlight`.
enum Serving {
  static func run(_ options: Options) async throws {
    if let descriptors = options.number("descriptors") { ProcessFigures.limitDescriptors(to: descriptors) }
    var configuration = ServerConfiguration()
    if let maximum = options.number("maximumConnections") { configuration.maximumConnections = maximum }
    if let maximum = options.number("maximumCallsInFlight") { configuration.maximumCallsInFlight = maximum }
    var logger = Logger(label: "server") { StreamLogHandler.standardError(label: $0) }
    logger.logLevel = .notice
    let server = RPCServer(configuration: configuration, logger: logger)
    try server.register(Fault(watch: Watch()))
    let engines = options.engines
    let next = Atomic(0)
    let listener = try await server.listen(on: .tcp("127.0.0.1", port: 0)) { _ in
      engines[next.add(1, ordering: .relaxed).oldValue % engines.count].codec
    }
    guard case .tcp(_, let port) = listener.endpoint else { return }
    print(port)
    fflush(nil)
    try await onThread { while let _ = readLine() {} }
    await server.close()
  }
}

struct Args: Codable, Sendable {
  var A: Int
  var B: Int
}

/// What there is to attack.
struct Fault: RPCService {
  static let methods: [RPCMethod<Fault>] = [
    RPCMethod("Add", add), RPCMethod("Text", text), RPCMethod("Length", length), RPCMethod("Fail", fail),
    RPCMethod("Sleep", sleep), RPCMethod("Watched", watched), RPCMethod("Keys", keys),
    RPCMethod("Integers", integers),
    RPCMethod("Int64") { (_, value: Int64) in value }, RPCMethod("UInt64") { (_, value: UInt64) in value },
    RPCMethod("Double") { (_, value: Double) in value }, RPCMethod("Echo") { (_, value: String) in value },
  ]

  let watch: Watch

  func add(_ args: Args) -> Int { args.A &+ args.B }
  func text(_ length: Int) -> String { String(repeating: "x", count: length) }
  func length(_ text: String) -> Int { text.utf8.count }
  func fail(_ text: String) throws -> Int { throw ServerError(text) }
  func keys(_ object: [String: Int]) -> Int { object.count }
  func integers(_ array: [Int]) -> Int { array.count }
  func watched(_: Empty) -> Watch.Figures { watch.figures }

  func sleep(_ milliseconds: Int) async throws -> Int {
    watch.started()
    do { try await Task.sleep(for: .milliseconds(milliseconds)) } catch {
      watch.ended(isCancelled: true)
      throw error
    }
    watch.ended(isCancelled: false)
    return milliseconds
  }
}

/// Counts the calls of `Fault.Sleep`.
final class Watch: Sendable {
  struct Figures: Codable, Sendable {
    var running = 0
    var mostRunning = 0
    var started = 0
    var cancelled = 0
    var finished = 0
  }

  private let counted = Mutex(Figures())

  var figures: Figures { counted.withLock { $0 } }

  func started() {
    counted.withLock {
      $0.started += 1
      $0.running += 1
      $0.mostRunning = max($0.mostRunning, $0.running)
    }
  }

  func ended(isCancelled: Bool) {
    counted.withLock {
      $0.running -= 1
      if isCancelled { $0.cancelled += 1 } else { $0.finished += 1 }
    }
  }
}
