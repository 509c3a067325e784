#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif
import NIOCore
import NIOPosix
import Testing

@testable import RPCKit

@Suite(.timeLimit(.minutes(1)))
struct TCPKeepAliveTests {
  @Test(arguments: [
    (TCPKeepAlive(), [1, 60, 15, 4]),
    (TCPKeepAlive(idleTime: .milliseconds(1500), interval: .seconds(3), probes: 2), [1, 2, 3, 2]),
    (TCPKeepAlive(idleTime: .seconds(-1), interval: .seconds(1 << 40), probes: 1000), [1, 1, 32_767, 127]),
  ])
  func `the options of a TCP socket are set, in the system's range`(
    keepAlive: TCPKeepAlive,
    expected: [Int]
  ) async throws {
    let listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .bind(host: "127.0.0.1", port: 0).get()
    let address = try #require(listener.localAddress)
    var configuration = ClientConfiguration()
    configuration.keepAlive = keepAlive
    let dialer = try Dialer(
      for: [],
      configuration: configuration,
      group: MultiThreadedEventLoopGroup.singleton
    )

    let channel = try await dialer.dial(.tcp("127.0.0.1", port: try #require(address.port))) { channel, _ in
      channel
    }
    let options = try await values(of: channel)
    let noDelay = try await channel.getOption(.tcpOption(.tcp_nodelay)).get()

    #expect(options == expected)
    #expect(noDelay != 0)
    try await channel.close()
    try await listener.close()
  }

  @Test func `a channel that is no TCP socket works without`() async throws {
    let pair = try await ConnectedPair.make()

    try await pair.client.eventLoop.submit { TCPKeepAlive().apply(to: pair.client) }.get()

    #expect(pair.client.isActive)
    try await pair.client.close()
    try? await pair.server.close()
  }

  private func values(of channel: any Channel) async throws -> [Int] {
    #if canImport(Darwin)
      let idleTime = TCP_KEEPALIVE
    #else
      let idleTime = TCP_KEEPIDLE
    #endif
    var values = [try await channel.getOption(.socketOption(.so_keepalive)).get()]
    for option in [idleTime, TCP_KEEPINTVL, TCP_KEEPCNT] {
      values.append(try await channel.getOption(.tcpOption(.init(rawValue: option))).get())
    }
    return values
  }
}
