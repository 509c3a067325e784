import ArgumentParser
import Codecs
import Foundation
import Logging
import RPCKit
import ServiceLifecycle
import UnixSignals

/// A server for the tests, whose calls last as long as their callers like, so that it can be told to stop meanwhile.
@main
struct SlowServer: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "slow-server",
    abstract: "Serve Slow.Sleep and Slow.Stick, which take so many milliseconds."
  )

  @Option(help: "Where to listen.", transform: { try Endpoint($0) })
  var listen: Endpoint

  @Option(help: "How many milliseconds the calls in flight have when it is told to stop.")
  var drain = 10_000

  func run() async throws {
    var configuration = ServerConfiguration()
    configuration.drainTime = .milliseconds(drain)
    let server = RPCServer(configuration: configuration)
    try server.register(Slow())
    let group = ServiceGroup(
      services: [server],
      logger: Logger(label: "slow-server") { _ in SwiftLogNoOpLogHandler() }
    )
    let listener = try await server.listen(on: listen, codec: .foundationJSON)
    let signals = await UnixSignalsSequence(trapping: .sigterm)
    print("listening on \(listener.endpoint)")
    fflush(nil)
    let running = Task { try await group.run() }
    Task {
      var signals = signals.makeAsyncIterator()
      if await signals.next() != nil { await group.triggerGracefulShutdown() }
      if await signals.next() != nil { running.cancel() }
    }
    try await running.value
  }
}

private struct Slow: RPCService {
  static let methods = [RPCMethod("Sleep", sleep), RPCMethod("Stick", stick)]

  func sleep(_ milliseconds: Int) async throws -> Int {
    try await Task.sleep(for: .milliseconds(milliseconds))
    return milliseconds
  }

  /// Does not end when it is cancelled.
  func stick(_ milliseconds: Int) async throws -> Int {
    try await Task { try await sleep(milliseconds) }.value
  }
}
