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

  private let core: ServerCore
  private let info: ConnectionInfo
  private let writer: ResponseWriter

  private var codec: any ServerCodec
  private var state: ServerConnectionState
  private var calls = CallTable()

  private var input = ByteBuffer()
  private var hasSeenInput = false
  /// The codec asked for more bytes than have come.
  private var inputIsExhausted = true
  private var readIsHeldBack = false
  /// NIO may be about to say that the peer has ended its output.
  ///
  /// It says first that reading is complete, and does not expect a write to fail then, which closes the channel: an
  /// assertion fails. So nothing is written at that moment, but a turn later. A buffer that was not filled has no end
  /// behind it.
  private var endOfInputMayBeNext = true
  private var isProceeding = false

  private var output = ByteBuffer()
  /// Something has been handed to the channel that is not flushed.
  private var hasUnflushedOutput = false
  /// Where methods that are called in place encode their replies, again and again.
  private var replyBuffer = ByteBuffer()

  private var context: ChannelHandlerContext?
  private var outbox: Outbox<FinishedCall>?
  private var finished: [FinishedCall] = []
  private var loopExecutor: EventLoopTaskExecutor?
  /// The method that was called last: most connections call one again and again.
  private var lastMethod: RegisteredMethod?

  init(core: ServerCore, info: ConnectionInfo) {
    self.core = core
    self.info = info
    self.codec = info.codec.makeServerCodec(core.configuration.messageLimits)
    self.writer = ResponseWriter(core.configuration)
    self.state = ServerConnectionState(core.configuration)
  }

  /// What the debug page shows of the connection.
  var snapshot: ServerSnapshot.Connection {
    let now = NIODeadline.now()
    let calls = calls.entries.map { entry in
      let age = now - (entry.start ?? now)
      return ServerSnapshot.Call(
        method: entry.method.serviceMethod,
        ageMilliseconds: age.nanoseconds / 1_000_000
      )
    }
    return ServerSnapshot.Connection(
      peer: info.peer.description,
      codec: info.codec.name,
      callsInFlight: calls
    )
  }

  /// Answers the calls in flight, and closes.
  func drain() {
    let isIdle = state.callsInFlight == 0 && input.readableBytes == 0
    isIdle ? state.close() : state.drain()
    proceed()
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
    guard state.keepsInput else {
      state.threwAway(bytes: bytes.readableBytes)
      return proceed()
    }
    if !hasSeenInput, let first = bytes.getInteger(at: bytes.readerIndex, as: UInt8.self) {
      hasSeenInput = true
      guard info.codec.admits(first) else {
        info.logger.info("refused: not this protocol", metadata: ["firstByte": "\(first)"])
        state.close()
        return proceed()
      }
    }
    endOfInputMayBeNext = bytes.writableBytes == 0
    keep(bytes)
    readMessages()
  }

  func channelReadComplete(context: ChannelHandlerContext) {
    if endOfInputMayBeNext {
      let connection = NIOLoopBound(self, eventLoop: context.eventLoop)
      context.eventLoop.execute { connection.value.takeFinishedCalls() }
    } else {
      takeFinishedCalls()
    }
    endOfInputMayBeNext = true
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
    info.logger.info("connection failed", metadata: ["reason": "\(LogText("\(error)"))"])
    context.close(promise: nil)
  }

  // MARK: Steps

  private var outputHasRoom: Bool {
    guard let context else { return false }
    let maximum = max(1, core.configuration.maximumUnwrittenBytes)
    return context.channel.isWritable && output.readableBytes < maximum
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
        write(.failure(CallFailure(text: error.description)), for: .absent, "")
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
    info.logRefusal(error)
    state.refuse(error)
    input = ByteBuffer()
  }

  /// Finds the method and starts its call, or answers what is wrong with the request.
  private func start(_ header: RequestHeader) {
    let method = Result { () throws(CallFailure) in try self.method(named: header.serviceMethod) }
    let body: Body
    do throws(CodecError) {
      // An unknown method's body is read too, since headers and bodies come in pairs, and dropped.
      body = try codec.readRequestBody()
    } catch {
      guard error.reach == .message else { return refuse(error) }
      // Go: server.go, ServeCodec(): what is wrong with an unknown method's body is nobody's business.
      let failure = method.failure ?? CallFailure(text: error.description)
      write(.failure(failure), for: header.messageID, header.serviceMethod)
      return
    }
    switch method {
    case .success(let method): start(method, body, for: header.messageID)
    case .failure(let failure): write(.failure(failure), for: header.messageID, header.serviceMethod)
    }
  }

  private func method(named serviceMethod: String) throws(CallFailure) -> RegisteredMethod {
    if let lastMethod, lastMethod.hasName(serviceMethod) { return lastMethod }
    let method = try core.registry.method(named: serviceMethod)
    lastMethod = method
    return method
  }

  private func start(_ method: RegisteredMethod, _ body: Body, for messageID: MessageID) {
    let execution = method.execution ?? core.configuration.execution
    let isIntercepted = !core.configuration.interceptors.isEmpty
    if execution == .eventLoop, !isIntercepted, let callInPlace = method.function.callInPlace {
      return call(method, in: callInPlace, body, for: messageID)
    }
    guard let outbox else { return }
    let context = RPCContext(serviceMethod: method.serviceMethod, connection: info)
    let bytes = body.bytes.readableBytes
    let isDecodedHere = !isIntercepted && bytes <= Self.largestArgumentDecodedInPlace
    let start = core.callStarted(method, info)
    let prepared: MethodFunction.PreparedCall?
    do { prepared = isDecodedHere ? try method.function.prepare(body) : nil } catch {
      return finish(method, .failure(error), for: messageID, requestBytes: bytes, since: start)
    }
    state.callStarted(bytes: bytes)
    let slot = calls.insert(
      CallTable.Entry(messageID: messageID, method: method, bytes: bytes, start: start, task: nil)
    )
    let task = task(execution) { [core] in
      let outcome = await core.run(method, body, context, prepared: prepared)
      outbox.append(FinishedCall(slot: slot, outcome: outcome))
    }
    calls.setTask(task, in: slot)
  }

  /// Calls a synchronous method here and now.
  private func call(
    _ method: RegisteredMethod,
    in function: MethodFunction.CallInPlace,
    _ body: Body,
    for messageID: MessageID
  ) {
    let start = core.callStarted(method, info)
    let context = RPCContext(serviceMethod: method.serviceMethod, connection: info)
    let outcome: Result<Body, CallFailure>
    replyBuffer.clear()
    // One large reply must not keep its memory for as long as the connection lives.
    defer { if replyBuffer.capacity > Self.outputPieceBytes { replyBuffer = ByteBuffer() } }
    do throws(CallFailure) {
      try function(body, context, &replyBuffer) { method.countCall() }
      outcome = .success(Body(bytes: replyBuffer, coder: body.coder))
    } catch {
      outcome = .failure(error)
    }
    finish(method, outcome, for: messageID, requestBytes: body.bytes.readableBytes, since: start)
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
      finish(
        entry.method,
        call.outcome,
        for: entry.messageID,
        requestBytes: entry.bytes,
        since: entry.start
      )
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
      case .sayLastWord(let error):
        sayLastWord(error, context)
        continue
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

  private func finish(
    _ method: RegisteredMethod,
    _ outcome: Result<Body, CallFailure>,
    for messageID: MessageID,
    requestBytes: Int,
    since start: NIODeadline?
  ) {
    let hasFailed = write(outcome, for: messageID, method.serviceMethod)
    core.callEnded(
      method,
      info,
      since: start,
      requestBytes: requestBytes,
      reply: hasFailed ? nil : try? outcome.get()
    )
  }

  /// - Returns: Whether an error was written.
  @discardableResult
  private func write(
    _ outcome: Result<Body, CallFailure>,
    for messageID: MessageID,
    _ serviceMethod: String
  ) -> Bool {
    let error = writer.write(outcome, for: messageID, with: &codec, to: &output)
    if let error { info.logFailedCall(serviceMethod, error) }
    if output.readableBytes >= Self.outputPieceBytes, let context {
      context.write(wrapOutboundOut(exchange(&output, with: ByteBuffer())), promise: nil)
      hasUnflushedOutput = true
    }
    return error != nil
  }

  private func flush(_ context: ChannelHandlerContext) {
    // Taken before it is written, because writing may call back to here.
    var bytes = exchange(&output, with: ByteBuffer())
    let mustFlush = exchange(&hasUnflushedOutput, with: false)
    guard bytes.readableBytes > 0 else {
      if mustFlush { context.flush() }
      return
    }
    context.writeAndFlush(wrapOutboundOut(bytes), promise: nil)
    // Where the channel has written it already, the memory is ours again.
    guard output.readableBytes == 0 else { return }
    bytes.clear()
    output = bytes
  }

  /// Says what was wrong, if anything was, in one line.
  ///
  /// Then the output is shut down, and the input thrown away for a while, so that the line arrives
  /// (``Lingering``).
  private func sayLastWord(_ error: CodecError?, _ context: ChannelHandlerContext) {
    if let error { writer.write(refusal: error, with: &codec, to: &output) }
    state.saidLastWord()
    let connection = NIOLoopBound(self, eventLoop: context.eventLoop)
    context.writeAndFlush(wrapOutboundOut(exchange(&output, with: ByteBuffer()))).whenComplete { _ in
      connection.value.linger()
    }
  }

  /// The last word, and the answers before it, are with the system.
  private func linger() {
    guard let context else { return }
    context.close(mode: .output, promise: nil)
    let connection = NIOLoopBound(self, eventLoop: context.eventLoop)
    context.eventLoop.scheduleTask(in: Lingering.time) { connection.value.context?.close(promise: nil) }
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
    info.logger.info("disconnected", metadata: ["callsInFlight": "\(state.callsInFlight)"])
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
