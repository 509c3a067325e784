import NIOCore

/// Gathers what a channel receives until the other end closes its output.
///
/// Its own output ends when the first answer has come. Earlier, the other end might not have its handler yet, and the
/// system tells of an end although nobody reads.
final class Collector: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer

  private var received = ByteBuffer()
  private let promise: EventLoopPromise<String>

  private init(promise: EventLoopPromise<String>) {
    self.promise = promise
  }

  /// Sends pieces, which must get an answer, ends the output, and returns everything that comes.
  static func answers(to pieces: [ArraySlice<UInt8>], on channel: any Channel) async throws -> String {
    let promise = channel.eventLoop.makePromise(of: String.self)
    try await channel.eventLoop.submit {
      try channel.pipeline.syncOperations.addHandler(Collector(promise: promise))
    }.get()
    for piece in pieces where !piece.isEmpty {
      try await channel.writeAndFlush(ByteBuffer(bytes: piece))
    }
    return try await promise.futureResult.get()
  }

  static func answers(to text: String, on channel: any Channel) async throws -> String {
    try await answers(to: [Array(text.utf8)[...]], on: channel)
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    var bytes = unwrapInboundIn(data)
    if received.readableBytes == 0 { context.close(mode: .output, promise: nil) }
    received.writeBuffer(&bytes)
  }

  func channelInactive(context: ChannelHandlerContext) {
    promise.succeed(String(buffer: received))
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    promise.fail(error)
  }
}
