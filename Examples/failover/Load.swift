import Codecs
import RPCKit

/// Callers that multiply numbers, one call after the other, and note how long each took.
struct Load {
  private let clients: [RPCClient]

  /// Connects the clients.
  ///
  /// - Parameters:
  ///   - endpoints: Where to: HAProxy, or every server.
  ///   - count: How many clients.
  /// - Throws: When no server can be reached.
  init(_ endpoints: [Endpoint], clients count: Int) async throws {
    var configuration = ClientConfiguration()
    configuration.reconnect = ReconnectPolicy(initialDelay: .milliseconds(50), maximumDelay: .seconds(1))
    configuration.idempotentMethods = ["Arith.Multiply"]
    var clients: [RPCClient] = []
    for _ in 0..<count {
      clients.append(try await Self.connect(endpoints, configuration))
    }
    self.clients = clients
  }

  /// Connects, and tries again for a while: HAProxy may not be there yet.
  private static func connect(
    _ endpoints: [Endpoint],
    _ configuration: ClientConfiguration
  ) async throws -> RPCClient {
    for _ in 0..<200 {
      if let client = try? await RPCClient.connect(
        toAnyOf: endpoints,
        codec: .foundationJSON,
        configuration: configuration
      ) {
        return client
      }
      try await Task.sleep(for: .milliseconds(25))
    }
    return try await RPCClient.connect(
      toAnyOf: endpoints,
      codec: .foundationJSON,
      configuration: configuration
    )
  }

  /// Calls until the last phase is over, and closes the clients.
  ///
  /// - Parameters:
  ///   - callers: How many call at the same time.
  ///   - phases: How long each phase lasts.
  /// - Returns: What came of it.
  /// - Throws: When a client cannot be closed.
  func run(callers: Int, phases: [Duration]) async throws -> Report {
    let start = ContinuousClock.now
    let ends = phases.indices.map { start + phases[...$0].reduce(.zero, +) }
    let report = await withTaskGroup(of: Report.self) { group in
      for caller in 0..<callers {
        let client = clients[caller % clients.count]
        group.addTask { await Self.call(client, caller, until: ends) }
      }
      return await group.reduce(into: Report(phases: phases.count)) { $0.add($1) }
    }
    for client in clients { try await client.close(draining: .seconds(5)) }
    return report
  }

  private static func call(
    _ client: RPCClient,
    _ caller: Int,
    until ends: [ContinuousClock.Instant]
  ) async -> Report {
    var report = Report(phases: ends.count)
    var number = caller << 32
    while case let begin = ContinuousClock.now, let phase = ends.firstIndex(where: { begin < $0 }) {
      number += 1
      do throws(RPCError) {
        let product = try await client.call("Arith.Multiply", Args(A: number, B: 3), returning: Int.self)
        if product != number * 3 { report.wrong += 1 }
      } catch {
        report.lost += 1
        report.firstError = report.firstError ?? "\(error)"
      }
      report.latencies[phase].append(ContinuousClock.now - begin)
    }
    return report
  }
}

/// The two numbers, on the wire `{"A":7,"B":8}`.
private struct Args: Codable, Sendable {
  var A: Int
  var B: Int
}
