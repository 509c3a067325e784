import NIOCore

/// Gathers what a channel receives until the other end closes its output.
///
/// Its own output ends when the first answer has come. Earlier, the other end might not have its handler yet, and the
/// system tells of an end although nobody reads.
final class Collector: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer

  private var received = ByteBuffer()
  private let firstAnswer: EventLoopPromise<Void>
  private let answers: EventLoopPromise<String>

  private init(eventLoop: any EventLoop) {
    self.firstAnswer = eventLoop.makePromise()
    self.answers = eventLoop.makePromise()
  }

  /// Sends pieces, which must get an answer, ends the output, and returns everything that comes.
  static func answers(to pieces: [ArraySlice<UInt8>], on channel: any Channel) async throws -> String {
    let (firstAnswer, answers) = try await channel.eventLoop.submit {
      let collector = Collector(eventLoop: channel.eventLoop)
      try channel.pipeline.syncOperations.addHandler(collector)
      // A connected pair's ends read only once they have their handler.
      try channel.syncOptions?.setOption(.autoRead, value: true)
      return (collector.firstAnswer.futureResult, collector.answers.futureResult)
    }.get()
    for piece in pieces where !piece.isEmpty {
      try await channel.writeAndFlush(ByteBuffer(bytes: piece))
    }
    try await firstAnswer.get()
    // The other end may be done, and the channel closed with it.
    try? await channel.close(mode: .output)
    return try await answers.get()
  }

  static func answers(to text: String, on channel: any Channel) async throws -> String {
    try await answers(to: [Array(text.utf8)[...]], on: channel)
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    var bytes = unwrapInboundIn(data)
    received.writeBuffer(&bytes)
    firstAnswer.succeed(())
  }

  func channelInactive(context: ChannelHandlerContext) {
    firstAnswer.fail(ChannelError.eof)
    answers.succeed(String(buffer: received))
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    firstAnswer.fail(error)
    answers.fail(error)
  }
}
