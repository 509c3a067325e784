import Logging
import NIOCore

/// One connection that began with HTTP: reads one head, and answers it or hands the connection to RPC.
///
/// A body is never read, so JSON that is posted by a browser is never run.
final class HTTPServerConnection: ChannelInboundHandler, RemovableChannelHandler {
  typealias InboundIn = ByteBuffer
  typealias InboundOut = ByteBuffer
  typealias OutboundOut = ByteBuffer

  /// How long a peer may take for its head.
  static let headTime = TimeAmount.seconds(10)

  /// How long a response may take to be made and to be taken by the peer.
  private static let responseTime = TimeAmount.seconds(30)

  /// What to do with a request.
  enum Answer {
    case connect
    case respond(HTTPResponse)
    /// The response takes a look at every connection first.
    case collect(@Sendable () async -> HTTPResponse)
  }

  private enum Phase {
    /// Goes to ``answering``, or leaves the connection to RPC.
    case readingHead
    /// The response is being made and written. Goes to ``lingering``, or closes where the peer has ended its output.
    case answering(peerHasEnded: Bool)
    /// The response is written, and our output shut down. What still comes is thrown away.
    case lingering(remainingBytes: Int)
  }

  private let answer: (HTTPRequest) -> Answer
  private let addRPC: (any Channel) throws -> Void
  private let logger: Logger
  private var phase = Phase.readingHead
  private var input = ByteBuffer()
  private var context: ChannelHandlerContext?
  private var timer: Scheduled<Void>?

  /// - Parameters:
  ///   - logger: Where requests are logged that get nothing.
  ///   - answer: Decides by method, path and host.
  ///   - addRPC: Puts the handler that serves RPC behind this one.
  init(
    logger: Logger,
    answer: @escaping (HTTPRequest) -> Answer,
    addRPC: @escaping (any Channel) throws -> Void
  ) {
    self.logger = logger
    self.answer = answer
    self.addRPC = addRPC
  }

  // MARK: Channel events

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
    if case .answering = phase { phase = .answering(peerHasEnded: true) } else { context.close(promise: nil) }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    context.close(promise: nil)
  }

  // MARK: Steps

  private func readHead() {
    do throws(HTTPHeadError) {
      guard let request = try HTTPRequest.read(from: &input) else { return }
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
    phase = .answering(peerHasEnded: false)
    closeIn(Self.responseTime)
    let connection = NIOLoopBound(self, eventLoop: context.eventLoop)
    let eventLoop = context.eventLoop
    Task {
      let response = await response()
      eventLoop.execute { connection.value.write(response, to: request) }
    }
  }

  private func respond(_ response: HTTPResponse, to request: HTTPRequest?) {
    phase = .answering(peerHasEnded: false)
    closeIn(Self.responseTime)
    write(response, to: request)
  }

  private func write(_ response: HTTPResponse, to request: HTTPRequest?) {
    guard let context else { return }
    log(response, to: request)
    let connection = NIOLoopBound(self, eventLoop: context.eventLoop)
    let bytes = response.bytes(withBody: request?.method != "HEAD")
    context.writeAndFlush(wrapOutboundOut(bytes)).whenComplete { _ in connection.value.linger() }
  }

  private func log(_ response: HTTPResponse, to request: HTTPRequest?) {
    guard !response.isSuccess else { return }
    let target = request.map { "\($0.method) \($0.path)" } ?? "no plain HTTP"
    let metadata: Logger.Metadata = ["request": "\(LogText(target))", "status": "\(response.status)"]
    logger.notice("refused: HTTP request", metadata: metadata)
  }

  /// The response is written.
  ///
  /// A plain close would reset the connection if the peer is still sending, and the response with it.
  private func linger() {
    guard let context else { return }
    if case .answering(peerHasEnded: true) = phase { return context.close(promise: nil) }
    phase = .lingering(remainingBytes: Lingering.maximumBytes)
    closeIn(Lingering.time)
    context.close(mode: .output, promise: nil)
  }

  private func closeIn(_ time: TimeAmount) {
    guard let context else { return }
    timer?.cancel()
    let connection = NIOLoopBound(self, eventLoop: context.eventLoop)
    timer = context.eventLoop.scheduleTask(in: time) { connection.value.context?.close(promise: nil) }
  }
}
