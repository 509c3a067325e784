import Codecs
import Foundation
import RPCKit
import Testing

/// What becomes of a server's calls when it is told to stop. (RELIABILITY.md R24)
@Suite(.timeLimit(.minutes(1)))
struct ShutdownTests {
  @Test(arguments: ["tcp", "unix"])
  func `all calls in flight are answered, nobody new is let in, and who is idle is not waited for`(
    socket: String
  ) async throws {
    try await withSlowServer(socket) { endpoint, server in
      let idle = try (0..<10).map { _ in try SilentPeer(to: endpoint) }
      let clients = [try await connect(to: endpoint), try await connect(to: endpoint)]
      var calls: [RPCCall<Int>] = []
      for client in clients { calls += try await start(50, "Slow.Sleep", 1000, with: client) }
      let clock = ContinuousClock()
      let start = clock.now

      server.send(SIGTERM)
      let refused = await clock.measure {
        while (try? SilentPeer(to: endpoint)) != nil { await Task.yield() }
      }
      var replies: [Int] = []
      for call in calls { replies.append(try await call.reply) }
      let status = await server.exitStatus()

      #expect(refused < .seconds(0.5))
      #expect(replies == Array(repeating: 1000, count: 100))
      #expect(status == 0)
      #expect(clock.now - start < .seconds(3))
      if case .unix(let path) = endpoint { #expect(!FileManager.default.fileExists(atPath: path)) }
      for client in clients { try? await client.close() }
      withExtendedLifetime(idle) {}
    }
  }

  @Test(arguments: ["Slow.Sleep", "Slow.Stick"])
  func `what is left at the drain limit is cut`(method: String) async throws {
    try await withSlowServer("unix", ["--drain", "300"]) { endpoint, server in
      let client = try await connect(to: endpoint)
      let calls = try await start(1, method, 60_000, with: client)
      let clock = ContinuousClock()
      let start = clock.now

      server.send(SIGTERM)
      let status = await server.exitStatus()

      #expect(status == 0)
      #expect(clock.now - start >= .seconds(0.3))
      #expect(clock.now - start < .seconds(3))
      for call in calls { #expect(await isLost(call)) }
      try? await client.close()
    }
  }

  @Test(arguments: ["Slow.Sleep", "Slow.Stick"])
  func `a second signal ends it at once`(method: String) async throws {
    try await withSlowServer("unix") { endpoint, server in
      let client = try await connect(to: endpoint)
      let calls = try await start(1, method, 60_000, with: client)

      server.send(SIGTERM)
      // The first signal has been seen when nobody is let in any more.
      while (try? SilentPeer(to: endpoint)) != nil { await Task.yield() }
      let clock = ContinuousClock()
      let start = clock.now
      server.send(SIGTERM)
      let status = await server.exitStatus()

      #expect(status == 0)
      #expect(clock.now - start < .seconds(3))
      for call in calls { #expect(await isLost(call)) }
      try? await client.close()
    }
  }

  @Test func `a server out of descriptors accepts again when there are some`() async throws {
    let shell = URL(filePath: "/bin/sh")
    let limited = ["-c", #"ulimit -n 64; exec "$0" "$@""#, Programs.slowServer.path]
    try await withServer(shell, limited + ["--listen", "tcp://127.0.0.1:0"]) { endpoint, server in
      let endpoint = try Endpoint(endpoint)
      let first = try await connect(to: endpoint)
      // The system's timers, of which the method needs one, need descriptors at their first use.
      _ = try await first.call("Slow.Sleep", 1, returning: Int.self)
      var crowd = try (0..<100).map { _ in try SilentPeer(to: endpoint) }
      // libdispatch needs a descriptor once a second while there is work, and ends a process that has none.
      var whileFull: [Int] = []
      for _ in 0..<25 { whileFull.append(try await first.call("Slow.Sleep", 100, returning: Int.self)) }
      let last = try await connect(to: endpoint)
      let waiting = last.start("Slow.Sleep", 2, returning: Int.self, timeout: .seconds(20))

      crowd.removeAll()

      #expect(whileFull == Array(repeating: 100, count: 25))
      #expect(try await waiting.reply == 2)
      try? await first.close()
      try? await last.close()
      withExtendedLifetime(server) {}
    }
  }

  // MARK: Steps

  private func withSlowServer(
    _ socket: String,
    _ options: [String] = [],
    _ test: (Endpoint, ChildProcess) async throws -> Void
  ) async throws {
    try await withTemporaryDirectory { directory in
      let place =
        socket == "unix" ? "unix://\(directory.appending(path: "slow.sock").path)" : "tcp://127.0.0.1:0"
      try await withServer(Programs.slowServer, ["--listen", place] + options) { endpoint, server in
        try await test(Endpoint(endpoint), server)
      }
    }
  }

  private func connect(to endpoint: Endpoint) async throws -> RPCClient {
    try await RPCClient.connect(to: endpoint, codec: .foundationJSON)
  }

  /// Starts calls, and returns when the server has read all of them.
  private func start(
    _ count: Int,
    _ method: String,
    _ milliseconds: Int,
    with client: RPCClient
  ) async throws -> [RPCCall<Int>] {
    let calls = (0..<count).map { _ in client.start(method, milliseconds, returning: Int.self) }
    // It is read behind them.
    _ = try await client.call("Slow.Sleep", 0, returning: Int.self)
    return calls
  }

  private func isLost(_ call: RPCCall<Int>) async -> Bool {
    do throws(RPCError) { _ = try await call.reply } catch {
      if case .connectionLost = error { return true }
    }
    return false
  }
}
