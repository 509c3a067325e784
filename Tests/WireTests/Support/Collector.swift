import NIOCore

/// Gathers what a channel receives until the other end closes its output.
final class Collector: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer

  private var received = ByteBuffer()
  private let promise: EventLoopPromise<String>

  private init(promise: EventLoopPromise<String>) {
    self.promise = promise
  }

  /// Sends pieces, ends the output, and returns everything that comes.
  static func answers(to pieces: [ArraySlice<UInt8>], on channel: any Channel) async throws -> String {
    let promise = channel.eventLoop.makePromise(of: String.self)
    try await channel.eventLoop.submit {
      try channel.pipeline.syncOperations.addHandler(Collector(promise: promise))
    }.get()
    for piece in pieces where !piece.isEmpty {
      try await channel.writeAndFlush(ByteBuffer(bytes: piece))
    }
    try await channel.close(mode: .output)
    return try await promise.futureResult.get()
  }

  static func answers(to text: String, on channel: any Channel) async throws -> String {
    try await answers(to: [Array(text.utf8)[...]], on: channel)
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    var bytes = unwrapInboundIn(data)
    received.writeBuffer(&bytes)
  }

  func channelInactive(context: ChannelHandlerContext) {
    promise.succeed(String(buffer: received))
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    promise.fail(error)
  }
}
