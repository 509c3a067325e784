import Logging
import NIOCore

/// One connection of a client: writes the requests of the ``CallOutbox``, and gives each response to its call.
///
/// It lives on its channel's event loop.
///
/// The corresponding Go functions are `Client.send` and `Client.input`.
final class ClientConnection: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  private let outbox: CallOutbox
  private let logger: Logger

  // No two accesses to one of these can overlap: each is one call of the codec or of the buffer, which do not know the
  // connection. The checks of that at run time cost more than the scanner.
  @exclusivity(unchecked) private var codec: any ClientCodec
  @exclusivity(unchecked) private var input = ByteBuffer()
  @exclusivity(unchecked) private var output = ByteBuffer()

  private var context: ChannelHandlerContext?
  private var isWriting = false
  private var deadline: (time: NIODeadline, timer: Scheduled<Void>)?
  private var watch: ConnectionWatch
  private var sight = ConnectionWatch.Sight()
  private var nextLook: Scheduled<Void>?
  /// Whether a handshake is under way behind which the connection begins.
  private let isInHandshake: Bool
  private let probe: ServerProbe?
  private let maximumCallsInFlight: Int
  private let coder: any BodyCoder

  init(
    codec: Codec,
    configuration: ClientConfiguration,
    outbox: CallOutbox,
    logger: Logger,
    isInHandshake: Bool = false
  ) {
    self.codec = codec.makeClientCodec(configuration.messageLimits)
    self.outbox = outbox
    self.logger = logger
    self.isInHandshake = isInHandshake
    self.watch = ConnectionWatch(configuration)
    self.probe = configuration.probe
    self.maximumCallsInFlight = configuration.maximumCallsInFlight
    self.coder = codec.coder
  }

  // MARK: Channel events

  func handlerAdded(context: ChannelHandlerContext) {
    if !isInHandshake { begin(context) }
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    end(.connectionLost(reason: WireText.unexpectedEnd))
  }

  func channelInactive(context: ChannelHandlerContext) {
    end(.connectionLost(reason: WireText.unexpectedEnd))
    context.fireChannelInactive()
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    // A channel with TLS goes on for a while when it is being closed.
    guard self.context != nil else { return }
    var bytes = unwrapInboundIn(data)
    sight.reads += 1
    if input.readableBytes == 0 {
      input = bytes
    } else {
      // What is left of the buffer before is the beginning of a message; it moves to the front once.
      if input.readerIndex > 0 { input.discardReadBytes() }
      input.writeBuffer(&bytes)
    }
    readMessages()
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    switch event {
    case is HandshakeCompleted: begin(context)
    case ChannelEvent.inputClosed:
      // Go: client.go, input(): what cannot be answered any more has failed.
      end(.connectionLost(reason: WireText.unexpectedEnd))
      context.close(promise: nil)
    default: break
    }
    context.fireUserInboundEventTriggered(event)
  }

  func channelReadComplete(context: ChannelHandlerContext) {
    // Whoever has got a reply may have called again, and a turn comes at once.
    if output.readableBytes > 0 || outbox.needsTurn { writeRequests() }
    context.fireChannelReadComplete()
  }

  func channelWritabilityChanged(context: ChannelHandlerContext) {
    writeRequests()
    context.fireChannelWritabilityChanged()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    end(.connectionLost(reason: NetworkFailure.text(error)))
    context.close(promise: nil)
  }

  // MARK: Steps

  private func begin(_ context: ChannelHandlerContext) {
    self.context = context
    logger.info("connected")
    if probe != nil { beginWatching(context) }
    writeRequests()
  }

  /// One turn of the outbox: writes what callers have handed over, as far as there is room, and flushes each batch.
  ///
  /// Writing tells of a full channel, and of one that has room again, while it writes. Those calls return at once: the
  /// loop looks again anyway.
  func writeRequests() {
    outbox.beginTurn()
    guard !isWriting, let context else { return }
    isWriting = true
    defer { isWriting = false }
    while context.channel.isWritable, case let requests = outbox.takeUnsent(), !requests.isEmpty {
      for request in requests { write(request) }
      flush(context)
    }
    flush(context)
    scheduleDeadline(context)
  }

  private func write(_ request: PendingCalls.Request) {
    let header = RequestHeader(
      serviceMethod: request.serviceMethod,
      messageID: MessageID(request.sequence)
    )
    do { try codec.writeRequest(header, request.body, to: &output) } catch {
      outbox.fail(request.sequence, with: .argumentNotEncodable(error))
    }
  }

  private func flush(_ context: ChannelHandlerContext) {
    // Taken before it is written, because writing may call back to here.
    var bytes = exchange(&output, with: ByteBuffer())
    guard bytes.readableBytes > 0 else { return }
    noteWrite(bytes.readableBytes, context)
    context.writeAndFlush(wrapOutboundOut(bytes), promise: nil)
    // Where the channel has written it already, the memory is ours again.
    guard output.readableBytes == 0 else { return }
    bytes.empty()
    output = bytes
  }

  private func noteWrite(_ bytes: Int, _ context: ChannelHandlerContext) {
    sight.bytesWritten += bytes
    beginWatching(context)
  }

  private func readMessages() {
    while let context {
      do throws(CodecError) {
        guard let header = try codec.readHeader(from: &input) else { break }
        sight.messages += 1
        switch header {
        case .response(let header): try complete(header)
        case .request(let header): try answer(header)
        }
      } catch  where error.reach == .message {
        logger.debug("ignored a message", metadata: ["reason": "\(LogText(error.description))"])
      } catch {
        end(.protocolViolation(error))
        context.close(promise: nil)
      }
    }
    if input.readableBytes == 0 { input = ByteBuffer() } else if let context { beginWatching(context) }
  }

  /// Go: client.go, input().
  private func complete(_ header: ResponseHeader) throws(CodecError) {
    let body = try readBody()
    guard let sequence = header.messageID.sequence, let call = outbox.remove(sequence) else {
      logger.debug("ignored a response that nobody waits for")
      return
    }
    if let text = header.error {
      // The body behind an error is nobody's business, whatever it is.
      call.complete(.failure(.server(ServerError(text))))
    } else {
      call.complete(body)
    }
  }

  /// - Throws: Only what ends the connection. What concerns the one message is its result.
  private func readBody() throws(CodecError) -> Result<Body, RPCError> {
    do throws(CodecError) {
      return .success(try codec.readBody())
    } catch {
      guard error.reach == .message else { throw error }
      return .failure(.replyNotDecodable(error))
    }
  }

  /// Answers a request of the server's own: ovsdb-server closes connections that do not answer its probes.
  private func answer(_ request: RequestHeader) throws(CodecError) {
    let body = try codec.readBody()
    guard let context, context.channel.isWritable, request.messageID != .absent else { return }
    // RFC 7047, 4.1.11: "echo" is answered with its params.
    let isEcho = request.serviceMethod == "echo"
    let error = isEcho ? nil : WireText.unknownServerRequest
    let header = ResponseHeader(messageID: request.messageID, error: error)
    // A codec that cannot answer leaves the server without one.
    try? codec.writeResponse(header, isEcho ? body : nil, to: &output)
  }

  // MARK: Time and end

  /// One timer, at the earliest deadline of all calls, serves them all.
  private func scheduleDeadline(_ context: ChannelHandlerContext) {
    guard let earliest = outbox.earliestDeadline else { return }
    if let deadline {
      guard earliest < deadline.time else { return }
      deadline.timer.cancel()
    }
    let connection = NIOLoopBound(self, eventLoop: context.eventLoop)
    let timer = context.eventLoop.scheduleTask(deadline: earliest) { connection.value.deadlinePassed() }
    deadline = (earliest, timer)
  }

  private func deadlinePassed() {
    deadline = nil
    outbox.failExpired(at: .now())
    writeRequests()
  }

  /// Looks at the connection from now on, from time to time, until there is nothing to look at.
  private func beginWatching(_ context: ChannelHandlerContext) {
    guard nextLook == nil else { return }
    let connection = NIOLoopBound(self, eventLoop: context.eventLoop)
    nextLook = context.eventLoop.scheduleTask(in: watch.interval) { connection.value.look() }
  }

  private func look() {
    nextLook = nil
    guard let context else { return }
    sight.isInsideMessage = input.readableBytes > 0
    // A channel that does not tell has no limit.
    sight.bytesWaiting = (try? context.channel.syncOptions?.getOption(.bufferedWritableBytes)) ?? 0
    sight.busyUntil = busyUntil
    switch watch.look(sight, at: context.eventLoop.now) {
    case .calm: return
    case .waiting: break
    case .silent: writeProbe(context)
    case .lost(let reason):
      end(.connectionLost(reason: reason))
      return context.close(promise: nil)
    }
    beginWatching(context)
  }

  /// When the first call in flight has no more time, where there are as many as there may be.
  private var busyUntil: NIODeadline? {
    guard probe != nil, outbox.count >= maximumCallsInFlight else { return nil }
    // It leaves the deadline of no call behind that is answered.
    outbox.failExpired(at: .now())
    return outbox.earliestDeadline
  }

  /// Calls the server, to hear anything.
  ///
  /// Nobody waits for this call: that anything comes is the answer.
  private func writeProbe(_ context: ChannelHandlerContext) {
    guard let probe, let argument = try? Body(encoding: Empty(), coder: coder) else { return }
    let header = RequestHeader(
      serviceMethod: probe.serviceMethod,
      messageID: MessageID(outbox.takeSequence())
    )
    do { try codec.writeRequest(header, argument, to: &output) } catch { return }
    flush(context)
  }

  /// The channel was lost before this handler was on it.
  func connectionIsGone() {
    end(.connectionLost(reason: WireText.unexpectedEnd))
  }

  private func end(_ error: RPCError) {
    let wasConnected = context != nil
    context = nil
    input = ByteBuffer()
    deadline?.timer.cancel()
    deadline = nil
    nextLook?.cancel()
    nextLook = nil
    // Where the user has closed the client, the outbox is closed, and this is the end that was wanted.
    let isLost = outbox.close(failingPending: error)
    guard wasConnected else { return }
    logger.info("disconnected", metadata: isLost ? ["reason": "\(LogText(error.description))"] : [:])
  }
}
