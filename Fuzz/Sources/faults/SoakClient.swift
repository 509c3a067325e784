import Foundation
import RPCKit

/// One client of the soak: calls until its standard input ends, then prints its ``Totals`` as JSON.
///
/// Options: `engine`, `port`.
enum SoakClient {
  static let connections = 8
  private static let batch = 16

  /// What has happened.
  struct Totals: Codable, Sendable {
    var calls = 0
    var wrong = 0
    var disconnects = 0
    var cut = 0

    mutating func add(_ other: Totals) {
      calls += other.calls
      wrong += other.wrong
      disconnects += other.disconnects
      cut += other.cut
    }
  }

  /// How one call ended.
  private enum Outcome {
    case right, wrong, cut
  }

  static func run(_ options: Options) async throws {
    let endpoint = Endpoint.tcp("127.0.0.1", port: options.number("port") ?? 0)
    let end = End()
    try await withThrowingTaskGroup { group in
      for _ in 0..<connections {
        group.addTask {
          var totals = Totals()
          while !end.hasCome {
            let client = try await RPCClient.connect(to: endpoint, codec: options.engine.codec)
            try await converse(with: client, &totals, end)
          }
          return totals
        }
      }
      try await onThread { while let _ = readLine() {} }
      end.come()
      let totals = try await group.reduce(into: Totals()) { $0.add($1) }
      print(String(decoding: try JSONEncoder().encode(totals), as: UTF8.self))
      fflush(nil)
    }
  }

  /// Batches of calls until one in twenty of them is left unanswered.
  private static func converse(
    with client: RPCClient,
    _ totals: inout Totals,
    _ end: End
  ) async throws {
    var isConnected = true
    while isConnected, !end.hasCome {
      let disconnects = Int.random(in: 0..<20) == 0
      let ends = await withTaskGroup { group in
        for _ in 0..<batch { group.addTask { await call(client) } }
        if disconnects {
          group.addTask {
            try? await client.close()
            return nil
          }
        }
        return await group.reduce(into: []) { $0 += [$1].compactMap(\.self) }
      }
      isConnected = !disconnects
      totals.disconnects += disconnects ? 1 : 0
      totals.calls += ends.count
      totals.cut += ends.count { $0 == .cut }
      // Nothing may be cut on a connection that nobody has closed.
      totals.wrong += ends.count { $0 == .wrong || ($0 == .cut && !disconnects) }
    }
    if isConnected { try? await client.close() }
  }

  /// A call of a random kind and size.
  private static func call(_ client: RPCClient) async -> Outcome? {
    do throws(RPCError) {
      switch Int.random(in: 0..<20) {
      case 0:
        let length = Int.random(in: 0...200_000)
        return try await client.call("Fault.Text", length, returning: String.self).utf8.count == length
          ? .right : .wrong
      case 1:
        let length = Int.random(in: 0...200_000)
        let text = String(repeating: "x", count: length)
        return try await client.call("Fault.Length", text, returning: Int.self) == length ? .right : .wrong
      case 2:
        let text = "é😀\"\\\n\(Int.random(in: 0...Int.max))"
        return try await client.call("Fault.Echo", text, returning: String.self) == text ? .right : .wrong
      case 3:
        _ = try await client.call("Fault.Fail", "no", returning: Int.self)
        return .wrong
      default:
        let (a, b) = (Int.random(in: -1000...1000), Int.random(in: -1000...1000))
        return try await client.call("Fault.Add", Args(A: a, B: b), returning: Int.self) == a + b
          ? .right : .wrong
      }
    } catch {
      switch error {
      case .server(let error): return error.text == "no" ? .right : .wrong
      case .shutdown, .connectionLost: return .cut
      default: return .wrong
      }
    }
  }
}
