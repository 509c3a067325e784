import Codecs
import Foundation
import RPCKit

/// The `arith-server` processes, each on a port of its own, and HAProxy before them.
struct ServerGroup {
  /// Where the servers listen.
  private(set) var endpoints: [Endpoint] = []

  private var servers: [Process] = []
  private var haproxy: Process?

  /// Starts servers.
  init(count: Int) async throws {
    for _ in 0..<count {
      let (server, endpoint) = try await Self.start(on: .tcp("127.0.0.1", port: 0))
      servers.append(server)
      endpoints.append(endpoint)
    }
  }

  /// Puts HAProxy before the servers.
  ///
  /// - Parameter program: HAProxy's file.
  /// - Returns: Where it listens.
  /// - Throws: When it cannot be started.
  mutating func startHAProxy(_ program: URL) async throws -> Endpoint {
    let port = try await Self.freePort()
    var environment = ["RPC_PORT": "\(port)"]
    for (name, endpoint) in zip(["SERVER_A", "SERVER_B", "SERVER_C"], endpoints) {
      if case .tcp(_, let port) = endpoint { environment[name] = "\(port)" }
    }
    let haproxy = Process()
    haproxy.executableURL = program
    let configuration = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "haproxy.cfg")
    haproxy.arguments = ["-db", "-f", configuration.path]
    haproxy.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    // It tells of every server that goes and comes.
    haproxy.standardError = FileHandle.nullDevice
    haproxy.standardOutput = FileHandle.nullDevice
    try haproxy.run()
    self.haproxy = haproxy
    return .tcp("127.0.0.1", port: port)
  }

  /// Kills a server with -9: it has no time to answer anybody.
  func kill(_ index: Int) {
    Foundation.kill(servers[index].processIdentifier, SIGKILL)
    servers[index].waitUntilExit()
  }

  /// Starts a server where one was killed.
  mutating func restart(_ index: Int) async throws {
    servers[index] = try await Self.start(on: endpoints[index]).server
  }

  /// Ends all processes.
  func stop() {
    for process in servers + [haproxy].compactMap(\.self) where process.isRunning {
      process.terminate()
      process.waitUntilExit()
    }
  }

  private static func start(on endpoint: Endpoint) async throws -> (server: Process, endpoint: Endpoint) {
    let output = Pipe()
    let server = Process()
    server.executableURL = Bundle.main.bundleURL.appending(path: "arith-server")
    server.arguments = ["--listen", "\(endpoint)"]
    server.standardOutput = output
    try server.run()
    return (server, try listeningEndpoint(output.fileHandleForReading))
  }

  /// Reads a server's first line, which comes at once.
  private static func listeningEndpoint(_ output: FileHandle) throws -> Endpoint {
    let mark = "listening on "
    var line = Data()
    while line.last != UInt8(ascii: "\n") {
      guard let byte = try output.read(upToCount: 1), !byte.isEmpty else { throw NeverListened() }
      line += byte
    }
    let text = String(decoding: line.dropLast(), as: UTF8.self)
    guard text.hasPrefix(mark) else { throw NeverListened() }
    return try Endpoint(String(text.dropFirst(mark.count)))
  }

  /// A port that was free a moment ago.
  private static func freePort() async throws -> Int {
    let server = RPCServer()
    let listener = try await server.listen(on: .tcp("127.0.0.1", port: 0), codec: .foundationJSON)
    await server.close()
    guard case .tcp(_, let port) = listener.endpoint else { throw NeverListened() }
    return port
  }
}

/// A server ended before it told where it listens.
struct NeverListened: Error {}
