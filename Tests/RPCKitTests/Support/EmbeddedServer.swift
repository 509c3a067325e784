import NIOCore
import NIOEmbedded

@testable import RPCKit

/// One connection of a server on a channel in memory, whose loop runs when the test says so.
///
/// Its methods run in place: `S.Echo`, `S.Null`, `S.Fail`, `S.Unwritable`, and `S.NaN`, which counts its calls.
struct EmbeddedServer {
  let channel = EmbeddedChannel()
  let calls = Event()

  init(_ configuration: ServerConfiguration = ServerConfiguration(), codec: Codec = .line) throws {
    let core = ServerCore(configuration)
    func register(_ method: String, _ function: MethodFunction) throws {
      try core.registry.register("S." + method, execution: .eventLoop, function: function)
    }
    try register("Echo", .synchronous { (text: String, _) in text })
    try register("Null", .synchronous { (_: Empty, _) in String?.none })
    try register("Fail", .synchronous { (text: String, _) -> Int in throw ServerError(text) })
    try register("Unwritable", .synchronous { (_: Empty, _) in "unwritable" })
    try register(
      "NaN",
      .synchronous { [calls] (_: Empty, _) in
        calls.happen()
        return Double.nan
      }
    )
    let info = ConnectionInfo(peer: .local, endpoint: nil, codec: codec, logger: .silent)
    try channel.pipeline.syncOperations.addHandler(ServerConnection(core: core, info: info))
    try channel.connect(to: SocketAddress(unixDomainSocketPath: "/test")).wait()
  }

  /// The handler, which is on the channel until that is closed.
  var connection: ServerConnection {
    get throws { try channel.pipeline.syncOperations.handler(type: ServerConnection.self) }
  }

  func receive(_ text: String) throws {
    try channel.writeInbound(ByteBuffer(string: text))
    channel.embeddedEventLoop.run()
  }

  func inputEnds() {
    channel.pipeline.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
  }

  /// Lets so much time pass, as the connection sees it.
  func wait(_ time: Duration) {
    channel.embeddedEventLoop.advanceTime(by: TimeAmount(time))
  }

  /// What has been sent since the last time.
  func sent() throws -> String {
    // What was answered while more may follow is written a turn later.
    channel.embeddedEventLoop.run()
    var sent = ""
    while let buffer = try channel.readOutbound(as: ByteBuffer.self) { sent += String(buffer: buffer) }
    return sent
  }
}
