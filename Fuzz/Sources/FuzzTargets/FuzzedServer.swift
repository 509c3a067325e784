import Logging
import NIOCore
import NIOEmbedded

@testable import RPCKit

/// A server on a channel in memory, whose methods run in place: the same input has the same output.
enum FuzzedServer {
  static let configuration: ServerConfiguration = {
    var configuration = ServerConfiguration()
    configuration.execution = .eventLoop
    // Low enough for short inputs to be past them.
    configuration.messageLimits = MessageLimits(
      maximumBytes: 2000,
      maximumDepth: 20,
      maximumValues: 200,
      maximumNumberBytes: 50
    )
    return configuration
  }()

  /// All that one connection is answered.
  ///
  /// - Parameters:
  ///   - pieces: What it sends, as it arrives. Then it ends its output.
  ///   - codec: The wire format.
  ///   - offers: What the port offers besides.
  /// - Returns: The bytes.
  static func replies(to pieces: [ArraySlice<UInt8>], _ codec: Codec, _ offers: ListenerOffers) -> [UInt8] {
    let channel = EmbeddedChannel()
    let acceptor = ConnectionAcceptor(
      server: server,
      endpoint: .unix("/fuzz"),
      offers: offers,
      codec: { _ in codec }
    )
    var replies: [UInt8] = []
    // Whatever is thrown is the channel's way to say that it has closed.
    do {
      try acceptor.accept(channel)
      channel.connect(to: try SocketAddress(unixDomainSocketPath: "/fuzz"), promise: nil)
      for piece in pieces {
        try channel.writeInbound(ByteBuffer(bytes: piece))
        channel.embeddedEventLoop.run()
      }
      channel.pipeline.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
      channel.embeddedEventLoop.run()
    } catch {}
    while let output = try? channel.readOutbound(as: ByteBuffer.self) { replies += output.readableBytesView }
    _ = try? channel.finish(acceptAlreadyClosed: true)
    return replies
  }

  private static let server: RPCServer = {
    let server = RPCServer(configuration: configuration)
    do {
      try server.register("Arith.Add") { (args: [String: Int]) in args.values.reduce(0, &+) }
      try server.register("Misc.Echo") { (value: AnyJSON) in value }
      try server.register("Misc.Record") { (record: Record) in record }
      try server.register("Misc.Text") { (length: Int) in
        String(repeating: "x", count: min(max(length, 0), 5000))
      }
      try server.register("Misc.Fail") { (text: String) -> Int in throw ServerError(text) }
      try server.register("Misc.Null") { (_: Empty) in Int?.none }
      try server.register("Misc.NaN") { (_: Empty) in Double.nan }
    } catch {
      preconditionFailure("\(error)")
    }
    return server
  }()
}
