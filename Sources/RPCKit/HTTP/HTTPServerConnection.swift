import NIOCore

/// One connection that began with HTTP: reads one head, and answers it or hands the connection to RPC.
///
/// A body is never read, so JSON that is posted by a browser is never run.
final class HTTPServerConnection: ChannelInboundHandler, RemovableChannelHandler {
  typealias InboundIn = ByteBuffer
  typealias InboundOut = ByteBuffer
  typealias OutboundOut = ByteBuffer

  /// How long a peer may take for its head.
  private static let headTime = TimeAmount.seconds(10)

  /// What to do with a request.
  enum Answer {
    case connect
    case respond(HTTPResponse)
    /// The response takes a look at every connection first.
    case collect(@Sendable () async -> HTTPResponse)
  }

  private enum Phase {
    case readingHead
    case answering
    /// The response is written, and our output shut down. What still comes is thrown away.
    case lingering(remainingBytes: Int)
  }

  private let answer: (HTTPRequest) -> Answer
  private let addRPC: (any Channel) throws -> Void
  private var phase = Phase.readingHead
  private var input = ByteBuffer()
  private var context: ChannelHandlerContext?
  private var timer: Scheduled<Void>?

  /// - Parameters:
  ///   - answer: Decides by method, path and host.
  ///   - addRPC: Puts the handler that serves RPC behind this one.
  init(answer: @escaping (HTTPRequest) -> Answer, addRPC: @escaping (any Channel) throws -> Void) {
    self.answer = answer
    self.addRPC = addRPC
  }

  func handlerAdded(context: ChannelHandlerContext) {
    self.context = context
    closeIn(Self.headTime)
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    self.context = nil
    timer?.cancel()
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    var bytes = unwrapInboundIn(data)
    switch phase {
    case .readingHead:
      input.writeBuffer(&bytes)
      readHead()
    case .answering: break
    case .lingering(let remaining) where bytes.readableBytes > remaining: context.close(promise: nil)
    case .lingering(let remaining): phase = .lingering(remainingBytes: remaining - bytes.readableBytes)
    }
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    guard case ChannelEvent.inputClosed = event else { return context.fireUserInboundEventTriggered(event) }
    // A peer that has ended its output still gets the answer that is on its way.
    if case .answering = phase { return }
    context.close(promise: nil)
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    context.close(promise: nil)
  }

  private func readHead() {
    do throws(HTTPHeadError) {
      guard let request = try HTTPRequest.read(from: &input) else { return }
      phase = .answering
      switch answer(request) {
      case .connect: connect()
      case .respond(let response): respond(response, to: request)
      case .collect(let response): collect(response, for: request)
      }
    } catch {
      respond(.refusal(error), to: nil)
    }
  }

  private func connect() {
    guard let context else { return }
    let greeting = ByteBuffer(string: RPCConnect.response)
    context.writeAndFlush(wrapOutboundOut(greeting), promise: nil)
    do {
      try addRPC(context.channel)
    } catch {
      return context.close(promise: nil)
    }
    // What came in the same packet is RPC's. Go loses it.
    if input.readableBytes > 0 {
      context.fireChannelRead(wrapInboundOut(input))
      context.fireChannelReadComplete()
    }
    context.pipeline.syncOperations.removeHandler(self, promise: nil)
  }

  private func collect(_ response: @escaping @Sendable () async -> HTTPResponse, for request: HTTPRequest) {
    guard let context else { return }
    let connection = NIOLoopBound(self, eventLoop: context.eventLoop)
    let eventLoop = context.eventLoop
    Task {
      let response = await response()
      eventLoop.execute { connection.value.respond(response, to: request) }
    }
  }

  private func respond(_ response: HTTPResponse, to request: HTTPRequest?) {
    guard let context else { return }
    let connection = NIOLoopBound(self, eventLoop: context.eventLoop)
    phase = .lingering(remainingBytes: Lingering.maximumBytes)
    closeIn(Lingering.time)
    let bytes = response.bytes(withBody: request?.method != "HEAD")
    context.writeAndFlush(wrapOutboundOut(bytes)).whenComplete { _ in
      connection.value.context?.close(mode: .output, promise: nil)
    }
  }

  private func closeIn(_ time: TimeAmount) {
    guard let context else { return }
    timer?.cancel()
    let connection = NIOLoopBound(self, eventLoop: context.eventLoop)
    timer = context.eventLoop.scheduleTask(in: time) { connection.value.context?.close(promise: nil) }
  }
}
