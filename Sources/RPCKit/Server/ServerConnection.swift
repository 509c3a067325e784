import Logging
import NIOCore

/// One connection of a server: reads requests, starts their calls, and writes the responses.
///
/// It lives on its channel's event loop. ``ServerConnectionState`` decides; this carries out.
///
/// The corresponding Go function is `Server.ServeCodec`.
final class ServerConnection: ChannelDuplexHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  /// Arguments of up to this size are decoded on the event loop, larger ones where the method runs: decoding
  /// megabytes would hold up every connection of the loop.
  static let largestArgumentDecodedInPlace = 4096

  /// What is written is handed to the channel in pieces of about this size, flushed or not.
  private static let outputPieceBytes = 64 << 10

  /// How long what comes behind a malformed message is thrown away.
  private static let lingeringTime = TimeAmount.seconds(1)

  private let registry: ServiceRegistry
  private let configuration: ServerConfiguration
  private let info: ConnectionInfo
  private let writer: ResponseWriter
  private let admits: @Sendable (UInt8) -> Bool

  private var codec: any ServerCodec
  private var state: ServerConnectionState
  private var calls = CallTable()

  private var input = ByteBuffer()
  private var hasSeenInput = false
  /// The codec asked for more bytes than have come.
  private var inputIsExhausted = true
  private var readIsHeldBack = false
  private var isProceeding = false

  private var output = ByteBuffer()
  /// Where methods that are called in place encode their replies, again and again.
  private var replyBuffer = ByteBuffer()

  private var context: ChannelHandlerContext?
  private var outbox: Outbox<FinishedCall>?
  private var finished: [FinishedCall] = []
  private var loopExecutor: EventLoopTaskExecutor?
  /// The method that was called last: most connections call one again and again.
  private var lastMethod: RegisteredMethod?

  init(codec: Codec, registry: ServiceRegistry, configuration: ServerConfiguration, info: ConnectionInfo) {
    self.codec = codec.makeServerCodec(configuration.messageLimits)
    self.admits = codec.admits
    self.registry = registry
    self.configuration = configuration
    self.info = info
    self.writer = ResponseWriter(configuration)
    self.state = ServerConnectionState(configuration)
  }

  // MARK: Channel events

  func handlerAdded(context: ChannelHandlerContext) {
    self.context = context
    let connection = NIOLoopBound(self, eventLoop: context.eventLoop)
    outbox = Outbox(eventLoop: context.eventLoop) { connection.value.takeFinishedCalls() }
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    end()
  }

  func channelInactive(context: ChannelHandlerContext) {
    end()
    context.fireChannelInactive()
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let bytes = unwrapInboundIn(data)
    if case .lingering = state.phase {
      state.threwAway(bytes: bytes.readableBytes)
      return proceed()
    }
    if !hasSeenInput, let first = bytes.getInteger(at: bytes.readerIndex, as: UInt8.self) {
      hasSeenInput = true
      guard admits(first) else {
        info.logger.debug("closed: not this protocol", metadata: ["firstByte": "\(first)"])
        state.close()
        return proceed()
      }
    }
    guard state.keepsInput else { return }
    keep(bytes)
    readMessages()
  }

  func channelReadComplete(context: ChannelHandlerContext) {
    takeFinishedCalls()
    context.fireChannelReadComplete()
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if case ChannelEvent.inputClosed = event {
      state.inputEnded()
      proceed()
    }
    context.fireUserInboundEventTriggered(event)
  }

  func channelWritabilityChanged(context: ChannelHandlerContext) {
    proceed()
    context.fireChannelWritabilityChanged()
  }

  /// The channel asks whether to read.
  ///
  /// Where more calls are not wanted now, it is told later.
  func read(context: ChannelHandlerContext) {
    guard state.wantsInput(outputHasRoom: outputHasRoom) else {
      readIsHeldBack = true
      return
    }
    context.read()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    info.logger.debug("connection failed", metadata: ["error": "\(error)"])
    context.close(promise: nil)
  }

  // MARK: Steps

  private var outputHasRoom: Bool {
    guard let context else { return false }
    return context.channel.isWritable && output.readableBytes < max(1, configuration.maximumUnwrittenBytes)
  }

  private func keep(_ bytes: consuming ByteBuffer) {
    inputIsExhausted = false
    if input.readableBytes == 0 {
      input = bytes
    } else {
      // What is left of the buffer before is the beginning of a message; it moves to the front once.
      if input.readerIndex > 0 { input.discardReadBytes() }
      input.writeBuffer(&bytes)
    }
  }

  /// Reads as many requests as may be started now.
  private func readMessages() {
    while state.next(outputHasRoom: outputHasRoom, inputIsExhausted: inputIsExhausted) == .read {
      do throws(CodecError) {
        guard let header = try codec.readRequestHeader(from: &input) else {
          inputIsExhausted = true
          break
        }
        start(header)
      } catch  where error.reach == .message {
        write(.failure(CallFailure(text: error.description)), for: .absent)
      } catch {
        refuse(error)
      }
    }
    if input.readableBytes == 0 { input = ByteBuffer() }
    if inputIsExhausted, state.phase == .inputEnded, input.readableBytes > 0 {
      refuse(.malformed(reason: "unexpected end of input", offset: input.readableBytes))
    }
  }

  private func refuse(_ error: CodecError) {
    info.logger.debug("closing: malformed request", metadata: ["error": "\(error)"])
    state.refuse(error)
    input = ByteBuffer()
  }

  /// Finds the method and starts its call, or answers what is wrong with the request.
  private func start(_ header: RequestHeader) {
    let method = Result { () throws(CallFailure) in try method(named: header.serviceMethod) }
    let body: Body
    do throws(CodecError) {
      // An unknown method's body is read too, since headers and bodies come in pairs, and then dropped.
      body = try codec.readRequestBody()
    } catch {
      guard error.reach == .message else { return refuse(error) }
      // Go: server.go, ServeCodec(): that there is no such method is said first.
      let failure = method.flatMap { _ in .failure(CallFailure(text: error.description)) }
      return write(failure, for: header.messageID)
    }
    do throws(CallFailure) { try start(method.get(), body, for: header.messageID) } catch {
      write(.failure(error), for: header.messageID)
    }
  }

  private func method(named serviceMethod: String) throws(CallFailure) -> RegisteredMethod {
    if let lastMethod, lastMethod.hasName(serviceMethod) { return lastMethod }
    let method = try registry.method(named: serviceMethod)
    lastMethod = method
    return method
  }

  private func start(
    _ method: RegisteredMethod,
    _ body: Body,
    for messageID: MessageID
  ) throws(CallFailure) {
    let context = RPCContext(serviceMethod: method.serviceMethod, connection: info)
    let execution = method.execution ?? configuration.execution
    if execution == .eventLoop, let callInPlace = method.function.callInPlace {
      method.countCall()
      replyBuffer.clear()
      // One large reply must not keep its memory for as long as the connection lives.
      defer { if replyBuffer.capacity > Self.outputPieceBytes { replyBuffer = ByteBuffer() } }
      try callInPlace(body, context, &replyBuffer)
      write(.success(Body(bytes: replyBuffer, coder: body.coder)), for: messageID)
      return
    }
    guard let outbox else { return }
    let isSmall = body.bytes.readableBytes <= Self.largestArgumentDecodedInPlace
    let prepared = isSmall ? try method.function.prepare(body) : nil
    let slot = calls.insert(messageID: messageID, bytes: body.bytes.readableBytes)
    state.callStarted(bytes: body.bytes.readableBytes)
    let run: @Sendable () async -> Void = {
      let outcome = await method.outcome(of: body, context, prepared: prepared)
      outbox.append(FinishedCall(slot: slot, outcome: outcome))
    }
    calls.setTask(task(execution, run), in: slot)
  }

  private func task(
    _ execution: MethodExecution,
    _ run: @escaping @Sendable () async -> Void
  ) -> Task<Void, Never> {
    switch execution {
    case .concurrent: Task(operation: run)
    case .blocking: Task(executorPreference: BlockingTaskExecutor.shared, operation: run)
    case .eventLoop: Task.immediate(executorPreference: eventLoopExecutor(), operation: run)
    }
  }

  private func eventLoopExecutor() -> EventLoopTaskExecutor? {
    if loopExecutor == nil, let context { loopExecutor = EventLoopTaskExecutor(context.eventLoop) }
    return loopExecutor
  }

  /// One turn of the outbox: writes what has been finished, goes on reading, and flushes once.
  private func takeFinishedCalls() {
    outbox?.takeAll(into: &finished)
    for call in finished {
      guard let entry = calls.remove(call.slot) else { continue }
      state.callFinished(bytes: entry.bytes)
      write(call.outcome, for: entry.messageID)
    }
    finished.removeAll(keepingCapacity: true)
    proceed()
  }

  /// Does whatever is to be done now, until there is something to wait for.
  ///
  /// Writing tells of a full channel, and of one that has room again, while it writes. Those calls return at once: the
  /// loop looks again anyway, and a peer could make them as deep as the stack.
  private func proceed() {
    guard !isProceeding else { return }
    isProceeding = true
    defer { isProceeding = false }
    while let context {
      readMessages()
      flush(context)
      switch state.next(outputHasRoom: outputHasRoom, inputIsExhausted: inputIsExhausted) {
      case .read: continue
      case .refuse(let error): sayWhy(error, context)
      case .close: closeWhenWritten(context)
      case .wait: break
      }
      if readIsHeldBack, state.wantsInput(outputHasRoom: outputHasRoom) {
        readIsHeldBack = false
        context.read()
      }
      return
    }
  }

  // MARK: Output

  private func write(_ outcome: Result<Body, CallFailure>, for messageID: MessageID) {
    if let error = writer.write(outcome, for: messageID, with: &codec, to: &output) {
      info.logger.debug("call failed", metadata: ["error": "\(error)"])
    }
    if output.readableBytes >= Self.outputPieceBytes, let context {
      context.write(wrapOutboundOut(exchange(&output, with: ByteBuffer())), promise: nil)
    }
  }

  private func flush(_ context: ChannelHandlerContext) {
    // Taken before it is written, because writing may call back to here.
    var bytes = exchange(&output, with: ByteBuffer())
    guard bytes.readableBytes > 0 else { return context.flush() }
    context.writeAndFlush(wrapOutboundOut(bytes), promise: nil)
    // Where the channel has written it already, the memory is ours again.
    guard output.readableBytes == 0 else { return }
    bytes.clear()
    output = bytes
  }

  /// One line says what was wrong.
  ///
  /// Then the output is shut down and the input thrown away for a while: a plain close with bytes unread
  /// would reset the connection, and the line with it.
  private func sayWhy(_ error: CodecError, _ context: ChannelHandlerContext) {
    writer.write(refusal: error, with: &codec, to: &output)
    state.refused()
    let connection = NIOLoopBound(self, eventLoop: context.eventLoop)
    context.writeAndFlush(wrapOutboundOut(exchange(&output, with: ByteBuffer()))).whenComplete { _ in
      connection.value.context?.close(mode: .output, promise: nil)
    }
    context.eventLoop.scheduleTask(in: Self.lingeringTime) {
      connection.value.state.close()
      connection.value.proceed()
    }
  }

  private func closeWhenWritten(_ context: ChannelHandlerContext) {
    state.closed()
    let connection = NIOLoopBound(self, eventLoop: context.eventLoop)
    context.writeAndFlush(wrapOutboundOut(ByteBuffer())).whenComplete { _ in
      connection.value.context?.close(promise: nil)
    }
  }

  /// Nothing can be read or written any more.
  private func end() {
    guard context != nil else { return }
    context = nil
    state.closed()
    outbox?.close()
    // It holds this connection.
    outbox = nil
    calls.cancelAll()
    finished.removeAll()
    input = ByteBuffer()
    output = ByteBuffer()
  }
}
