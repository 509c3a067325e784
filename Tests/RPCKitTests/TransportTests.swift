import NIOCore
import Testing

@testable import RPCKit

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// The options of the sockets that a server accepts.
@Suite(.timeLimit(.minutes(1)))
struct TransportTests {
  @Test func `an accepted TCP connection sends at once, and is asked when it is silent`() async throws {
    var configuration = ServerConfiguration()
    configuration.keepAlive = TCPKeepAlive(idleTime: .seconds(90), interval: .seconds(7), probes: 3)

    let options = try await optionsOfAcceptedConnection(configuration)

    #expect(options == [1, 1, 90, 7, 3])
  }

  @Test func `both can be left to the system`() async throws {
    var configuration = ServerConfiguration()
    configuration.tcpNoDelay = false
    configuration.keepAlive = nil

    let options = try await optionsOfAcceptedConnection(configuration)

    #expect(options.prefix(2) == [0, 0])
  }

  /// `TCP_NODELAY`, `SO_KEEPALIVE`, and the latter's times and number.
  private func optionsOfAcceptedConnection(_ configuration: ServerConfiguration) async throws -> [Int] {
    #if canImport(Darwin)
      let idleTime = TCP_KEEPALIVE
    #else
      let idleTime = TCP_KEEPIDLE
    #endif
    let server = RPCServer(configuration: configuration)
    try server.register(Arith())
    let listener = try await server.listen(on: .tcp("127.0.0.1", port: 0), codec: .line)
    let client = try await RPCClient.connect(to: listener.endpoint, codec: .line)
    _ = try await client.call("Arith.Add", Args(A: 1, B: 2), returning: Reply.self)
    let channel = try #require(server.open.connections.first?.channel)
    var options = [
      try await channel.getOption(.tcpOption(.tcp_nodelay)).get(),
      try await channel.getOption(.socketOption(.so_keepalive)).get(),
    ]
    for option in [idleTime, TCP_KEEPINTVL, TCP_KEEPCNT] {
      options.append(try await channel.getOption(.tcpOption(.init(rawValue: option))).get())
    }
    try await client.close()
    await server.close()
    return options
  }
}
