#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif
public import NIOCore
public import NIOPosix

/// Two channels that are connected to each other inside this process, without an address: for tests, examples, and
/// services that move out of the process later.
///
/// ```swift
/// let pair = try await ConnectedPair.make()
/// async let served: Void = server.serve(pair.server, codec: .native)
/// let client = RPCClient(channel: pair.client, codec: .native)
/// let product = try await client.call("Arith.Multiply", Args(A: 7, B: 8), returning: Int.self)
/// try await client.close()
/// try await served
/// ```
///
/// They are the two ends of a `socketpair`, so they behave as sockets do: in any chunking, and with half-closure. What one
/// end sends waits until the other has its client or server, which turns the channel option `autoRead` on; whoever puts
/// another handler on a channel does so himself.
public struct ConnectedPair: Sendable {
  /// The end to make an ``RPCClient`` of.
  public let client: any Channel

  /// The end to serve.
  public let server: any Channel

  /// Makes a connected pair.
  ///
  /// - Parameter group: The event loops of the two channels.
  /// - Returns: Two active channels that carry `ByteBuffer`s.
  /// - Throws: An ``RPCError/connectFailed(_:reason:)`` when the system has no descriptors left.
  public static func make(
    on group: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton
  ) async throws(RPCError) -> ConnectedPair {
    var sockets: [CInt] = [-1, -1]
    guard socketpair(AF_UNIX, SystemConstants.streamSocket, 0, &sockets) == 0 else {
      throw .connectFailed(nil, reason: String(cString: strerror(errno)))
    }
    // What comes before an end has its handler must wait for it.
    let bootstrap = ClientBootstrap(group: group).channelOption(.autoRead, value: false)
    let client: any Channel
    do { client = try await bootstrap.withConnectedSocket(sockets[0]).get() } catch {
      close(sockets[1])
      throw .connectFailed(nil, reason: String(describing: error))
    }
    do {
      let server = try await bootstrap.withConnectedSocket(sockets[1]).get()
      return ConnectedPair(client: client, server: server)
    } catch {
      client.close(promise: nil)
      throw .connectFailed(nil, reason: String(describing: error))
    }
  }
}
